"""Being away while others work: whoever says so and whoever works on a case never wait for each other."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection, transaction

from amends.directory.actor import COMMAND_LINE, Role
from amends.directory.members import hold_everyone
from amends.directory.models import Absence, Member
from amends.escalations.actions import absences, notes, problems
from amends.escalations.models import Escalation
from amends.escalations.models.escalation import EPOCH
from tests import make
from tests.escalations.reading import DAY, kinds_of
from tests.racing import meanwhile

pytestmark = pytest.mark.django_db(transaction=True)
NOW = make.THURSDAY


def writes_a_note(escalation: Escalation, handler: Member) -> None:
    notes.write(escalation, text="They rang.", by=handler.as_actor(), now=NOW)


def gives_sam_a_problem(escalation: Escalation, handler: Member) -> None:
    sam = Member.objects.get(name="Sam Reyes")
    problems.name(escalation, words="Slow", owner=sam, by=handler.as_actor(), now=NOW)


@pytest.mark.parametrize("works", [writes_a_note, gives_sam_a_problem])
@pytest.mark.parametrize("what", ["plan", "change", "end"])
def test_saying_that_a_handler_is_away_waits_for_who_works_on_the_case(
    works: Callable[[Escalation, Member], None], what: str
):
    escalation, sami = make.escalation(), make.member("Sami Haddad", Role.MANAGER)
    make.member("Sam Reyes", Role.RESPONDER)
    handler = escalation.handler
    absence = make.absence(handler, sami) if what != "plan" else None

    def is_said() -> None:
        match what:
            case "plan":
                said = {"from_at": NOW, "until_at": NOW + DAY, "stand_in": sami}
                absences.plan(handler, **said, by=COMMAND_LINE, now=NOW)
            case "change":
                absences.change(absence, until_at=NOW + 2 * DAY, by=COMMAND_LINE, now=NOW)
            case "end":
                absences.end(absence, by=COMMAND_LINE, now=NOW)

    with meanwhile(is_said) as begins, transaction.atomic():
        escalation.lock()
        begins()
        works(Escalation.objects.get(pk=escalation.pk), handler)

    assert Absence.objects.filter(member=handler).exists() is (what != "end")
    assert kinds_of(escalation)[-1] in ("note.written", "problem.named")
    assert Escalation.objects.get(pk=escalation.pk).next_look_at == EPOCH


@pytest.mark.skipif(connection.vendor != "postgresql", reason="On SQLite all who write wait for each other.")
def test_while_people_are_changed_others_write_what_names_them():
    escalation = make.escalation()

    def writes() -> None:
        writes_a_note(Escalation.objects.get(pk=escalation.pk), escalation.handler)

    with meanwhile(writes) as begins, transaction.atomic():
        hold_everyone()
        assert begins(), "they wait for no one"

    assert kinds_of(escalation)[-1] == "note.written"
