"""Meetings over the API: from what a kind brings along to the notes that are sent."""

import datetime as dt

import pytest

from amends.directory.actor import Role
from amends.escalations.models import Meeting
from tests import make
from tests.api.calling import NOW, Caller

pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)
AT = NOW + HOUR


@pytest.fixture
def escalation():
    return make.escalation(problems=("Every order arrives twice",))


@pytest.fixture
def handler(escalation):
    return Caller(escalation.handler)


def plan(handler, escalation, **more):
    body = {
        "kind": "first_contact",
        "starts_at": AT.isoformat(),
        "minutes": 30,
        "contacts": [escalation.contact_id],
        "members": [{"member": escalation.handler_id, "part": "leads"}],
    }
    return handler.post(f"/escalations/{escalation.key}/meetings", body | more)


def test_one_is_proposed_planned_answered_held_and_its_notes_are_sent(handler, escalation):
    proposal = handler.get(f"/escalations/{escalation.key}/meeting-proposal", kind="first_contact").json()
    made = plan(handler, escalation, agenda=proposal["agenda"]).json()
    maria = next(each for each in made["attendances"] if each["contact"])
    at = f"/meetings/{made['id']}"

    answered = handler.post(f"{at}/attendances/{maria['id']}/answer", {"answer": "accepted", "comment": "By phone"})
    moved = handler.patch(at, {"starts_at": (AT + HOUR).isoformat(), "reason": "They asked"}).json()
    over = AT + 2 * HOUR
    held = handler.post(f"{at}/held", {"came": [each["id"] for each in made["attendances"]], "mood": "calm"}, now=over)
    draft = handler.get(f"{at}/notes", now=over).json()
    kept = handler.call("put", f"{at}/notes", {"subject": "Notes", "text": "We agreed."}, now=over).json()
    sent = handler.post(f"{at}/notes/send", {"text": "We agreed.", "to": [escalation.contact_id]}, now=over)

    assert "What happened, in your words" in proposal["agenda"] and proposal["due_by"]
    assert {"Handles", "They"} <= {each["why"].split()[0] for each in proposal["people"]}
    assert answered.json()["attendances"][0]["answer"] == "accepted"
    # At another time everybody is asked anew.
    assert {each["answer"] for each in moved["attendances"] if each["contact"]} == {"needs_action"}
    assert held.json()["awaits_notes"] and held.json()["mood"] == "calm"
    assert "Every order arrives twice" in draft["text"] and draft["changed_at"] is None
    assert kept["changed_by"]["id"] == escalation.handler_id
    assert sent.status_code == 201
    assert handler.get(at).json()["notes_update"] == sent.json()["id"]


def test_a_draft_of_the_notes_says_what_of_our_own_minutes_stands_in_it(handler, escalation):
    made = plan(handler, escalation).json()
    at, over = f"/meetings/{made['id']}", AT + 2 * HOUR
    came = [each["id"] for each in made["attendances"]]
    handler.post(f"{at}/held", {"came": came, "words": "Calm. They may leave by spring."}, now=over)

    draft = handler.get(f"{at}/notes", now=over).json()
    kept = handler.call("put", f"{at}/notes", {"text": "As we see it, they may  leave by spring"}, now=over).json()

    assert (draft["from_minutes"], kept["from_minutes"]) == ([], ["They may leave by spring."])


def test_mine_are_those_that_i_am_in_and_a_case_has_all_of_its_own(handler, escalation):
    priya = make.member("Priya Raman", Role.RESPONDER)
    first = plan(handler, escalation, members=[{"member": priya.pk, "part": "expert"}]).json()
    second = plan(handler, escalation, kind="final").json()
    handler.post(f"/meetings/{second['id']}/call-off", {"reason": "Not needed", "agreed": True})

    mine = Caller(priya).get("/meetings").json()["items"]

    assert [each["id"] for each in mine] == [first["id"]]
    assert handler.get("/meetings").json()["items"] == []
    called_off = handler.get("/meetings", state="cancelled").json()["items"]
    assert [each["why_cancelled"] for each in called_off] == ["Not needed"]
    of_the_case = handler.get(f"/escalations/{escalation.key}/meetings").json()["items"]
    assert {each["id"] for each in of_the_case} == {first["id"], second["id"]}
    assert Caller(make.member("Ben", Role.SALES)).get("/meetings", whose="all").json()["items"] == []


def test_what_is_refused_names_its_field(handler, escalation):
    past = plan(handler, escalation, starts_at=(NOW - HOUR).isoformat())
    nobody = plan(handler, escalation, members=[])
    stranger = plan(handler, escalation, members=[{"member": 99999}])

    assert [past.status_code, nobody.status_code, stranger.status_code] == [422, 422, 422]
    assert "still ahead" in past.content.decode() and '"starts_at"' in past.content.decode()
    assert "Choose who of us comes." in nobody.content.decode()
    assert "no member 99999" in stranger.content.decode()
    assert not Meeting.objects.exists()


def test_lists_take_as_many_queries_for_many_as_for_few(handler, escalation, django_assert_max_num_queries):
    for _ in range(3):
        plan(handler, escalation)

    with django_assert_max_num_queries(8):
        handler.get("/meetings")
    with django_assert_max_num_queries(8):
        handler.get(f"/escalations/{escalation.key}/meetings")


def test_a_contact_says_when_one_can_talk_with_them(escalation):
    at, csm = f"/contacts/{escalation.contact_id}", Caller(escalation.account.csm)

    told = csm.patch(at, {"available": {"Monday": ["09:00-12:30"]}})
    wrong = csm.patch(at, {"available": {"someday": ["09:00-12:30"]}})
    left = csm.patch(at, {"title": "COO"})

    assert told.json()["available"] == left.json()["available"] == {"monday": ["09:00-12:30"]}
    assert wrong.status_code == 422 and '"available"' in wrong.content.decode()
