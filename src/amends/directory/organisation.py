"""The act that sets up the organisation."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from django.db import transaction

from amends.clock.calendars import BadCalendar, WorkingCalendar, parse_hours
from amends.directory import checks
from amends.directory.actor import Actor
from amends.directory.models import Organisation
from amends.directory.security import traces
from amends.lib.errors import Refused

_TOLD = ("name", "zone", "hours", "holidays", "mail_from")
OFFICE = {day: ["09:00-17:00"] for day in ("monday", "tuesday", "wednesday", "thursday", "friday")}


@transaction.atomic
def set_up(
    *,
    name: str,
    zone: str = "UTC",
    hours: Mapping[str, Sequence[str]] | None = None,
    holidays: str = "",
    mail_from: str = "",
    by: Actor,
    now: dt.datetime,
) -> Organisation:
    """Say who we are: our name, zone, working hours, whose holidays we keep, and the address of our mail.

    There is one organisation; a second call changes it. Hours are `{"monday": ["09:00-17:00"], …}`; holidays a
    country ("DE") or a part of one ("DE-BE"), or blank for none.
    """
    organisation = Organisation.objects.select_for_update().first() or Organisation()
    before = traces.picture(organisation, _TOLD)
    organisation.name = checks.line(name, "name", at_most=120, missing="What is the organisation called?")
    organisation.zone = checks.zone(zone)
    organisation.hours = {day: list(opens) for day, opens in (OFFICE if hours is None else hours).items()}
    organisation.holidays = checks.line(holidays, "holidays", at_most=12)
    organisation.mail_from = checks.address(mail_from, "mail_from") if mail_from.strip() else ""
    _check_calendar(organisation)
    organisation.save()
    after = traces.picture(organisation, _TOLD)
    traces.leave("organisation.set_up", organisation, by=by, now=now, before=before, after=after)
    return organisation


def working_calendar(organisation: Organisation) -> WorkingCalendar:
    """Our own working days and hours; office hours before anybody has said."""
    return WorkingCalendar(organisation.zone, parse_hours(organisation.hours or OFFICE), organisation.holidays or None)


def _check_calendar(organisation: Organisation) -> None:
    """Only what makes a calendar may stand here: the clock reads it at every look."""
    try:
        hours = parse_hours(organisation.hours)
    except BadCalendar as error:
        raise Refused(str(error), "hours") from error
    try:
        WorkingCalendar(organisation.zone, hours, organisation.holidays or None)
    except BadCalendar as error:
        raise Refused(str(error), "holidays" if organisation.holidays else "hours") from error
