"""Published processes, and that the playbooks beside the project run their clocks as published."""

from datetime import date, datetime
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from amends.clock.calendars import WorkingCalendar
from amends.playbook.assess import Intake, Worth, assess
from amends.playbook.document import Document, load

PLAYBOOKS = Path(__file__).parents[2] / "playbooks"
GITLAB = load((PLAYBOOKS / "gitlab.yaml").read_text(encoding="utf-8"))
SEV_MINUTES = load((PLAYBOOKS / "sev-minutes.yaml").read_text(encoding="utf-8"))

MONDAY = date(2026, 3, 2)


def berlin(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Europe/Berlin"))


def calendar_of(playbook: Document, severity: str) -> WorkingCalendar:
    """The severity's calendar in a company in Berlin, open 9 to 17, with the holidays of Berlin."""
    return playbook.calendar(
        playbook.severity(severity).calendar, organisation_zone="Europe/Berlin", organisation_region="DE-BE"
    )


def answer_due(playbook: Document, severity: str, reported_at: datetime) -> datetime:
    within = playbook.severity(severity).acknowledge_within
    return within.after(reported_at, calendar_of(playbook, severity))


def updates_due(playbook: Document, severity: str, after: datetime, count: int) -> list[datetime]:
    """The next updates, each sent the moment it is due, to a customer in Berlin."""
    cadence, calendar, due = playbook.severity(severity).cadence, calendar_of(playbook, severity), []
    for _ in range(count):
        after = cadence.next_after(after, calendar=calendar, zone="Europe/Berlin")
        due.append(after)
    return due


class TestSeverityInMinutes:
    @pytest.mark.parametrize(
        ("severity", "reported_at", "due_at"),
        [
            # Around the clock: the night from Saturday to Sunday counts.
            ("sev1", "2026-03-07 23:50", "2026-03-08 00:05"),
            ("sev2", "2026-03-07 23:30", "2026-03-08 00:30"),
            # The clocks go from 02:00 to 03:00; an hour is an hour.
            ("sev2", "2026-03-29 01:30", "2026-03-29 03:30"),
            # Working days: Thursday, then Good Friday, the weekend and Easter Monday.
            ("sev3", "2026-03-03 11:00", "2026-03-04 11:00"),
            ("sev3", "2026-04-02 15:30", "2026-04-07 15:30"),
            ("sev4", "2026-03-03 11:00", "2026-03-05 11:00"),
            ("sev4", "2026-04-02 15:30", "2026-04-08 15:30"),
        ],
    )
    def test_responds_within_15_minutes_1_hour_1_and_2_working_days(
        self, severity: str, reported_at: str, due_at: str
    ) -> None:
        assert answer_due(SEV_MINUTES, severity, berlin(reported_at)) == berlin(due_at)

    def test_updates_every_30_minutes_at_sev_1_also_at_night(self) -> None:
        assert updates_due(SEV_MINUTES, "sev1", berlin("2026-03-07 23:20"), 3) == [
            berlin("2026-03-07 23:50"),
            berlin("2026-03-08 00:20"),
            berlin("2026-03-08 00:50"),
        ]

    def test_updates_every_2_hours_at_sev_2_also_where_the_clocks_change(self) -> None:
        assert updates_due(SEV_MINUTES, "sev2", berlin("2026-03-28 23:00"), 3) == [
            berlin("2026-03-29 01:00"),
            berlin("2026-03-29 04:00"),
            berlin("2026-03-29 06:00"),
        ]

    def test_updates_daily_at_sev_3_and_passes_over_easter(self) -> None:
        assert updates_due(SEV_MINUTES, "sev3", berlin("2026-04-01 11:00"), 3) == [
            berlin("2026-04-01 16:00"),
            berlin("2026-04-02 16:00"),
            berlin("2026-04-07 16:00"),
        ]

    def test_updates_on_change_at_sev_4_and_every_week_where_nothing_changes(self) -> None:
        assert updates_due(SEV_MINUTES, "sev4", berlin("2026-03-04 11:00"), 3) == [
            berlin("2026-03-10 10:00"),
            berlin("2026-03-17 10:00"),
            berlin("2026-03-24 10:00"),
        ]

    @pytest.mark.parametrize(
        ("impact", "worth", "severity"),
        [
            ("down", Worth(spend=Decimal(10_000), currency="USD", health=90), "sev1"),
            ("failing", Worth(spend=Decimal(10_000), currency="USD", health=90), "sev2"),
            ("failing", Worth(spend=Decimal(10_000), currency="USD", health=39), "sev1"),
            ("failing", Worth(spend=Decimal(10_000), currency="USD", health=39, is_strategic=True), "sev1"),
            ("detour", Worth(spend=Decimal(10_000), currency="USD", health=90), "sev3"),
            ("detour", Worth(spend=Decimal(200_000), currency="USD", health=90), "sev2"),
            ("flaw", Worth(spend=Decimal(10_000), currency="USD", health=90), "sev4"),
            ("flaw", Worth(spend=Decimal(10_000), currency="USD", is_strategic=True), "sev3"),
        ],
    )
    def test_grades_by_impact_and_weight_one_step_graver_if_strategic_or_unhealthy(
        self, impact: str, worth: Worth, severity: str
    ) -> None:
        assert assess(SEV_MINUTES, worth, Intake(impact, "calm", MONDAY)).severity == severity


class TestGitLab:
    def test_tells_daily_when_critical_on_weekends_too(self) -> None:
        assert updates_due(GITLAB, "critical", berlin("2026-03-06 11:00"), 4) == [
            berlin("2026-03-06 16:00"),
            berlin("2026-03-07 16:00"),
            berlin("2026-03-08 16:00"),
            berlin("2026-03-09 16:00"),
        ]

    def test_tells_several_times_a_week_when_high_and_always_on_friday(self) -> None:
        assert updates_due(GITLAB, "high", berlin("2026-03-02 10:00"), 6) == [
            berlin("2026-03-04 16:00"),  # Wednesday
            berlin("2026-03-06 16:00"),  # Friday
            berlin("2026-03-10 16:00"),  # Tuesday
            berlin("2026-03-12 16:00"),  # Thursday
            berlin("2026-03-13 16:00"),  # Friday, because it always is
            berlin("2026-03-17 16:00"),  # Tuesday
        ]

    def test_tells_on_the_tuesday_after_easter_where_good_friday_is_not_worked(self) -> None:
        assert updates_due(GITLAB, "high", berlin("2026-04-01 10:00"), 1) == [berlin("2026-04-07 16:00")]

    def test_tells_weekly_when_medium(self) -> None:
        assert updates_due(GITLAB, "medium", berlin("2026-03-04 11:00"), 3) == [
            berlin("2026-03-10 10:00"),
            berlin("2026-03-17 10:00"),
            berlin("2026-03-24 10:00"),
        ]

    def test_tells_every_two_weeks_at_the_least(self) -> None:
        due = updates_due(GITLAB, "low", berlin("2026-03-04 11:00"), 3)

        assert due == [berlin("2026-03-17 10:00"), berlin("2026-03-31 10:00"), berlin("2026-04-14 10:00")]

    def test_says_who_is_involved_by_severity(self) -> None:
        assert "CEO" in GITLAB.severity("critical").involves
        assert "CEO" in GITLAB.severity("high").involves
        assert GITLAB.severity("medium").involves == ("Global or public-sector CSM leader",)
        assert GITLAB.severity("low").involves == ("Regional CSM manager", "Account manager")

    def test_is_graver_where_the_customer_may_be_lost(self) -> None:
        worth = Worth(account="Brightwater", renewal_on=date(2026, 4, 1))

        assessment = assess(GITLAB, worth, Intake("hampered", "upset", MONDAY, csm_sentiment="worried"))

        assert assessment.severity == "critical"
        assert assessment.severity_because == (
            "Critical: High, because major issues hold back its use "
            "and Brightwater is an account with a CSM; one step graver, because the customer may be lost "
            "(renewal is in 30 days and the CSM is worried)."
        )

    def test_closes_when_both_agree_with_three_questions(self) -> None:
        assert GITLAB.exit_criteria[0] == "Both sides agree that the situation is resolved, in writing."
        assert len(GITLAB.closing.questions) == 3


@pytest.mark.parametrize("playbook", [GITLAB, SEV_MINUTES], ids=lambda playbook: playbook.name)
def test_no_open_escalation_is_silent_for_much_longer_than_a_fortnight(playbook: Document) -> None:
    for severity in playbook.severities:
        due = updates_due(playbook, severity.key, berlin("2026-01-05 11:00"), 30)

        assert all((later - earlier).days <= 15 for earlier, later in pairwise(due))
