"""A case of Brightwater's with a first contact planned for Thursday at 15:00 in Lisbon, which is 16:00 in Berlin."""

from __future__ import annotations

import datetime as dt
from typing import Any

from icalendar import Calendar

from amends.directory.actor import Actor, Role
from amends.directory.models import Member
from amends.escalations.actions import corrections, meeting_answers, meeting_notes, meetings
from amends.escalations.actions import customer_links as links
from amends.escalations.meetings import Invited
from amends.escalations.models import Attendance, Escalation, Meeting
from amends.outbox.models import Delivery
from tests import make
from tests.escalations.reading import HOUR
from tests.world import World

NOW = make.THURSDAY
AT = NOW + 6 * HOUR
LEADS, PRESENCE = Attendance.Part.LEADS, Attendance.Part.PRESENCE


def a_case(**heard: Any) -> Escalation:
    account = make.account("Brightwater Foods", mail_domains=["brightwater.example"])
    maria = make.contact(account, "Maria Duarte", title="Head of Orders")
    return make.escalation(of=account, contact=maria, problems=("Every order arrives twice", "Stock is wrong"), **heard)


def handler(case: Escalation) -> Member:
    assert case.handler
    return case.handler


def plan(case: Escalation, *, now: dt.datetime = NOW, **said: Any) -> Meeting:
    """The handler plans it, and leads; a stranger to the case comes along where `also` names them."""
    ours = [Invited(handler(case), LEADS), *(Invited(member, PRESENCE) for member in said.pop("also", ()))]
    values: dict[str, Any] = {
        "kind": "first_contact",
        "starts_at": AT,
        "minutes": 30,
        "contacts": [] if said.get("kind") == "internal" else [case.contact],
        "members": ours,
        "place": "https://meet.example/brightwater",
    }
    return meetings.plan(case, **values | said, by=handler(case).as_actor(), now=now)


def hold(meeting: Meeting, *, now: dt.datetime | None = None, **said: Any) -> Meeting:
    """All who were invited came, and somebody says so when it is over."""
    came = [each.pk for each in meeting.attendances.all()]
    by = handler(meeting.escalation).as_actor()
    return meetings.held(meeting, **{"came": came} | said, by=by, now=now or meeting.ends_at)


def of(meeting: Meeting, person: Any) -> Attendance:
    """Somebody’s part in it, as it stands."""
    return meeting.attendances.get(**{"member" if isinstance(person, Member) else "contact": person})


def all_that_happens(world: World) -> Escalation:
    """A case in which everything happens that can happen about meetings, by real acts and the real clock."""
    case = a_case(now=world.now)
    by, gita, maria = handler(case).as_actor(), make.member("Gita", Role.RESPONDER), Actor(str(case.contact))
    moved = plan(case, now=world.now, starts_at=world.now + HOUR, also=[gita])
    link = links.give(case, contact=case.contact, by=by, now=world.now)
    meeting_answers.by_page(link, meeting=moved, answer="accepted", by=maria, now=world.now)
    at = world.now + 2 * HOUR
    meeting_answers.by_page(link, meeting=moved, answer="declined", proposed_at=at, by=maria, now=world.now)
    meeting_answers.by_hand(of(moved, gita), answer="declined", by=gita.as_actor(), now=world.now)
    meetings.change(moved, starts_at=at, reason="They asked.", by=by, now=world.now)
    meeting_answers.by_hand(of(moved, case.contact), answer="accepted", by=by, now=world.now)
    off = plan(case, now=world.now, kind="status", starts_at=at + HOUR)
    meetings.call_off(off, reason="No need.", agreed=True, by=by, now=world.now)
    world.sleeps(hours=4)
    hold(moved, now=world.now)
    world.sleeps(days=9)
    meeting_notes.send(moved, text="Dear Maria,", to=[case.contact], by=by, now=world.now)
    last = plan(case, now=world.now, starts_at=world.now + HOUR)
    world.sleeps(hours=2)
    corrections.strike(hold(last, now=world.now).held_update, reason="Not yet.", by=by, now=world.now)
    last = Meeting.objects.get(pk=last.pk)
    meeting_notes.waive(hold(last, now=world.now), reason="They want no more.", by=by, now=world.now)
    return case


def calendar(delivery: Delivery) -> Any:
    """The one event of what went along, and with which method."""
    method, text = delivery.letter["calendar"]
    read = Calendar.from_ical(text)
    assert read["METHOD"] == method
    return method, read.events[0]
