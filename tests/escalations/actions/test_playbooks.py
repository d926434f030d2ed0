"""An escalation under way moves to the playbook in force: an act, with its reason."""

import pytest

from amends.directory.actor import COMMAND_LINE, Role
from amends.escalations.actions import playbooks
from amends.escalations.models import Promise
from amends.playbook import versions
from tests import make
from tests.escalations.reading import DAY, HOUR, forbids, kinds_of, refuses
from tests.world import told

pytestmark = pytest.mark.django_db
NOW = make.THURSDAY


def newer(*changes: tuple[str, str]) -> None:
    """Another version in force: the shipped one with some of its words replaced."""
    text = versions.current().text
    for old, new in changes or (("within: 30 days", "within: 20 days"),):
        assert old in text
        text = text.replace(old, new)
    versions.adopt(text, by=COMMAND_LINE, now=NOW)


def adopt(escalation, **changes):
    playbooks.adopt(escalation, **{"reason": "Agreed with them", "by": COMMAND_LINE, "now": NOW} | changes)


def test_its_terms_follow_the_newer_version_and_what_is_due_stays_due():
    escalation = make.escalation(severity="high")
    due = list(Promise.objects.values_list("pk", "due_at"))
    target_at = escalation.target_at
    newer(("within: 30 days", "within: 20 days"), ("every working day at 16:00\n", "every 2 hours\n"))

    adopt(escalation)

    escalation.refresh_from_db()
    assert escalation.playbook == versions.current()
    assert escalation.target_at == target_at
    assert list(Promise.objects.values_list("pk", "due_at")) == due
    event = escalation.events.get(kind="playbook.changed")
    assert (event.words["old"], event.words["new"]) == (1, 2)


def test_the_clock_rings_by_the_new_ladder_from_then_on_and_nothing_twice(world):
    escalation = make.escalation(severity="critical", channel="mail")
    world.passes(minutes=31)
    before = told(escalation)
    newer(("{when: 15 minutes after,", "{when: 20 minutes after,"))

    adopt(escalation, now=world.now)
    world.works()
    again = told(escalation)
    world.passes(minutes=15)

    assert again == before == ["promise.reminded", "promise.overdue"]
    assert told(escalation) == ["promise.reminded", "promise.overdue"]
    world.passes(minutes=5)
    assert told(escalation)[2:] == ["promise.overdue"]


def test_it_needs_a_newer_version_and_a_reason():
    escalation = make.escalation()
    with refuses("by version 1 already"):
        adopt(escalation)

    newer()

    with refuses("Say why", "reason"):
        adopt(escalation, reason=" ")


def test_a_version_that_does_not_know_its_severity_is_refused_with_those_that_it_has():
    escalation = make.escalation(severity="low")
    newer(
        ("key: low", "key: minor"),
        ("name: Low", "name: Minor"),
        ("middle: low", "middle: minor"),
        ("small: low", "small: minor"),
    )

    with refuses("has no severity Low; it has Critical, High, Medium and Minor. Change the severity"):
        adopt(escalation)

    escalation.refresh_from_db()
    assert escalation.playbook.number == 1


def test_a_version_without_its_level_is_refused():
    escalation = make.escalation()
    escalation.level = 4
    escalation.save()
    newer()

    with refuses("has no level 4; it has 1 (Manager), 2 (Director) and 3 (Executive)"):
        adopt(escalation)


def test_what_was_looked_at_must_still_be_in_force():
    escalation = make.escalation()
    newer()
    newer(("within: 20 days", "within: 10 days"))

    with refuses("Version 3 of the playbook is in force by now"):
        adopt(escalation, number=2)


def test_what_is_over_keeps_its_version():
    escalation = make.escalation()
    escalation.status, escalation.closed_at, escalation.next_look_at = "withdrawn", NOW + HOUR, None
    escalation.save()
    newer()

    with refuses("is over"):
        adopt(escalation, now=NOW + DAY)
    assert "playbook.changed" not in kinds_of(escalation)


def test_only_who_steers_it_may():
    escalation = make.escalation()
    newer()

    with forbids():
        adopt(escalation, by=make.member("Sal", Role.SALES).as_actor())
