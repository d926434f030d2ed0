"""Checking and applying: whole before any, in portions, by one worker at a time, and on after whatever happens."""

import datetime as dt
from itertools import count

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from amends.directory.actor import COMMAND_LINE
from amends.directory.imports import receiving, working
from amends.directory.imports.columns import FIELDS
from amends.directory.imports.models import Import
from amends.directory.imports.nouns import judge_of
from amends.directory.imports.reading import Row
from amends.directory.models import Account, Contact, Member
from amends.lib.errors import Refused
from tests import make
from tests.directory.imports.files import (
    NOW,
    brought_in,
    checked,
    counts,
    mistakes,
    receive,
    sheet,
    table,
    text,
    worked,
)

pytestmark = pytest.mark.django_db
MANY = 2_000


@pytest.fixture(autouse=True)
def tom():
    make.organisation()
    return make.member("Tom Okafor", email="tom@fernhill.example")


def many(count=MANY):
    return [("Company", "ARR", "Account owner"), *((f"Customer {n}", n, "Tom Okafor") for n in range(count))]


def applying(file=None):
    found = checked("accounts", file or table(many()))
    receiving.apply(found, by=COMMAND_LINE, now=NOW)
    return found


class Cut(Exception):
    """The power goes."""


def cut_after(count):
    """What a worker tells; after so many tellings nothing more happens."""
    told = []

    def tell(imported):
        told.append(imported.applied)
        if len(told) == count:
            raise Cut

    return tell


def killed_after(count):
    """A worker that ends in the middle without a word, as by kill -9: its lease stays."""

    class Killed(working.Worker):
        def _end(self, imported, trouble):
            raise Cut

    with pytest.raises(Cut):
        Killed("dead", lambda: NOW, tells=cut_after(count)).work()


@pytest.mark.parametrize("build", [table, sheet])
def test_thousands_come_in_and_the_same_file_again_changes_nothing(build):
    done = brought_in("accounts", build(many()))
    again = checked("accounts", build(many()))

    assert (done.state, done.applied, counts(done)) == ("applied", MANY, (MANY, 0, 0, 0))
    assert Account.objects.count() == MANY
    assert counts(again) == (0, 0, MANY, 0)
    assert done.fingerprint == again.fingerprint or build is sheet
    with pytest.raises(Refused, match="so already"):
        receiving.apply(again, by=COMMAND_LINE, now=NOW)


def test_nothing_is_written_as_long_as_one_row_is_bad():
    found = checked("accounts", table([*many(), ("Last", "much", "")]))

    with pytest.raises(Refused, match="bad rows"):
        receiving.apply(found, by=COMMAND_LINE, now=NOW)

    assert (found.state, counts(found)) == ("refused", (MANY, 0, 0, 1))
    assert mistakes(found)[0][:2] == (MANY + 2, "spend")
    assert Account.objects.count() == 0


def test_a_thousand_mistakes_are_kept_and_all_are_counted():
    found = checked("accounts", table([("Company", "Health"), *((f"C {n}", "ill") for n in range(1_300))]))

    assert (found.bad, found.mistake_count, found.mistakes.count()) == (1_300, 1_300, working.MOST_MISTAKES)
    assert found.mistakes.last().line == 1_001


@pytest.mark.parametrize("tellings", [1, 5])
def test_a_worker_that_dies_is_followed_by_one_that_goes_on_after_its_last_portion(tellings):
    found = applying()
    killed_after(tellings)
    found.refresh_from_db()
    written = found.applied

    assert worked(found).state == "applying", "its lease holds"
    later = working.Worker("next", lambda: NOW + working.LEASE_FOR)
    assert later.work() == 1

    found.refresh_from_db()
    assert written == Account.objects.filter(pk__lte=Account.objects.order_by("pk")[written - 1].pk).count()
    assert 0 < written < MANY
    assert (found.state, found.applied, Account.objects.count()) == ("applied", MANY, MANY)


def test_passing_over_what_is_written_keeps_the_lease_however_long_it_takes():
    """Else two clocks would take it from each other for ever, and neither would come to its first row."""
    found = applying(table(many(600)))
    killed_after(3)
    clock, free = [NOW + working.LEASE_FOR], []

    def reads(row):
        clock[0] += dt.timedelta(seconds=0.1)
        free.append(working.is_waiting(clock[0]))
        return row

    class Slow(working.Worker):
        def _apply(self, imported, rows):
            super()._apply(imported, map(reads, rows))

    Slow("here", lambda: clock[0]).work()

    found.refresh_from_db()
    assert clock[0] - NOW > 2 * working.LEASE_FOR
    assert not any(free)
    assert (found.state, found.rows, Account.objects.count()) == ("applied", 600, 600)


def test_one_that_is_asked_to_end_while_it_passes_over_what_is_written_lets_go():
    found = applying()
    killed_after(5)
    asked = []

    def is_over():
        asked.append(found)
        return len(asked) > 3

    working.Worker("here", lambda: NOW + working.LEASE_FOR, is_over).work()

    found.refresh_from_db()
    assert (found.state, found.leased_by, found.applied) == ("applying", "", 5 * working.AT_ONCE)


def test_one_that_was_taken_for_dead_writes_nothing_more():
    found = applying()

    def take_over(imported):
        Import.objects.update(leased_by="somebody else")

    working.Worker("slow", lambda: NOW, tells=take_over).work()

    found.refresh_from_db()
    assert (found.state, found.applied, Account.objects.count()) == ("applying", working.AT_ONCE, working.AT_ONCE)


def test_members_after_a_crash_get_all_their_leads():
    lines = [f"m{number}@x.example,M {number},csm,m{number + 1}@x.example" for number in range(400)]
    file = text("Email,Name,Role,Manager", *lines, "m400@x.example,M 400,csm,")
    found = checked("members", file)
    receiving.apply(found, by=COMMAND_LINE, now=NOW)
    killed_after(2)

    working.Worker("next", lambda: NOW + working.LEASE_FOR).work()

    found.refresh_from_db()
    assert (found.state, found.applied) == ("applied", 401)
    assert Member.objects.filter(reports_to__isnull=False).count() == 400


def test_a_worker_that_is_asked_to_end_lets_go_at_once():
    found = applying()
    told = []
    over = working.Worker("here", lambda: NOW, lambda: bool(told), told.append)

    over.work()
    found.refresh_from_db()

    assert (found.state, found.leased_by, found.applied) == ("applying", "", working.AT_ONCE)
    assert worked(found).state == "applied"


def test_a_person_stops_it_and_what_is_left_is_found_by_checking_again(tom):
    found = applying()
    stopped = []

    def stop(imported):
        if not stopped:
            stopped.append(imported)
            receiving.stop(Import.objects.get(pk=imported.pk), by=tom.as_actor(), now=NOW)

    worked(found, tells=stop)
    assert (found.state, Account.objects.count()) == ("stopped", working.AT_ONCE)
    assert found.trouble == f"Tom Okafor stopped it after {working.AT_ONCE} of 2,000 rows."

    receiving.check(found, mapping=found.mapping, choices={}, by=COMMAND_LINE, now=NOW)
    assert counts(worked(found)) == (MANY - working.AT_ONCE, 0, working.AT_ONCE, 0)


def test_what_has_become_wrong_since_the_check_stops_it_with_its_line(tom):
    found = applying()
    Member.objects.filter(pk=tom.pk).update(is_active=False)

    worked(found)

    assert (found.state, found.trouble) == (
        "stopped",
        "Line 2: Tom Okafor is no longer here. Choose somebody who is.",
    )
    assert Account.objects.count() == 0


def test_an_account_that_somebody_adds_meanwhile_is_changed_and_not_there_twice(tom):
    found = applying()
    added = []

    def add(imported):
        if not added:
            added.append(make.account("CUSTOMER 1999", csm=tom))

    worked(found, tells=add)

    assert (found.state, Account.objects.count()) == ("applied", MANY)
    assert Account.objects.get(name__iexact="customer 1999").name == "Customer 1999"


def test_a_worker_that_is_asked_to_end_while_it_checks_lets_go_and_another_begins_anew():
    imported = receive("accounts", table(many()))
    receiving.check(imported, mapping=imported.mapping, choices={}, by=COMMAND_LINE, now=NOW)
    asked = iter([False])

    worked(imported, is_over=lambda: next(asked, True))

    assert (imported.state, imported.leased_by) == ("checking", "")
    assert counts(worked(imported)) == (MANY, 0, 0, 0)


def test_a_check_that_a_person_has_stopped_says_nothing_more(tom):
    imported = receive("accounts", table(many()))
    receiving.check(imported, mapping=imported.mapping, choices={}, by=COMMAND_LINE, now=NOW)

    def stop(_):
        receiving.stop(Import.objects.get(), by=tom.as_actor(), now=NOW)

    seconds = count()
    working.Worker("here", lambda: NOW + dt.timedelta(seconds=next(seconds)), tells=stop).work()

    imported.refresh_from_db()
    assert (imported.state, imported.checked_at) == ("uploaded", None)


def test_a_file_that_cannot_be_read_to_its_end_is_refused_and_says_where():
    found = checked("accounts", text("Company", *[f"C {n}" for n in range(400)], "x" * 30_000))

    assert (found.state, Account.objects.count()) == ("refused", 0)
    assert found.trouble.startswith("Line 402: A cell is longer")


def test_portions_take_as_many_queries_however_many_rows_are_known_or_changed(tom):
    def queries_of(count):
        found = applying(table([("Company", "ARR"), *((f"Customer {n}", n + 1) for n in range(count))]))
        with CaptureQueriesContext(
            connection,
        ) as captured:
            worked(found)
        return len(captured) / (count / working.AT_ONCE)

    brought_in("accounts", table(many()))
    few = queries_of(working.AT_ONCE * 2)
    Account.objects.update(spend=0)
    assert queries_of(working.AT_ONCE * 10) < few * 1.2


def test_a_check_can_begin_anew_with_other_columns():
    imported = receive("accounts", text("Customer,Company,ARR", "Moss,Moss & Co Ltd,5"))
    receiving.check(imported, mapping={"name": "Company"}, choices={}, by=COMMAND_LINE, now=NOW)
    receiving.check(imported, mapping={"name": "Customer", "spend": "ARR"}, choices={}, by=COMMAND_LINE, now=NOW)

    worked(imported)
    receiving.apply(imported, by=COMMAND_LINE, now=NOW)
    worked(imported)

    assert list(Account.objects.values_list("name", "spend")) == [("Moss", 5)]
    assert imported.pieces.count() == 0
    for act in (receiving.stop, receiving.discard, receiving.apply):
        with pytest.raises(Refused):
            act(imported, by=COMMAND_LINE, now=NOW)


@pytest.mark.parametrize(
    ("mapping", "choices", "field"),
    [
        ({"spend": "ARR"}, {}, "name"),
        ({"name": "Nowhere"}, {}, "name"),
        ({"name": "Company", "colour": "ARR"}, {}, "colour"),
        ({"name": "Company"}, {"decimal": "'"}, "decimal"),
        ({"name": "Company"}, {"dates": "ymd"}, "dates"),
        ({"name": "Company"}, {"default_currency": "money"}, "default_currency"),
    ],
)
def test_columns_that_are_not_there_are_refused_at_their_field(mapping, choices, field):
    imported = receive("accounts", text("Company,ARR", "Moss,5"))

    with pytest.raises(Refused) as refused:
        receiving.check(imported, mapping=mapping, choices=choices, by=COMMAND_LINE, now=NOW)

    assert refused.value.field == field
    assert Import.objects.get().state == "uploaded"


def test_a_file_thrown_away_takes_its_bytes_and_mistakes_with_it():
    found = checked("accounts", text("Company,Health", "Moss,ill"))

    receiving.discard(found, by=COMMAND_LINE, now=NOW)

    assert Import.objects.count() == 0
    with pytest.raises(Refused, match="thrown away"):
        receiving.apply(Import(pk=1), by=COMMAND_LINE, now=NOW)


def test_a_file_that_never_arrived_whole_is_forgotten():
    half = receive("accounts", text("Company", "Moss"))
    Import.objects.update(state="arriving", uploaded_at=NOW - dt.timedelta(hours=2))

    receive("accounts", text("Company", "Moss"))

    assert not Import.objects.filter(pk=half.pk).exists()


WORDS = st.text(max_size=12) | st.sampled_from(
    ["Moss", "moss", "5", "1.000,5", "€ 7", "yes", "2026-01-31", "tom@fernhill.example", "a@b.example", "csm", "#REF!"]
)


@pytest.mark.parametrize("noun", Import.Noun.values)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seen=st.data())
def test_any_table_is_checked_without_a_fault_and_what_is_good_is_there_afterwards(noun, seen):
    Account.objects.filter(contacts__isnull=True).delete()
    Account.objects.get_or_create(name="Moss", currency="EUR")
    names = [field.name for field in FIELDS[noun]]
    width = seen.draw(st.integers(1, len(names)))
    rows = seen.draw(st.lists(st.lists(WORDS, min_size=1, max_size=width + 1), min_size=1, max_size=6))
    try:
        imported = receive(noun, table([names[:width], *rows]))
        receiving.check(
            imported, mapping=dict(zip(names, imported.headers, strict=False)), choices={}, by=COMMAND_LINE, now=NOW
        )
    except Refused:
        return
    worked(imported)

    assert imported.state in ("checked", "refused"), imported.trouble
    assert not imported.trouble.startswith("Something went wrong")
    assert (imported.state == "refused") == bool(imported.bad or imported.trouble)
    if imported.state == "checked" and (imported.to_add or imported.to_change):
        receiving.apply(imported, by=COMMAND_LINE, now=NOW)
        assert worked(imported).state == "applied", imported.trouble
        again = checked(noun, table([names[:width], *rows]), mapping=imported.mapping)
        assert (again.state, again.to_add, again.to_change) == ("checked", 0, 0)
    assert Contact.objects.filter(name="").count() == 0


def test_the_database_itself_refuses_a_second_of_one_name(tom):
    found = applying(text("Company", "Moss"))
    judge = judge_of(found)
    make.account("Moss", csm=tom)
    (verdict,) = judge.judge([Row(2, ["Moss"])])

    with pytest.raises(IntegrityError), transaction.atomic():
        judge.write([verdict], now=NOW)
