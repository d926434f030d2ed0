"""Leaving somebody out who should be told: only with a reason, until a day, and with a trace."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.db import transaction

from amends.directory.actor import Actor
from amends.directory.models import Contact
from amends.escalations import hearers
from amends.escalations.authority import Act, check
from amends.escalations.errors import Refused
from amends.escalations.models import Escalation, LeaveOut, Update
from amends.escalations.standing import is_under_way, may_hear
from amends.escalations.timeline import kinds
from amends.escalations.timeline.record import record
from amends.lib import when

AT_MOST = dt.timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Leave:
    """Who is not told, why, and until the end of which day at the account."""

    contact: Contact
    reason: str
    until: dt.date


@transaction.atomic
def leave_out(
    escalation: Escalation, *, contact: Contact, reason: str, until: dt.date, by: Actor, now: dt.datetime
) -> LeaveOut:
    """Do not tell a contact who should be told, until the end of that day on the account's clock; then it is over.

    Refused: who need not be told anyway, no reason, a day that has passed or is more than `AT_MOST` ahead.
    """
    escalation.lock()
    check(by, Act.TELL, escalation)
    is_under_way(escalation, otherwise="before you say who hears of it")
    may_hear(contact, escalation.account, "contact")
    if contact not in hearers.all_of(escalation):
        raise Refused(f"{contact} gets nothing unless you choose them. Leave their box empty.", field="contact")
    if not reason.strip():
        raise Refused(f"Why is {contact} not told? It stays on the timeline.", field="reason")
    until_at = end_of(until, escalation.account.zone, now)

    escalation.leave_outs.standing(now).filter(contact=contact).update(ended_at=now, ended_by=by.member_id)
    made = LeaveOut.objects.create(
        escalation=escalation, contact=contact, reason=reason.strip(), until_at=until_at, by_id=by.member_id, at=now
    )
    _says(made, until, by, now)
    return made


@transaction.atomic
def tell_again(escalation: Escalation, *, contact: Contact, by: Actor, now: dt.datetime) -> None:
    """Who was left out is told from now on. Refuses where nobody left them out, or it has ended already."""
    escalation.lock()
    check(by, Act.TELL, escalation)
    is_under_way(escalation, otherwise="before you say who hears of it")
    if not _end(escalation, [contact], by, now):
        raise Refused(f"{contact} is not left out, or not any more.", field="contact")


def see_to(
    escalation: Escalation, *, to: Sequence[Contact], leaving_out: Sequence[Leave], by: Actor, now: dt.datetime
) -> None:
    """That all who should be told get what is about to leave, or are left out. Part of sending it.

    Who was left out and gets it is told again from now on. Refuses, at the field `to`, where somebody is left off.
    """
    for leave in leaving_out:
        if leave.contact in to:
            raise Refused(f"{leave.contact} gets this. Take them off it, or leave them in.", field="to")
        leave_out(escalation, contact=leave.contact, reason=leave.reason, until=leave.until, by=by, now=now)
    _end(escalation, to, by, now)
    left_off = [contact.name for contact in hearers.of(escalation, now) if contact not in to]
    if left_off:
        raise Refused(
            f"{' and '.join(left_off)} should be told of this. "
            "Choose them too, or leave them out: say why, and until when.",
            field="to",
        )


def restore(update: Update, *, by: Actor, now: dt.datetime) -> None:
    """Whoever a mail told again that nobody gets is left out as before. Part of taking it back, and
    of noting that it reached nobody.

    Not where their day is over, they are left out anew, or another mail has told them since.
    """
    escalation = update.escalation
    since = escalation.updates.standing().filter(is_mailed=True, meeting=None, at__gt=update.at)
    told = [*hearers.left_out(escalation, now), *since.values_list("recipients__contact", flat=True)]
    receivers = update.recipients.exclude(contact__in=told).values("contact")
    ended = escalation.leave_outs.filter(ended_at=update.at, until_at__gt=now, contact__in=receivers)
    for leave_out in ended.select_related("contact"):
        leave_out.escalation = escalation
        leave_out.ended_at = leave_out.ended_by = None
        leave_out.save(update_fields=["ended_at", "ended_by"])
        _says(leave_out, leave_out.last_on, by, now)


def move(escalation: Escalation, into: Escalation, *, by: Actor, now: dt.datetime) -> None:
    """Who is left out stays so in what goes on, unless they are left out there already. Part of merging."""
    there = hearers.left_out(into, now)
    moved = escalation.leave_outs.standing(now).exclude(contact__in=there).select_related("contact")
    for leave_out in moved.order_by("id"):
        leave_out.escalation = into
        leave_out.save(update_fields=["escalation"])
        _says(leave_out, leave_out.last_on, by, now)


def _end(escalation: Escalation, contacts: Sequence[Contact], by: Actor, now: dt.datetime) -> bool:
    """End what leaves these contacts out; whether there was anything."""
    standing = escalation.leave_outs.standing(now).filter(contact__in=contacts).select_related("contact")
    for leave_out in standing:
        leave_out.ended_at, leave_out.ended_by_id = now, by.member_id
        leave_out.save(update_fields=["ended_at", "ended_by"])
        record(kinds.CONTACT_TOLD_AGAIN, escalation, by=by, now=now, contact=leave_out.contact.name)
    return bool(standing)


def _says(leave_out: LeaveOut, until: dt.date, by: Actor, now: dt.datetime) -> None:
    record(
        kinds.CONTACT_LEFT_OUT,
        leave_out.escalation,
        by=by,
        now=now,
        contact=leave_out.contact.name,
        until=when.date(until),
        reason=leave_out.reason,
    )


def end_of(day: dt.date, zone: str, now: dt.datetime) -> dt.datetime:
    """The end of a day on the clock of the account. Refuses, at `until`, one that has passed or is far ahead."""
    today = when.calendar_day(now, zone)
    if day < today:
        raise Refused("That day has passed. Until when are they left out?", field="until")
    if day > today + AT_MOST:
        raise Refused(f"{AT_MOST.days} days are the most. After that, say anew whether it still holds.", field="until")
    midnight = dt.datetime.combine(day + dt.timedelta(days=1), dt.time(), ZoneInfo(zone))
    return midnight.astimezone(dt.UTC)
