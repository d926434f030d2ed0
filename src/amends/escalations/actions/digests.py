"""The clock's pass over mornings: who wants a digest or the weekly overview gets it, once, and in the morning.

Nothing is planned ahead: a look finds whether it is a working morning for that member. What was missed while nothing
ran comes only as long as it is still the morning of its day.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from zoneinfo import ZoneInfo

from django.db import connection, transaction
from django.db.models import QuerySet

from amends.clock.calendars import BadCalendar, WorkingCalendar
from amends.clock.mornings import begins_the_week, morning_before, next_morning, this_morning
from amends.directory.actor import CLOCK
from amends.directory.models import Absence, Member, Organisation, Preference
from amends.directory.organisation import working_calendar
from amends.escalations import agendas, overviews
from amends.escalations.authority import TABLE, Act
from amends.escalations.timeline import digests
from amends.escalations.timeline.reaching import asked_for
from amends.escalations.timeline.record import HOST
from amends.outbox.letters import Letter
from amends.outbox.posting import Draft, post

log = logging.getLogger("amends.clock")

# Agendas take their time, and alarms wait meanwhile.
AT_ONCE = 25
# When to ask again where nobody can say when the next morning is.
A_DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Morning:
    """One member's working morning that has begun: what they want, and since when they have heard nothing."""

    preference: Preference
    at: dt.datetime
    before: dt.datetime
    begins_the_week: bool

    @property
    def member(self) -> Member:
        return self.preference.member

    def identity(self, what: str) -> str:
        """That of the one letter of its kind on that day, which is the reader's own: in UTC it may be another."""
        day = self.at.astimezone(ZoneInfo(self.member.zone)).date()
        return f"member:{self.member.pk}|{what}:{day}|mail"


def post_due(now: dt.datetime) -> int:
    """Write the digests of up to 25 members whose morning has come; says at how many was looked.

    PostgreSQL: rows are claimed with SKIP LOCKED. SQLite: everything is read before the write lock is taken.
    """
    if not _due(now).exists():
        return 0
    if connection.features.has_select_for_update_skip_locked:
        with transaction.atomic():
            return _finish(list(_due(now).select_for_update(skip_locked=True, of=("self",))[:AT_ONCE]), now)
    return _finish(list(_due(now)[:AT_ONCE]), now)


def _due(now: dt.datetime) -> QuerySet[Preference]:
    found = Preference.objects.filter(next_look_at__lte=now).select_related("member")
    return found.order_by("next_look_at", "pk")


def _finish(found: Sequence[Preference], now: dt.datetime) -> int:
    if not found:
        return 0
    calendar = working_calendar(Organisation.current())
    drafts = list(_drafts(_mornings(found, calendar, now), now))
    sleepers: dict[dt.datetime, list[int]] = {}
    for preference in found:
        sleepers.setdefault(_next(preference, calendar, now), []).append(preference.pk)
    with transaction.atomic():
        post(drafts, host=HOST, now=now)
        for moment, ids in sleepers.items():
            # Whoever has chosen another time meanwhile keeps it.
            Preference.objects.filter(pk__in=ids, next_look_at__lte=now).update(next_look_at=moment)
    return len(found)


def _mornings(found: Sequence[Preference], calendar: WorkingCalendar, now: dt.datetime) -> list[Morning]:
    """Of whom it is a working morning just now, and who is here to read it."""
    away = set(Absence.objects.standing(now).values_list("member", flat=True))
    here = [each for each in found if each.member.is_active and each.member.pk not in away]
    return [morning for each in here if (morning := _morning(each, calendar, now))]


def _morning(preference: Preference, calendar: WorkingCalendar, now: dt.datetime) -> Morning | None:
    at, zone = preference.digest_at, preference.member.zone
    try:
        morning = this_morning(now, at=at, zone=zone, calendar=calendar)
        if morning is None:
            return None
        before = morning_before(morning, at=at, zone=zone, calendar=calendar)
        return Morning(preference, morning, before, begins_the_week(morning, zone=zone, calendar=calendar))
    except BadCalendar:
        log.exception("The mornings of %s cannot be told.", preference.member.email)
        return None


def _next(preference: Preference, calendar: WorkingCalendar, now: dt.datetime) -> dt.datetime:
    try:
        return next_morning(now, at=preference.digest_at, zone=preference.member.zone, calendar=calendar)
    except BadCalendar:
        return now + A_DAY


def _drafts(mornings: Sequence[Morning], now: dt.datetime) -> Iterator[Draft]:
    daily = [morning for morning in mornings if morning.preference.wants_digest]
    found = agendas.read({morning.member: morning.before for morning in daily}, now) if daily else {}
    for morning in daily:
        agenda = found[morning.member.pk]
        if agenda.is_worth_a_mail:
            yield from _draft(morning, "digest", partial(digests.digest, agenda, to=morning.member, now=now))
    weekly = [each for each in mornings if each.begins_the_week and _gets_the_overview(each.preference)]
    # Whoever may see the overview sees every escalation, so it is the same for all of them.
    overview = overviews.overview(CLOCK, now) if weekly else None
    for morning in weekly:
        if overview and overview.escalations:
            yield from _draft(morning, "weekly", partial(digests.weekly, overview, to=morning.member, now=now))


def _gets_the_overview(preference: Preference) -> bool:
    readers = TABLE[Act.SEE_OVERVIEW] & TABLE[Act.SEE_EVERY_ESCALATION]
    return preference.wants_weekly and preference.member.role in readers


def _draft(morning: Morning, what: str, letter: Callable[[], Letter]) -> Iterator[Draft]:
    """The letter to one member. One that cannot be written must not keep those of the others."""
    member = morning.member
    try:
        written = letter()
    except (LookupError, ValueError, ArithmeticError):
        log.exception("The %s of %s cannot be written.", what, member.email)
        return
    yield Draft(
        identity=morning.identity(what),
        address=member.email,
        name=member.name,
        letter=written,
        subject=asked_for(member),
    )
