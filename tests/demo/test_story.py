"""On a Thursday afternoon the demo’s story has something of everything that Amends shows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from django.db.models import F

from amends.demo import rulebook, story
from amends.demo.cases import CASES
from amends.directory import absences
from amends.directory.actor import Actor, Role
from amends.directory.models import Absence, Account, Insight, Member, Preference
from amends.escalations import boards, causes, invariants, mails, outreach, overviews
from amends.escalations.models import (
    Citation,
    Dispute,
    Escalation,
    Event,
    Fact,
    Help,
    Incoming,
    Notice,
    Problem,
    Promise,
    Request,
    SavedView,
    Update,
)
from amends.lib.errors import Refused
from amends.outbox.models import Delivery
from amends.reports import gaps

pytestmark = pytest.mark.django_db

BERLIN = "Europe/Berlin"
NOW = dt.datetime(2026, 11, 19, 13, 50, tzinfo=dt.UTC)


@pytest.fixture(scope="module")
def told(django_db_setup: None, django_db_blocker: Any) -> Iterator[story.Told]:
    """Told once for all tests here: they only look."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield story.tell(now=NOW)
        transaction.set_rollback(True)


def as_actor(name: str) -> Actor:
    return absences.actor_of(Member.objects.get(name=name), NOW)


def case_of(account: str) -> Escalation:
    return Escalation.objects.get(account__name=account, merged_into=None)


def groups_of(name: str, whose: str) -> set[str]:
    actor = Member.objects.get(name=name).as_actor()
    return {group.name for group in boards.today(actor, whose=whose, zone=BERLIN, now=NOW).groups}


def test_it_is_sound_and_everybody_is_in_it(told):
    assert invariants.breaches(NOW) == []
    # Besides those that opened by themselves, those that were told first.
    assert len(told.escalations) == len(CASES) + 3
    assert {member.role for member in told.members} == set(Role)


def test_the_list_has_every_status_severity_level_trend_and_health(told):
    rows = boards.rows(Escalation.objects.all(), NOW)

    assert {row.escalation.status for row in rows} == set(Escalation.Status.values)
    assert {row.escalation.severity for row in rows} == {"critical", "high", "medium", "low"}
    assert {row.escalation.level for row in rows} == {1, 2, 3}
    assert {row.escalation.trend for row in rows} == set(Escalation.Trend.values)
    assert {row.worse.health.label for row in rows} == {"On track", "At risk", "Off track"}
    assert max(row.day for row in rows if row.escalation.is_under_way) > 30
    assert set(Promise.objects.values_list("status", flat=True)) == set(Promise.Status.values)


def test_hardly_anybody_is_told_that_a_customer_was_not_met(told):
    missing = Event.objects.filter(kind="meeting.missing")

    assert set(missing.values_list("escalation__account__name", flat=True)) == {"Tollgate Logistics"}
    assert missing.count() <= 3


def test_today_has_something_in_each_group(told):
    assert groups_of("Nadia Brandt", "mine") == {"overdue", "soon", "today", "week"}
    assert groups_of("Nadia Brandt", "all") == {"overdue", "soon", "today", "week", "later"}


def test_brightwater_is_the_case_to_look_at_first(told):
    brightwater = Escalation.objects.get(account__name="Brightwater Foods")

    case = boards.case(brightwater, NOW)

    assert str(brightwater.contact) == "Maria Duarte"
    assert str(brightwater.handler) == "Nadia Brandt"
    assert (brightwater.severity, brightwater.level, brightwater.day(NOW)) == ("high", 1, 9)
    assert [problem.is_settled for problem in case.problems] == [False, False, False, True, True]
    assert case.problems[1].estimates.count() == 2
    assert {promise.status for promise in case.settled} == {"kept", "kept late", "moved"}
    assert case.next_promise is not None
    assert case.next_promise.what == "Whether the replay of the doubled orders worked"
    assert case.next_promise.zone == "Europe/Lisbon"
    assert brightwater.updates.filter(channel="call", direction="out").count() >= 3
    assert brightwater.updates.filter(direction="in").count() == 3


def test_three_others_of_brightwaters_cause_were_told_first_each_with_a_promise_of_its_own(told):
    (cause,) = causes.of(Escalation.objects.get(account__name="Brightwater Foods"))

    found = causes.affected(cause, seen_by=as_actor("Nadia Brandt"))

    assert [row.account.name for row in found.to_tell] == ["Isola Verde"]
    assert [row.account.name for row in found.told] == ["Arran Bakeries", "Delta Farm Co-op", "Vesterø Fisk"]
    assert [row.account.name for row in found.escalated] == ["Brightwater Foods"]
    assert all(row.next_at and row.next_at > NOW for row in found.told)
    assert {row.case.found_by for row in found.told if row.case} == {"us"}


def test_the_clock_has_rung_and_mail_has_gone_as_in_life(told):
    rung = set(Event.objects.filter(by_name="The clock").values_list("kind", flat=True))

    assert rung == {
        "meeting.brief",
        "meeting.missing",
        "promise.reminded",
        "promise.overdue",
        "request.overdue",
        "silence.noticed",
        "target.near",
        "target.passed",
    }
    assert Delivery.objects.filter(audience="customer", state="sent").exists()
    assert Delivery.objects.filter(is_alarm=True, state="sent").exists()
    assert Delivery.objects.filter(state="dead").count() == 1
    assert not Delivery.objects.filter(state="waiting", next_try_at__lt=NOW - story.SENDS_WITHIN).exists()
    assert not Delivery.objects.filter(state="sent").exclude(held_because="").exists()


def test_brightwater_was_met_with_an_executive_has_the_notes_and_said_yes_to_the_next_meeting(told):
    first, status = case_of("Brightwater Foods").meetings.order_by("starts_at")

    presence = first.attendances.get(part="presence")
    assert (first.kind, first.state, str(presence.member), presence.came) == (
        *("first_contact", "held", "Ruth Adeyemi", True),
    )  # fmt: skip
    assert first.notes_update and "“Every order arrives twice in the warehouse”" in first.notes_update.text
    assert first.words not in first.notes_update.text
    assert case_of("Brightwater Foods").first_contact_at == first.held_at
    answers = {each.name: each.answer for each in status.attendances.all()}
    assert (status.kind, status.state, answers["Maria Duarte"]) == ("status", "planned", "accepted")
    assert not case_of("Brightwater Foods").events.filter(kind="meeting.missing").exists()
    # Others have not been met for too long, and it is told.
    assert Event.objects.filter(kind="meeting.missing").exists()


def test_what_is_known_is_told_from_what_is_not_and_a_dispute_was_settled(told):
    brightwater = case_of("Brightwater Foods")

    assert {fact.counts_as for fact in brightwater.facts.all()} == set(Fact.State)
    assert Dispute.objects.get(fact__escalation=brightwater).answer.startswith("Counted together")
    cited = Citation.objects.filter(fact__escalation=brightwater, was_confirmed=True)
    assert cited.count() == 2 and not cited.to_be_corrected().exists()


def test_a_case_is_talked_about_inside_with_a_file_and_names_that_are_told(told):
    brightwater = case_of("Brightwater Foods")

    note = brightwater.notes.get(attachments__isnull=False)

    (file,) = note.attachments.all()
    assert (file.name, file.kind) == ("retries-first-hour.csv", "text/csv")
    assert bytes(file.content.content).startswith(b"order,sent_at,")
    assert note.problem == brightwater.problems.get(rank=1)
    assert [str(member) for member in note.mentions.all()] == ["Nadia Brandt"]
    asked_today = brightwater.notes.latest("at")
    assert {str(member) for member in asked_today.mentions.all()} == {"Nadia Brandt", "Ruth Adeyemi"}


def test_mail_came_in_answered_in_its_thread_and_waiting_to_be_sorted(told):
    mail = Incoming.objects.exclude(subject__startswith="Accepted: ")
    answered, waiting = mail.order_by("state")

    filing = answered.filings.get()
    assert (answered.state, str(filing.escalation.account)) == ("filed", "Brightwater Foods")
    assert filing.update.text.startswith("Thank you for the call.") and "Maria Duarte" not in filing.update.text
    assert "> the invoice for that week is withdrawn" in answered.text
    assert (waiting.state, str(waiting.account)) == ("to sort", "Kestrel & Sons")
    assert waiting.why.startswith("They wrote anew, while ")
    assert waiting.files == ["leeds.csv"]


def test_customers_are_asked_for_something_and_one_has_answered_one_is_late(told):
    answered, late, waiting = Request.objects.order_by("-outcome", "due_at")

    assert (answered.problem.escalation.account.name, answered.outcome) == ("Brightwater Foods", "answered")
    assert (late.problem.escalation.account.name, late.outcome) == ("Tollgate Logistics", "")
    assert late.due_at < NOW
    assert (waiting.problem.escalation.account.name, waiting.outcome) == ("Kestrel & Sons", "")
    assert waiting.due_at > NOW


def test_problems_wait_for_a_vendor_and_a_team_and_lead_to_their_tickets(told):
    waits = {problem.waits_on: problem for problem in Problem.objects.filter(status="waiting")}

    assert set(waits) == set(Problem.WaitsOn.values)
    assert waits["vendor"].waiting_for == "ShipLane"
    assert [ticket.label for ticket in waits["vendor"].tickets.all()] == ["SL-20931"]
    assert waits["team"].waiting_for == "Infrastructure"
    assert all(waits[whom].resources for whom in ("vendor", "team"))


def test_one_plan_is_confirmed_and_another_is_to_be_confirmed_anew(told):
    stands, lapsed = case_of("Brightwater Foods"), case_of("Kestrel & Sons")

    assert stands.plan_confirmations.get().lapsed_at is None
    assert lapsed.plan_confirmations.get().why_lapsed == "The order was changed."


def test_what_ends_a_case_is_agreed_met_waived_and_no_longer_so(told):
    brightwater, lost, back = case_of("Brightwater Foods"), case_of("Finch & Rowe"), case_of("Mühlbach Backwaren")

    assert [bool(each.met_at) for each in brightwater.exit_criteria.all()] == [False, False, True, False, False]
    assert [waiver.what for waiver in lost.closures.get().waivers.all()] == [rulebook.QUIET_DAYS]
    assert lost.exit_criteria.get(met_at__isnull=False).words == rulebook.KNOWS_WHOM
    assert back.exit_criteria.get(met_at__isnull=True).words == rulebook.QUIET_DAYS


def test_some_inside_have_read_what_they_were_told_and_some_have_not(told):
    brightwater = case_of("Brightwater Foods")

    opened = brightwater.notices.filter(event__kind="escalation.opened")

    assert {str(watcher) for watcher in brightwater.watchers.all()} == {"Hugo Marchetti", "Jonas Petersen"}
    assert {str(notice.member) for notice in opened if notice.seen_at} >= {"Ben Castell", "Ruth Adeyemi"}
    assert {str(notice.member) for notice in Notice.objects.filter(seen_at=None)} >= {"Ben Castell", "Nadia Brandt"}
    assert Notice.objects.filter(seen_at=None).count() < Notice.objects.count() / 4
    assert not Notice.objects.filter(seen_at__lt=F("told_at")).exists()


def test_sales_sees_holds_that_stand_and_one_that_was_lifted(told):
    ben = as_actor("Ben Castell")

    standing = outreach.standing(Account.objects.all(), seen_by=ben, now=NOW)

    assert "Brightwater Foods" in {each.account.name for each in standing}
    assert "Moss & Pine" in {hold.account.name for hold in outreach.recently_lifted(Account.objects.all(), NOW)}


def test_the_overview_says_what_is_at_stake_and_whose_help_is_needed(told):
    page = overviews.overview(as_actor("Ruth Adeyemi"), NOW)

    assert page.stake.total.amount > 3_000_000
    assert (page.stake.unknown, page.stake.unconverted) == (0, 1)
    assert {each.whom for each in page.helps} == {"Hugo Marchetti", "Development"}
    assert {str(help_.asked_of) for help_ in Help.objects.filter(is_given=True)} == {"Ruth Adeyemi"}


def test_an_account_shows_what_they_bought_and_what_to_know_before_speaking_with_them(told):
    brightwater = Account.objects.get(name="Brightwater Foods")

    assert {insight.kind for insight in brightwater.insights.all()} == set(Insight.Kind.values)
    year = sum(bought.amount for bought in brightwater.purchases.filter(what__endswith="a year"))
    assert year == brightwater.spend
    assert Delivery.objects.filter(identity__startswith="insight:", state="sent").exists()


def test_somebody_is_away_and_their_stand_in_sees_what_is_theirs(told):
    ines = as_actor("Ines Caruso")

    today = boards.today(ines, whose="mine", zone=BERLIN, now=NOW)

    assert [absence.stand_in.name for absence in Absence.objects.standing(NOW)] == ["Ines Caruso"]
    accounts = {promise.escalation.account.name for group in today.groups for promise in group.promises}
    assert "Copper Kettle Cafés" in accounts
    assert Absence.objects.filter(from_at__gt=NOW).get().member.name == "Sofie Lindgren"


def test_there_are_a_few_gaps_and_no_more(told):
    found = {group.key: [gap.name for gap in group.gaps] for group in gaps.find(NOW)}

    assert found == {"without_csm": ["Isola Verde"], "seats": ["Caldera Coffee", "Petit Havre Traiteur"]}


def test_what_was_written_down_wrongly_is_corrected_struck_or_taken_back(told):
    corrected = Update.objects.get(corrects__isnull=False)
    struck = Update.objects.get(escalation__account__name="Saltmarsh Hotels", why_struck__contains="Moira")
    taken_back = Update.objects.get(is_mailed=True, why_struck="Taken back before it left.")

    assert "one in thirteen" in corrected.text
    assert corrected.keeps.get().status == "kept"
    assert "Kestrel" in struck.why_struck
    assert taken_back.escalation.account.name == "Hartmann Getränke"
    assert not Delivery.objects.filter(identity__startswith=mails.identity(taken_back), state="sent").exists()


def test_a_mail_that_reached_nobody_kept_nothing_and_the_call_after_it_did(told):
    lost = Update.objects.get(is_mailed=True, why_struck="It did not reach anybody.")
    promised = Promise.objects.get(escalation=lost.escalation, what="A plan with dates")

    assert lost.escalation.account.name == "Saltmarsh Hotels"
    assert promised.status == "kept"
    assert promised.kept_by and "because my mail came back" in promised.kept_by.text


def test_they_are_reached_as_they_want(told):
    nadia = Preference.objects.get(member__name="Nadia Brandt")
    ruth = Preference.objects.get(member__name="Ruth Adeyemi")

    assert nadia.wants_digest
    assert nadia.quiet_from
    assert (ruth.wants_digest, ruth.wants_weekly) == (False, True)
    assert Delivery.objects.filter(identity__startswith=f"member:{nadia.pk}|digest:", state="sent").exists()
    assert Delivery.objects.filter(identity__startswith=f"member:{ruth.pk}|weekly:", state="sent").count() == 1
    assert SavedView.objects.filter(is_shared=True).exists()


def test_two_escalations_of_one_account_have_become_one(told):
    merged = Escalation.objects.get(merged_into__isnull=False)

    assert merged.status == "withdrawn"
    assert merged.merged_into.problems.filter(words="Our evening reports arrive at noon").exists()


def test_an_account_in_a_currency_without_a_rate_says_what_was_not_counted(told):
    copper_kettle = Escalation.objects.get(account__name="Copper Kettle Cafés")

    assert any("AUD" in sentence for sentence in copper_kettle.because)


def test_fernhills_playbook_leaves_what_is_under_half_a_million_to_managers(told):
    document = Escalation.objects.first().playbook.document

    assert document.name == "How Fernhill makes amends"
    assert "SEK" in document.rates
    levels = {row.escalation.account.name: row.escalation.level for row in boards.rows(Escalation.objects.all(), NOW)}
    assert levels["Brightwater Foods"] == 1
    assert levels["Norrland Dairies"] == 2


def test_who_tries_it_can_log_in_as_anybody(told):
    for login in told.logins:
        assert login.password == "make-amends"
        assert Member.objects.get(email=login.email).check_password(login.password)


def test_it_is_not_told_in_a_house_where_somebody_lives(told):
    with pytest.raises(Refused, match="empty house"):
        story.tell(now=NOW)
