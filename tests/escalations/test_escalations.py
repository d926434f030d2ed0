"""Opening an escalation, handing it on, steering it. How it ends: `test_endings.py`."""

import datetime as dt
from decimal import Decimal

import pytest

from amends.directory.actor import CLOCK, Role
from amends.escalations.actions import escalations, promises
from amends.escalations.hearing import Heard
from amends.escalations.models import Escalation, Promise
from amends.escalations.models.escalation import EPOCH
from amends.playbook.models import PlaybookVersion
from tests import make
from tests.escalations.reading import DAY, HOUR, MINUTE, kinds_of, letters_to, refuses, subjects_to

pytestmark = pytest.mark.django_db
NOW = make.THURSDAY  # Thursday 10:00 in Berlin, 09:00 in Lisbon


def given_account(**changes):
    make.organisation()
    make.playbook()
    return make.account("Brightwater Foods", **changes)


def opened(account, *, by=None, now=NOW, **heard):
    return escalations.open(account, heard=Heard(**{"reason": "Orders doubled"} | heard), by=by or CLOCK, now=now)


# Opening


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("known", [True, False])
def test_whoever_may_open_may_cause_what_opening_causes(role, known):
    heard = {"problems": ("Every order arrives twice",), "customer_should_know": known, "why_not_told": "Unseen."}
    nadia = make.member("Nadia", Role.MANAGER)
    somebody = make.member("Petra", role)

    escalation = escalations.open(
        given_account(), heard=Heard("Orders doubled", **heard), handler=nadia, by=somebody.as_actor(), now=NOW
    )

    assert escalation.problems.get().words == "Every order arrives twice"
    assert escalation.promises.get().kind == ("acknowledgement" if known else "look")


def test_what_was_heard_is_not_years_old_nor_from_somebody_who_has_left():
    account = given_account()
    gone = make.contact(account, "Rui Costa", has_left=True)

    with refuses("more than two years ago", "reported_at"):
        opened(account, reported_at=NOW - 732 * DAY)
    with refuses("more than two years ago", "since_at"):
        opened(account, since_at=NOW - 732 * DAY)
    with refuses("Rui Costa has left", "contact"):
        opened(account, contact=gone)


def test_somebody_takes_charge_as_soon_as_it_is_opened():
    tom, nadia, ruth = make.chain()

    escalation = opened(given_account(csm=tom), by=tom.as_actor())

    assert escalation.status == Escalation.Status.OPEN
    # An account of this spend goes to the manager's manager.
    assert (escalation.level, escalation.handler) == (2, ruth)
    assert nadia != ruth


def test_the_playbook_proposes_severity_and_says_why():
    escalation = opened(given_account())

    assert escalation.severity == escalation.proposed_severity == "high"
    assert any("key account" in sentence for sentence in escalation.because)


def test_an_acknowledgement_is_owed_from_the_moment_of_opening():
    escalation = opened(given_account())

    promise = escalation.promises.get()
    assert promise.kind == Promise.Kind.ACKNOWLEDGEMENT
    assert promise.due_at == NOW + HOUR
    assert promise.owner == escalation.handler
    assert promise.zone == "Europe/Lisbon"


def test_the_acknowledgement_is_counted_from_the_report_and_may_be_overdue_from_the_start():
    escalation = opened(given_account(), reported_at=NOW - 30 * HOUR)  # Wednesday 04:00 in Berlin

    promise = escalation.promises.get()
    assert promise.due_at == dt.datetime(2026, 11, 18, 9, 0, tzinfo=dt.UTC)  # one working hour from 09:00 on
    assert promise.is_overdue(NOW)


def test_a_report_by_phone_is_answered_by_a_call():
    account = given_account()

    by_phone, by_mail = opened(account, channel="phone"), opened(account, channel="mail")

    assert by_phone.promises.get().channel == Promise.Channel.CALL
    assert by_mail.promises.get().channel == Promise.Channel.MAIL


def test_problems_stand_on_the_plan_in_the_customers_words_and_blank_lines_are_left_out():
    escalation = opened(given_account(), problems=(" Every order arrives twice ", "  ", "Nobody called back"))

    assert [(problem.rank, problem.words) for problem in escalation.problems.all()] == [
        (1, "Every order arrives twice"),
        (2, "Nobody called back"),
    ]


def test_opening_stands_first_on_the_timeline_and_wakes_the_clock():
    escalation = opened(given_account(), problems=("Every order arrives twice",))

    assert kinds_of(escalation) == ["escalation.opened", "hold.placed", "problem.named", "promise.made"]
    assert escalation.next_look_at == EPOCH


def test_handler_and_csm_are_told_with_a_brief_and_the_one_who_opened_it_is_not():
    tom, nadia, ruth = make.chain()
    account = given_account(csm=tom)
    maria = make.contact(account, phone="+351 21 000 000")

    opened(account, by=nadia.as_actor(), contact=maria, outcome_wanted="No order twice", expectation="One each")

    assert subjects_to(ruth) == subjects_to(tom) == ["Brightwater Foods escalated: Orders doubled"]
    assert subjects_to(nadia) == []
    letter = letters_to(ruth)[0].letter
    facts = dict(letter["facts"])
    assert letter["words"] == "No order twice"
    assert facts["Spend"] == "€\N{NO-BREAK SPACE}412,000 a year"
    assert facts["Contact"] == "Maria Duarte, +351 21 000 000, maria@brightwater.example"
    assert facts["They expected"] == "One each"
    assert facts["They hear from us by"] == "Thu 19 Nov, 11:00"
    assert subjects_to(maria) == []


def test_another_severity_than_proposed_needs_a_reason():
    account = given_account()

    with refuses("another severity. Say why", "severity_reason"):
        escalations.open(account, heard=Heard("Orders doubled"), severity="low", by=CLOCK, now=NOW)
    escalation = escalations.open(
        account, heard=Heard("Orders doubled"), severity="low", severity_reason="A test system.", by=CLOCK, now=NOW
    )

    assert (escalation.severity, escalation.proposed_severity) == ("low", "high")


def test_the_proposed_severity_needs_no_reason():
    assert (
        escalations.open(
            given_account(), heard=Heard("Orders doubled"), severity="high", by=CLOCK, now=NOW
        ).severity_reason
        == ""
    )


def test_another_handler_may_be_named():
    petra = make.member("Petra", Role.MANAGER)

    escalation = escalations.open(given_account(), heard=Heard("Doubled"), handler=petra, by=CLOCK, now=NOW)

    assert escalation.handler == petra
    assert escalation.promises.get().owner == petra


def test_somebody_who_has_left_cannot_be_named_as_handler():
    gone = make.member("Gone", Role.MANAGER, is_active=False)

    with refuses("is not here any more", "handler"):
        escalations.open(given_account(), heard=Heard("Doubled"), handler=gone, by=CLOCK, now=NOW)


def test_where_the_manager_has_left_whoever_is_above_takes_charge():
    tom, nadia, ruth = make.chain()
    nadia.is_active = False
    nadia.save()

    assert opened(given_account(csm=tom, spend=Decimal(60000))).handler == ruth


def test_where_nobody_can_take_charge_it_says_what_is_missing():
    alone = make.member("Alone", Role.CSM, is_active=False)

    with refuses("Nobody can take charge"):
        opened(given_account(csm=alone))


@pytest.mark.parametrize(
    ("heard", "says", "field"),
    [
        ({"reason": "  "}, "what it is about", "reason"),
        ({"reported_at": NOW + MINUTE}, "in the future", "reported_at"),
        ({"customer_should_know": False}, "why the customer need not know", "why_not_told"),
        ({"customer_should_know": False, "why_not_told": " "}, "why the customer need not know", "why_not_told"),
        ({"mood": "cheerful"}, "is none of: calm", "mood"),
        ({"channel": "fax"}, "is none of: phone", "channel"),
        ({"found_by": "chance"}, "is none of: customer", "found_by"),
        ({"impact": "cosmic"}, "cosmic", "impact"),
    ],
)
def test_what_cannot_have_been_heard_is_refused(heard, says, field):
    account = given_account()

    with refuses(says, field):
        opened(account, **heard)

    assert not Escalation.objects.exists()


def test_a_contact_of_another_account_is_refused():
    account = given_account()
    stranger = make.contact(make.account("Elsewhere"), "Igor Petrov")

    with refuses("Igor Petrov is not at Brightwater Foods", "contact"):
        opened(account, contact=stranger)


def test_an_unknown_severity_is_refused():
    with refuses("dire", "severity"):
        escalations.open(given_account(), heard=Heard("Doubled"), severity="dire", by=CLOCK, now=NOW)


def test_without_a_playbook_in_force_nothing_can_be_opened():
    account = given_account()
    PlaybookVersion.objects.all().delete()

    with refuses("No playbook is in force"):
        opened(account)


def test_where_the_customer_need_not_know_no_acknowledgement_is_owed_but_the_next_look_is():
    escalation = opened(given_account(), customer_should_know=False, why_not_told="A slip that nobody could see.")

    promise = escalation.promises.get()
    assert (promise.kind, promise.to) == (Promise.Kind.LOOK, None)
    assert promise.what == "Look whether the customer needs to know by now"
    assert promise.due_at == dt.datetime(2026, 11, 19, 16, 0, tzinfo=dt.UTC)
    assert escalation.why_not_told == "A slip that nobody could see."


def test_it_is_judged_by_the_playbook_it_was_opened_under():
    escalation = opened(given_account())
    later = make.playbook(make.versions.shipped().replace("1 working hour", "3 working hours"), now=NOW + DAY)

    escalation.refresh_from_db()

    assert escalation.playbook != later
    assert opened(escalation.account, now=NOW + DAY).playbook == later


def test_the_target_is_thirty_days_away_or_what_the_severity_asks_for():
    account = given_account()

    assert opened(account).target_at == NOW + 30 * DAY
    assert opened(account, impact="stopped").target_at == NOW + 14 * DAY


# Handing on


def test_a_new_handler_takes_over_what_the_last_one_owed_and_only_that():
    escalation = make.escalation()
    petra, klaus = make.member("Petra", Role.MANAGER), make.member("Klaus")
    theirs = promises.make(escalation, what="A workaround", due_at=NOW + DAY, owner=klaus, by=CLOCK, now=NOW)

    escalations.hand_to(escalation, handler=petra, reason="Ruth is away.", by=CLOCK, now=NOW + HOUR)

    assert escalation.handler == petra
    assert set(petra.promises.values_list("kind", flat=True)) == {"acknowledgement"}
    theirs.refresh_from_db()
    assert theirs.owner == klaus
    assert kinds_of(escalation)[-1] == "handler.changed"
    assert "handler changed" in subjects_to(petra)[-1]


def test_what_was_settled_stays_with_whom_it_was():
    escalation = make.escalation()
    ruth, petra = escalation.handler, make.member("Petra", Role.MANAGER)
    promises.release(escalation.promises.get(), reason="They waived it.", by=CLOCK, now=NOW)

    escalations.hand_to(escalation, handler=petra, reason="Ruth is away.", by=CLOCK, now=NOW)

    assert escalation.promises.get(status="released").owner == ruth
    assert escalation.promises.get(status="open").owner == petra


def test_it_is_handed_only_to_somebody_else_who_is_here_and_with_a_reason():
    escalation = make.escalation()
    gone, petra = make.member("Gone", is_active=False), make.member("Petra")

    with refuses("is not here any more", "handler"):
        escalations.hand_to(escalation, handler=gone, reason="x", by=CLOCK, now=NOW)
    with refuses("handles it already", "handler"):
        escalations.hand_to(escalation, handler=escalation.handler, reason="x", by=CLOCK, now=NOW)
    with refuses("Say why", "reason"):
        escalations.hand_to(escalation, handler=petra, reason=" ", by=CLOCK, now=NOW)


# Severity and trend


def test_a_person_may_know_better_than_the_matrix_and_says_why():
    escalation = make.escalation()
    due_at = escalation.promises.get().due_at

    escalations.change_severity(escalation, severity="critical", reason="They stand still.", by=CLOCK, now=NOW)

    escalation.refresh_from_db()
    assert (escalation.severity, escalation.proposed_severity) == ("critical", "high")
    assert escalation.severity_reason == "They stand still."
    # Promises already made keep their times.
    assert escalation.promises.get().due_at == due_at
    assert kinds_of(escalation)[-1] == "severity.changed"


@pytest.mark.parametrize(
    ("severity", "reason", "says", "field"),
    [
        ("dire", "x", "dire", "severity"),
        ("high", "x", "is its severity now", "severity"),
        ("critical", " ", "Say why", "reason"),
    ],
)
def test_a_severity_changes_only_to_another_that_is_known_and_with_a_reason(severity, reason, says, field):
    escalation = make.escalation()

    with refuses(says, field):
        escalations.change_severity(escalation, severity=severity, reason=reason, by=CLOCK, now=NOW)


def test_the_trend_is_what_the_handler_sees():
    escalation = make.escalation()

    escalations.set_trend(escalation, trend="declining", by=CLOCK, now=NOW)
    escalations.set_trend(escalation, trend="declining", by=CLOCK, now=NOW + HOUR)

    assert escalation.trend == "declining"
    assert kinds_of(escalation).count("trend.changed") == 1
    with refuses("improving, same or declining", "trend"):
        escalations.set_trend(escalation, trend="sideways", by=CLOCK, now=NOW)


def test_a_key_names_it_however_it_is_written():
    escalation = make.escalation()

    for key in (escalation.key, escalation.key.lower(), escalation.key.removeprefix("ESC-")):
        assert Escalation.objects.by_key(key).get() == escalation
    for key in ("ESC-", "ESC-1e3", "99999999999999999999", "ESC-٣", "x"):
        assert not Escalation.objects.by_key(key).exists()
