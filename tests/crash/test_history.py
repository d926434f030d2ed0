"""`amends import history` is killed while it writes, and run again: everything is there in the end, and once."""

import json
from collections import Counter
from pathlib import Path

import pytest
from django.db.models import Count

from amends.escalations import invariants
from amends.escalations.models import Escalation, Event, EventWords, Note, Problem, Promise, Update
from tests import make
from tests.crash.processes import Machine
from tests.mailbox import until
from tests.world import World

pytestmark = [pytest.mark.crash, pytest.mark.django_db(transaction=True)]
MANY = 1_200
EACH = {Update: 1, Promise: 1, Problem: 1, Note: 1}
# Brought in, named, solved, told, promised, kept, noted, resolved and reopened, resolved at last, closed
EVENTS_OF_EACH = 11


def past(number: int) -> str:
    """One that was promised something, came back and was closed."""
    first, last = "2024-03-04T10:00:00Z", "2024-03-06T10:00:00Z"
    return json.dumps(
        {
            "key": f"old-{number}",
            "account": f"Account {number % 50}",
            "reason": "Orders arrived twice",
            "opened_at": first,
            "resolved_at": last,
            "closed_at": last,
            "updates": [{"at": first, "text": "We are on it."}],
            "promises": [{"what": "News", "made_at": first, "due_at": last, "kept_at": last}],
            "changes": [{"at": first, "kind": "resolved"}, {"at": last, "kind": "reopened"}],
            "problems": [{"words": "Doubled", "changes": [{"at": last, "status": "solved"}]}],
            "notes": [{"at": last, "text": "They rang."}],
        }
    )


def test_killed_in_the_middle_and_run_again_nothing_is_missing_and_nothing_there_twice(
    real: World, host: Machine, tmp_path: Path
) -> None:
    make.playbook(now=real.now)
    file = tmp_path / "past.jsonl"
    file.write_text("\n".join(past(number) for number in range(MANY)))

    kills: list[int] = []
    for _ in range(2):
        before = Escalation.objects.count()
        running = host.starts("import", "history", str(file))
        until(lambda before=before: Escalation.objects.count() > before, "nothing was written", within=60)
        running.kill()
        kills.append(Escalation.objects.count())
        assert Event.objects.count() == kills[-1] * EVENTS_OF_EACH
    last = host.starts("import", "history", str(file))
    until(lambda: not last.is_alive, "it was never finished", within=60)

    assert 0 < kills[0] < kills[1] < MANY
    assert f"Brought in {MANY - kills[1]:,} of {MANY:,} escalations; {kills[1]:,} were here already." in last.said()
    assert sorted(Escalation.objects.values_list("imported_key", flat=True)) == sorted(
        f"old-{number}" for number in range(MANY)
    )
    assert {model: model.objects.count() for model in EACH} == {model: MANY * each for model, each in EACH.items()}
    events = (
        Event.objects.order_by().values_list("escalation").annotate(Count("pk")).values_list("pk__count", flat=True)
    )
    assert Counter(events) == {EVENTS_OF_EACH: MANY}
    assert not EventWords.objects.exclude(event__escalation__imported_key__startswith="old-").exists()
    assert not invariants.breaches(real.now)
