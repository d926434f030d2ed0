"""How escalations end, how long it took, and what came back."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from amends.directory.actor import Role
from amends.escalations import access
from amends.escalations.actions import endings as ends
from amends.escalations.models import Escalation, Event
from amends.reports.endings import Endings, as_json, endings, in_order, whole
from tests import make

NOW = make.THURSDAY
DAY = dt.timedelta(days=1)
HOUR = dt.timedelta(hours=1)
pytestmark = pytest.mark.django_db


def ended(*, days: float, status: str = "closed", severity: str = "high", of: Escalation | None = None) -> Escalation:
    """One that was opened 100 days ago and resolved so many days after that; closed a day later, if it is."""
    found = of or make.escalation(now=NOW - 100 * DAY)
    opened_at = NOW - 100 * DAY
    resolved_at = opened_at + days * DAY
    Escalation.objects.filter(pk=found.pk).update(
        status=status,
        severity=severity,
        opened_at=opened_at,
        resolved_at=None if status == "withdrawn" else resolved_at,
        closed_at=None if status == "resolved" else resolved_at + (status == "closed") * DAY,
    )
    return found


def turned(escalation: Escalation, kind: str, *, day: int) -> None:
    Event.objects.create(
        escalation=escalation, kind=f"escalation.{kind}", at=NOW - 100 * DAY + day * DAY, by_name="Dana", words={}
    )


def counted(**period: Any) -> Endings:
    return whole(endings(visible=Escalation.objects.all(), now=NOW, **period))


def test_long_is_more_than_thirty_times_24_hours_until_it_was_resolved() -> None:
    ended(days=30)
    ended(days=30 + 1 / 86_400)
    ended(days=29.5)
    ended(days=40, status="resolved")
    ended(days=40, status="withdrawn")

    assert counted() == Endings("", opened=5, under_way=1, closed=3, withdrawn=1, long=3, reopened=0)


def test_what_is_open_takes_until_now_and_what_was_never_resolved_until_it_was_closed() -> None:
    ancient, recent = make.escalation(now=NOW - 31 * DAY), make.escalation(now=NOW - 29 * DAY)
    unresolved = ended(days=29.5)
    Escalation.objects.filter(pk=unresolved.pk).update(resolved_at=None)

    found = counted()

    assert ancient.is_under_way and recent.is_under_way
    assert (found.under_way, found.long) == (2, 2)


def test_what_came_back_was_not_resolved_until_the_last_time() -> None:
    twice, closed_only = ended(days=5), ended(days=5)
    for escalation in (twice, closed_only):
        turned(escalation, "resolved", day=5)
        turned(escalation, "reopened", day=20)
    turned(twice, "resolved", day=40)
    Escalation.objects.filter(pk=twice.pk).update(closed_at=NOW)
    Escalation.objects.filter(pk=closed_only.pk).update(closed_at=NOW - 100 * DAY + 29 * DAY)

    found = counted()

    assert (found.opened, found.reopened, found.long) == (2, 2, 1)


def test_an_escalation_that_people_reopened_is_counted_once_however_often() -> None:
    escalation = make.escalation()
    assert escalation.handler is not None
    by = escalation.handler.as_actor()
    for hour in (1, 3):
        ends.resolve(escalation, by=by, now=NOW + hour * HOUR)
        ends.reopen(escalation, reason="Again.", by=by, now=NOW + (hour + 1) * HOUR)

    assert counted().reopened == 1


def test_what_nobody_accepted_is_left_out_and_the_opening_chooses() -> None:
    ended(days=5)
    Escalation.objects.filter(pk=make.escalation().pk).update(status="declined")

    assert counted().opened == 1
    assert counted(since=NOW - 99 * DAY).opened == 0
    assert counted(until=NOW - 100 * DAY).opened == 0
    assert counted(since=NOW - 100 * DAY).opened == 1


def test_the_gravest_stand_first_and_what_the_playbook_does_not_know_last() -> None:
    playbook = make.playbook()
    found = [Endings(key, 1, 0, 1, 0, 0, 0) for key in ("low", "ancient", "critical")]

    assert [title for title, _ in in_order(found, playbook)] == ["Critical", "Low", "ancient"]
    assert as_json(found)["whole"]["opened"] == 3
    assert as_json([])["whole"]["long_share"] is None


def test_one_sees_the_endings_of_what_one_may_see() -> None:
    ended(days=5)
    engineer = make.member(role=Role.RESPONDER)

    assert endings(visible=access.visible_to(engineer.as_actor()), now=NOW) == []


def test_the_number_of_queries_does_not_grow(django_assert_num_queries: Callable[..., Any]) -> None:
    for days in (5, 50):
        ended(days=days)

    with django_assert_num_queries(1):
        counted()
