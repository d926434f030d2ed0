"""Meetings as the tests of pages plan them and fill in their forms."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from amends.escalations.actions import meetings
from amends.escalations.meetings import Invited
from amends.escalations.models import Meeting
from tests.web.filled import filled

HOUR = dt.timedelta(hours=1)
DAY = 24 * HOUR
MINUTE = HOUR / 60


def at(escalation, act=""):
    return f"/escalations/{escalation.key}/meetings/{act}"


def page_of(client, escalation, act=""):
    return client.get(at(escalation, act)).content.decode()


def planned(escalation, now, starts_at=None, kind="status", **more):
    """A meeting of an hour tomorrow, unless it says otherwise, with the contact and the handler."""
    members = [Invited(escalation.handler, "leads"), *more.pop("besides", ())]
    contacts = [] if kind == "internal" else [escalation.contact]
    return meetings.plan(
        escalation,
        kind=kind,
        starts_at=starts_at or now + DAY,
        minutes=60,
        members=members,
        contacts=contacts,
        by=escalation.handler.as_actor(),
        now=now,
        **more,
    )


def over(escalation, now, **more):
    """One whose time is over, and of which nobody has said how it was."""
    meeting = planned(escalation, now - 2 * HOUR + dt.timedelta(minutes=-59), now - 2 * HOUR, **more)
    return Meeting.objects.get(pk=meeting.pk)


def there(moment, zone="Europe/Lisbon"):
    """A moment as a field takes it, on the clock of a zone."""
    return f"{moment.astimezone(ZoneInfo(zone)):%Y-%m-%dT%H:%M}"


def at_noon(now, days=3):
    """Noon in Lisbon on a working day some days ahead."""
    day = now.astimezone(ZoneInfo("Europe/Lisbon")).replace(hour=12, minute=0) + days * DAY
    while day.weekday() > 4:
        day += DAY
    return day.astimezone(dt.UTC)


def fields(client, escalation, act):
    """A form as a browser sends it when nobody touches it."""
    where = at(escalation, act)
    page = client.get(where).content.decode()
    return filled(page, where if f'action="{where}"' in page else "")
