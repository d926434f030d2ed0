"""Promising: what, to whom, by when, and whose it is."""

import pytest

from amends.directory.actor import CLOCK, Role
from amends.escalations.actions import promises
from amends.escalations.models import Promise
from tests import make
from tests.escalations.reading import DAY, HOUR, MINUTE, kinds_of, refuses, subjects_to

pytestmark = pytest.mark.django_db
NOW = make.THURSDAY
DUE = NOW + 6 * HOUR


def promised(escalation=None, *, what="The root cause", due_at=DUE, **changes):
    words = {"what": what, "due_at": due_at, "kind": "deliverable", "by": CLOCK, "now": NOW}
    return promises.make(escalation or make.escalation(), **words | changes)


def test_a_promise_is_the_handlers_and_in_the_contacts_time_unless_somebody_says_otherwise():
    escalation = make.escalation()

    promise = promised(escalation)

    assert promise.status == Promise.Status.OPEN
    assert promise.owner == escalation.handler
    assert promise.to == escalation.contact
    assert promise.zone == "Europe/Lisbon"
    assert (promise.made_at, promise.due_at) == (NOW, DUE)
    assert kinds_of(escalation)[-1] == "promise.made"


def test_a_contact_in_another_zone_is_promised_in_theirs():
    escalation = make.escalation()
    kenji = make.contact(escalation.account, "Kenji Ito", zone="Asia/Tokyo")

    assert promised(escalation, to=kenji).zone == "Asia/Tokyo"


def test_an_owner_who_is_not_the_handler_is_told_that_it_was_laid_upon_them():
    escalation = make.escalation()
    petra = make.member("Petra", Role.RESPONDER)

    promised(escalation, owner=petra)
    promised(escalation)

    assert [subject.split(": ")[1] for subject in subjects_to(petra)] == ["promise made"]
    assert not any("promise made" in subject for subject in subjects_to(escalation.handler))


def test_a_promise_needs_a_moment_that_is_still_ahead():
    escalation = make.escalation()

    for due_at in (NOW - MINUTE, NOW):
        with refuses("still ahead", "due_at"):
            promised(escalation, due_at=due_at)


def test_a_promise_is_not_for_years_ahead():
    promised(due_at=NOW + 731 * DAY)

    with refuses("more than two years ahead", "due_at"):
        promised(due_at=NOW + 732 * DAY)


def test_a_promise_is_made_to_somebody_who_is_at_the_customer():
    escalation = make.escalation()
    stranger = make.contact(make.account(), "Igor Petrov")
    gone = make.contact(escalation.account, "Rui Costa", has_left=True)

    with refuses("Igor Petrov is not at", "to"):
        promised(escalation, to=stranger)
    with refuses("Rui Costa has left", "to"):
        promised(escalation, to=gone)


def test_a_promise_says_what_the_customer_will_get():
    with refuses("what the customer will get", "what"):
        promised(what="  ")


def test_nobody_who_has_left_owns_a_promise():
    with refuses("is not here any more", "owner"):
        promised(owner=make.member("Gone", is_active=False))


def test_a_promise_is_of_a_known_kind_and_comes_by_a_known_channel():
    escalation = make.escalation()

    with refuses("is not a kind of promise", "kind"):
        promised(escalation, kind="wish")
    with refuses("is not a channel", "channel"):
        promised(escalation, channel="pigeon")
