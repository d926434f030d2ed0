"""Telling everybody who is in a meeting: the customer in a word to them, ours in a copy of their own."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

from amends.directory.actor import Actor
from amends.directory.models import Contact, Organisation
from amends.escalations import invites, mails
from amends.escalations.actions import updates
from amends.escalations.errors import Refused
from amends.escalations.models import Attendance, Meeting, Update
from amends.escalations.timeline.record import HOST
from amends.outbox.posting import post

# What an act may find otherwise than when the meeting was read.
_MAY_DIFFER = (
    *("state", "starts_at", "ends_at", "zone", "place", "agenda", "sequence", "time_sequence", "promise"),
    *("settled_at", "held_at", "held_update", "notes_due_at", "notes_update", "why_no_notes"),
)


def refresh(meeting: Meeting) -> None:
    """Read anew what others may have changed of it before its escalation was held.

    Refused where a merge took it along meanwhile: then another escalation is to be held.
    """
    held = meeting.escalation
    meeting.refresh_from_db(fields=(*_MAY_DIFFER, "escalation"))
    if meeting.escalation_id != held.pk:
        raise Refused(f"The meeting belongs to {meeting.escalation.key} by now. Open it there.")
    meeting.escalation = held


def attendances(meeting: Meeting) -> list[Attendance]:
    """Who is in it, with who they are."""
    return list(meeting.attendances.select_related("contact", "member").order_by("id"))


def reached(there: Iterable[Attendance]) -> list[Contact]:
    """Those of the customer’s whom a mail still reaches; who has left or lost their address hears nothing more."""
    contacts = [each.contact for each in there if each.contact]
    return [contact for contact in contacts if not contact.has_left and invites.can_be_written(contact.email)]


def tell(
    meeting: Meeting,
    there: Sequence[Attendance],
    *,
    method: str,
    says: str,
    text: str,
    by: Actor,
    now: dt.datetime,
) -> Update:
    """A word to the customer’s, with what their calendars take in by `method`: that they are asked to come, or that it
    is off. `says` is how its subject begins."""
    return _send(meeting, there, _invitation(meeting, there, method, by, now), text, says, by, now)


def tell_ours(
    meeting: Meeting, there: Sequence[Attendance], *, method: str, says: str, by: Actor, now: dt.datetime
) -> None:
    """The same to each of ours who are still here, without a text: they read their own part."""
    sent = _invitation(meeting, there, method, by, now)
    ours = [each for each in there if each.member and each.member.is_active]
    post([invites.to_member(meeting, each, sent, says=says, by=by, now=now) for each in ours], host=HOST, now=now)


def let_off(
    meeting: Meeting, gone: Iterable[Attendance], there: Sequence[Attendance], *, by: Actor, now: dt.datetime
) -> None:
    """Some need not come any more: it leaves their calendars, and nobody else’s. `there` are those who stay."""
    for each in gone:
        theirs = reached([each])
        if not (theirs or (each.member and each.member.is_active)):
            continue
        sent = _invitation(meeting, [*there, each], invites.CANCEL, by, now, only=each)
        if theirs:
            text = invites.text_of_leave(meeting, theirs, by=by, now=now)
            _send(meeting, [each], sent, text, "No longer: ", by, now)
        else:
            post([invites.to_member(meeting, each, sent, says="No longer: ", by=by, now=now)], host=HOST, now=now)


def _invitation(
    meeting: Meeting,
    there: Sequence[Attendance],
    method: str,
    by: Actor,
    now: dt.datetime,
    only: Attendance | None = None,
) -> mails.Invitation:
    """By whose name calendars know it is always the same."""
    name = meeting.organised_by.name if meeting.organised_by else by.name
    return invites.invitation(meeting, there, method=method, by=name, now=now, only=only)


def _send(
    meeting: Meeting,
    there: Sequence[Attendance],
    sent: mails.Invitation,
    text: str,
    says: str,
    by: Actor,
    now: dt.datetime,
) -> Update:
    return updates.invite(
        meeting,
        subject=invites.subject(meeting, Organisation.current(), now, says=says),
        text=text,
        to=reached(there),
        invitation=sent,
        by=by,
        now=now,
    )
