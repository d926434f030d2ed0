from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from importlib import resources
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amends.clock.spans import Span
from amends.playbook.assess import Intake, Worth, assess
from amends.playbook.conditions import MOODS, SENTIMENTS, Condition
from amends.playbook.document import load
from amends.playbook.verdicts import Money, in_money, judge

DEFAULT = resources.files("amends.playbook").joinpath("default.yaml").read_text(encoding="utf-8")
PLAYBOOK = load(DEFAULT)
MONDAY = date(2026, 3, 2)
EUROS = Money("EUR", {"USD": Decimal("0.92")})


def heard(impact: str = "impaired", **more: Any) -> Intake:
    return Intake(**{"impact": impact, "mood": "calm", "on": MONDAY, **more})


def brightwater(**more: Any) -> Worth:
    known = {
        "account": "Brightwater",
        "spend": Decimal(412_000),
        "health": 80,
        "renewal_on": date(2026, 12, 1),
    }
    return Worth(**{**known, **more})


def plain(sentence: str) -> str:
    """The sentence with breakable spaces, as a reader sees it."""
    return sentence.replace("\u00a0", " ")


class TestSeverity:
    def test_comes_from_impact_and_weight_and_says_so(self) -> None:
        assessment = assess(PLAYBOOK, brightwater(), heard("impaired"))

        assert assessment.severity == "high"
        assert plain(assessment.severity_because) == (
            "High, because work is impaired and Brightwater is a key account (spend € 412,000 is at least € 250,000)."
        )

    def test_is_one_step_graver_where_the_matrix_does_not_see_it_all(self) -> None:
        assessment = assess(PLAYBOOK, brightwater(renewal_on=date(2026, 5, 14)), heard("impaired"))

        assert assessment.severity == "critical"
        assert plain(assessment.severity_because) == (
            "Critical: High, because work is impaired and Brightwater is a key account "
            "(spend € 412,000 is at least € 250,000); one step graver, because renewal is in 73 days."
        )

    def test_names_all_that_speaks_for_the_step_and_counts_it_once(self) -> None:
        worth = brightwater(is_strategic=True, health=42, spend=Decimal(60_000))

        assessment = assess(PLAYBOOK, worth, heard("hindered", mood="furious"))

        assert assessment.severity == "high"
        assert plain(assessment.severity_because) == (
            "High: Medium, because single people are held up and Brightwater is an account of middle weight "
            "(spend € 60,000 is at least € 50,000); one step graver, because Brightwater is strategic, "
            "health 42 is below 50 and the customer is furious."
        )

    def test_ends_at_the_gravest(self) -> None:
        assessment = assess(PLAYBOOK, brightwater(health=10), heard("stopped"))

        assert assessment.severity == "critical"
        assert assessment.severity_because.endswith("; already the gravest, although health 10 is below 50.")

    def test_gives_the_reason_of_the_playbook_with_what_it_saw(self) -> None:
        playbook = load(DEFAULT.replace("  - by: 1\n    when:", "  - by: 2\n    because: they may leave\n    when:", 1))

        assessment = assess(playbook, brightwater(health=10), heard("trust"))

        assert assessment.severity == "critical"
        assert "two" not in assessment.severity_because
        assert assessment.severity_because.endswith("; 2 steps graver, because they may leave (health 10 is below 50).")

    def test_takes_the_last_weight_where_no_other_holds(self) -> None:
        assessment = assess(PLAYBOOK, brightwater(spend=Decimal(900), potential=Decimal(0)), heard("impaired"))

        assert assessment.severity == "medium"
        assert assessment.severity_because == ("Medium, because work is impaired and Brightwater is a smaller account.")

    def test_assumes_an_impact_while_nobody_has_said_and_says_that(self) -> None:
        assessment = assess(PLAYBOOK, brightwater(), heard(""))

        assert assessment.severity == "high"
        assert "it is assumed, until somebody says, that work is impaired" in assessment.severity_because

    def test_assumes_the_graver_middle_where_the_playbook_does_not_say(self) -> None:
        playbook = load(DEFAULT.replace("assumed_impact: impaired\n", ""))

        assert "that work is impaired" in assess(playbook, brightwater(), heard("")).severity_because

    def test_refuses_an_impact_that_the_playbook_does_not_know(self) -> None:
        with pytest.raises(LookupError, match="Did you mean “impaired”"):
            assess(PLAYBOOK, brightwater(), heard("impared"))


class TestLevel:
    def test_is_the_first_where_nothing_asks_for_more(self) -> None:
        worth = brightwater(spend=Decimal(60_000), potential=Decimal(0))

        assessment = assess(PLAYBOOK, worth, heard())

        assert (assessment.level, assessment.handler) == (1, "the CSM's manager")
        assert assessment.level_because == "Level 1 (Manager), because nothing asks for a higher one."

    def test_rises_with_what_the_account_is_worth(self) -> None:
        assessment = assess(PLAYBOOK, brightwater(), heard())

        assert (assessment.level, assessment.handler) == (2, "the manager's manager")
        assert plain(assessment.level_because) == ("Level 2 (Director), because spend € 412,000 is at least € 250,000.")

    def test_rises_because_the_customer_asks_and_skips_what_lies_between(self) -> None:
        assessment = assess(PLAYBOOK, brightwater(spend=Decimal(900)), heard(asks_for_level=3))

        assert assessment.level == 3
        assert assessment.level_because == "Level 3 (Executive), because the customer asks for level 3."

    def test_rises_because_the_csm_is_worried(self) -> None:
        worth = brightwater(spend=Decimal(900), potential=Decimal(0))

        assessment = assess(PLAYBOOK, worth, heard(csm_sentiment="worried"))

        assert assessment.level_because == "Level 2 (Director), because the CSM is worried."


class TestClocks:
    def test_are_those_of_the_severity(self) -> None:
        assessment = assess(PLAYBOOK, brightwater(), heard("impaired"))

        assert assessment.acknowledge_within == Span(1, "working hours")
        assert str(assessment.cadence) == "every working day at 16:00"
        assert assessment.target == Span(30, "days")
        assert (assessment.calendar, assessment.promise_ladder) == ("office", "standard")
        assert assessment.clocks_because == (
            "Acknowledge within 1 working hour, then an update every working day at 16:00, "
            "because the playbook asks for that at severity High."
        )


class TestMoney:
    def test_in_another_currency_is_converted_and_both_are_shown(self) -> None:
        assessment = assess(PLAYBOOK, brightwater(spend=Decimal(450_000), currency="USD"), heard())

        assert assessment.severity == "high"
        assert "(spend $ 450,000 (€ 414,000) is at least € 250,000)" in plain(assessment.severity_because)

    def test_without_a_rate_counts_for_nothing_and_that_is_said(self) -> None:
        worth = brightwater(spend=Decimal(450_000), currency="CHF", potential=None)

        assessment = assess(PLAYBOOK, worth, heard())

        assert (assessment.severity, assessment.level) == ("medium", 1)
        assert plain(assessment.because[-1]) == (
            "Not counted, because there is no rate from CHF to EUR for spend CHF 450,000 and potential is not known."
        )

    @pytest.mark.parametrize(
        ("amount", "currency", "written"),
        [
            ("412000", "EUR", "€ 412,000"),
            ("1234.5", "USD", "$ 1,234.50"),
            ("0", "CHF", "CHF 0"),
        ],
    )
    def test_is_written_as_people_write_it(self, amount: str, currency: str, written: str) -> None:
        assert plain(in_money(Decimal(amount), currency)) == written


class TestWhatIsNotKnown:
    def test_is_told_only_where_it_could_have_changed_something(self) -> None:
        known = assess(PLAYBOOK, brightwater(health=20, renewal_on=None), heard())
        unknown = assess(PLAYBOOK, brightwater(health=None, renewal_on=None), heard())

        # A low health makes the step by itself; whether renewal is near would add nothing.
        assert "the day of renewal is not known" not in known.unjudged
        assert unknown.unjudged[-2:] == ("the day of renewal is not known", "health is not known")

    def test_goes_without_a_sentence_where_all_is_known(self) -> None:
        assessment = assess(PLAYBOOK, brightwater(potential=Decimal(0)), heard())

        assert assessment.because == (
            assessment.severity_because,
            assessment.level_because,
            assessment.clocks_because,
        )


class TestConditions:
    @pytest.mark.parametrize(
        ("asked", "worth", "intake", "clauses"),
        [
            ({"strategic": True}, {"is_strategic": True}, {}, ("the account is strategic",)),
            ({"strategic": False}, {}, {}, ("the account is not strategic",)),
            ({"advocate": True}, {"is_advocate": True}, {}, ("the account is an advocate",)),
            ({"presence_at_least": 3}, {"presence": 3}, {}, ("presence 3 is at least 3",)),
            ({"health_below": 50}, {"health": 49}, {}, ("health 49 is below 50",)),
            ({"industry_in": ["Retail"]}, {"industry": "retail"}, {}, ("the industry is retail",)),
            ({"mood_in": ["upset", "furious"]}, {}, {"mood": "upset"}, ("the customer is upset",)),
            ({"csm_sentiment_in": ["uneasy"]}, {}, {"csm_sentiment": "uneasy"}, ("the CSM is uneasy",)),
            ({"asked_for_level": 2}, {}, {"asks_for_level": 3}, ("the customer asks for level 3",)),
            ({"renewal_within": "1 day"}, {"renewal_on": date(2026, 3, 3)}, {}, ("renewal is tomorrow",)),
            ({"renewal_within": "1 day"}, {"renewal_on": MONDAY}, {}, ("renewal is today",)),
            (
                {"renewal_within": "2 weeks"},
                {"renewal_on": date(2026, 3, 16)},
                {},
                ("renewal is in 14 days",),
            ),
        ],
    )
    def test_hold_and_say_why(
        self,
        asked: Mapping[str, Any],
        worth: Mapping[str, Any],
        intake: Mapping[str, Any],
        clauses: tuple[str, ...],
    ) -> None:
        verdict = judge(Condition.model_validate(asked), Worth(**worth), heard(**intake), EUROS)

        assert verdict.holds is True
        assert verdict.clauses == clauses

    @pytest.mark.parametrize(
        ("asked", "worth", "intake"),
        [
            ({"strategic": True}, {}, {}),
            ({"advocate": False}, {"is_advocate": True}, {}),
            ({"presence_at_least": 3}, {"presence": 2}, {}),
            ({"health_below": 50}, {"health": 50}, {}),
            ({"industry_in": ["Retail"]}, {"industry": "Energy"}, {}),
            ({"mood_in": ["furious"]}, {}, {"mood": ""}),
            ({"asked_for_level": 2}, {}, {}),
            ({"asked_for_level": 2}, {}, {"asks_for_level": 1}),
            ({"renewal_within": "1 day"}, {"renewal_on": date(2026, 3, 4)}, {}),
            ({"renewal_within": "90 days"}, {"renewal_on": date(2026, 3, 1)}, {}),
        ],
    )
    def test_do_not_hold(self, asked: Mapping[str, Any], worth: Mapping[str, Any], intake: Mapping[str, Any]) -> None:
        assert judge(Condition.model_validate(asked), Worth(**worth), heard(**intake), EUROS).holds is False

    def test_need_all_that_is_named_and_one_of_any(self) -> None:
        condition = Condition.model_validate(
            {"strategic": True, "any": [{"health_below": 50}, {"spend_at_least": 1_000}]}
        )

        def holds(**worth: Any) -> bool | None:
            return judge(condition, Worth(**worth), heard(), EUROS).holds

        assert holds(is_strategic=True, health=10) is True
        assert holds(is_strategic=True, spend=Decimal(1_000)) is True
        assert holds(is_strategic=True, health=80, spend=Decimal(1)) is False
        assert holds(is_strategic=True, health=80) is None
        assert holds(health=10, spend=Decimal(1_000)) is False


amounts = st.none() | st.decimals(0, 10_000_000, places=2)
worths = st.builds(
    Worth,
    spend=amounts,
    currency=st.sampled_from(["EUR", "USD", "CHF"]),
    potential=amounts,
    is_strategic=st.booleans(),
    health=st.none() | st.integers(0, 100),
    renewal_on=st.none() | st.dates(date(2025, 1, 1), date(2028, 1, 1)),
)
intakes = st.builds(
    Intake,
    impact=st.sampled_from(["", *(impact.key for impact in PLAYBOOK.impacts)]),
    mood=st.sampled_from(["", *MOODS]),
    on=st.dates(date(2025, 1, 1), date(2027, 1, 1)),
    asks_for_level=st.none() | st.integers(1, 3),
    csm_sentiment=st.sampled_from(["", *SENTIMENTS]),
)


@given(worths, intakes)
def test_whatever_is_known_there_is_a_proposal_with_a_sentence_for_each_decision(worth: Worth, intake: Intake) -> None:
    assessment = assess(PLAYBOOK, worth, intake)

    severity = PLAYBOOK.severity(assessment.severity)
    assert assessment.severity_because.startswith(severity.name)
    assert assessment.level_because.startswith(f"Level {assessment.level} ")
    assert assessment.cadence == severity.cadence
    assert all(sentence.endswith(".") and "  " not in sentence for sentence in assessment.because)


@given(worths, intakes)
def test_more_spend_never_makes_it_less_grave(worth: Worth, intake: Intake) -> None:
    keys = [severity.key for severity in PLAYBOOK.severities]
    richer = replace(worth, spend=(worth.spend or Decimal(0)) + 300_000)

    before, after = assess(PLAYBOOK, worth, intake), assess(PLAYBOOK, richer, intake)

    assert keys.index(after.severity) <= keys.index(before.severity)
    assert after.level >= before.level
