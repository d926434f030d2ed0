"""What became of promises, by kind."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from amends.directory.actor import Role
from amends.escalations import access
from amends.escalations.models import Escalation, Promise
from amends.reports.promises import Rates, as_json, promise_rates
from tests import make

NOW = make.THURSDAY
MINUTE = dt.timedelta(minutes=1)
HOUR = 60 * MINUTE
Status = Promise.Status
pytestmark = pytest.mark.django_db


@pytest.fixture
def escalation() -> Escalation:
    """One that owes nothing yet."""
    found = make.escalation()
    found.promises.all().delete()
    return found


def add(of: Escalation, status: str = Status.KEPT, *, late: float = 0, **changes: Any) -> Promise:
    """A promise of four hours, due an hour ago, kept `late` minutes late."""
    due_at = changes.pop("due_at", NOW - HOUR)
    values: dict[str, Any] = {
        "what": "An update",
        "made_at": due_at - 4 * HOUR,
        "due_at": due_at,
        "zone": "UTC",
        "status": status,
    }
    if status != Status.OPEN:
        values["settled_at"] = due_at + late * MINUTE
    if status in (Status.KEPT, Status.KEPT_LATE):
        values["late_by"] = round(late * 10)
    if status in (Status.BROKEN, Status.RELEASED):
        values["reason"] = "It was not to be."
    return Promise.objects.create(escalation=of, **values | changes)


def rates(**period: Any) -> list[Rates]:
    return promise_rates(visible=Promise.objects.all(), now=NOW, **period)


def test_each_promise_that_was_due_is_counted_for_what_became_of_it(escalation: Escalation) -> None:
    add(escalation, late=-20)
    add(escalation)
    add(escalation, Status.KEPT_LATE, late=5)
    add(escalation, Status.KEPT_LATE, late=5.1)
    add(escalation, Status.BROKEN)
    add(escalation, Status.OPEN)

    (found,) = rates()

    assert (found.due, found.kept, found.within_five_minutes) == (6, 2, 3)
    assert (found.kept_late, found.broken, found.open_overdue, found.missed) == (2, 1, 1, 4)
    assert (found.kept_share, found.within_five_minutes_share) == (2 / 6, 3 / 6)


def test_what_was_moved_in_time_released_or_is_still_ahead_counts_in_no_rate(escalation: Escalation) -> None:
    add(escalation, Status.MOVED, late=-60)
    add(escalation, Status.RELEASED)
    add(escalation, Status.OPEN, due_at=NOW + HOUR)

    (found,) = rates()

    assert (found.due, found.moved, found.released, found.ahead) == (0, 1, 1, 1)
    assert (found.kept_share, found.within_five_minutes_share) == (None, None)


def test_a_promise_kept_before_its_time_counts_already(escalation: Escalation) -> None:
    add(escalation, due_at=NOW + HOUR, late=-90)

    (found,) = rates()

    assert (found.due, found.kept) == (1, 1)


def test_what_did_not_lie_ahead_when_it_was_promised_counts_in_no_rate(escalation: Escalation) -> None:
    add(escalation, Status.KEPT_LATE, late=3, made_at=NOW)
    add(escalation, Status.OPEN, made_at=NOW)

    (found,) = rates()

    assert (found.due, found.kept_late, found.open_overdue, found.not_ahead) == (0, 0, 0, 2)


def test_kinds_are_never_pooled(escalation: Escalation) -> None:
    add(escalation, Status.BROKEN, kind="fix_date")
    add(escalation)

    assert [(each.kind, each.title, each.due, each.kept) for each in rates()] == [
        ("next_update", "Next update", 1, 1),
        ("fix_date", "Fix date", 1, 0),
    ]


def test_a_period_is_from_its_beginning_until_before_its_end(escalation: Escalation) -> None:
    for hours in (1, 2, 3):
        add(escalation, due_at=NOW - hours * HOUR)

    (found,) = rates(since=NOW - 3 * HOUR, until=NOW - HOUR)

    assert found.due == 2


def test_it_counts_only_what_the_reader_may_see(escalation: Escalation) -> None:
    add(escalation)
    sales = make.member("Ines Rocha", Role.SALES)
    hers = make.escalation(of=make.account(csm=make.chain()[0]))
    make.seat(hers.account, sales)
    add(hers, kind="deliverable")

    visible = access.promises_visible_to(sales.as_actor())

    assert [(each.kind, each.due) for each in promise_rates(visible=visible, now=NOW) if each.due] == [
        ("deliverable", 1)
    ]


def test_without_promises_there_are_no_rates() -> None:
    assert rates() == []


def test_machines_get_the_same_figures(escalation: Escalation) -> None:
    add(escalation)
    add(escalation, Status.KEPT_LATE, late=4)

    assert as_json(rates()) == [
        {
            "kind": "next_update",
            "due": 2,
            "kept": 1,
            "within_five_minutes": 2,
            "kept_late": 1,
            "broken": 0,
            "open_overdue": 0,
            "moved": 0,
            "released": 0,
            "ahead": 0,
            "not_ahead": 0,
            "missed": 1,
            "kept_share": 0.5,
            "within_five_minutes_share": 1.0,
        }
    ]


def test_it_is_one_query_however_many_promises_there_are(
    escalation: Escalation, django_assert_num_queries: Callable[..., Any]
) -> None:
    for _ in range(30):
        add(escalation)

    with django_assert_num_queries(1):
        rates()
