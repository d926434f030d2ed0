"""What must be so before anything is done: the escalation somebody's and not over, who is named here, times near."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from amends.directory.models import Account, Contact, Member
from amends.escalations.errors import Refused
from amends.escalations.models import Escalation, Fact, Help, Problem, Promise
from amends.escalations.models.promise import Promises
from amends.escalations.timeline.audiences import around
from amends.lib import when

TWO_YEARS = dt.timedelta(days=731)


def is_somebodys(escalation: Escalation) -> None:
    """Refuse imported history that nobody has adopted: it posts nothing and has no clock, so nothing may hang on it."""
    if escalation.is_history:
        raise Refused("This is imported history. Adopt it first, so that somebody handles it.")


def is_under_way(escalation: Escalation, *, otherwise: str) -> None:
    """Refuse what is over, or nobody's. `otherwise` ends the sentence "Reopen it …"."""
    is_somebodys(escalation)
    if escalation.merged_key:
        raise Refused(f"It goes on in {escalation.merged_key}: do it there.")
    if not escalation.is_under_way:
        raise Refused(f"This escalation is over. Reopen it {otherwise}.")


def read_anew(found: Fact | Help | Promise, escalation: Escalation) -> None:
    """Read it as it stands now that its escalation is held.

    Refused where a merge took it along meanwhile: then another escalation is to be held.
    """
    found.refresh_from_db()
    if found.escalation_id != escalation.pk:
        raise Refused(f"It belongs to {found.escalation.key} by now. Open it there.")
    found.escalation = escalation


def every_problem_is_settled(escalation: Escalation) -> None:
    """Refuse while something on the plan is neither solved nor declined."""
    unsettled = escalation.problems.exclude(status__in=Problem.SETTLED).first()
    if unsettled:
        raise Refused(f"“{unsettled.words}” is neither solved nor declined yet.")


def is_unsettled(problem: Problem) -> None:
    """Refuse what is solved or declined."""
    if problem.is_settled:
        raise Refused(f"“{problem.words}” is {problem.get_status_display().lower()} already. Take it up again first.")


def owed_before_closing(escalation: Escalation) -> Promises:
    """The open promises that closing does not release by itself, the nearest first."""
    by_itself = (Promise.Kind.NEXT_UPDATE, Promise.Kind.LOOK)
    return escalation.promises.open().exclude(kind__in=by_itself).order_by("due_at", "id")


def nothing_is_owed(escalation: Escalation) -> None:
    """Refuse to close while the customer was told nothing yet, or waits for more than a routine update."""
    planned = set(escalation.meetings.planned().values_list("promise", flat=True))
    for promise in owed_before_closing(escalation):
        if promise.pk in planned:
            raise Refused(f"“{promise.what}” is still planned. Say how it was, or call it off.")
        if promise.kind != Promise.Kind.ACKNOWLEDGEMENT:
            raise Refused(f"“{promise.what}” is still promised. Keep it, or say that it was waived.")
        if escalation.customer_should_know:
            raise Refused("Nobody has told the customer anything yet. Log what was said, or send it.")
    if meeting := escalation.meetings.awaiting_notes().select_related("notes_update").first():
        on = when.calendar_day(meeting.held_at or meeting.starts_at, meeting.zone)
        raise Refused(f"The notes of the meeting of {when.date(on)} are awaited. Send them, or say why there are none.")


def one_of_us(member: Member, field: str) -> Member:
    """Refuse who has left. Their row is held until the transaction ends, so that nobody leaves meanwhile."""
    # Without the key: others may go on writing rows that name them.
    fresh = Member.objects.select_for_update(of=("self",), no_key=True).get(pk=member.pk)
    if not fresh.is_active:
        raise Refused(f"{member} is not here any more. Choose somebody who is.", field=field)
    return fresh


def present(member: Member, field: str, now: dt.datetime) -> None:
    """Refuse who has left, or is away just now: then the refusal names who stands in. Nobody leaves meanwhile."""
    fresh = one_of_us(member, field)
    absence = fresh.absences.standing(now).select_related("member").first()
    if absence is None:
        return
    stand_in = around([member.pk], now).present(member.pk)
    if stand_in is not None and stand_in.pk != member.pk:
        raise Refused(f"{member} is away {absence.says(now)}. Choose {stand_in}, who stands in.", field=field)


def may_hear(contact: Contact | None, account: Account, field: str) -> None:
    """Refuse who is somebody else's contact, or has left."""
    if contact is None:
        return
    if contact.account_id != account.pk:
        raise Refused(f"{contact} is not at {account}.", field=field)
    if contact.has_left:
        raise Refused(f"{contact} has left {account}. Choose somebody else.", field=field)


def may_be_told(escalation: Escalation, text: str) -> None:
    """Refuse to say anything, or nothing, where nothing is under way."""
    is_under_way(escalation, otherwise="before you add to it")
    if not text.strip():
        raise Refused("There is no text yet.", field="text")


def is_to_know(escalation: Escalation) -> None:
    """Refuse to tell a customer who is not to know of this."""
    if not escalation.customer_should_know:
        raise Refused("The customer is not to be told of this. Say first that they may know.", field="may_know")


def can_be_mailed(to: Sequence[Contact], account: Account) -> None:
    """Refuse a mail to nobody, to somebody else's contact, and where none arrives."""
    if not to:
        raise Refused("Choose who at the customer gets this.", field="to")
    for contact in to:
        may_hear(contact, account, "to")
        if not contact.email:
            raise Refused(f"{contact} has no mail address. Add it, or log a call.", field="to")


def not_long_ago(moment: dt.datetime | None, now: dt.datetime, field: str) -> None:
    """Refuse what lies more than two years back: most likely the year is wrong."""
    if moment is not None and moment < now - TWO_YEARS:
        raise Refused("That is more than two years ago. Look at the year again.", field=field)


def not_far_ahead(moment: dt.datetime, now: dt.datetime, field: str) -> None:
    """Refuse what lies more than two years ahead, for the same reason."""
    if moment > now + TWO_YEARS:
        raise Refused("That is more than two years ahead. Look at the year again.", field=field)
