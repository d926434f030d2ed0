"""Working mornings: when a digest comes, and which one still counts."""

from datetime import date, datetime, time, timedelta

from amends.clock.calendars import WEEKDAYS, WorkingCalendar, moment_at, zone_named

# A morning is over at noon: what did not come by then comes the next working morning.
NOON = time(12, 0)


def next_morning(now: datetime, *, at: time, zone: str, calendar: WorkingCalendar) -> datetime:
    """The first working morning after `now`: the moment, in UTC, at which the clocks of `zone` show `at`."""
    day = _day(now, zone)
    if calendar.is_working_day(day) and (morning := _morning(day, at, zone)) > now:
        return morning
    return _morning(calendar.working_days_after(day, 1), at, zone)


def this_morning(now: datetime, *, at: time, zone: str, calendar: WorkingCalendar) -> datetime | None:
    """The working morning of today, where it has begun and is not over; None otherwise."""
    day = _day(now, zone)
    if not calendar.is_working_day(day):
        return None
    morning = _morning(day, at, zone)
    return morning if morning <= now < _morning(day, NOON, zone) else None


def morning_before(morning: datetime, *, at: time, zone: str, calendar: WorkingCalendar) -> datetime:
    """The working morning before that one."""
    return _morning(calendar.working_days_after(_day(morning, zone), -1), at, zone)


def begins_the_week(morning: datetime, *, zone: str, calendar: WorkingCalendar) -> bool:
    """Whether that morning is the first working one of its week, which begins on Monday."""
    day = _day(morning, zone)
    monday = day - timedelta(days=day.weekday())
    earlier = (monday + timedelta(days=n) for n in range(len(WEEKDAYS)))
    return day == next((each for each in earlier if calendar.is_working_day(each)), None)


def _day(moment: datetime, zone: str) -> date:
    return moment.astimezone(zone_named(zone)).date()


def _morning(day: date, at: time, zone: str) -> datetime:
    return moment_at(datetime.combine(day, at), zone)
