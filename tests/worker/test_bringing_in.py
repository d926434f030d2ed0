"""Imports beside the clock: begun when one waits, let go when the process is asked to stop."""

import threading

import pytest

from amends.directory.imports import receiving
from amends.directory.models import Account
from amends.worker.bringing_in import bringing_in
from tests import make
from tests.mailbox import until

pytestmark = pytest.mark.django_db(transaction=True)


def waiting(rows):
    imported = make.imported("Company\n" + "".join(f"C {number}\n" for number in range(rows)))
    receiving.check(imported, mapping=imported.mapping, choices={}, by=make.member().as_actor(), now=make.THURSDAY)
    return imported


def test_a_file_that_waits_is_worked_on_in_a_thread_that_ends_with_it():
    beside = bringing_in("here", threading.Event())
    beside.look(make.THURSDAY)
    assert "imports" not in {thread.name for thread in threading.enumerate()}
    imported = waiting(500)

    beside.look(make.THURSDAY)
    beside.finish()
    imported.refresh_from_db()

    assert imported.state == "checked"
    assert "imports" not in {thread.name for thread in threading.enumerate()}


def test_a_process_that_is_asked_to_stop_lets_go_of_it():
    imported, stop = waiting(5_000), threading.Event()
    beside = bringing_in("here", stop)

    beside.look(make.THURSDAY)
    stop.set()
    beside.finish()
    imported.refresh_from_db()

    assert (imported.state, imported.leased_by) == ("checking", "")


def test_it_is_looked_after_again_when_the_next_one_waits():
    beside = bringing_in("here", threading.Event())
    first = waiting(1)
    beside.look(make.THURSDAY)
    beside.finish()
    first.refresh_from_db()
    receiving.apply(first, by=make.member().as_actor(), now=make.THURSDAY)

    beside.look(make.THURSDAY)

    until(lambda: Account.objects.filter(name="C 0").exists(), "the second was never begun")
    beside.finish()
