"""Causes: named, linked, whom they affect and who has not escalated, solved and taken up again."""

import pytest

from amends.directory.actor import Role
from amends.directory.security.models import Trace
from amends.escalations import causes as reading
from amends.escalations.actions import cause_notices, causes, endings, merges, notices, updates
from amends.escalations.models import Cause, Notice
from amends.outbox.models import Delivery
from tests import make
from tests.escalations.noticing import affected, begun, tells_all
from tests.escalations.reading import DAY, HOUR, MINUTE, forbids, kinds_of, letters_to, refuses, subjects_to

pytestmark = pytest.mark.django_db
NOW = make.THURSDAY + HOUR


@pytest.fixture
def escalation():
    return make.escalation()


@pytest.fixture
def nadia(escalation):
    return escalation.account.csm.reports_to


@pytest.fixture
def cause(nadia):
    return causes.name(name="Orders are sent twice", by=nadia.as_actor(), now=NOW)


def test_a_cause_has_a_key_and_a_name_that_customers_may_read(nadia, escalation):
    team = make.team("Development")

    cause = causes.name(
        name=" Orders  are sent twice ",
        what_we_know="The retry was shortened in 4.2.",
        category="data",
        team=team,
        by=nadia.as_actor(),
        now=NOW,
    )
    causes.change(cause, name="Orders are written twice", by=nadia.as_actor(), now=NOW)

    assert cause.key == f"CAUSE-{cause.pk}"
    found = reading.find(cause.key.lower())
    assert (found.name, found.category, found.team) == ("Orders are written twice", "data", team)
    assert [trace.act for trace in Trace.objects.order_by("id")] == ["cause.named", "cause.changed"]


def test_a_cause_is_refused_without_a_name_with_an_unknown_category_or_by_who_may_not(nadia, escalation):
    by = nadia.as_actor()

    with refuses("in words that a customer may read", "name"):
        causes.name(name=" ", by=by, now=NOW)
    with refuses("weather", "category"):
        causes.name(name="Rain", category="weather", by=by, now=NOW)
    with refuses("5,000", "what_we_know"):
        causes.name(name="Rain", what_we_know="x" * 5_001, by=by, now=NOW)
    with forbids("change causes"):
        causes.name(name="Rain", by=make.member("Petra Lang", Role.SALES).as_actor(), now=NOW)
    assert not Cause.objects.exists()


def test_an_escalation_is_linked_once_and_its_account_is_affected_thereby(cause, escalation, nadia):
    tom = escalation.account.csm

    causes.link(cause, escalation, by=tom.as_actor(), now=NOW)
    with refuses("already", "cause"):
        causes.link(cause, escalation, by=tom.as_actor(), now=NOW)

    assert kinds_of(escalation)[-1] == "cause.linked"
    assert [row.case for row in reading.affected(cause, seen_by=tom.as_actor()).escalated] == [escalation]
    assert subjects_to(escalation.handler)[-1].endswith(f"{cause.key} is behind it")
    causes.unlink(cause, escalation, reason="It is their own script.", by=tom.as_actor(), now=NOW)
    assert kinds_of(escalation)[-1] == "cause.unlinked"
    assert reading.of(escalation) == []
    with refuses("not linked"):
        causes.unlink(cause, escalation, reason="Again", by=tom.as_actor(), now=NOW)


def test_those_that_are_affected_and_have_not_escalated_come_first(cause, escalation, nadia):
    by = nadia.as_actor()
    causes.link(cause, escalation, by=by, now=NOW)
    quiet, without_mail = make.account("Alder Clinics"), make.account("Corvina Freight")
    make.contact(quiet, "Zoe Ives", email="zoe@alder.example")
    make.contact(quiet, "Abel Moor", email="abel@alder.example")
    make.contact(without_mail, "Ivo Kern", email="")

    count = causes.mark(cause, [quiet, without_mail, escalation.account], how_we_know="They run 4.2", by=by, now=NOW)

    found = reading.affected(cause, seen_by=by)
    assert count == 2
    assert [row.account for row in found.to_tell] == [quiet]
    assert [contact.name for contact in found.to_tell[0].contacts] == ["Abel Moor"]
    assert [row.account for row in found.nobody] == [without_mail]
    assert [row.account for row in found.escalated] == [escalation.account]
    (listed,) = reading.listed(seen_by=by)
    assert (listed.account_count, listed.to_tell_count, listed.case_count) == (3, 2, 1)


def test_the_list_counts_the_cases_that_one_may_see_and_no_others(cause, escalation, nadia):
    causes.link(cause, escalation, by=nadia.as_actor(), now=NOW)
    theirs = make.escalation(of=make.account("Alder Clinics", csm=nadia))
    causes.link(cause, theirs, by=nadia.as_actor(), now=NOW)
    petra = make.member("Petra Lang", Role.SALES)
    make.seat(theirs.account, petra)

    (hers,) = reading.listed(seen_by=petra.as_actor())
    (every,) = reading.listed(seen_by=nadia.as_actor())

    assert (hers.account_count, hers.to_tell_count, hers.case_count) == (2, 0, 1)
    assert (every.account_count, every.to_tell_count, every.case_count) == (2, 0, 2)


def test_whoever_must_hear_of_everything_is_told_before_the_first_by_name(cause, nadia):
    account = make.account("Alder Clinics")
    make.contact(account, "Abel Moor", email="abel@alder.example")
    must = make.contact(account, "Zoe Ives", email="zoe@alder.example", must_hear=True)

    assert reading.contacts_of([account.pk]) == {account.pk: [must]}


def test_an_account_that_is_not_affected_after_all_stays_to_be_read_and_can_be_marked_again(cause, nadia):
    account, by = make.account("Alder Clinics"), nadia.as_actor()
    causes.mark(cause, [account], how_we_know="They run 4.2", by=by, now=NOW)
    affected = cause.affected.get()

    with refuses("not affected", "reason"):
        causes.clear(affected, reason=" ", by=by, now=NOW)
    causes.clear(affected, reason="They are on 4.1.", by=by, now=NOW)
    with refuses("already"):
        causes.clear(affected, reason="They are on 4.1.", by=by, now=NOW)

    found = reading.affected(cause, seen_by=by)
    assert (found.rows, [row.why_cleared for row in found.cleared]) == ([], ["They are on 4.1."])
    assert causes.mark(cause, [account], how_we_know="On 4.2 since today", by=by, now=NOW + DAY) == 1
    assert cause.affected.get().cleared_at is None


def test_marking_asks_how_we_know_and_for_an_open_cause(cause, nadia):
    account, by = make.account("Alder Clinics"), nadia.as_actor()

    with refuses("how we know", "how_we_know"):
        causes.mark(cause, [account], how_we_know="", by=by, now=NOW)
    with refuses("at least one", "accounts"):
        causes.mark(cause, [], how_we_know="A log", by=by, now=NOW)
    causes.solve(cause, done="The old value is back.", by=by, now=NOW)
    with refuses("Take it up again"):
        causes.mark(cause, [account], how_we_know="A log", by=by, now=NOW)


def test_solving_stands_on_every_case_under_way_and_each_who_has_some_gets_one_letter(cause, escalation, nadia):
    second = make.escalation(of=escalation.account, reason="Stock is wrong")
    over = make.escalation(of=escalation.account, reason="Labels")
    by = nadia.as_actor()
    for case in (escalation, second, over):
        causes.link(cause, case, by=by, now=NOW)
    endings.withdraw(over, reason="A mistake.", by=by, now=NOW)
    handler, csm = escalation.handler, escalation.account.csm
    notices.see(escalation, by=handler.as_actor(), now=NOW)
    letters = len(letters_to(handler)), len(letters_to(csm))
    version = type(escalation).objects.get(pk=escalation.pk).version

    with refuses("what was done", "done"):
        causes.solve(cause, done=" ", by=by, now=NOW)
    causes.solve(cause, done="The old value is in force.", by=by, now=NOW)

    assert [kinds_of(case)[-1] == "cause.solved" for case in (escalation, second, over)] == [True, True, False]
    assert type(escalation).objects.get(pk=escalation.pk).version == version + 1
    assert (len(letters_to(handler)), len(letters_to(csm))) == (letters[0] + 1, letters[1] + 1)
    letter = letters_to(handler)[-1].letter
    assert letter["subject"] == "Solved: Orders are sent twice (2 cases)"
    assert "The old value is in force." in letter["paragraphs"][0]
    assert Notice.objects.filter(member=csm, event__kind="cause.solved").count() == 2
    assert escalation.events.latest("id").personal.words == {"done": "The old value is in force."}
    with refuses("is solved"):
        causes.solve(cause, done="Again", by=by, now=NOW)


def test_what_is_not_solved_after_all_is_taken_up_again(cause, escalation, nadia):
    by = nadia.as_actor()
    causes.link(cause, escalation, by=by, now=NOW)
    with refuses("is open"):
        causes.reopen(cause, reason="Back", by=by, now=NOW)
    causes.solve(cause, done="The old value is in force.", by=by, now=NOW)

    causes.reopen(cause, reason="It doubled again.", by=by, now=NOW + HOUR)

    cause.refresh_from_db()
    assert (cause.state, cause.what_was_done, cause.solved_at) == ("open", "", None)
    assert kinds_of(escalation)[-1] == "cause.reopened"


def test_a_merged_case_takes_its_causes_along(cause, escalation, nadia):
    by = nadia.as_actor()
    into = make.escalation(of=escalation.account, reason="The same")
    other = causes.name(name="Labels are swapped", by=by, now=NOW)
    for found, case in ((cause, escalation), (other, escalation), (other, into)):
        causes.link(found, case, by=by, now=NOW)

    merges.merge(escalation, into=into, reason="It is the same.", by=by, now=NOW)

    assert reading.of(into) == [cause, other]


def test_a_case_that_one_may_not_see_is_not_named_on_its_cause(cause, escalation, nadia):
    causes.link(cause, escalation, by=nadia.as_actor(), now=NOW)
    petra = make.member("Petra Lang", Role.SALES).as_actor()

    (row,) = reading.affected(cause, seen_by=petra).escalated

    assert not row.may_see
    assert reading.cases(cause, seen_by=petra) == []
    assert len(reading.cases(cause, seen_by=nadia.as_actor())) == 1


def test_of_two_accounts_that_are_called_alike_the_one_is_meant_that_is_written_just_so(nadia):
    small, large, land = make.account("northwind"), make.account("NORTHWIND"), make.account("ÜBER Land")

    exact, either, keyless, beyond_ascii = reading.read_names("NORTHWIND\nNorthwind\nNobody\nüber land")

    assert (exact.account, either.account) == (large, None)
    says = "Several accounts are called so: northwind or NORTHWIND. Write it just as it stands there, or its key."
    assert (either.says, either.hint) == (says, says)
    assert (keyless.account, keyless.hint) == (None, "")
    # SQLite knows no small Ü.
    assert beyond_ascii.account == land or beyond_ascii.near == ["ÜBER Land"]
    assert [line.account for line in reading.read_names("ÜBER Land\nnorthwind")] == [land, small]


def test_a_key_that_is_another_accounts_name_is_asked_about(nadia):
    alder, named = make.account("Alder", external_key="K-7"), make.account("K-7", external_key="X-1")
    corvina = make.account("Corvina", external_key="alder")

    both, by_name, by_key, loose, just_so = reading.read_names("K-7\nALDER, Lisbon\nx-1\nalder\nAlder")

    assert (both.account, by_name.account, loose.account) == (None, None, None)
    assert both.says.startswith("Several accounts are called so: Alder or K-7. Write it just as it stands there")
    assert "Alder or Corvina" in loose.says and "Alder or Corvina" in by_name.says
    assert (by_key.account, just_so.account) == (named, alder)
    assert reading.read_names("Corvina")[0].account == corvina


def test_of_keys_that_differ_only_in_their_letters_the_one_is_meant_that_is_written_just_so(nadia):
    small, large = make.account("Alder", external_key="crm-7"), make.account("Corvina", external_key="CRM-7")
    beyond_ascii = make.account("Dunmore", external_key="Ü-1")

    lines = reading.read_names("crm-7\nCRM-7\nCrm-7\nÜ-1")

    assert [line.account for line in lines] == [small, large, None, beyond_ascii]
    assert "Several accounts are called so: Alder or Corvina." in lines[2].says


def test_an_account_whose_key_is_its_own_name_is_meant_by_it(nadia):
    own = make.account("K-7", external_key="k-7")

    assert [line.account for line in reading.read_names("K-7")] == [own]


def test_a_mail_that_waits_is_that_of_the_update_alone_and_of_no_other_in_the_case(nadia, cause):
    (account,) = affected(cause, nadia, "Alder Clinics")
    notice = begun(cause, nadia, [account])
    tells_all(notice)
    case = account.escalations.get()
    Delivery.objects.update(state=Delivery.State.SENT, settled_at=NOW)
    assert [row.is_here for row in reading.affected(cause, seen_by=nadia.as_actor()).rows] == [False]

    updates.send(case, text="More.", to=[case.contact], by=nadia.as_actor(), now=NOW + HOUR)

    assert [row.is_here for row in reading.affected(cause, seen_by=nadia.as_actor()).rows] == [False]
    assert reading.still_here([notice]) == {}


def test_a_notice_that_nobody_goes_on_with_is_named_after_some_minutes(nadia, cause):
    accounts = affected(cause, nadia, "Alder Clinics", "Corvina Freight")
    notice = begun(cause, nadia, accounts)
    assert list(reading.hanging(NOW + MINUTE)) == []
    assert list(reading.hanging(NOW + HOUR)) == [notice]

    cause_notices.claim("here", now=NOW + HOUR)
    cause_notices.tell_next(notice, place="here", now=NOW + HOUR)
    cause_notices.let_go(notice, place="here")
    assert list(reading.hanging(NOW + HOUR + 4 * MINUTE)) == []
    assert list(reading.hanging(NOW + HOUR + 6 * MINUTE)) == [notice]

    cause_notices.stop(notice, by=nadia.as_actor(), now=NOW + 2 * HOUR)
    assert list(reading.hanging(NOW + 3 * HOUR)) == []
    cause_notices.go_on(notice, by=nadia.as_actor(), now=NOW + 4 * HOUR)
    assert list(reading.hanging(NOW + 4 * HOUR + MINUTE)) == []
    assert list(reading.hanging(NOW + 5 * HOUR)) == [notice]


def test_names_are_found_in_two_queries_however_many_are_no_account(nadia, django_assert_num_queries):
    with django_assert_num_queries(2):
        lines = reading.read_names("\n".join(f"Brightwatr {number}" for number in range(400)))

    assert [bool(line.hint) for line in lines].count(True) <= reading.MOST_UNKNOWN
