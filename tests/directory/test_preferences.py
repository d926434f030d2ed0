"""How a member is reached: what may be chosen, what is refused, and what suits who is new."""

import datetime as dt

import pytest

from amends.directory import members, preferences
from amends.directory.actor import COMMAND_LINE, Role
from amends.directory.models import Preference
from amends.lib.errors import Refused
from tests import make

pytestmark = pytest.mark.django_db
NOW = make.THURSDAY
SLACK = "slack://token-a/token-b/token-c"


@pytest.fixture
def tom():
    make.organisation()
    return make.member("Tom Okafor")


def change(member, **fields):
    return preferences.change(member, **fields, by=member.as_actor(), now=NOW)


@pytest.mark.parametrize(
    ("role", "digest", "weekly"),
    [
        (Role.CSM, True, False),
        (Role.MANAGER, True, False),
        (Role.EXECUTIVE, False, True),
        (Role.RESPONDER, False, False),
        (Role.SALES, False, False),
        (Role.ADMINISTRATOR, False, False),
    ],
)
def test_who_is_new_gets_what_suits_their_role(role, digest, weekly):
    make.organisation()

    member = members.add(name="New Nash", email="new@fernhill.example", role=role, by=COMMAND_LINE, now=NOW)

    chosen = preferences.of(member)
    assert (chosen.wants_digest, chosen.wants_weekly) == (digest, weekly)
    assert (chosen.alarms_by, chosen.notices_by, chosen.quiet_from) == ("mail", "mail", None)
    assert (chosen.next_look_at is not None) == (digest or weekly)


def test_many_who_are_new_take_as_many_queries_as_one(django_assert_num_queries):
    make.organisation()
    new = [make.member() for _ in range(30)]

    with django_assert_num_queries(2):
        preferences.begin(new, now=make.THURSDAY)

    assert Preference.objects.filter(next_look_at__isnull=False).count() == 30


def test_who_has_not_said_anything_is_reached_by_mail_and_gets_no_digest(tom):
    chosen = preferences.of(tom)

    assert (chosen.alarms_by, chosen.notices_by, chosen.wants_digest) == ("mail", "mail", False)
    assert not Preference.objects.exists()


def test_what_is_not_named_stays_as_it_is(tom):
    change(tom, chat_url=SLACK, alarms_by="both", quiet_from=dt.time(22), quiet_until=dt.time(7))

    change(tom, notices_by="chat")

    chosen = preferences.of(tom)
    assert (chosen.alarms_by, chosen.notices_by, chosen.chat_url) == ("both", "chat", SLACK)
    assert chosen.quiet_from == dt.time(22)


def test_who_wants_a_digest_is_looked_after_on_their_next_working_morning(tom):
    chosen = change(tom, wants_digest=True, digest_at=dt.time(7, 30))
    assert chosen.next_look_at == dt.datetime(2026, 11, 20, 6, 30, tzinfo=dt.UTC)

    assert change(tom, wants_digest=False).next_look_at is None


@pytest.mark.parametrize(
    ("fields", "field", "says"),
    [
        ({"alarms_by": "chat"}, "alarms_by", "Give a chat address first"),
        ({"notices_by": "both"}, "notices_by", "Give a chat address first"),
        ({"alarms_by": "pigeon"}, "alarms_by", "a way to reach you"),
        ({"chat_url": "https://hooks.slack.example/x"}, "chat_url", "not allowed here"),
        ({"chat_url": "json://10.0.0.1/x"}, "chat_url", "not allowed here"),
        ({"chat_url": "Slack://a/b/c"}, "chat_url", "not allowed here"),
        ({"chat_url": f"{SLACK}?template=/etc/passwd"}, "chat_url", "question mark"),
        ({"chat_url": "slack://a b"}, "chat_url", "as Apprise does"),
        ({"chat_url": "slack"}, "chat_url", "as Apprise does"),
        ({"chat_url": "slack://" + "x" * 500}, "chat_url", "longer than 500"),
        ({"quiet_from": dt.time(22)}, "quiet_until", "both times"),
        ({"quiet_until": dt.time(7)}, "quiet_from", "both times"),
        ({"quiet_from": dt.time(22), "quiet_until": dt.time(22)}, "quiet_until", "nobody to tell"),
        ({"digest_at": dt.time(11, 1)}, "digest_at", "up to 11:00"),
        (
            {"quiet_from": dt.time(20), "quiet_until": dt.time(9), "wants_digest": True},
            "digest_at",
            "lies in your quiet hours",
        ),
    ],
)
def test_what_would_leave_somebody_unreached_or_cannot_be_is_refused(tom, fields, field, says):
    with pytest.raises(Refused, match=says) as refused:
        change(tom, **fields)

    assert refused.value.field == field
    assert not Preference.objects.filter(member=tom).exclude(chat_url="").exists()


def test_the_chat_address_cannot_be_taken_away_while_alarms_go_there(tom):
    change(tom, chat_url=SLACK, alarms_by="chat")

    with pytest.raises(Refused, match="Give a chat address first"):
        change(tom, chat_url="")

    assert preferences.of(tom).chat_url == SLACK


def test_a_digest_at_the_very_end_of_the_quiet_hours_is_fine(tom):
    change(tom, quiet_from=dt.time(20), quiet_until=dt.time(8), wants_digest=True)


def test_which_services_are_allowed_is_the_administrators_word(tom, settings):
    settings.CHAT_SCHEMES = ("json",)

    change(tom, chat_url="json://chat.fernhill.example/x", alarms_by="both")
    with pytest.raises(Refused, match="Those that are: json"):
        change(tom, chat_url=SLACK)
