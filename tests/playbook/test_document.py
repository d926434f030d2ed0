from datetime import date
from importlib import resources

import pytest

from amends.clock.calendars import ALWAYS, parse_hours
from amends.clock.spans import Span
from amends.playbook.conditions import Condition
from amends.playbook.document import OFFICE_HOURS, BadDocument, Mistake, fill, load
from amends.playbook.verdicts import CHECKS

DEFAULT = resources.files("amends.playbook").joinpath("default.yaml").read_text(encoding="utf-8")


def changed(*changes: tuple[str, str]) -> str:
    """The shipped playbook with some of its words replaced, each wherever it stands."""
    text = DEFAULT
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return text


def line_of(words: str, text: str = DEFAULT, *, nth: int = 1) -> int:
    return [number for number, line in enumerate(text.splitlines(), 1) if words in line][nth - 1]


def mistakes_in(text: str) -> list[Mistake]:
    with pytest.raises(BadDocument) as refused:
        load(text)
    return list(refused.value.mistakes)


def the_mistake_in(text: str) -> Mistake:
    [mistake] = mistakes_in(text)
    return mistake


class TestTheShippedPlaybook:
    def test_is_valid(self) -> None:
        document = load(DEFAULT)

        assert [severity.key for severity in document.severities] == ["critical", "high", "medium", "low"]
        assert document.severity("high").acknowledge_within == Span(1, "working hours")
        assert str(document.severity("low").cadence) == "weekly on Tuesday at 10:00"
        assert [level.may_offer_up_to for level in document.levels] == [5_000, 25_000, 100_000]

    def test_gives_every_severity_the_ladders_it_names(self) -> None:
        document = load(DEFAULT)

        for severity in document.severities:
            assert document.ladder(severity.acknowledgement_ladder).rungs
            assert document.ladder(severity.promise_ladder).rungs

    def test_wants_it_over_in_30_days_or_sooner_where_a_severity_says_so(self) -> None:
        document = load(DEFAULT)

        assert document.target_for("high") == Span(30, "days")
        assert document.target_for("critical") == Span(14, "days")

    def test_warns_ahead_of_the_target_on_rungs(self) -> None:
        rungs = load(DEFAULT).target.rungs

        assert [rung.when for rung in rungs] == ["7 days before", "2 days before", "when due"]
        assert all(rung.tells == ("handler", "handler's manager") for rung in rungs)


class TestCalendars:
    def test_take_from_the_organisation_what_they_leave_open(self) -> None:
        hours = parse_hours({"monday": ["08:00-12:00"]})

        calendar = load(DEFAULT).calendar(
            "office",
            organisation_zone="Europe/Vienna",
            organisation_hours=hours,
            organisation_region="AT",
        )

        assert (calendar.zone, calendar.hours, calendar.region) == ("Europe/Vienna", hours, "AT")

    def test_are_monday_to_friday_9_to_17_where_nobody_says(self) -> None:
        calendar = load(DEFAULT).calendar("office", organisation_zone="UTC")

        assert calendar.hours == OFFICE_HOURS
        assert calendar.region is None

    def test_keep_what_the_playbook_says_itself(self) -> None:
        text = changed(
            ("zone: organisation", "zone: America/New_York"),
            ("hours: organisation", 'hours: {saturday: ["10:00-14:00"]}'),
            ("holidays: organisation", "holidays: US-NY\n    closed_on: [2026-12-24]"),
        )

        calendar = load(text).calendar("office", organisation_zone="Europe/Berlin", organisation_region="DE")

        assert calendar.zone == "America/New_York"
        assert calendar.hours == parse_hours({"saturday": ["10:00-14:00"]})
        assert calendar.region == "US-NY"
        assert calendar.closed_on == {date(2026, 12, 24)}

    @pytest.mark.parametrize("none", ["none", "null", "~", ""])
    def test_can_keep_no_holidays(self, none: str) -> None:
        text = changed(("holidays: organisation", f"holidays: {none}"))

        assert load(text).calendar("office", organisation_zone="UTC", organisation_region="DE").region is None

    def test_know_norway_although_yaml_takes_it_for_false(self) -> None:
        text = changed(("holidays: organisation", "holidays: NO"))

        assert load(text).calendar("office", organisation_zone="UTC").region == "NO"

    def test_always_is_built_in(self) -> None:
        assert load(DEFAULT).calendar("always", organisation_zone="Europe/Berlin") is ALWAYS

        mistake = the_mistake_in(changed(("calendars:\n", "calendars:\n  always: {}\n")))
        assert mistake.path == "calendars.always"


class TestAskingForWhatIsNotThere:
    def test_names_what_was_probably_meant(self) -> None:
        document = load(DEFAULT)

        with pytest.raises(LookupError, match="Did you mean “critical”"):
            document.severity("critcal")
        with pytest.raises(LookupError, match="Did you mean “standard”"):
            document.ladder("standart")
        with pytest.raises(LookupError, match="Did you mean “office”"):
            document.calendar("ofice", organisation_zone="UTC")
        with pytest.raises(LookupError, match="no level 4"):
            document.level(4)


class TestMistakes:
    def test_are_told_all_together_in_the_order_of_their_lines(self) -> None:
        text = changed(
            ("zone: organisation", "zone: Europe/Berln"),
            ("weekly on Tuesday", "now and then, on Tuesday"),
            ("impaired: {key: high", "impaired: {key: hihg"),
            ("health_below: 50", "health_below: fifty"),
            ("  within: 30 days", "  within: 30"),
        )

        assert [(mistake.path, mistake.line) for mistake in mistakes_in(text)] == [
            ("calendars.office.zone", line_of("zone: organisation")),
            ("severities[3].cadence", line_of("weekly on Tuesday")),
            ("matrix.impaired.key", line_of("impaired: {key: high")),
            ("bumps[0].when.any[2].health_below", line_of("health_below: 50")),
            ("entry.qualifies[1].when.any[1].health_below", line_of("health_below: 50", nth=2)),
            ("target.within", line_of("  within: 30 days")),
        ]

    def test_read_as_lines_that_one_can_mend(self) -> None:
        with pytest.raises(BadDocument) as refused:
            load(changed(("promise_ladder: urgent", "promise_ladder: urgnt")))

        line = line_of("promise_ladder: urgent")
        assert str(refused.value) == (
            f"line {line}, severities[0].promise_ladder: There is no ladder “urgnt”. Did you mean “urgent”?"
        )

    @pytest.mark.parametrize(
        ("old", "new", "path", "says"),
        [
            ("calendar: always", "calendar: allways", "severities[0].calendar", "Did you mean “always”?"),
            (
                "assumed_impact: impaired",
                "assumed_impact: bad",
                "assumed_impact",
                "There is no impact “bad”.",
            ),
            ("key: high\n", "key: High!\n", "severities[1].key", "begins with a letter"),
            ("key: understood", "key: no_news", "texts.replies[0].key", "every playbook has. Take another key"),
            ("key: question", "key: understood", "texts.replies[1].key", "the key of a reply above"),
            ("currency: EUR", "currency: Euro", "currency", "three letters, such as EUR"),
            ("USD: 0.92", "USD: 0", "rates.USD", "above 0"),
            ("USD: 0.92", "dollar: 0.92", "rates.dollar", "three letters"),
            ("name: Critical", "name: 1", "severities[0].name", "Write text here"),
            ("name: Critical", "name: ''", "severities[0].name", "may not be empty"),
            (
                "acknowledge_within: 30 minutes",
                "acknowledge_within: 30",
                "severities[0].acknowledge_within",
                "",
            ),
            ("cadence: every 4 hours", "cadence: on change", "severities[0].cadence", "not a cadence"),
            (
                "cadence: every 4 hours",
                "cadnce: every 4 hours",
                "severities[0].cadnce",
                "Did you mean “cadence”?",
            ),
            ("health_below: 50", "health_belw: 50", "bumps[0].when.any[2].health_belw", "“health_below”"),
            ("mood_in: [furious]", "mood_in: [angry]", "bumps[0].when.any[3].mood_in[0]", "“furious”"),
            ("mood_in: [furious]", "mood_in: []", "bumps[0].when.any[3].mood_in", "at least one"),
            ("90 days", "90 working days", "bumps[0].when.any[1].renewal_within", "in days or weeks"),
            ("strategic: true", "strategic: yes", "bumps[0].when.any[0].strategic", "true or false"),
            ("strategic: true", "strategic:", "bumps[0].when.any[0]", "asks nothing"),
            (
                "may_offer_up_to: 5000",
                "may_offer_up_to: € 5000",
                "levels[0].may_offer_up_to",
                "currency sign",
            ),
            ("may_offer_up_to: 5000", "may_offer_up_to: true", "levels[0].may_offer_up_to", "currency sign"),
            ("handler: an executive", "handler: the CEO", "levels[2].handler", "“the CSM’s manager”"),
            (
                "asked_for_level: 3",
                "asked_for_level: 4",
                "levels[2].when.any[1].asked_for_level",
                "no level 4",
            ),
            ("level: 2\n    name", "level: 3\n    name", "levels[1].level", "this one is 2"),
            ("7 days before", "some day", "target.warn[0]", "no time on a ladder"),
            ("holidays: organisation", "holidays: Bavaria", "calendars.office.holidays", "not known"),
            ("hours: organisation", "hours: {monday: [9-5]}", "calendars.office.hours", "09:00-12:30"),
            (
                "{problems}\n\n    We",
                "{problem}\n\n    We",
                "texts.acknowledgement",
                "Did you mean “{problems}”?",
            ),
            (
                "impaired: {key: high, middle",
                "impaired: {middle",
                "matrix.impaired.key",
                "for “key”. Add it.",
            ),
            ("trust: {key: medium, middle: low, small: low}", "", "matrix.trust", "Add its row."),
            (
                "key: medium, middle: low,",
                "key: grave, middle: low,",
                "matrix.trust.key",
                "no severity “grave”",
            ),
            ("key: small\n", "key: middle\n", "weights[2].key", "an entry above"),
        ],
    )
    def test_say_where_and_what_to_do(self, old: str, new: str, path: str, says: str) -> None:
        text = changed((old, new))

        found = {mistake.path: mistake for mistake in mistakes_in(text)}

        assert says in found[path].says
        assert found[path].line is not None

    def test_name_a_rung_that_tells_nobody(self) -> None:
        text = changed(("{when: 1 hour before, tells: [owner]}", "{when: 1 hour before, tells: []}"))

        mistake = the_mistake_in(text)

        assert mistake.path == "ladders.urgent.rungs[0].tells"
        assert mistake.line == line_of("when: 1 hour before")

    def test_name_a_rung_that_tells_somebody_unknown(self) -> None:
        text = changed(("{when: 1 hour before, tells: [owner]}", "{when: 1 hour before, tells: [owner, boss]}"))

        mistake = the_mistake_in(text)

        assert mistake.path == "ladders.urgent.rungs[0].tells[1]"
        assert "“administrators”" in mistake.says

    def test_name_a_ladder_out_of_order(self) -> None:
        text = changed(("when: 15 minutes before", "when: 3 hours before"))

        mistake = the_mistake_in(text)

        assert mistake.path == "ladders.urgent"
        assert "“3 hours before” does not come after “1 hour before”" in mistake.says

    def test_name_what_the_last_weight_and_the_first_level_may_not_have(self) -> None:
        text = changed(
            ("name: smaller account", "name: smaller account\n    when: {strategic: true}"),
            ("may_offer_up_to: 5000\n", "may_offer_up_to: 5000\n    when: {strategic: true}\n"),
        )

        assert [mistake.path for mistake in mistakes_in(text)] == ["weights[2].when", "levels[0].when"]

    def test_name_what_would_take_every_account(self) -> None:
        worth_much = "        - spend_at_least: 250000\n        - potential_at_least: 500000\n"
        text = changed((f"    when:\n      any:\n{worth_much}", ""))
        text = text.replace("        - csm_sentiment_in: [worried]\n        - asked_for_level: 2\n", "")

        assert [mistake.path for mistake in mistakes_in(text)] == ["weights[0]", "levels[1]"]

    def test_name_every_row_of_an_empty_matrix(self) -> None:
        start, rest = DEFAULT.split("matrix:\n")
        text = f"{start}matrix: {{}}\n{rest[rest.index('# What the matrix does not see') :]}"

        assert [mistake.path for mistake in mistakes_in(text)] == [
            "matrix.hindered",
            "matrix.impaired",
            "matrix.stopped",
            "matrix.trust",
        ]

    def test_name_ladders_that_are_all_gone(self) -> None:
        start, rest = DEFAULT.split("ladders:\n")
        text = f"{start}ladders: {{}}\n{rest[rest.index('# Every escalation comes') :]}"

        mistakes = mistakes_in(text)

        assert len(mistakes) == 9
        assert mistakes[0].says == "There is no ladder “first answer, urgent”, and no other either. Add one."

    def test_name_a_word_that_stands_twice_and_its_first_line(self) -> None:
        text = changed(("currency: EUR", "currency: EUR\ncurrency: USD"))

        first = line_of("currency: EUR")
        assert the_mistake_in(text) == Mistake(
            "currency", first + 1, f"“currency” stands here twice (first on line {first}). Keep one."
        )


class TestTextThatCannotBeRead:
    @pytest.mark.parametrize(
        ("text", "line", "says"),
        [
            ("", 1, "Begin with “name: …”"),
            ("- a list", 1, "Begin with “name: …”"),
            ("name: one: two", 1, "in quotes"),
            ('name: one\ncurrency: "EUR\n', 2, "never closed"),
            ("name: one\nrates:\n\tUSD: 1", 3, "not with a tab"),
            ("name: one\n---\nname: two", 2, "one document"),
            ("name: one\nrates: [1, 2\n", 3, ""),
            ("name: one\nbare\n", 3, "needs a colon"),
            ("name: one\x07", 1, "cannot be seen"),
            ("name: \ud800", 1, "cannot be seen"),
        ],
    )
    def test_is_told_with_its_line(self, text: str, line: int, says: str) -> None:
        mistake = the_mistake_in(text)

        assert mistake.line == line
        assert says in mistake.says

    def test_a_few_lines_cannot_unfold_into_gigabytes(self) -> None:
        bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
            f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 12)
        )

        mistakes = mistakes_in(bomb)

        assert mistakes[0] == Mistake("", 2, "Write out what “*a0” stands for.")

    def test_nothing_nests_without_end(self) -> None:
        assert "nested too deeply" in the_mistake_in("name: " + "[" * 100_000).says

    def test_nothing_is_longer_than_a_playbook_can_be(self) -> None:
        assert "256 KB" in the_mistake_in("# " + "ü" * 150_000).says

    def test_nothing_has_more_entries_than_a_person_could_read(self) -> None:
        assert "5,000 names and values" in the_mistake_in("name: [" + "x, " * 5_000 + "]").says

    def test_no_code_hides_in_a_tag(self) -> None:
        text = changed(("name: How we make amends", "name: !!python/object/apply:os.getcwd []"))

        assert "holds plain values only" in the_mistake_in(text).says

    def test_a_number_too_long_to_be_meant_is_no_number(self) -> None:
        text = changed(("may_offer_up_to: 5000", f"may_offer_up_to: {'9' * 5_000}"))

        assert the_mistake_in(text).path == "levels[0].may_offer_up_to"


class TestWords:
    def test_fill_the_placeholders_and_leave_what_is_missing_to_be_seen(self) -> None:
        text = fill("Dear {contact}, you hear from us by {next_by}.", {"contact": "Petra {account}"})

        assert text == "Dear Petra {account}, you hear from us by {next_by}."

    def test_a_typographic_apostrophe_is_as_good_as_a_straight_one(self) -> None:
        document = load(DEFAULT.replace("handler's manager", "handler’s manager").replace("CSM's", "CSM’s"))

        assert document.silence.tells == ("handler", "handler's manager")
        assert document.level(1).handler == "the CSM's manager"


def test_everything_that_a_condition_can_ask_is_checked() -> None:
    assert {*CHECKS, "alternatives"} == set(Condition.model_fields)
