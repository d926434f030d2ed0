"""Quiet hours: a stretch of every day, on somebody's own clock, in which they are left alone."""

from datetime import datetime, time, timedelta

from amends.clock.calendars import moment_at, zone_named


def quiet_until(now: datetime, *, begins: time, ends: time, zone: str) -> datetime | None:
    """When the quiet hours end in which `now` lies, in UTC; None outside of them.

    They begin and end at these times of the clocks of `zone`, and span midnight where they end before they begin.
    A time that the clocks skip is the first one after; of one that they show twice the first counts.
    """
    today = now.astimezone(zone_named(zone)).date()
    over_midnight = timedelta(days=1 if ends <= begins else 0)
    for day in (today - timedelta(days=1), today):
        from_at = moment_at(datetime.combine(day, begins), zone)
        until_at = moment_at(datetime.combine(day + over_midnight, ends), zone)
        if from_at <= now < until_at:
            return until_at
    return None
