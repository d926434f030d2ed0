"""Everything that the page of one escalation shows, gathered in a constant number of queries."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from amends.clock.engine import foresee
from amends.clock.situations import Ahead, Tell, request_key
from amends.directory.models import Contact, Member, Organisation
from amends.escalations import authority, boards, hearers, situations
from amends.escalations.actions import promises
from amends.escalations.authority import Act
from amends.escalations.models import Escalation, Meeting, Parked, Problem, Promise, Request
from amends.escalations.timeline.audiences import around
from amends.escalations.timeline.reaching import QUIET_HOURS
from amends.lib import when
from amends.outbox.models import Delivery
from amends.playbook.models import PlaybookVersion
from amends.web.lookup import find
from amends.web.requests import MemberRequest

MOST_PROMISES = 10
MOST_SETTLED = 12
MOST_CONTACTS = 40
MOST_AHEAD = 4


@dataclass(frozen=True, slots=True)
class Rights:
    """What this member may do here, now: authority and the state of the escalation together."""

    hear: bool
    tell: bool
    plan: bool
    steer: bool
    close: bool
    adopt: bool
    see_outbox: bool
    of_causes: bool

    @classmethod
    def of(cls, request: MemberRequest, escalation: Escalation) -> Rights:
        def may(act: Act) -> bool:
            return authority.may(request.actor, act, escalation)

        ours, going = not escalation.is_history, escalation.is_under_way and not escalation.is_history
        return cls(
            hear=going and may(Act.HEAR),
            tell=going and may(Act.TELL),
            plan=going and may(Act.PLAN),
            steer=going and may(Act.STEER),
            close=ours and may(Act.CLOSE),
            adopt=escalation.is_history and may(Act.STEER),
            see_outbox=may(Act.SEE_OUTBOX),
            of_causes=going and may(Act.CHANGE_CAUSES),
        )


@dataclass(frozen=True, slots=True)
class Link:
    """A deed in a row; `asks`: it opens in the drawer. `focus`: the field that has the cursor after it."""

    says: str
    icon: str
    href: str
    key: str
    asks: bool = False
    focus: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """A milestone: done, now or ahead."""

    name: str
    says: str
    state: str = ""
    is_past: bool = False


def newer_playbook(escalation: Escalation) -> int | None:
    """The number of the playbook in force, where this is under way and judged by an older one."""
    if escalation.is_history or not escalation.is_under_way:
        return None
    newer = PlaybookVersion.objects.filter(number__gt=escalation.playbook.number)
    return newer.values_list("number", flat=True).first()


def beside_the_handler(request: MemberRequest, escalation: Escalation) -> Member | None:
    """Who writes here, where that is neither the handler nor who stands in for them."""
    return None if escalation.handler_id in request.actor.stands_for else request.user


def contacts_of(escalation: Escalation) -> list[Contact]:
    """Those at the customer who can hear of it: who escalated first, then who should be told of it. One query."""
    found = list(hearers.contacts(escalation)[:MOST_CONTACTS])
    found.sort(key=lambda contact: contact.pk != escalation.contact_id)
    for contact in found:
        contact.account = escalation.account
    return found


def promise_links(promise: Promise, now: dt.datetime, *, here: bool = False) -> list[Link]:
    """Send, log, move, and what else can become of it. `here`: the composer of this page keeps it already.

    How a meeting was is asked once it has begun.
    """
    page = reverse("escalation", args=[promise.escalation.key])
    if meeting := meeting_of(promise):
        its_page = reverse("meeting", args=[promise.escalation.key, meeting.pk])
        held = Link("How was it?", "tick", f"{its_page}held/", "l", asks=True)
        sees = Link("See the meeting", "meet", its_page, "")
        first = [held, sees] if meeting.ends_at <= now else [sees, held] if meeting.has_begun(now) else [sees]
        return [*first, Link("Give it another time", "move", f"{its_page}change/", "m")]
    send = Link("Send update", "pen", "#tell" if here else f"{page}?keeps={promise.pk}#tell", "u", focus="id_text")
    log = Link("Log call", "phone", f"{page}log/?keeps={promise.pk}", "l", asks=True)
    move = Link("Move it", "move", f"{page}promises/{promise.pk}/move/", "m", asks=True)
    if promise.is_look:
        return [Link("Look at it", "sun", f"{page}look/", "", asks=True)]
    end = Link("Give it up, or release it", "more", f"{page}promises/{promise.pk}/settle/", "", asks=True)
    by_voice = promise.channel in (Promise.Channel.CALL, Promise.Channel.MEETING)
    first = [log, send] if by_voice else [send, log]
    # Any word to the customer is the acknowledgement: there is nothing to move.
    return [*first, end] if promise.kind == Promise.Kind.ACKNOWLEDGEMENT else [*first, move, end]


def meeting_of(promise: Promise) -> Meeting | None:
    """The meeting that it is, with which it is kept and moved; of a promise that was read with it, for nothing."""
    return getattr(promise, "meeting", None)


def _was_requested(escalation: Escalation) -> bool:
    """Whether somebody had to take it on, or has still to."""
    return escalation.accepted_at != escalation.opened_at and not escalation.imported_key


_ENDED: dict[str, str] = {"withdrawn": "Withdrawn", "declined": "Declined"}


def milestones(escalation: Escalation, request: MemberRequest) -> list[Step]:
    """The way from reported to closed, with its moments in the reader's zone."""
    reached = [
        ("Reported", escalation.reported_at),
        *([("Accepted", escalation.accepted_at)] if _was_requested(escalation) else []),
        ("Acknowledged", escalation.acknowledged_at),
        ("First contact", escalation.first_contact_at),
        ("Plan confirmed", escalation.plan_confirmed_at),
        ("Resolved", escalation.resolved_at),
        ("Confirmed", escalation.confirmed_at),
        (_ENDED.get(escalation.status, "Closed"), escalation.closed_at),
    ]
    last = max(rank for rank, (_, at) in enumerate(reached) if at)
    now_at = next((rank for rank, (_, at) in enumerate(reached) if not at and rank > last), None)
    return [
        Step(
            name,
            when.day_and_time(at, request.zone, request.now) if at else "",
            "done" if at else "now" if rank == now_at and escalation.is_under_way else "",
            bool(at) and rank < last,
        )
        for rank, (name, at) in enumerate(reached)
    ]


def ahead(case: boards.Case, now: dt.datetime) -> list[tuple[dt.datetime, str]]:
    """What the clock will do if nobody does anything, in words; by the clock's own rules."""
    escalation, open_promises, asked = case.escalation, case.promises, case.asked
    if escalation.is_history or not escalation.is_under_way:
        return []
    try:
        met = list(situations.meetings_of([escalation.pk]))
        seen = situations.one(
            escalation, organisation=case.organisation, promises=open_promises, requests=asked, meetings=met
        )
        found = foresee(seen, now)[:MOST_AHEAD]
    except (LookupError, ValueError, ArithmeticError):
        # The clock says so itself: the escalation is parked, and the page shows why.
        return []
    owners = [*(promise.owner_id for promise in open_promises), *(meeting.organised_by_id for meeting in met)]
    people = around([escalation.handler_id, *owners], now)
    by_meeting = {key: meeting for meeting in met for key in situations.keys_of(meeting)}
    by_subject = {promise.subject: promise for promise in open_promises}
    by_key = {request_key(request.pk): request for request in asked}
    told = []
    for item in found:
        promise, request, meeting = by_subject.get(item.key), by_key.get(item.key), by_meeting.get(item.key)
        owner_id = promise.owner_id if promise else request.problem.owner_id if request else None
        owner_id = owner_id or (meeting.organised_by_id if meeting else None)
        names = [member.name for member in people.on_a_rung(item.tells, escalation, owner_id)]
        told.append((item.at, _foreseen(item, promise, request, names)))
    return sorted(told + _held(escalation, now), key=lambda each: each[0])


def _held(escalation: Escalation, now: dt.datetime) -> list[tuple[dt.datetime, str]]:
    """Who hears at the end of their quiet hours of what is held for them."""
    held = Delivery.objects.filter(subject=escalation.subject, state=Delivery.State.WAITING)
    # In the order of the index of what is about one case: by the moment, SQLite would read all that waits.
    quiet = held.filter(held_because__startswith=QUIET_HOURS).order_by("-posted_at")
    waiting = {(at, name) for at, name in quiet.values_list("next_try_at", "name") if at > now}
    return [(at, f"{name} hears what came in their quiet hours.") for at, name in sorted(waiting)]


def _foreseen(item: Ahead, promise: Promise | None, request: Request | None, names: Sequence[str]) -> str:
    who = _listed(names) or "nobody"
    are = "is" if len(names) == 1 else "are"
    match item.tell:
        case Tell.PROMISE_REMINDED if promise:
            return f"{who} {are} reminded of “{promise.what}”."
        case Tell.PROMISE_OVERDUE if promise:
            return f"The alarm rings for {who}: “{promise.what}” is due."
        case Tell.SILENCE_NOTICED:
            return f"The alarm rings for {who}: the customer has heard nothing for too long."
        case Tell.REQUEST_OVERDUE if request:
            return f"{who} {are} told that the customer has not answered “{request.what}”."
        case Tell.DECISION_DUE:
            return f"{who} {are} told that this waits for a decision."
        case Tell.MEETING_BRIEF:
            return "Those of ours who come to the meeting get a page to read before it."
        case Tell.MEETING_UNSETTLED:
            return f"{who} {are} asked whether the meeting was held."
        case Tell.MEETING_NOTES_DUE:
            return f"{who} {are} told that the notes of the meeting are to be sent."
        case Tell.MEETING_MISSING:
            return f"{who} {are} told that nobody has met the customer, or plans to."
        case Tell.TARGET_NEAR:
            return f"{who} {are} told that the target date is near."
        case _:
            return f"{who} {are} told that the target date has come."


def _listed(names: Sequence[str]) -> str:
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def promise_rows(found: Iterable[Promise], rights: Rights, now: dt.datetime) -> list[dict[str, Any]]:
    """Open promises as rows, with what can be done about each."""
    return [
        {
            "promise": promise,
            "acts": promise_links(promise, now) if rights.tell else [],
            "note": f"{promise.owner} sees to it" if promise.owner else "",
        }
        for promise in found
    ]


def clash(case: boards.Case, promise: Promise, request: MemberRequest) -> str:
    """Where the plan is later than what was promised: a sentence for the promise."""
    if promise.kind != Promise.Kind.FIX_DATE:
        return ""
    late = [problem for problem in case.problems if not problem.is_settled and problem.eta_at]
    last = max((problem.eta_at for problem in late if problem.eta_at), default=None)
    if last is None or last <= promise.due_at:
        return ""
    return f"The plan says {when.their_time(last, promise.zone, request.now)}, which is later. Tell them, and move it."


def rest(escalation: Escalation) -> QuerySet[Promise]:
    """All open promises of a case, for the page that lists them."""
    return escalation.promises.open().select_related("to", "owner", "meeting").order_by("due_at", "id")


def parked(escalation: Escalation) -> Parked | None:
    """Why the clock cannot look at it, where it cannot."""
    return Parked.objects.filter(escalation=escalation).first()


def proposed_next(
    escalation: Escalation, now: dt.datetime, organisation: Organisation | None = None
) -> dt.datetime | None:
    """When they should hear next by the playbook's cadence; None where it cannot be said."""
    try:
        return promises.next_by_cadence(escalation, now, organisation)
    except (LookupError, ValueError, ArithmeticError):
        return None


def find_promise(escalation: Escalation, pk: int) -> Promise:
    """A promise of this escalation. Raises NotFound."""
    return find(escalation.promises.select_related("to", "owner"), pk, "promise", of=escalation.key)


def find_problem(escalation: Escalation, pk: int) -> Problem:
    """A problem of this escalation. Raises NotFound."""
    found = escalation.problems.select_related("owner", "team").prefetch_related(
        "estimates__by", "tickets", "requests__to"
    )
    return find(found, pk, "problem", of=escalation.key)
