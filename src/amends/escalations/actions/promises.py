"""Promising, moving, giving up; keeping is done by an update."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db import transaction

from amends.directory.actor import Actor
from amends.directory.checks import one_of
from amends.directory.models import Contact, Member, Organisation
from amends.escalations.actions import inside
from amends.escalations.authority import Act, check, may
from amends.escalations.errors import Refused
from amends.escalations.models import Escalation, Meeting, Promise, Update
from amends.escalations.models.promise import lateness
from amends.escalations.standing import is_under_way, may_hear, not_far_ahead, present, read_anew
from amends.escalations.terms import terms
from amends.escalations.timeline import kinds
from amends.escalations.timeline.record import record
from amends.lib import when

Status = Promise.Status
AN_UPDATE = "An update on where we stand"
TO_LOOK = "Look whether the customer needs to know by now"
# Whom a promise is for where the customer need not know of anything
OURSELVES = "ourselves"


@transaction.atomic
def make(
    escalation: Escalation,
    *,
    what: str,
    due_at: dt.datetime,
    by: Actor,
    now: dt.datetime,
    kind: str = Promise.Kind.NEXT_UPDATE,
    channel: str = Promise.Channel.MAIL,
    to: Contact | None = None,
    owner: Member | None = None,
    moved_from: Promise | None = None,
    made_with: Update | None = None,
) -> Promise:
    """Promise the customer something by a moment still ahead. The owner is the handler unless named.

    `made_with` is the word in which it was promised.
    """
    escalation.lock()
    check(by, Act.TELL, escalation)
    is_under_way(escalation, otherwise="before you promise more")
    is_ahead(due_at, now)
    if not what.strip():
        raise Refused("Say what the customer will get.", field="what")
    if moved_from is None:
        inside.tells_nothing_of_it(escalation, what=what)
    one_of(kind, _TO_THEM, "kind", what="a kind of promise")
    one_of(channel, Promise.Channel.values, "channel", what="a channel")
    if owner is not None:
        present(owner, "owner", now)
    may_hear(to, escalation.account, "to")

    promise = Promise(kind=kind, what=what.strip(), channel=channel, to=to, due_at=due_at, moved_from=moved_from)
    promise.made_with = made_with
    promise.owner_id = owner.pk if owner else None
    return _promised(promise, escalation, by, now)


def owe_acknowledgement(escalation: Escalation, *, due_at: dt.datetime, by: Actor, now: dt.datetime) -> Promise:
    """The first answer that every escalation owes, by the playbook's time.

    Counted from the report, so it may be overdue from the start: then it rings at once. Part of acts that hold the row
    already.
    """
    promise = Promise(
        kind=Promise.Kind.ACKNOWLEDGEMENT,
        what="Acknowledge: there is a problem, we are on it, an explanation by…",
        channel=Promise.Channel.CALL if escalation.channel == "phone" else Promise.Channel.MAIL,
        due_at=due_at,
    )
    return _promised(promise, escalation, by, now)


@transaction.atomic
def keep(promise: Promise, *, update: Update, by: Actor, now: dt.datetime) -> None:
    """An update that was said keeps a promise: in time or late, as the update's own moment says."""
    escalation = promise.escalation
    escalation.lock()
    check(by, Act.TELL, escalation)
    read_anew(promise, escalation)
    if promise.status != Status.OPEN:
        raise Refused(f"“{promise.what}” is {promise.get_status_display().lower()} already.", field="keeps")
    _was_told(update, escalation, "keeps")
    _is_no_meeting(promise, "keeps")
    if promise.kind == Promise.Kind.LOOK:
        raise Refused("Nobody outside waits for that. Say whether they need to know by now.", field="keeps")
    if is_before(update.at, owed_since(promise, escalation)):
        if promise.kind == Promise.Kind.ACKNOWLEDGEMENT:
            raise Refused("That was said before they told us of this, so it acknowledges nothing.", field="keeps")
        raise Refused("That was said before this was promised, so it cannot have kept it.", field="keeps")

    _kept(promise, escalation, update.at, update, by, now)


@transaction.atomic
def looked(escalation: Escalation, *, by: Actor, now: dt.datetime) -> None:
    """Somebody has looked whether the customer needs to know, as we had promised ourselves. Part of saying so."""
    escalation.lock()
    for promise in escalation.promises.open().filter(kind=Promise.Kind.LOOK):
        _kept(promise, escalation, now, None, by, now)


@transaction.atomic
def move(
    promise: Promise, *, due_at: dt.datetime, told_by: Update, reason: str, by: Actor, now: dt.datetime
) -> Promise:
    """Give a promise a new time, which `told_by` has told the customer.

    Told before it was due, the promise is *moved*. Told after, it stays missed: it is *broken*, with the reason,
    and the new time is a new promise all the same. Both ways the new promise points at the old.
    """
    escalation = promise.escalation
    escalation.lock()
    check(by, Act.TELL, escalation)
    read_anew(promise, escalation)
    _still_open(promise)
    _is_no_meeting(promise, "due_at")
    if due_at <= now:
        raise Refused("The new time has passed already. Choose one that is still ahead.", field="due_at")
    if due_at == promise.due_at:
        raise Refused("That is the time it has now.", field="due_at")
    if not reason.strip():
        raise Refused("Say why it moves: the customer will ask.", field="reason")
    _was_told(told_by, escalation, "told_by")
    if is_before(told_by.at, promise.made_at):
        raise Refused("That was said before this was promised, so it cannot have moved it.", field="told_by")

    in_time = told_by.at <= promise.due_at
    promise.status = Status.MOVED if in_time else Status.BROKEN
    promise.settled_at, promise.reason = told_by.at, reason.strip()
    promise.save(update_fields=["status", "settled_at", "reason"])
    record(
        kinds.PROMISE_MOVED if in_time else kinds.PROMISE_BROKEN,
        escalation,
        by=by,
        now=now,
        promise=promise,
        update=told_by,
        what=promise.what,
        due_at=promise.due_at,
        new_due_at=due_at,
        reason=promise.reason,
        # That a meeting changed is told with its invitation.
        is_told=told_by.meeting_id is not None,
    )
    return make(
        escalation,
        what=promise.what,
        due_at=due_at,
        by=by,
        now=now,
        kind=promise.kind,
        channel=promise.channel,
        to=promise.to if promise.to and not promise.to.has_left else None,
        owner=promise.owner if promise.owner and promise.owner.is_active else None,
        moved_from=promise,
        made_with=told_by,
    )


@transaction.atomic
def give_up(promise: Promise, *, reason: str, by: Actor, now: dt.datetime) -> None:
    """Say that a promise is broken: it will not be kept. If it was the last, the next update is promised."""
    _settle(promise, Status.BROKEN, kinds.PROMISE_BROKEN, reason, by, now)
    owe_next(promise.escalation, by=by, now=now)


@transaction.atomic
def release(promise: Promise, *, reason: str, by: Actor, now: dt.datetime) -> None:
    """The customer waived it. It counts in no rate. If it was the last, the next update is promised."""
    _settle(promise, Status.RELEASED, kinds.PROMISE_RELEASED, reason, by, now)
    owe_next(promise.escalation, by=by, now=now)


@transaction.atomic
def release_all(escalation: Escalation, *, reason: str, by: Actor, now: dt.datetime, missed_too: bool = False) -> None:
    """The escalation is over: what is still ahead is released, by name. What was missed is broken, or released too.

    Part of ending it, so nobody is asked for it again.
    """
    escalation.lock()
    _let_go(escalation.promises.open(), escalation, reason, by, now, missed_too=missed_too)


@transaction.atomic
def release_routine(escalation: Escalation, *, reason: str, by: Actor, now: dt.datetime) -> None:
    """They need not hear of it after all: what goes on by itself is let go. Part of saying so, so nobody is asked."""
    escalation.lock()
    _let_go(escalation.promises.open().filter(kind__in=Promise.ROUTINE), escalation, reason, by, now)


@transaction.atomic
def owe_next(escalation: Escalation, *, by: Actor, now: dt.datetime, made_with: Update | None = None) -> Promise | None:
    """Never silent: where nothing is promised any more, promise the next update by the severity's cadence.

    Where the customer need not know, we promise ourselves to look, by then, whether that still holds.
    It follows from what was done, so who was allowed that is not asked again.
    """
    escalation.lock()
    if not escalation.is_under_way or escalation.promises.open().exists():
        return None
    due_at = next_owed(escalation, now)
    if escalation.customer_should_know:
        promise = Promise(kind=Promise.Kind.NEXT_UPDATE, what=AN_UPDATE, due_at=due_at)
    else:
        promise = Promise(kind=Promise.Kind.LOOK, what=TO_LOOK, due_at=due_at)
    promise.made_with = made_with
    return _promised(promise, escalation, by, now)


def next_owed(escalation: Escalation, now: dt.datetime) -> dt.datetime:
    """When the customer should hear next where nobody tells them anything now: counted from the last word to them."""
    found = terms(escalation.playbook, escalation.severity, Organisation.current())
    zone = escalation.account.zone
    if spoke_at := escalation.last_said_at:
        due_at = found.cadence.after_speaking(spoke_at, calendar=found.calendar, zone=zone)
        if due_at > now:
            return due_at
    return found.cadence.next_after(now, calendar=found.calendar, zone=zone)


def next_by_cadence(escalation: Escalation, now: dt.datetime, organisation: Organisation | None = None) -> dt.datetime:
    """When the customer should hear next, having been told something now: what the composer proposes."""
    found = terms(escalation.playbook, escalation.severity, organisation or Organisation.current())
    return found.cadence.after_speaking(now, calendar=found.calendar, zone=escalation.account.zone)


def is_ahead(due_at: dt.datetime, now: dt.datetime) -> None:
    """Refuse to promise something by a moment that has passed, or by one too far ahead."""
    if due_at <= now:
        raise Refused("A promise needs a moment that is still ahead.", field="due_at")
    not_far_ahead(due_at, now, "due_at")


def is_before(said_at: dt.datetime, moment: dt.datetime) -> bool:
    """Whether something was said in an earlier minute: people write down no seconds."""
    return said_at < moment.replace(second=0, microsecond=0)


def owed_since(promise: Promise, escalation: Escalation) -> dt.datetime:
    """From when on a word to the customer can keep it. A first acknowledgement: since the report that it answers."""
    if promise.kind != Promise.Kind.ACKNOWLEDGEMENT:
        return promise.made_at
    answered = [case for case in (escalation, *escalation.merged.all()) if case.opened_at == promise.made_at]
    return min((case.reported_at for case in answered), default=promise.made_at)


def _kept(
    promise: Promise,
    escalation: Escalation,
    at: dt.datetime,
    update: Update | None,
    by: Actor,
    now: dt.datetime,
) -> None:
    late = lateness(promise.due_at, at)
    promise.status = Status.KEPT if late <= 0 else Status.KEPT_LATE
    promise.settled_at, promise.late_by, promise.kept_by = at, late, update
    promise.save(update_fields=["status", "settled_at", "late_by", "kept_by"])
    record(
        kinds.PROMISE_KEPT if late <= 0 else kinds.PROMISE_KEPT_LATE,
        escalation,
        by=by,
        now=now,
        promise=promise,
        what=promise.what,
        due_at=promise.due_at,
        late=when.duration(at - promise.due_at),
    )


def _promised(promise: Promise, escalation: Escalation, by: Actor, now: dt.datetime) -> Promise:
    """Write it down: to the contact, in their time, and the handler's, unless it says otherwise."""
    is_ours = promise.kind == Promise.Kind.LOOK
    contact = promise.to = None if is_ours else promise.to or escalation.contact
    promise.escalation, promise.made_at = escalation, now
    promise.owner_id = promise.owner_id or _answers_for(escalation)
    promise.zone = (contact.zone if contact else "") or escalation.account.zone
    promise.save(force_insert=True)
    record(
        kinds.PROMISE_MADE,
        escalation,
        by=by,
        now=now,
        promise=promise,
        what=promise.what,
        contact=OURSELVES if is_ours else str(contact or escalation.account),
        due_at=promise.due_at,
    )
    return promise


_TO_THEM = [kind for kind in Promise.Kind.values if kind != Promise.Kind.LOOK]


def _answers_for(escalation: Escalation) -> int | None:
    """Who owes the word: the handler; until somebody has taken a request on, the member who asked.

    Where they may not tell the customer anything, it is the account's CSM, who can.
    """
    if escalation.status != Escalation.Status.REQUESTED:
        return escalation.handler_id
    for member in (escalation.opened_by, escalation.account.csm):
        if member and member.is_active and may(member.as_actor(), Act.TELL, escalation):
            return member.pk
    return escalation.handler_id


def _let_go(
    found: Iterable[Promise],
    escalation: Escalation,
    reason: str,
    by: Actor,
    now: dt.datetime,
    *,
    missed_too: bool = False,
) -> None:
    """What is ahead is released; what was missed is broken, unless the whole of it was no escalation."""
    for promise in found:
        if promise.is_overdue(now) and not missed_too:
            _settled(promise, escalation, Status.BROKEN, kinds.PROMISE_BROKEN, reason, by, now)
        else:
            _settled(promise, escalation, Status.RELEASED, kinds.PROMISE_RELEASED, reason, by, now)


def _settle(
    promise: Promise, status: Promise.Status, kind: kinds.Kind, reason: str, by: Actor, now: dt.datetime
) -> None:
    escalation = promise.escalation
    escalation.lock()
    check(by, Act.TELL, escalation)
    read_anew(promise, escalation)
    _still_open(promise)
    _is_no_meeting(promise, None)
    if not reason.strip():
        raise Refused("Say why; it stays on the timeline.", field="reason")
    _settled(promise, escalation, status, kind, reason, by, now)


def _settled(
    promise: Promise,
    escalation: Escalation,
    status: Promise.Status,
    kind: kinds.Kind,
    reason: str,
    by: Actor,
    now: dt.datetime,
) -> None:
    promise.status, promise.settled_at, promise.reason = status, now, reason.strip()
    promise.save(update_fields=["status", "settled_at", "reason"])
    record(
        kind,
        escalation,
        by=by,
        now=now,
        promise=promise,
        what=promise.what,
        due_at=promise.due_at,
        reason=promise.reason,
        is_told=_is_called_off(promise),
    )


def _was_told(update: Update, escalation: Escalation, field: str) -> None:
    """Only what was said to this customer, in this escalation, can keep or move what they were promised."""
    if update.escalation_id != escalation.pk:
        raise Refused("That was said in another escalation.", field=field)
    if update.struck_at:
        raise Refused("That was struck: it counts for nothing.", field=field)
    if update.direction != Update.Direction.OUT:
        raise Refused("That was heard from the customer, not told to them.", field=field)


def _is_called_off(promise: Promise) -> bool:
    """Whether it was a meeting that is off: everybody who would hear of the promise has heard that."""
    is_one = promise.channel == Promise.Channel.MEETING
    return is_one and Meeting.objects.filter(promise=promise, state=Meeting.State.CANCELLED).exists()


def _is_no_meeting(promise: Promise, field: str | None) -> None:
    """Refuse what is the promise of a planned meeting: it goes with the meeting, or calendars would say otherwise."""
    if promise.channel == Promise.Channel.MEETING and Meeting.objects.planned().filter(promise=promise).exists():
        raise Refused("That is a meeting. Say there how it was, give it another time, or call it off.", field=field)


def _still_open(promise: Promise) -> None:
    if promise.status != Status.OPEN:
        raise Refused(f"“{promise.what}” is {promise.get_status_display().lower()} already.")
