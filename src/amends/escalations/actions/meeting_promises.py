"""The promise that a meeting with the customer is: made with its invitation, moved with it. Parts of planning it."""

from __future__ import annotations

import datetime as dt

from amends.directory.actor import Actor
from amends.directory.models import Contact
from amends.escalations import meetings as planning
from amends.escalations.actions import promises
from amends.escalations.models import Meeting, Promise, Update


def make(meeting: Meeting, to: Contact, told_by: Update, by: Actor, now: dt.datetime) -> None:
    """They were invited, so it is promised."""
    meeting.promise = promises.make(
        meeting.escalation,
        what=f"We talk: {planning.subject_of(meeting)}",
        due_at=meeting.starts_at,
        kind=Promise.Kind.DELIVERABLE,
        channel=Promise.Channel.MEETING,
        to=to,
        made_with=told_by,
        by=by,
        now=now,
    )
    meeting.save(update_fields=["promise"])


def move(meeting: Meeting, to: Contact, told_by: Update, reason: str, by: Actor, now: dt.datetime) -> None:
    """It gets the time that the meeting has now. One that does not stand any more is made anew."""
    promise = open_of(meeting)
    if promise is None:
        make(meeting, to, told_by, by, now)
        return
    if promise.due_at == meeting.starts_at:
        return
    meeting.promise = None
    meeting.save(update_fields=["promise"])
    meeting.promise = promises.move(promise, due_at=meeting.starts_at, told_by=told_by, reason=reason, by=by, now=now)
    meeting.save(update_fields=["promise"])


def open_of(meeting: Meeting) -> Promise | None:
    """The promise that it is, as long as nothing has settled it."""
    promise = meeting.promise
    if promise is None:
        return None
    promise.refresh_from_db(fields=["status", "due_at"])
    promise.escalation = meeting.escalation
    return promise if promise.status == Promise.Status.OPEN else None
