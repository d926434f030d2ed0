"""Real calendars, good and bad, as the library’s own tests collect them; they lie beside the project."""

import os
from pathlib import Path

import pytest
from icalendar import Component

from amends.invitations.reading import UNREADABLE, Answer, Cancelled, Request, Unreadable, read

BESIDE = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "icalendar-fixtures"
pytestmark = pytest.mark.real_data


@pytest.fixture(scope="module")
def calendars() -> dict[str, bytes]:
    folder = Path(os.environ.get("AMENDS_ICALENDAR_FIXTURES") or BESIDE)
    found = {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*.ics"))}
    if not found:
        pytest.skip(f"no calendars in {folder}; say where with AMENDS_ICALENDAR_FIXTURES")
    return found


def parsed(raw: bytes) -> list[Component] | None:
    """What the library finds in it, or None where it refuses to read it."""
    try:
        found: list[Component] = Component.from_ical(raw, multiple=True)
    except ValueError:
        return None
    return found


@pytest.mark.filterwarnings("ignore::UserWarning")  # it guesses zones, which we keep it from
def test_what_the_library_reads_we_read(calendars: dict[str, bytes]):
    by_the_library = {name: parsed(raw) for name, raw in calendars.items()}
    unreadable = {name for name, raw in calendars.items() if read(raw, "UTC") == Unreadable(UNREADABLE)}

    assert len(calendars) == 163
    assert sum(found is not None for found in by_the_library.values()) == 159
    # One of them is broken only where it defines its zone, which we need not follow.
    by_us_alone = {"calendars/fuzz_testcase_vtimezone_lone_cr.ics"}
    assert unreadable == {name for name, found in by_the_library.items() if not found} - by_us_alone


def test_those_that_invite_say_when_and_in_which_zone(calendars: dict[str, bytes]):
    found = {name: read(raw, "Europe/Lisbon") for name, raw in calendars.items()}

    said = {
        name.removeprefix("calendars/"): (f"{each.times.starts_at:%Y-%m-%d %H:%M}", each.times.zone)
        for name, each in found.items()
        if isinstance(each, Request)
    }
    assert said == {
        "issue_350.ics": ("2022-02-22 18:30", "UTC"),
        "property_params.ics": ("2012-08-13 23:00", "Europe/Lisbon"),
        "rfc_7529.ics": ("2013-02-10 00:00", "Europe/Lisbon"),
        "timezone_same_start.ics": ("2017-02-24 20:00", "America/Los_Angeles"),
    }
    assert not [each for each in found.values() if isinstance(each, Answer | Cancelled)]
