"""Planning a meeting, from the pages: what a kind brings along, what was typed, who is asked."""

import re

import pytest

from amends.directory.actor import Role
from amends.escalations.actions.customer_answers import propose_times
from amends.escalations.actions.customer_links import give
from amends.escalations.customer_links import who
from amends.escalations.models import Meeting
from amends.lib import wall, when
from tests import make
from tests.web.filled import filled
from tests.web.planned import HOUR, at, at_noon, fields, page_of, there

pytestmark = pytest.mark.django_db


@pytest.fixture
def now():
    return wall.now().replace(second=0, microsecond=0)


@pytest.fixture
def escalation(now, client):
    """An escalation whose handler is logged in."""
    escalation = make.escalation(now=now - HOUR, problems=("Every order arrives twice",))
    client.force_login(escalation.handler)
    return escalation


def test_a_kind_brings_its_agenda_and_its_people_along_and_is_planned(client, escalation, now):
    page, data = page_of(client, escalation, "new/"), fields(client, escalation, "new/")

    answer = client.post(at(escalation, "new/"), data | {"starts_at": there(at_noon(now)), "place": "+351 21 555 0100"})

    meeting = Meeting.objects.get()
    assert data["kind"] == ["first_contact"] and "What happened, in your words" in data["agenda"][0]
    assert f"Handles {escalation.key}, and leads." in page and "Listen until they have finished" in page
    assert answer["Location"] == at(escalation, f"{meeting.pk}/")
    assert meeting.starts_at == at_noon(now) and meeting.zone == "Europe/Lisbon"
    assert {each.name for each in meeting.attendances.all()} >= {"Maria Duarte", escalation.handler.name}
    shown = page_of(client, escalation, f"{meeting.pk}/")
    assert "+351 21 555 0100" in shown and "No answer yet" in shown and "What happened, in your words" in shown


def test_another_kind_shows_what_it_brings_and_what_was_typed_stays(client, escalation, now):
    data = fields(client, escalation, "new/") | {"place": "Room 4", "starts_at": there(at_noon(now))}

    untouched = client.post(at(escalation, "new/"), data | {"kind": "final", "begin": "1"}).content.decode()
    written = client.post(at(escalation, "new/"), data | {"kind": "final", "begin": "1", "agenda": "Mine"})

    assert not Meeting.objects.exists()
    kept = filled(untouched, at(escalation, "new/"))
    assert kept["kind"] == kept["drawn_for"] == ["final"]
    assert kept["place"] == ["Room 4"] and kept["starts_at"] == [there(at_noon(now))]
    assert "Is everything solved that you expected us to solve?" in kept["agenda"][0]
    assert filled(written.content.decode(), at(escalation, "new/"))["agenda"] == ["Mine"]


def test_another_kind_is_looked_at_before_anybody_is_invited(client, escalation, now):
    csm = escalation.account.csm
    data = fields(client, escalation, "new/") | {"starts_at": there(at_noon(now)), "kind": "internal"}

    answer = client.post(at(escalation, "new/"), data)
    shown = filled(answer.content.decode(), at(escalation, "new/"))
    client.post(at(escalation, "new/"), shown)

    assert answer.status_code == 422 and "Another kind brings its own along." in answer.content.decode()
    assert f"part_{csm.pk}" in data and f"part_{csm.pk}" not in shown and "contacts" not in shown
    meeting = Meeting.objects.get()
    assert (meeting.kind, meeting.starts_at) == ("internal", at_noon(now))
    assert not meeting.attendances.filter(contact__isnull=False).exists()


def test_what_was_typed_for_a_kind_stays_while_it_is_that_kind(client, escalation, now):
    part = f"part_{escalation.account.csm.pk}"
    data = fields(client, escalation, "new/") | {part: "expert", "contacts": [], "begin": "1"}

    same = client.post(at(escalation, "new/"), data).content.decode()
    other = client.post(at(escalation, "new/"), data | {"kind": "final"}).content.decode()

    same, other = filled(same, at(escalation, "new/")), filled(other, at(escalation, "new/"))
    assert same[part] == ["expert"] and "contacts" not in same
    assert other[part] == ["guest"] and other["contacts"] == [str(escalation.contact_id)]


def test_outside_their_hours_one_is_warned_and_may_all_the_same(client, escalation, now):
    escalation.contact.available = {"friday": ["08:00-09:00"]}
    escalation.contact.save()
    data = fields(client, escalation, "new/") | {"starts_at": there(at_noon(now))}

    warned = client.post(at(escalation, "new/"), data)
    says = warned.content.decode()
    key = re.search(r'name="as_it_is" value="([^"]+)"', says)
    later = client.post(at(escalation, "new/"), data | {"as_it_is": key[1], "starts_at": there(at_noon(now, 9))})
    done = client.post(at(escalation, "new/"), data | {"as_it_is": key[1]})

    assert "fri 08:00-09:00 in Lisbon" in page_of(client, escalation, "new/")
    assert warned.status_code == 422 and "outside the hours at which one can talk with them" in says
    # Who read the one has not read the other.
    assert later.status_code == 422
    assert done.status_code == 302 and Meeting.objects.get().starts_at == at_noon(now)


def test_a_time_that_they_proposed_on_their_page_is_there_to_be_chosen(client, escalation, now):
    handler = escalation.handler.as_actor()
    link = give(escalation, contact=escalation.contact, by=handler, now=now)
    wished = at_noon(now, 4)
    propose_times(link, moments=[wished], words="", by=who(link), now=now)

    page = page_of(client, escalation, "new/")
    client.post(at(escalation, "new/"), fields(client, escalation, "new/") | {"suits": wished.isoformat()})

    assert "They proposed" in page and f"{wished.isoformat()}" in page and "Maria Duarte" in page
    assert Meeting.objects.get().starts_at == wished


def test_who_plans_one_before_the_first_word_reads_that_the_invitation_is_that_word(client, escalation, now):
    owed = escalation.promises.open().get(kind="acknowledgement")
    says = f"it keeps the promise to answer by {when.their_time(owed.due_at, owed.zone, now)}."
    data = fields(client, escalation, "new/")

    before = page_of(client, escalation, "new/")
    among_us = client.post(at(escalation, "new/"), data | {"kind": "internal", "begin": "1"}).content.decode()
    client.post(at(escalation, "new/"), data | {"starts_at": there(at_noon(now))})
    after = page_of(client, escalation, "new/")

    owed.refresh_from_db()
    assert owed.status == "kept"
    assert f"The invitation is your first word to them: {says}" in before
    assert "first word" not in among_us + after


def test_a_first_word_that_is_late_is_not_said_to_be_in_time(client, escalation, now):
    escalation.promises.open().update(due_at=now - HOUR)

    assert "it keeps, late, the promise to answer by" in page_of(client, escalation, "new/")


def test_what_is_refused_comes_back_with_all_that_was_typed(client, escalation, now):
    data = fields(client, escalation, "new/") | {"agenda": "Stock first", "contacts": []}

    timeless = client.post(at(escalation, "new/"), data)
    nobody = client.post(at(escalation, "new/"), data | {"starts_at": there(at_noon(now))})
    past = client.post(at(escalation, "new/"), data | {"starts_at": "2020-01-01T10:00"})

    for answer, says in (
        (timeless, "Nobody can come without a time"),
        (nobody, "Choose who of the customer comes."),
        (past, "Choose"),
    ):
        assert (
            answer.status_code == 422 and says in answer.content.decode() and "Stock first" in answer.content.decode()
        )


def test_somebody_else_of_ours_is_asked_besides_and_somebody_proposed_is_not(client, escalation, now):
    priya = make.member("Priya Raman", Role.RESPONDER)
    csm = escalation.account.csm
    data = fields(client, escalation, "new/") | {"starts_at": there(at_noon(now)), f"part_{csm.pk}": ""}

    client.post(at(escalation, "new/"), data | {"more_0": priya.pk, "more_part_0": "expert"})

    ours = {each.member: each.part for each in Meeting.objects.get().attendances.filter(contact=None)}
    assert ours == {escalation.handler: "leads", priya: "expert"}
