"""Notices to many accounts beside the clock: told to the end, and ours read of what a person has stopped."""

import threading

import pytest

from amends.cli import checkups
from amends.directory.actor import COMMAND_LINE
from amends.escalations.actions import cause_notices, causes
from amends.lib import wall
from amends.worker.telling import telling
from tests import make
from tests.escalations.reading import HOUR, letters_to

pytestmark = pytest.mark.django_db


@pytest.fixture
def notice():
    """One to two accounts of one CSM, begun an hour ago; nobody is at it."""
    make.organisation()
    make.playbook()
    tom, nadia, _ = make.chain()
    cause = make.cause(now=wall.now() - HOUR)
    accounts = [make.account(name, csm=tom) for name in ("Alder Clinics", "Corvina Freight")]
    for account in accounts:
        make.contact(account)
    causes.mark(cause, accounts, how_we_know="They run 4.2", by=COMMAND_LINE, now=wall.now() - HOUR)
    return make.cause_notice(cause, by=nadia, now=wall.now() - HOUR)


def opened(notice):
    csm = notice.parts.first().account.csm
    return [each for each in letters_to(csm) if each.identity.startswith("cause-notice:")]


def test_what_waits_is_told_to_the_end_and_ours_read_of_it(notice):
    beside = telling("here", threading.Event(), threading.Event())
    assert beside.is_waiting(wall.now())

    beside.work()

    notice.refresh_from_db()
    assert (notice.state, len(opened(notice))) == ("done", 1)
    assert not beside.is_waiting(wall.now())


def test_ours_read_of_what_a_person_has_stopped(notice):
    cause_notices.claim("there", now=wall.now())
    cause_notices.tell_next(notice, place="there", now=wall.now())
    cause_notices.stop(notice, by=notice.by.as_actor(), now=wall.now())
    beside = telling("here", threading.Event(), threading.Event())
    assert beside.is_waiting(wall.now()) and opened(notice) == []

    beside.work()

    assert len(opened(notice)) == 1 and not beside.is_waiting(wall.now())
    notice.refresh_from_db()
    assert notice.state == "stopped"


def test_a_process_that_is_to_stop_begins_nothing(notice):
    stop = threading.Event()
    stop.set()

    telling("here", stop, threading.Event()).work()

    assert not notice.parts.exclude(outcome="").exists()


class Jumps(threading.Event):
    """The host's clock is in doubt from the moment at which a notice has told somebody."""

    def __init__(self, notice):
        super().__init__()
        self.notice = notice

    def is_set(self):
        return self.notice.parts.exclude(outcome="").exists()


def test_while_the_clock_is_in_doubt_nobody_is_told_and_then_it_goes_on(notice):
    telling("here", threading.Event(), Jumps(notice)).work()

    notice.refresh_from_db()
    assert [part.outcome for part in notice.parts.order_by("id")] == ["told", ""]
    assert (notice.state, notice.leased_by) == ("running", "")
    telling("here", threading.Event(), threading.Event()).work()
    notice.refresh_from_db()
    assert (notice.state, notice.parts.filter(outcome="told").count()) == ("done", 2)


def test_while_the_clock_is_in_doubt_ours_have_no_letters_either(notice):
    cause_notices.claim("there", now=wall.now())
    cause_notices.tell_next(notice, place="there", now=wall.now())
    cause_notices.stop(notice, by=notice.by.as_actor(), now=wall.now())

    telling("here", threading.Event(), Jumps(notice)).work()

    assert opened(notice) == []


def test_the_doctor_names_one_that_no_clock_goes_on_with(notice):
    says = f"{notice.cause.key}: “Orders sent twice” has accounts left to tell, and no clock goes on with it."
    assert list(checkups._notices()) == [says]

    telling("here", threading.Event(), threading.Event()).work()

    assert list(checkups._notices()) == []
