"""An installation of before it was known what a meeting was, brought up to now with all that stands in it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from amends.directory.actor import CLOCK, COMMAND_LINE
from amends.escalations import invariants
from amends.escalations.actions import cause_notices, causes, updates
from amends.escalations.models import CauseNotice, Escalation, Meeting
from tests import make
from tests.escalations.meetings.planned import AT, NOW, hold, plan
from tests.escalations.reading import HOUR

pytestmark = pytest.mark.django_db(transaction=True)
BEFORE = [("escalations", "0007_meetings"), ("outbox", "0003_mail_comes_in")]


@contextmanager
def as_it_was() -> Iterator[Any]:
    """The database as `BEFORE` left it, and its models of then; afterwards all later ones run over it."""
    executor = MigrationExecutor(connection)
    executor.migrate(BEFORE)
    try:
        yield executor.loader.project_state(BEFORE).apps
    finally:
        executor = MigrationExecutor(connection)
        executor.migrate(executor.loader.graph.leaf_nodes())


def guards() -> set[str]:
    """The triggers, by which the database itself refuses what must never be."""
    names = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    if connection.vendor == "postgresql":
        names = "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"
    with connection.cursor() as cursor:
        cursor.execute(names)
        return {name for (name,) in cursor.fetchall()}


def met_twice() -> tuple[Escalation, list[Meeting]]:
    """A case with two meetings that were held."""
    case = make.escalation()
    first, second = plan(case), plan(case, starts_at=AT + HOUR)
    return case, [hold(first, now=AT + 2 * HOUR), hold(second, now=AT + 2 * HOUR)]


def told_of_a_cause() -> CauseNotice:
    """A notice that told one account, and whose readers know of it."""
    _, nadia, _ = make.chain()
    account = make.account("Alder Clinics", csm=nadia.reports.get())
    make.contact(account, "Anna Alder", email="anna@alder.example")
    cause = make.cause(now=NOW)
    causes.mark(cause, [account], how_we_know="They run 4.2", by=COMMAND_LINE, now=NOW)
    notice = make.cause_notice(cause, by=nadia, now=NOW)
    cause_notices.claim("here", now=NOW)
    while cause_notices.tell_next(notice, place="here", now=NOW):
        pass
    return CauseNotice.objects.get()


def test_what_was_said_of_meetings_merges_and_notices_is_understood_anew():
    case, (first, second) = met_twice()
    other, (third, fourth) = met_twice()
    into, last = (make.escalation(of=other.account, contact=other.contact, now=NOW) for _ in range(2))
    at = AT + 3 * HOUR
    both = updates.log(case, channel="meeting", text="We talked of both.", at=at, by=CLOCK, now=at)
    notice = told_of_a_cause()
    before = guards()

    with as_it_was() as then:
        promises, escalations = (then.get_model("escalations", name).objects for name in ("Promise", "Escalation"))
        promises.filter(meeting__in=[first.pk, second.pk]).update(kept_by=both.pk)
        for here, there in ((other, into), (into, last)):
            escalations.filter(pk=here.pk).update(
                status="withdrawn", merged_into=there.pk, closed_at=NOW, next_look_at=None
            )

    held = dict(Meeting.objects.values_list("pk", "held_update"))
    words = {each.pk: each.held_update_id for each in (third, fourth)}
    assert held == words | {first.pk: None, second.pk: None} and all(words.values())
    goes_on = Escalation.objects.filter(pk__in=[other.pk, into.pk, last.pk]).order_by("pk")
    assert list(goes_on.values_list("merged_into", flat=True)) == [last.pk, last.pk, None]
    assert list(goes_on.values_list("last_met_at", flat=True)) == [AT + HOUR, None, AT + HOUR]
    assert Escalation.objects.get(pk=case.pk).last_met_at == at
    assert CauseNotice.objects.get().announced_to == notice.announced_to > 0
    assert guards() == before
    assert not [breach for breach in invariants.breaches(at) if "has gone on in" in breach.says]
