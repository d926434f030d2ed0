"""One's own preferences over the API."""

import pytest

from amends.directory.models import Preference
from amends.outbox.models import Delivery
from tests import make
from tests.api.calling import Caller, says

pytestmark = pytest.mark.django_db
SLACK = "slack://token-a/token-b/token-c"


@pytest.fixture
def tom():
    make.organisation()
    return make.member("Tom Okafor")


def test_they_are_read_and_changed_and_the_chat_address_is_never_shown(tom):
    caller = Caller(tom)

    assert caller.get("/me/preferences").json()["alarms_by"] == "mail"
    changed = caller.patch(
        "/me/preferences",
        {"chat_url": SLACK, "alarms_by": "both", "quiet_from": "22:00", "quiet_until": "07:00", "wants_digest": True},
    )

    assert changed.status_code == 200
    assert changed.json() == caller.get("/me/preferences").json()
    assert changed.json() == {
        "alarms_by": "both",
        "notices_by": "mail",
        "chat": "slack://…",
        "quiet_from": "22:00:00",
        "quiet_until": "07:00:00",
        "wants_digest": True,
        "wants_weekly": False,
        "digest_at": "08:00:00",
        "next_digest_at": "2026-11-20T07:00:00Z",
    }


def test_what_is_left_out_stays_as_it_is(tom):
    caller = Caller(tom)
    caller.patch("/me/preferences", {"chat_url": SLACK, "alarms_by": "chat"})

    caller.patch("/me/preferences", {"notices_by": "both"})

    assert caller.get("/me/preferences").json()["alarms_by"] == "chat"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"alarms_by": "chat"}, "alarms_by"),
        ({"alarms_by": "pigeon"}, "alarms_by"),
        ({"chat_url": "json://10.0.0.1/x"}, "chat_url"),
        ({"quiet_from": "22:00"}, "quiet_until"),
        ({"quiet_from": 22}, "quiet_from"),
        ({"digest_at": "08:00+01:00"}, "digest_at"),
        ({"digest_at": "noon"}, "digest_at"),
        ({"digest_at": None}, "digest_at"),
        ({"pigeon": True}, "pigeon"),
    ],
)
def test_what_cannot_be_is_said_at_its_field(tom, body, field):
    answer = Caller(tom).patch("/me/preferences", body)

    assert answer.status_code == 422
    assert set(says(answer)) == {field}
    assert not Preference.objects.exclude(chat_url="").exists()


def test_everybody_changes_their_own_and_nobody_elses(tom):
    other = make.member("Other Oak")

    Caller(tom).patch("/me/preferences", {"wants_digest": True})

    assert Caller(other).get("/me/preferences").json()["wants_digest"] is False


def test_a_token_that_may_only_read_changes_nothing(tom):
    caller = Caller(tom, "read")

    assert caller.get("/me/preferences").status_code == 200
    assert caller.patch("/me/preferences", {"wants_digest": True}).status_code == 403


def test_a_test_goes_to_ones_chat(tom):
    caller = Caller(tom)
    assert set(says(caller.post("/me/preferences/test-chat"))) == {"chat_url"}
    caller.patch("/me/preferences", {"chat_url": SLACK})

    assert caller.post("/me/preferences/test-chat").status_code == 202

    assert Delivery.objects.get().address == f"member:{tom.pk}"
