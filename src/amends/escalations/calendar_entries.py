"""What stands in calendars besides invitations: one meeting as a file, and all that is a member's own. Reads only."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import replace
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import Q

from amends.directory.actor import Actor
from amends.directory.models import Organisation
from amends.escalations import access, invites
from amends.escalations.models import Meeting, Promise
from amends.escalations.models.escalation import of_a_live_one
from amends.escalations.timeline import letters, meeting_letters
from amends.invitations.meetings import Entry
from amends.invitations.meetings import Meeting as Written

# Calendars show what was; what lies further back, or ahead, nobody looks up in them.
_BEHIND, _AHEAD = dt.timedelta(days=31), dt.timedelta(days=366)
_MOST = 500


def of_member(actor: Actor, now: dt.datetime) -> Sequence[Written | Entry]:
    """Their own meetings, and the promises that they owe, of cases that they may see. Three queries.

    Of what was called off nothing stands there; held meetings stay.
    """
    organisation = Organisation.current()
    seen = access.visible_to(actor).values("pk")
    near = Q(starts_at__gt=now - _BEHIND, starts_at__lt=now + _AHEAD)
    mine = Meeting.objects.filter(near, attendances__member=actor.member_id, escalation__in=seen)
    mine = mine.exclude(state=Meeting.State.CANCELLED).select_related("escalation__account", "organised_by")
    found = [_with_its_page(meeting, organisation) for meeting in mine.order_by("starts_at", "pk")[:_MOST]]
    owed = Q(owner=actor.member_id) | Q(owner__isnull=True, escalation__handler=actor.member_id)
    due = Promise.objects.open().filter(owed, of_a_live_one(), escalation__in=seen, due_at__lt=now + _AHEAD)
    # A meeting that is a promise stands there already.
    due = due.filter(meeting__isnull=True).select_related("escalation__account", "to")
    return [*found, *(_entry(promise) for promise in due.order_by("due_at", "pk")[:_MOST])]


def of_meeting(meeting: Meeting, organisation: Organisation) -> Written:
    """A meeting as its invitation says it, but for who is in it: nobody is invited by a calendar."""
    by = meeting.organised_by.name if meeting.organised_by else organisation.name
    return invites.written(meeting, (), organisation, by)


def written(entries: Iterable[Written | Entry], name: str, now: dt.datetime) -> bytes:
    """The calendar as a file."""
    # Nine megabytes that no page needs.
    from amends.invitations import writing

    return writing.feed(entries, name, now)


def _with_its_page(meeting: Meeting, organisation: Organisation) -> Written:
    """The same for ours: with the page on which one says how it was."""
    said = of_meeting(meeting, organisation)
    return replace(said, agenda=f"{said.agenda}\n\n{meeting_letters.page(meeting)}".strip())


def _entry(promise: Promise) -> Entry:
    case = promise.escalation
    whom = f"{promise.to}, {case.account}" if promise.to else str(case.account)
    return Entry(
        uid=f"promise-{promise.pk}@{urlsplit(settings.URL).hostname}",
        starts=promise.due_at,
        title=f"Due: {promise.what} ({case.account})",
        text=f"Promised to {whom}, {promise.get_channel_display().lower()}. {case.key}",
        url=letters.url_of(case),
    )
