"""What ours read of a notice: one letter each with all that is theirs, after it has ended, and nobody twice."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from amends.directory.actor import Role
from amends.directory.models import Member
from amends.escalations.actions import cause_letters, cause_notices, causes
from amends.escalations.models import CauseNotice
from amends.outbox.models import Delivery
from tests import make
from tests.escalations.noticing import NOW, affected, begun, tells_all
from tests.escalations.reading import DAY, HOUR, letters_to

pytestmark = pytest.mark.django_db


@pytest.fixture
def nadia():
    make.organisation()
    make.playbook()
    return make.chain()[1]


@pytest.fixture
def cause(nadia):
    return causes.name(name="Orders are sent twice", category="data", by=nadia.as_actor(), now=NOW)


def opened(person):
    """The letters to somebody of ours that say that cases were opened."""
    letters = [each.letter for each in letters_to(person)]
    return [letter for letter in letters if "cases opened" in letter["subject"] or "escalated:" in letter["subject"]]


def test_who_looks_after_many_of_the_accounts_reads_of_all_their_cases_in_one_letter(cause, nadia):
    tom, petra = nadia.reports.first(), make.member("Petra Lang", Role.SALES)
    accounts = affected(cause, nadia, "Corvina Freight", "Alder Clinics", "Dunmore Mills")
    make.seat(accounts[0], petra)
    notice = begun(cause, nadia, accounts)
    cause_notices.claim("here", now=NOW)
    cause_notices.tell_next(notice, place="here", now=NOW)
    assert opened(tom) == opened(petra) == []
    assert tom.notices.count() == 1  # among their notices it stands at once

    while cause_notices.tell_next(notice, place="here", now=NOW):
        pass

    (letter,) = opened(tom)
    assert letter["subject"] == "3 cases opened, to tell them first: Orders are sent twice"
    assert "each was promised by Fri 20 Nov, 11:00: What we found." in letter["paragraphs"][0]
    cases = [account.escalations.get() for account in sorted(accounts, key=str)]
    assert letter["facts"] == [[case.key, f"{case.account}, {case.handler} handles it"] for case in cases]
    assert "Sales outreach to them is on hold" in letter["paragraphs"][1]
    # Who has one of them alone reads it as they would of any opening.
    (hers,) = opened(petra)
    assert "Corvina Freight" in hers["subject"] and hers["facts"]
    assert tom.notices.count() == 3 and opened(nadia) == []


def test_stopped_and_gone_on_with_nobody_reads_of_a_case_twice_and_of_none_never(cause, nadia):
    tom = nadia.reports.first()
    accounts = affected(cause, nadia, *(f"Customer {letter}" for letter in "ABCDE"))
    notice = begun(cause, nadia, accounts)
    cause_notices.claim("here", now=NOW)
    for _ in range(2):
        cause_notices.tell_next(notice, place="here", now=NOW)

    cause_notices.stop(notice, by=nadia.as_actor(), now=NOW)
    cause_notices.go_on(notice, by=nadia.as_actor(), now=NOW)
    cause_notices.stop(notice, by=nadia.as_actor(), now=NOW)
    cause_notices.go_on(notice, by=nadia.as_actor(), now=NOW)
    tells_all(notice, NOW + HOUR)

    told = [[says.split(",")[0] for _, says in letter["facts"]] for letter in opened(tom)]
    assert told == [["Customer A", "Customer B"], ["Customer C", "Customer D", "Customer E"]]


def test_of_a_case_that_was_open_already_nobody_reads_that_it_was_opened(cause, nadia):
    tom = nadia.reports.first()
    known = make.escalation(of=make.account("Brightwater", csm=tom), by=nadia, now=NOW)
    causes.link(cause, known, by=nadia.as_actor(), now=NOW)
    assert len(opened(tom)) == 1

    tells_all(begun(cause, nadia, [known.account]), NOW + HOUR)

    assert len(opened(tom)) == 1


def test_of_very_many_cases_the_letter_says_how_many_more_there_are(cause, nadia):
    accounts = affected(cause, nadia, *(f"Customer {number:02}" for number in range(22)))

    tells_all(begun(cause, nadia, accounts))

    (letter,) = opened(nadia.reports.first())
    assert len(letter["facts"]) == 21 and letter["facts"][-1][0] == "And 2 more"


def of_many(cause, nadia, count):
    """Accounts of which each has somebody of its own who looks after it."""
    accounts = affected(cause, nadia, *(f"Customer {number:02}" for number in range(count)))
    for number, account in enumerate(accounts):
        account.csm = make.member(f"Csm {number:02}", Role.CSM, reports_to=nadia)
        account.save()
    return accounts, [account.csm for account in accounts]


def test_a_letter_that_cannot_be_written_keeps_neither_the_notice_nor_the_others(cause, nadia):
    accounts, (first, second) = of_many(cause, nadia, 2)
    # No zone: nobody can say what the time is there.
    Member.objects.filter(pk=first.pk).update(zone="Atlantis/Capital")
    notice = begun(cause, nadia, accounts)

    tells_all(notice)

    assert (notice.state, opened(first), len(opened(second))) == ("done", [], 1)
    assert not cause_notices.is_waiting(NOW)


def test_it_can_be_stopped_where_letters_of_it_cannot_be_written(cause, nadia):
    accounts, _ = of_many(cause, nadia, 2)
    notice = begun(cause, nadia, accounts)
    cause_notices.claim("here", now=NOW)
    cause_notices.tell_next(notice, place="here", now=NOW)
    Member.objects.update(zone="Atlantis/Capital")

    cause_notices.stop(notice, by=nadia.as_actor(), now=NOW)

    assert cause_notices.write_letters(NOW)
    assert not cause_notices.write_letters(NOW)
    notice.refresh_from_db()
    assert notice.state == "stopped"


def test_of_one_that_a_person_stops_ours_read_beside_the_clock(cause, nadia):
    accounts, (csm, _) = of_many(cause, nadia, 2)
    notice = begun(cause, nadia, accounts)
    cause_notices.claim("here", now=NOW)
    cause_notices.tell_next(notice, place="here", now=NOW)

    cause_notices.stop(notice, by=nadia.as_actor(), now=NOW)

    assert opened(csm) == [] and cause_notices.is_waiting(NOW)
    assert cause_notices.write_letters(NOW) and len(opened(csm)) == 1
    assert not cause_notices.is_waiting(NOW)


def test_cut_off_among_its_letters_it_writes_the_others_and_none_twice(cause, nadia):
    nameless = affected(cause, nadia, "Dunmore Mills", email="")
    accounts, csms = of_many(cause, nadia, 3)
    notice = begun(cause, nadia, [*accounts, *nameless])
    tells_all(notice)
    letters = Delivery.objects.filter(identity__startswith="cause-notice:")
    before = {letter.identity for letter in letters}
    # As it was after the first of them.
    CauseNotice.objects.update(announced_to=0)
    kept = letters.get(address=csms[0].email)
    letters.exclude(pk=kept.pk).delete()

    assert cause_notices.is_waiting(NOW) and cause_notices.write_letters(NOW)

    assert {letter.identity for letter in letters} == before
    assert letters.get(address=csms[0].email) == kept
    assert any("not told" in identity for identity in before)
    assert not cause_notices.is_waiting(NOW)


def test_whom_nobody_could_tell_is_named_to_ours_after_a_cut_as_well(cause, nadia):
    notice = begun(cause, nadia, affected(cause, nadia, "Alder Clinics", email=""))
    tells_all(notice)
    Delivery.objects.all().delete()
    CauseNotice.objects.update(announced_to=0)

    cause_notices.write_letters(NOW)

    (letter,) = letters_to(nadia.reports.first())
    assert letter.letter["subject"] == "Not told of Orders are sent twice: Alder Clinics"


def test_what_ended_long_ago_is_told_to_nobody(cause, nadia):
    notice = begun(cause, nadia, affected(cause, nadia, "Alder Clinics"))
    tells_all(notice)
    CauseNotice.objects.update(announced_to=0)

    assert cause_notices.is_waiting(NOW + 6 * DAY)
    assert not cause_notices.is_waiting(NOW + 8 * DAY)


def test_stopped_when_nobody_is_left_to_tell_it_is_through(cause, nadia):
    tom = nadia.reports.first()
    notice = begun(cause, nadia, affected(cause, nadia, "Alder Clinics", email=""))
    cause_notices.claim("here", now=NOW)
    cause_notices.tell_next(notice, place="here", now=NOW)

    cause_notices.stop(notice, by=nadia.as_actor(), now=NOW)
    cause_notices.write_letters(NOW)

    notice.refresh_from_db()
    assert (notice.state, notice.trouble) == ("done", "")
    assert [each.letter["subject"] for each in letters_to(tom)] == ["Not told of Orders are sent twice: Alder Clinics"]


def test_who_sent_it_and_has_left_when_all_are_told_is_no_reason_to_stop(cause, nadia):
    ada = make.member("Ada Min", Role.ADMINISTRATOR)
    notice = begun(cause, ada, affected(cause, nadia, "Alder Clinics"))
    cause_notices.claim("here", now=NOW)
    cause_notices.tell_next(notice, place="here", now=NOW)
    ada.is_active = False
    ada.save()

    cause_notices.tell_next(notice, place="here", now=NOW)

    notice.refresh_from_db()
    assert notice.state == "done"


def test_who_has_left_meanwhile_gets_no_letter(cause, nadia):
    accounts, (gone, here) = of_many(cause, nadia, 2)
    notice = begun(cause, nadia, accounts)
    cause_notices.claim("here", now=NOW)
    for _ in accounts:
        cause_notices.tell_next(notice, place="here", now=NOW)
    Member.objects.filter(pk=gone.pk).update(is_active=False)

    cause_notices.tell_next(notice, place="here", now=NOW)

    assert (opened(gone), len(opened(here))) == ([], 1)


def test_letters_to_many_are_read_for_at_once_as_for_few(cause, nadia):
    def read(count, name):
        accounts = affected(cause, nadia, *(f"{name} {number}" for number in range(count)))
        for number, account in enumerate(accounts):
            account.csm = make.member(f"{name} Csm{number}", Role.CSM, reports_to=nadia)
            account.save()
            account.insights.create(kind="helps", text=f"{account} likes mornings.", at=NOW)
        notice = begun(cause, nadia, accounts)
        cause_notices.claim("here", now=NOW)
        for _ in accounts:
            cause_notices.tell_next(notice, place="here", now=NOW)
        with CaptureQueriesContext(connection) as queries:
            assert not cause_notices.tell_next(notice, place="here", now=NOW)
        (letter,) = opened(accounts[0].csm)
        assert ["Before you speak with them", f"What helps: {accounts[0]} likes mornings."] in letter["facts"]
        return sum(query["sql"].startswith("SELECT") for query in queries)

    assert read(12, "Moor") == read(3, "Fell")


@pytest.mark.django_db(transaction=True)
def test_a_few_letters_are_written_in_a_transaction_and_all_in_the_end(cause, nadia):
    count = cause_letters.AT_ONCE + 2
    accounts, csms = of_many(cause, nadia, count)
    notice = begun(cause, nadia, accounts)
    cause_notices.claim("here", now=NOW)
    for _ in accounts:
        cause_notices.tell_next(notice, place="here", now=NOW)

    with CaptureQueriesContext(connection) as queries:
        cause_notices.tell_next(notice, place="here", now=NOW)

    said = " ".join(query["sql"].split(" (")[0] for query in queries)
    written = [part.count('INSERT INTO "outbox_delivery"') for part in re.split(r"COMMIT", said)]
    assert max(written) == cause_letters.AT_ONCE < sum(written)
    assert all(len(opened(csm)) == 1 for csm in csms)


def not_told(person):
    """The accounts of somebody of ours that could not be told, letter by letter."""
    letters = [each.letter for each in letters_to(person) if each.identity.startswith("cause-notice:")]
    return [[name for name, _ in letter["facts"]] for letter in letters if letter["subject"].startswith("Not told")]


def test_of_one_that_is_stopped_ours_read_who_could_not_be_told_and_later_of_the_others_alone(cause, nadia):
    tom = nadia.reports.first()
    accounts = affected(cause, nadia, "Alder Clinics", "Corvina Freight", email="")
    notice = begun(cause, nadia, [*accounts, *affected(cause, nadia, "Dunmore Mills")])
    cause_notices.claim("here", now=NOW)
    cause_notices.tell_next(notice, place="here", now=NOW)
    cause_notices.stop(notice, by=nadia.as_actor(), now=NOW)

    assert cause_notices.is_waiting(NOW) and cause_notices.write_letters(NOW)

    assert not_told(tom) == [["Alder Clinics"]] and not cause_notices.is_waiting(NOW)
    cause_notices.go_on(notice, by=nadia.as_actor(), now=NOW)
    tells_all(notice, NOW + HOUR)
    assert not_told(tom) == [["Alder Clinics"], ["Corvina Freight"]]
