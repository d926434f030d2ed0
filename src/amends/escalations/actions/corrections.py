"""Taking back what has not left yet, and putting right what was written down wrongly.

An update is never changed: it is struck, and stands on the timeline as such. What followed from it is undone: promises
that it kept or moved are open again, those made with it are released, and the milestones are those of what stands.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db import transaction
from django.db.models import Max, Q

from amends.directory.actor import Actor
from amends.directory.models import Contact
from amends.escalations import mails
from amends.escalations.actions import keeping, leave_outs, meeting_outcomes, promises, updates
from amends.escalations.authority import Act, check
from amends.escalations.errors import Refused
from amends.escalations.models import Escalation, Meeting, Promise, Update
from amends.escalations.standing import is_under_way
from amends.escalations.timeline import kinds
from amends.escalations.timeline.record import record
from amends.outbox import repairs

Direction = Update.Direction
_LETTING_GO = "The word in which it was promised does not stand."
_REACHED_NOBODY = "It did not reach anybody."
_NEVER_MOVED = "The word in which it was moved does not stand."


@transaction.atomic
def take_back(update: Update, *, by: Actor, now: dt.datetime) -> None:
    """Keep a mail from leaving: all its copies, or it is refused because one of them is on its way."""
    escalation = update.escalation
    escalation.lock()
    _may_be_struck(update, escalation, by)
    if not update.is_mailed:
        raise Refused("Only a mail that waits to leave can be taken back. Correct what was written down instead.")
    repairs.take_back(mails.identity(update), now=now)

    _strike(update, "Taken back before it left.", by, now)
    record(kinds.UPDATE_RECALLED, escalation, by=by, now=now, update=update, contact=updates.names(update))
    _undo(update, escalation, by, now)
    leave_outs.restore(update, by=by, now=now)


@transaction.atomic
def strike(update: Update, *, reason: str, by: Actor, now: dt.datetime) -> None:
    """What was written down never happened, or happened elsewhere. A mail that has left cannot be unsaid.

    Where it said that a meeting was held, it is asked again how that was; refused once they have its notes.
    """
    escalation = update.escalation
    escalation.lock()
    _may_be_corrected(update, escalation, reason, by)
    if meeting := meeting_outcomes.of(update, escalation):
        meeting_outcomes.may_be_taken_back(meeting)

    _strike(update, reason, by, now)
    record(kinds.UPDATE_STRUCK, escalation, by=by, now=now, update=update, said_at=update.at, reason=update.why_struck)
    _undo(update, escalation, by, now)


@transaction.atomic
def correct(
    update: Update,
    *,
    reason: str,
    channel: str,
    text: str,
    at: dt.datetime,
    by: Actor,
    now: dt.datetime,
    direction: str = Direction.OUT,
    contact: Contact | None = None,
    minutes: int | None = None,
) -> Update:
    """Write down anew what was written down wrongly; answers with what stands now.

    It keeps and makes the promises of the old where it could have, early or late as its own moment says; and where
    the old said that a meeting was held, it was as the new says.
    """
    escalation = update.escalation
    escalation.lock()
    _may_be_corrected(update, escalation, reason, by)
    _strike(update, reason, by, now)
    new = updates.written(
        escalation,
        channel=channel,
        text=text,
        at=at,
        by=by,
        now=now,
        direction=direction,
        contact=contact,
        minutes=minutes,
        corrects=update,
    )
    record(
        kinds.UPDATE_CORRECTED,
        escalation,
        by=by,
        now=now,
        update=new,
        named=[update.by] if update.by else [],
        contact=updates.names(new),
        reason=update.why_struck,
    )
    _hand_over(update, new, escalation, by, now)
    return new


@transaction.atomic
def reached_nobody(update: Update, *, by: Actor, now: dt.datetime) -> None:
    """A mail that did not arrive at anybody's: it said nothing. Part of noting what became of it."""
    escalation = update.escalation
    escalation.lock()
    case = _going_on(escalation)
    _strike(update, _REACHED_NOBODY, by, now)
    _undo(update, case, by, now)
    if case == escalation:
        leave_outs.restore(update, by=by, now=now)


@transaction.atomic
def missed(update: Update, *, contact_id: int, by: Actor, now: dt.datetime) -> None:
    """A mail that did not arrive at one of several: what it kept for them alone is open again.

    It stands, and so does what it promised; and others have read it, which acknowledges. Part of noting what became
    of it.
    """
    escalation = update.escalation
    escalation.lock()
    case = _going_on(escalation)
    theirs = update.keeps.filter(to=contact_id).exclude(kind=Promise.Kind.ACKNOWLEDGEMENT)
    for promise in _of(theirs, case):
        _open_again(promise, case, by, now, missed_by=update)


def _going_on(escalation: Escalation) -> Escalation:
    """The case that goes on, held as well: where it was merged, what a mail of it kept and made is owed there."""
    case = escalation.merged_into or escalation
    case.lock()
    return case


def _undo(update: Update, escalation: Escalation, by: Actor, now: dt.datetime) -> None:
    """All that followed from an update which does not stand any more, in the case that goes on."""
    _count_anew(update.escalation)
    if meeting := meeting_outcomes.of(update, escalation):
        meeting_outcomes.take_back(meeting, by=by, now=now)
    for promise in _of(update.keeps.all(), escalation):
        _open_again(promise, escalation, by, now)
    _acknowledge(escalation, by, now)
    for promise in _of(update.makes.select_related("moved_from"), escalation):
        _unmake(promise, escalation, by, now)
    promises.owe_next(escalation, by=by, now=now)


def _hand_over(old: Update, new: Update, escalation: Escalation, by: Actor, now: dt.datetime) -> None:
    """The same for one that another takes the place of: what the other could have done as well, it did."""
    _count_anew(escalation)
    old.attachments.update(update=new)
    _of_a_meeting(old, new, escalation, by, now)
    for promise in _of(old.keeps.all(), escalation):
        # What was a meeting is kept by holding it, once it is asked again how it was.
        is_asked_again = _is_of_a_planned_meeting(promise)
        could = _could_settle(new, promises.owed_since(promise, escalation))
        if could and not is_asked_again and keeping.is_kept_still(promise, old, new, escalation, now):
            _set_open(promise)
            promises.keep(promise, update=new, by=by, now=now)
        else:
            _open_again(promise, escalation, by, now)
    _acknowledge(escalation, by, now)
    for promise in _of(old.makes.select_related("moved_from"), escalation):
        moved = promise.moved_from
        if new.direction == Direction.OUT and (moved is None or _could_settle(new, moved.made_at)):
            promise.made_with = new
            promise.save(update_fields=["made_with"])
            if moved:
                _judge_anew(moved, promise, new, escalation, by, now)
        else:
            _unmake(promise, escalation, by, now)
    promises.owe_next(escalation, by=by, now=now)


def _of_a_meeting(old: Update, new: Update, escalation: Escalation, by: Actor, now: dt.datetime) -> None:
    """What was written down anew of a meeting is how it was, where it can have been."""
    meeting = meeting_outcomes.of(old, escalation)
    if meeting and meeting_outcomes.could_be_of(meeting, new):
        meeting_outcomes.correct(meeting, old, new)
    elif meeting:
        meeting_outcomes.may_be_taken_back(meeting)
        meeting_outcomes.take_back(meeting, by=by, now=now)


def _could_settle(update: Update, since: dt.datetime) -> bool:
    """Whether an update could have kept or moved a promise of that moment: it was said, and not before."""
    return update.direction == Direction.OUT and not promises.is_before(update.at, since)


def _judge_anew(
    moved: Promise, following: Promise, told: Update, escalation: Escalation, by: Actor, now: dt.datetime
) -> None:
    """A promise that was moved in a word whose moment is another now: told in time, or too late."""
    was, in_time = moved.status, told.at <= moved.due_at
    moved.status = Promise.Status.MOVED if in_time else Promise.Status.BROKEN
    moved.settled_at = told.at
    moved.save(update_fields=["status", "settled_at"])
    if moved.status != was:
        record(
            kinds.PROMISE_MOVED if in_time else kinds.PROMISE_BROKEN,
            escalation,
            by=by,
            now=now,
            promise=moved,
            update=told,
            what=moved.what,
            due_at=moved.due_at,
            new_due_at=following.due_at,
            reason=moved.reason,
        )


def _unmake(promise: Promise, escalation: Escalation, by: Actor, now: dt.datetime) -> None:
    """A promise whose word does not stand is let go; the one that it had taken the place of is open again.

    One that is settled stays so, and that of a planned meeting goes with it, of which somebody has to tell them yet;
    then what it had taken the place of is broken: of its new time nobody was told.
    """
    moved = _in(escalation, promise.moved_from) if promise.moved_from else None
    if promise.status != Promise.Status.OPEN or _is_of_a_planned_meeting(promise):
        if moved and moved.status == Promise.Status.MOVED:
            _set_open(moved)
            promises.give_up(moved, reason=_NEVER_MOVED, by=by, now=now)
        return
    if moved:
        promise.moved_from = None
        promise.save(update_fields=["moved_from"])
        _open_again(moved, escalation, by, now)
    promises.release(promise, reason=_LETTING_GO, by=by, now=now)


def _is_of_a_planned_meeting(promise: Promise) -> bool:
    return Meeting.objects.planned().filter(promise=promise).exists()


def _open_again(
    promise: Promise, escalation: Escalation, by: Actor, now: dt.datetime, *, missed_by: Update | None = None
) -> None:
    """What settled a promise does not count. Where the word that made it does not stand, it is let go as well.

    `missed_by`: the mail that settled it stands, and did not reach whom it was promised to.
    """
    _set_open(promise)
    record(
        kinds.PROMISE_OPEN_AGAIN,
        escalation,
        by=by,
        now=now,
        promise=promise,
        update=missed_by,
        what=promise.what,
        due_at=promise.due_at,
    )
    if promise.made_with and promise.made_with.struck_at:
        _unmake(promise, escalation, by, now)


def _set_open(promise: Promise) -> None:
    promise.status, promise.settled_at, promise.reason = Promise.Status.OPEN, None, ""
    promise.kept_by, promise.late_by = None, None
    promise.save(update_fields=["status", "settled_at", "reason", "kept_by", "late_by", "escalation", "owner"])


def _acknowledge(escalation: Escalation, by: Actor, now: dt.datetime) -> None:
    """Any word acknowledges: where another one stands, the first of them has."""
    for owed in _of(escalation.promises.open().filter(kind=Promise.Kind.ACKNOWLEDGEMENT), escalation):
        since = promises.owed_since(owed, escalation)
        said = escalation.updates.standing().filter(direction=Direction.OUT).order_by("at", "id")
        first = next((update for update in said if not promises.is_before(update.at, since)), None)
        if first:
            promises.keep(owed, update=first, by=by, now=now)


def _count_anew(escalation: Escalation) -> None:
    """When the customer was last told and heard, first told and first spoken with: by what stands."""
    standing = list(escalation.updates.standing().order_by("at", "id"))
    # In the case itself, and in what was merged into it.
    met = Update.objects.standing().filter(
        Q(escalation=escalation) | Q(escalation__merged_into=escalation), channel=Update.Channel.MEETING
    )
    said = [update.at for update in standing if update.direction == Direction.OUT]
    heard = [update.at for update in standing if update.direction == Direction.IN]
    spoke = [update.at for update in standing if update.channel in Update.BY_VOICE]
    agreed = escalation.plan_confirmations.filter(how__in=Update.BY_VOICE).values_list("confirmed_at", flat=True)
    escalation.last_said_at = max(said, default=None)
    escalation.last_heard_at = max(heard, default=None)
    escalation.acknowledged_at = _first_since_the_report(said, escalation)
    escalation.first_contact_at = _first_since_the_report(sorted([*spoke, *agreed]), escalation)
    escalation.last_met_at = met.aggregate(last=Max("at"))["last"]
    columns = ("last_said_at", "last_heard_at", "last_met_at", "acknowledged_at", "first_contact_at")
    escalation.save(update_fields=columns)


def _first_since_the_report(moments: Iterable[dt.datetime], escalation: Escalation) -> dt.datetime | None:
    return next((at for at in moments if not promises.is_before(at, escalation.reported_at)), None)


def _strike(update: Update, reason: str, by: Actor, now: dt.datetime) -> None:
    update.struck_at, update.struck_by_id, update.why_struck = now, by.member_id, reason.strip()
    update.save(update_fields=["struck_at", "struck_by", "why_struck"])


def _may_be_struck(update: Update, escalation: Escalation, by: Actor) -> None:
    check(by, Act.TELL, escalation)
    is_under_way(escalation, otherwise="before you correct what was said")
    update.refresh_from_db(fields=["struck_at"])
    if update.struck_at:
        raise Refused("That is struck already.")
    if update.meeting_id and update.is_mailed:
        raise Refused("That speaks of a meeting. Change the meeting, or call it off: everybody in it is told.")


def _may_be_corrected(update: Update, escalation: Escalation, reason: str, by: Actor) -> None:
    _may_be_struck(update, escalation, by)
    if update.is_mailed:
        raise Refused("That was mailed, and a mail cannot be unsaid. Write to them again, and say what was wrong.")
    if not reason.strip():
        raise Refused("Say what was wrong with it; it stays on the timeline.", field="reason")


def _of(found: Iterable[Promise], escalation: Escalation) -> list[Promise]:
    return [_in(escalation, promise) for promise in found]


def _in(escalation: Escalation, promise: Promise) -> Promise:
    """A promise with the escalation that is locked, so that what is written to it is counted once.

    Where it was made in one that was merged into this, and its handler owed it, this one's does.
    """
    if promise.escalation_id != escalation.pk and promise.owner_id == promise.escalation.handler_id:
        promise.owner_id = escalation.handler_id
    promise.escalation = escalation
    return promise
