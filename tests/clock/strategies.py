"""Calendars and moments for property tests, with the nights on which clocks change well represented."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import strategies as st

from amends.clock.calendars import Hours, Open, WorkingCalendar, parse_hours

OFFICE_HOURS: Hours = parse_hours(
    {weekday: ["09:00-12:30", "13:00-18:00"] for weekday in ("monday", "tuesday", "wednesday", "thursday", "friday")}
)
AROUND_THE_CLOCK: Hours = ((Open(0, 1440),),) * 7
EVENINGS: Hours = ((Open(0, 165), Open(1260, 1440)), (Open(1320, 1440),), (), (), (), (), (Open(150, 1440),))

# (zone, the moment at which its clocks go forward, the moment at which they go back)
CLOCK_CHANGES = [
    ("Europe/Berlin", datetime(2026, 3, 29, 1, 0, tzinfo=UTC), datetime(2026, 10, 25, 1, 0, tzinfo=UTC)),
    ("America/New_York", datetime(2026, 3, 8, 7, 0, tzinfo=UTC), datetime(2026, 11, 1, 6, 0, tzinfo=UTC)),
    (
        "Australia/Lord_Howe",
        datetime(2026, 10, 3, 15, 30, tzinfo=UTC),
        datetime(2026, 4, 4, 15, 0, tzinfo=UTC),
    ),
]

zones = st.sampled_from([zone for zone, _, _ in CLOCK_CHANGES] + ["UTC", "Asia/Kolkata", "Pacific/Kiritimati"])

_changes = st.sampled_from([change for _, forward, back in CLOCK_CHANGES for change in (forward, back)])
moments = st.one_of(
    st.datetimes(datetime(2024, 1, 1), datetime(2028, 12, 31), timezones=st.just(UTC)),
    st.builds(
        lambda change, minutes: change + timedelta(minutes=minutes),
        _changes,
        st.integers(-3 * 1440, 3 * 1440),
    ),
)
open_times = st.timedeltas(timedelta(0), timedelta(hours=40))
days = st.dates(date(2024, 1, 1), date(2028, 12, 31))


def office(zone: str = "Europe/Berlin", *, region: str | None = None, closed_on: set[date] = frozenset()):
    return WorkingCalendar(zone, OFFICE_HOURS, region, frozenset(closed_on))


def closed_also_on(calendar: WorkingCalendar, more: set[date]) -> WorkingCalendar:
    return WorkingCalendar(calendar.zone, calendar.hours, calendar.region, calendar.closed_on | more)


def days_around(moment: datetime, *, reach: int = 21):
    """Sets of days close enough to a moment to matter."""
    return st.sets(st.integers(-reach, reach), max_size=12).map(
        lambda offsets: {moment.date() + timedelta(days=offset) for offset in offsets}
    )


@st.composite
def opens_of_a_day(draw: st.DrawFn) -> tuple[Open, ...]:
    cuts = sorted(draw(st.sets(st.integers(0, 96), max_size=6)))
    return tuple(Open(start * 15, end * 15) for start, end in zip(cuts[::2], cuts[1::2], strict=False))


hours = st.one_of(
    st.just(OFFICE_HOURS),
    st.just(AROUND_THE_CLOCK),
    st.just(EVENINGS),
    st.tuples(*[opens_of_a_day()] * 7).filter(lambda week: any(week)),
)
calendars = st.builds(
    WorkingCalendar,
    zones,
    hours,
    st.sampled_from([None, "DE-BE", "US-CA"]),
    st.frozensets(st.dates(date(2026, 3, 1), date(2026, 11, 30)), max_size=5),
)
