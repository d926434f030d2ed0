"""The clocks of a severity: from the playbook's document and the organisation's hours to what the clock reads."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from functools import lru_cache

from amends.clock.calendars import WorkingCalendar, parse_hours
from amends.clock.ladders import Ladder, Rung
from amends.clock.situations import MeetingTerms, Terms
from amends.clock.spans import Span
from amends.directory.models import Organisation
from amends.escalations.models import Escalation, PlanConfirmation
from amends.playbook.document import Document
from amends.playbook.models import PlaybookVersion

AT = "when due"
# Nobody is asked how a meeting was on the stroke of its end.
WHILE_STILL_TALKING = "15 minutes after"
_DAILY = Span(1, "working days")
_WEEKLY = Span(5, "working days")
# Where the playbook asks for no decision there is none to wait for; a case merged from elsewhere may still have one.
_NOBODY_ASKED = Ladder((Rung(AT, ("handler",)),), _DAILY, at_most=1, afterwards=_DAILY)


def terms(version: PlaybookVersion, severity: str, organisation: Organisation) -> Terms:
    """What one severity of one version means for the clock, in this organisation's hours."""
    hours = tuple((weekday, tuple(times)) for weekday, times in organisation.hours.items())
    return _terms(version.pk, version.text, severity, organisation.zone, hours, organisation.holidays)


def calendar(version: PlaybookVersion, severity: str, organisation: Organisation) -> WorkingCalendar:
    """The working calendar that a severity is counted by."""
    return terms(version, severity, organisation).calendar


def acknowledge_by(
    version: PlaybookVersion, severity: str, organisation: Organisation, reported_at: dt.datetime
) -> dt.datetime:
    """By when a report asks for its first answer; that may have passed already."""
    within = version.document.severity(severity).acknowledge_within
    return within.after(reported_at, calendar(version, severity, organisation))


def silent_until(escalation: Escalation, organisation: Organisation) -> dt.datetime | None:
    """Until when the customer may hear nothing, as the clock counts it; None where the clock does not or cannot."""
    if not escalation.is_under_way or escalation.is_history or not escalation.customer_should_know:
        return None
    try:
        found = terms(escalation.playbook, escalation.severity, organisation)
        zone = escalation.account.zone
        return found.cadence.after_speaking(escalation.silent_since, calendar=found.calendar, zone=zone)
    except (LookupError, ValueError, ArithmeticError):
        # An unknown zone, a lost severity: the clock parks it and says why, and the list goes on.
        return None


def plan_confirmed_by(
    escalation: Escalation, latest: PlanConfirmation | None, organisation: Organisation
) -> dt.datetime | None:
    """By when the customer should have confirmed the order of the plan: a working day after it began or last changed.

    `latest` is the newest confirmation; None where it stands, or where it cannot be said.
    """
    if escalation.status != Escalation.Status.OPEN or escalation.is_history or (latest and not latest.lapsed_at):
        return None
    began = [escalation.opened_at, escalation.accepted_at, escalation.adopted_at, escalation.reopened_at]
    since = max(moment for moment in [*began, latest.lapsed_at if latest else None] if moment)
    try:
        return _DAILY.after(since, calendar(escalation.playbook, escalation.severity, organisation))
    except (LookupError, ValueError, ArithmeticError):
        return None


@lru_cache(maxsize=512)
def _terms(
    version_id: int,
    text: str,
    severity: str,
    zone: str,
    hours: tuple[tuple[str, tuple[str, ...]], ...],
    region: str,
) -> Terms:
    document = PlaybookVersion(pk=version_id, text=text).document
    found = document.severity(severity)
    return Terms(
        calendar=document.calendar(
            found.calendar,
            organisation_zone=zone,
            organisation_hours=parse_hours(dict(hours)) if hours else None,
            organisation_region=region or None,
        ),
        cadence=found.cadence,
        acknowledgement=document.ladder(found.acknowledgement_ladder),
        promise=document.ladder(found.promise_ladder),
        silence=_daily_from_the_moment(document.silence.tells),
        target=_target(document),
        decision=document.ladder(document.decision.ladder) if document.decision else _NOBODY_ASKED,
        request=_daily_from_the_moment(document.requests.tells),
        meetings=MeetingTerms(
            at_least_every=document.meetings.at_least_every,
            brief=document.meetings.brief_ahead,
            asks=Ladder((Rung(WHILE_STILL_TALKING, document.meetings.tells),), _DAILY, at_most=1, afterwards=_DAILY),
            notes=document.ladder(document.meetings.notes_ladder or found.promise_ladder),
        ),
    )


def _target(document: Document) -> Ladder:
    """The playbook's warnings, and word on the day itself; afterwards a reminder each working week."""
    rungs = document.target.rungs or (Rung(AT, document.target.tells),)
    return Ladder(rungs, _WEEKLY, at_most=1, afterwards=_WEEKLY)


def _daily_from_the_moment(tells: Iterable[str]) -> Ladder:
    """A silence rings when it has lasted too long, and again each working day that it lasts."""
    return Ladder((Rung(AT, tuple(tells)),), _DAILY, at_most=1, afterwards=_DAILY)
