"""Whatever somebody writes into a playbook: it is told what is wrong, or the clock can live by it. No database."""

from __future__ import annotations

import copy
import datetime as dt
import json
import zoneinfo
from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st

from amends.clock.calendars import ALWAYS
from amends.clock.engine import LONGEST_SLEEP, foresee, look
from amends.clock.situations import DecisionDue, PromiseDue, RequestDue, Situation
from amends.directory.models import Organisation
from amends.escalations.terms import terms
from amends.playbook import differences, reading
from amends.playbook.document import BadDocument, Document, load
from amends.playbook.lines import read
from amends.playbook.models import PlaybookVersion
from tests.fuzzing import HOSTILE, examples
from tests.playbook.test_document import DEFAULT, changed, mistakes_in, the_mistake_in

SHIPPED = load(DEFAULT)
WRITTEN = read(DEFAULT)[0]
WORDS: list[Any] = [
    *(None, True, 0, -1, 1, 10**30, 1e308, [], {}, ["x"], {"x": 1}, [[]], "none", "organisation", "always"),
    *("every minute", "every 9999 working hours", "every fifth working day at 00:00 and always on Sunday"),
    *("weekly on Sunday at 23:59", "every two weeks on Monday at 00:00", "every 9999 hours"),
    *("1 minute", "9999 working hours", "9999 weeks", "9999 working days", "٣ hours", "9" * 5_000 + " hours"),
    *("halfway", "when due", "9999 weeks before", "9999 working days after", "1 working minute before"),
    *({"sunday": ["02:30-02:31"]}, {"monday": ["00:00-00:01"]}, {"tuesday": ["00:00-24:00"]}, {"friday": []}),
    *({"monday": ["00:00-06:00", "22:00-24:00"], "tuesday": ["00:00-06:00"]}, {"monday": ["22:00-06:00"]}),
    *("DE-BE", "US-CA", "XX", "1795000000", ["0001-01-01"], ["2026-12-24", "2026-12-24"], "critical", "high"),
    *HOSTILE,
]
ZONES = st.sampled_from(sorted(zoneinfo.available_timezones()))
MOMENTS = st.builds(
    lambda moment, minutes: moment + dt.timedelta(minutes=minutes),
    st.sampled_from(
        [
            dt.datetime(1970, 1, 4, tzinfo=dt.UTC),
            dt.datetime(2011, 12, 30, 10, tzinfo=dt.UTC),  # a day that Samoa never had
            dt.datetime(2026, 3, 29, 1, tzinfo=dt.UTC),
            dt.datetime(2026, 10, 25, 1, tzinfo=dt.UTC),
            dt.datetime(2026, 11, 19, 9, tzinfo=dt.UTC),
            dt.datetime(2100, 12, 31, tzinfo=dt.UTC),
            dt.datetime(2199, 12, 31, 23, 59, tzinfo=dt.UTC),
        ]
    ),
    st.integers(-4_000, 4_000),
)


@st.composite
def written(draw: st.DrawFn) -> str:
    """The shipped playbook with some of it replaced, left out, said twice or renamed. JSON is YAML too."""
    document = copy.deepcopy(WRITTEN)
    for _ in range(draw(st.integers(1, 3))):
        holder: Any = document
        while True:
            place = draw(st.sampled_from(list(holder) if isinstance(holder, dict) else range(len(holder))))
            if not (isinstance(holder[place], dict | list) and holder[place] and draw(st.integers(0, 5))):
                break
            holder = holder[place]
        how = draw(st.integers(0, 9))
        if how == 0:
            del holder[place]
        elif how == 1 and isinstance(holder, list):
            holder.append(copy.deepcopy(holder[place]))
        elif how == 2 and isinstance(holder, dict):
            holder[draw(st.sampled_from(["colour", "key", "\0", "a" * 300]))] = holder.pop(place)
        else:
            holder[place] = copy.deepcopy(draw(st.sampled_from(WORDS)))
        if not document:
            break
    return json.dumps(document, ensure_ascii=False)


@st.composite
def situations(draw: st.DrawFn, found: Any) -> Situation:
    due = [
        PromiseDue(number, draw(MOMENTS), draw(MOMENTS), draw(st.booleans()))
        for number in range(draw(st.integers(0, 2)))
    ]
    return Situation(
        *(1, True, draw(MOMENTS), draw(MOMENTS), draw(MOMENTS), draw(ZONES), found, draw(st.booleans()), tuple(due)),
        DecisionDue(1, draw(MOMENTS), draw(MOMENTS)),
        (RequestDue(1, draw(MOMENTS), draw(MOMENTS)),),
    )


@examples(70)
@given(written(), st.data())
def test_a_playbook_is_told_what_is_wrong_with_it_or_the_clock_can_live_by_it(text: str, data: st.DataObject) -> None:
    try:
        document = load(text)
    except BadDocument as bad:
        for mistake in bad.mistakes:
            assert mistake.says.endswith((".", "?")), mistake
            assert "Input should" not in mistake.says and "Exceeds" not in mistake.says, mistake
        return

    reading.sections(document)
    differences.differences(SHIPPED, document)
    looked_at(document, text, data)


@examples(40)
@given(st.data())
def test_the_shipped_playbook_can_be_lived_by_at_any_time_in_any_zone(data: st.DataObject) -> None:
    looked_at(SHIPPED, DEFAULT, data)


def looked_at(document: Document, text: str, data: st.DataObject) -> None:
    """Whatever is so, and whenever it is looked at: it says when to look again, and falls due in open hours."""
    organisation = Organisation(name="Fernhill", zone=data.draw(ZONES), hours={}, holidays="DE-BE")
    severity = data.draw(st.sampled_from(document.severities))
    found = terms(PlaybookVersion(pk=hash(text), text=text), severity.key, organisation)
    situation, now, zone = data.draw(situations(found)), data.draw(MOMENTS), data.draw(ZONES)

    again_at = look(situation, now).again_at
    due_at = found.cadence.next_after(now, calendar=found.calendar, zone=zone)

    assert again_at is not None and now < again_at <= now + LONGEST_SLEEP
    assert foresee(situation, now)
    assert due_at > now
    is_elapsed = not found.cadence.is_by_the_day and not found.cadence.span.is_working_time  # type: ignore[attr-defined]
    assert is_elapsed or found.calendar.is_open(due_at), (str(found.cadence), due_at, zone)


@examples(40)
@given(st.text(max_size=80))
@example("- " * 30)
@example("{" * 5_000)
@example("a: &a [*a, *a]")
@example("a: !!python/object:os.system x")
@example("\ud800: \0")
@example("? [a, b]\n: c")
@example("a: " + "9" * 5_000)
def test_text_that_is_no_playbook_is_told_so(text: str) -> None:
    try:
        load(text)
    except BadDocument as bad:
        assert all(mistake.says.endswith((".", "?")) for mistake in bad.mistakes), bad.mistakes


class TestWhatIsCounted:
    def test_comes_to_an_end_within_ten_years_of_its_own_hours(self) -> None:
        text = changed(
            ("hours: organisation", "hours: {monday: [09:00-09:01]}"), ("4 working hours", "12 working hours")
        )

        mistakes = mistakes_in(text)

        assert "severities[3].acknowledge_within" in {mistake.path for mistake in mistakes}
        assert {mistake.says for mistake in mistakes} == {
            "“12 working hours” would take more than ten years in these hours. Write a shorter time."
        }

    def test_says_where_however_many_use_it(self) -> None:
        mistake = the_mistake_in(changed(("within: 30 days", "within: 9999 weeks")))

        assert (mistake.path, mistake.line is not None) == ("target.within", True)
        assert "ten years" in mistake.says

    def test_may_be_open_on_one_day_of_the_week_and_closed_on_three_hundred_days(self) -> None:
        days = [dt.date(2026, 1, 1) + dt.timedelta(days=number) for number in range(300)]
        closed = f"holidays: organisation\n    closed_on: [{', '.join(map(str, days))}]"

        document = load(changed(("holidays: organisation", closed)))

        assert len(document.calendars["office"].closed_on) == 300

    def test_is_never_closed_for_ten_years(self) -> None:
        days = [dt.date(2026, 1, 5) + dt.timedelta(weeks=number) for number in range(530)]
        closed = f"hours: {{monday: [00:00-24:00]}}\n    closed_on: [{', '.join(map(str, days))}]"

        mistake = the_mistake_in(changed(("hours: organisation", closed)))

        assert mistake.path == "calendars.office"
        assert "closed for ten years on end" in mistake.says

    def test_days_are_written_out_and_near(self) -> None:
        for day in ("0", "1795000000", "0001-01-01", "2026-02-30", "2026-12-24T00:00:00"):
            mistake = the_mistake_in(
                changed(("holidays: organisation", f'holidays: organisation\n    closed_on: ["{day}"]'))
            )

            assert mistake.path == "calendars.office.closed_on[0]"


def test_half_way_to_a_day_in_decades_is_found_at_once() -> None:
    ladder = SHIPPED.ladder(SHIPPED.severities[0].acknowledgement_ladder)
    made_at, due_at = dt.datetime(2026, 11, 19, 9, tzinfo=dt.UTC), dt.datetime(2100, 12, 31, 9, tzinfo=dt.UTC)
    halfway = next(rung for rung in ladder.rungs if rung.when == "halfway")

    assert halfway.moment(made_at, due_at, ALWAYS) == made_at + (due_at - made_at) / 2
