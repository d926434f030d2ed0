"""Mail that came in, over the API: listed, read, and put where it belongs."""

from __future__ import annotations

import pytest

from amends.directory.actor import Role
from amends.escalations.models import Escalation, Incoming
from tests import make
from tests.api.calling import Caller, says
from tests.escalations.mail.writing import answer_address, arrives, brightwater

pytestmark = pytest.mark.django_db
STRANGER = "Otto Klein <otto@elsewhere.example>"


@pytest.fixture
def case() -> Escalation:
    return brightwater()[0]


@pytest.fixture
def nadia() -> Caller:
    return Caller(make.member("Nadia Brandt", Role.MANAGER))


def test_mail_is_listed_by_state_with_its_beginning_and_not_with_all_its_words(nadia: Caller, case: Escalation):
    arrives("First words. " + "More words. " * 100, sender=STRANGER, subject="An offer", now=make.THURSDAY)
    filed = arrives(to=answer_address(case), now=make.THURSDAY)

    (waiting,) = nadia.get("/mail", state="stranger").json()["items"]
    newest = nadia.get("/mail", limit=1).json()

    assert (waiting["subject"], waiting["sender_address"]) == ("An offer", "otto@elsewhere.example")
    assert waiting["beginning"].startswith("First words.") and len(waiting["beginning"]) == 300
    assert "text" not in waiting
    (line,) = newest["items"]
    assert line["filed_in"] == [{"escalation": case.key, "update": case.updates.get(direction="in").pk, "note": None}]
    assert [row["id"] for row in nadia.get("/mail", after=newest["next"]).json()["items"]] == [filed.pk - 1]


def test_one_mail_is_read_with_all_its_words(nadia: Caller, case: Escalation):
    mail = arrives(
        "It did not.\n\nOn Thu, 19 Nov 2026, Tom wrote:\n> Does it help?\n", to=answer_address(case), now=make.THURSDAY
    )

    shown = nadia.get(f"/mail/{mail.pk}").json()
    update = nadia.get(f"/escalations/{case.key}/updates").json()["items"][0]

    assert (shown["words"], shown["account"]["name"]) == ("It did not.", "Brightwater Foods")
    assert "> Does it help?" in shown["text"]
    assert (update["text"], update["mail"]) == ("It did not.", mail.pk)


def test_mail_is_put_into_a_case_opened_from_or_set_aside(nadia: Caller, case: Escalation):
    first, second, third = (arrives(sender=STRANGER, subject="The portal is down", now=make.THURSDAY) for _ in "123")

    filed = nadia.post(f"/mail/{first.pk}/file", {"escalation": case.key})
    opened = nadia.post(f"/mail/{second.pk}/open", {"account": case.account_id})
    aside = nadia.post(f"/mail/{third.pk}/set-aside", {"reason": "Advertising"})

    assert [row["escalation"] for row in filed.json()["filed_in"]] == [case.key]
    assert (opened.status_code, opened.json()["reason"]) == (201, "The portal is down")
    assert (aside.json()["state"], aside.json()["why"]) == ("set aside", "Advertising")
    assert aside.json()["settled_by"]["name"] == "Nadia Brandt"
    assert set(Incoming.objects.values_list("state", flat=True)) == {"filed", "set aside"}


def test_what_cannot_be_done_with_it_is_refused_at_its_field(nadia: Caller, case: Escalation):
    mail = arrives(sender=STRANGER, now=make.THURSDAY)
    filed = arrives(to=answer_address(case), now=make.THURSDAY)

    assert "ESC-4711" in says(nadia.post(f"/mail/{mail.pk}/file", {"escalation": "ESC-4711"}))["escalation"]
    assert "account" in says(nadia.post(f"/mail/{mail.pk}/open", {"account": 4711}))
    assert "reason" in says(nadia.post(f"/mail/{mail.pk}/set-aside", {"reason": " "}))
    again = nadia.post(f"/mail/{filed.pk}/set-aside", {"reason": "Advertising"})
    assert (again.status_code, again.json()["detail"]) == (422, "Somebody has seen to this mail already.")


def test_a_token_that_may_only_read_sees_what_waits_and_who_may_not_sort_does_not(case: Escalation):
    mail = arrives(sender=STRANGER, now=make.THURSDAY)
    reader = Caller(make.member("Nadia Brandt", Role.MANAGER), scope="read")
    ruth = Caller(make.member("Ruth Adeyemi", Role.EXECUTIVE))

    assert [row["id"] for row in reader.get("/mail").json()["items"]] == [mail.pk]
    assert reader.post(f"/mail/{mail.pk}/set-aside", {"reason": "Advertising"}).status_code == 403
    assert ruth.get("/mail").json()["items"] == []
    assert ruth.get(f"/mail/{mail.pk}").status_code == 404
