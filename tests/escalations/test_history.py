"""Past escalations: read, brought in, taken over."""

import datetime as dt
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from amends.directory.actor import COMMAND_LINE, IMPORTER, Role
from amends.directory.models import Account, Trace
from amends.escalations import boards, history_format, invariants
from amends.escalations.actions import endings, history, looks
from amends.escalations.errors import Forbidden, Refused
from amends.escalations.history_format import BadHistory
from amends.escalations.models import Closure, Escalation, Event, EventWords, Promise, Update
from amends.outbox.models import Delivery
from tests import make

NOW = make.THURSDAY
HOUR = dt.timedelta(hours=1)
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _a_playbook_in_force() -> None:
    make.organisation()
    make.playbook()


def past(**changes: Any) -> dict[str, Any]:
    """One line: opened, told twice, one promise kept late, closed."""
    values = {
        "key": "old-1",
        "account": "Brightwater Foods",
        "reason": "Orders arrived twice",
        "severity": "high",
        "reported_at": "2024-03-04T08:30:00Z",
        "opened_at": "2024-03-04T10:00:00+01:00",
        "resolved_at": "2024-03-05T15:00:00Z",
        "closed_at": "2024-03-06T09:00:00Z",
        "outcome": "recovered",
        "updates": [
            {"at": "2024-03-04T10:00:00Z", "direction": "out", "channel": "call", "text": "We are on it."},
            {"at": "2024-03-04T10:30:00Z", "direction": "in", "channel": "mail", "text": "Hurry."},
            {"at": "2024-03-04T16:20:00Z", "direction": "out", "channel": "mail", "text": "Found it."},
        ],
        "promises": [promise()],
    }
    return values | changes


def promise(**changes: Any) -> dict[str, Any]:
    values = {
        "kind": "next_update",
        "what": "What we found",
        "made_at": "2024-03-04T10:00:00Z",
        "due_at": "2024-03-04T16:00:00Z",
        "zone": "Europe/Lisbon",
        "kept_at": "2024-03-04T16:20:00Z",
    }
    return values | changes


def unfinished(**changes: Any) -> dict[str, Any]:
    return past(resolved_at=None, closed_at=None, outcome=None, **changes)


def bring_in(*lines: dict[str, Any]) -> history.Result:
    return history.bring_in([json.dumps(line) for line in lines], by=IMPORTER, now=NOW)


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text)


def rows() -> tuple[int, ...]:
    return tuple(model.objects.count() for model in (Escalation, Update, Promise, Closure, Event, EventWords))


def test_a_past_escalation_keeps_its_own_times() -> None:
    result = bring_in(past())

    found = Escalation.objects.get()
    assert (result.new, result.already_there) == (1, 0)
    assert (found.account.name, found.account.zone) == ("Brightwater Foods", "Europe/Berlin")
    assert (found.status, found.severity, found.imported_key) == ("closed", "high", "old-1")
    assert found.reported_at == at("2024-03-04T08:30:00Z")
    assert found.opened_at == at("2024-03-04T09:00:00Z")
    assert found.acknowledged_at == found.first_contact_at == at("2024-03-04T10:00:00Z")
    assert found.last_heard_at == at("2024-03-04T10:30:00Z")
    assert found.last_said_at == at("2024-03-04T16:20:00Z")
    assert found.resolved_at == at("2024-03-05T15:00:00Z")
    assert found.closed_at == at("2024-03-06T09:00:00Z")
    assert found.target_at == at("2024-04-03T09:00:00Z")
    assert (found.handler, found.next_look_at, found.is_history) == (None, None, True)
    assert found.closures.get().outcome == "recovered"
    assert [update.text for update in found.updates.all()] == ["We are on it.", "Hurry.", "Found it."]
    assert not invariants.breaches(NOW)


def test_the_timeline_tells_it_at_its_own_moments() -> None:
    bring_in(past())

    lines, _ = boards.timeline(Escalation.objects.get(), zone="UTC", now=NOW)

    assert [(f"{line.entry.at:%d %H:%M}", line.entry.by, line.entry.sentence) for line in reversed(lines)] == [
        ("04 09:00", "Import", "brought this in from history."),
        ("04 10:00", "Import", "told Brightwater Foods by call."),
        (
            "04 10:00",
            "Import",
            "promised Brightwater Foods “What we found” by Mon 4 Mar 2024, 16:00.",
        ),
        ("04 10:30", "Import", "heard from Brightwater Foods by mail."),
        ("04 16:20", "Import", "told Brightwater Foods by mail."),
        ("04 16:20", "Import", "kept “What we found” 20 min late; it was due Mon 4 Mar 2024, 16:00."),
        ("05 15:00", "Import", "marked every problem as solved or declined."),
        (
            "06 09:00",
            "Import",
            "closed this as recovered. The history does not say whether the customer confirmed it.",
        ),
    ]
    assert [line.update.text for line in lines if line.update] == ["Found it.", "Hurry.", "We are on it."]


def test_personal_words_stand_apart_as_their_kinds_say() -> None:
    bring_in(past())

    event = Event.objects.get(kind="promise.kept_late")
    assert event.words.keys() == {"promise", "due_at", "late"}
    assert event.personal.words == {"what": "What we found"}
    assert Event.objects.get(kind="promise.made").personal.words.keys() == {"what", "contact"}
    assert not EventWords.objects.filter(event__kind="escalation.imported").exists()


def test_the_import_stands_on_the_timeline_with_the_file_and_who_ran_it(tmp_path: Path) -> None:
    ada = make.member("Ada Lund", Role.ADMINISTRATOR)
    file = tmp_path / "desk.jsonl"
    file.write_text(json.dumps(past()))

    history.bring_in(file, by=ada.as_actor(), now=NOW)

    event = Event.objects.get(kind="escalation.imported")
    assert (event.by, event.by_name, event.words) == (ada, "Ada Lund", {"source": "desk.jsonl"})
    assert not Event.objects.exclude(pk=event.pk).filter(by=ada).exists()


def test_what_was_said_at_that_moment_made_and_kept_the_promise() -> None:
    bring_in(past())

    kept = Promise.objects.get()
    assert (kept.status, kept.late_by, kept.settled_at) == ("kept late", 200, at("2024-03-04T16:20:00Z"))
    assert (kept.channel, kept.zone) == ("call", "Europe/Lisbon")
    assert kept.kept_by is not None
    assert kept.kept_by.text == "Found it."


@pytest.mark.parametrize(
    ("kept_at", "status"),
    [
        ("2024-03-04T15:00:00Z", "kept"),
        ("2024-03-04T16:00:03Z", "kept"),
        ("2024-03-04T16:00:04Z", "kept late"),
    ],
)
def test_a_promise_is_kept_or_kept_late_to_a_tenth_of_a_minute(kept_at: str, status: str) -> None:
    bring_in(past(promises=[promise(kept_at=kept_at)]))

    assert Promise.objects.get().status == status


def test_what_was_never_kept_is_broken_once_it_is_over_and_open_until_then() -> None:
    bring_in(past(promises=[promise(kept_at=None)]), unfinished(key="old-2", promises=[promise(kept_at=None)]))

    broken, still_open = Promise.objects.order_by("id")
    assert (broken.status, broken.reason) == ("broken", "Not kept, says the history.")
    assert broken.settled_at == at("2024-03-06T09:00:00Z")
    assert Event.objects.get(kind="promise.broken").at == broken.settled_at
    assert (still_open.status, still_open.settled_at, still_open.owner) == ("open", None, None)


@pytest.mark.parametrize(
    ("resolved_at", "closed_at", "status"),
    [
        (None, None, "open"),
        ("2024-03-05T15:00:00Z", None, "resolved"),
        (None, "2024-03-06T09:00:00Z", "closed"),
    ],
)
def test_the_status_follows_from_how_far_it_came(resolved_at: str | None, closed_at: str | None, status: str) -> None:
    bring_in(past(resolved_at=resolved_at, closed_at=closed_at, outcome=None))

    found = Escalation.objects.get()
    assert (found.status, found.next_look_at) == (status, None)
    assert not found.closures.exists()


def test_only_four_things_need_be_known() -> None:
    bring_in({"key": "k", "account": "A", "reason": "Something was wrong", "opened_at": "2024-03-04T09:00:00Z"})

    found = Escalation.objects.get()
    assert (found.severity, found.reported_at) == ("low", found.opened_at)
    assert (found.acknowledged_at, found.last_said_at) == (None, None)


def test_promises_late_before_they_were_made_and_words_after_the_end_are_history_too() -> None:
    bring_in(
        past(
            updates=[{"at": "2024-03-09T10:00:00Z", "text": "One more thing."}],
            promises=[
                promise(due_at="2024-03-04T09:59:00Z"),
                promise(kept_at="2024-03-04T09:00:00Z"),
            ],
        )
    )

    assert sorted(Promise.objects.values_list("status", flat=True)) == ["kept", "kept late"]
    assert Escalation.objects.get().last_said_at == at("2024-03-09T10:00:00Z")


def test_nothing_is_posted_and_nothing_ever_looked_at() -> None:
    bring_in(unfinished(promises=[promise(kept_at=None)]))

    looked_at = [looks.look_at_due(NOW + day * 24 * HOUR) for day in range(60)]

    assert sum(looked_at) == 0
    assert not Delivery.objects.exists()


def test_an_account_is_found_by_its_name_or_made_once() -> None:
    known = make.account("Brightwater Foods")

    bring_in(past(), past(key="old-2"), past(key="old-3", account="Fjordline"), past(key="4", account="Fjordline"))

    assert known.escalations.count() == 2
    assert Account.objects.filter(name="Fjordline").count() == 1


def test_accounts_that_are_made_are_made_by_an_act_that_leaves_a_trace() -> None:
    make.account("Brightwater Foods")

    for _ in range(2):
        bring_in(past(), past(key="old-2", account="Tern Rail"), past(key="old-3", account="Fjordline"))

    trace = Trace.objects.get()
    assert (trace.act, trace.at, trace.by_name) == ("account.several_added", NOW, IMPORTER.name)
    assert trace.after == {"accounts": ["Fjordline", "Tern Rail"]}


def test_the_same_history_twice_changes_nothing() -> None:
    bring_in(past(), past(key="old-2"))
    before = rows()

    result = bring_in(past(), past(key="old-2"))

    assert (result.new, result.already_there) == (0, 2)
    assert rows() == before


def test_an_import_that_stopped_half_way_is_simply_run_again() -> None:
    lines = [json.dumps(past(key=f"old-{number}")) for number in range(450)]

    def stop(done: int, of: int) -> None:
        if done:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        history.bring_in(lines, by=IMPORTER, now=NOW, progress=stop)
    half_way = Escalation.objects.count()
    done: list[tuple[int, int]] = []
    result = history.bring_in(lines, by=IMPORTER, now=NOW, progress=lambda *each: done.append(each))

    assert 0 < half_way <= history.AT_ONCE
    assert (result.new, result.already_there) == (450 - half_way, half_way)
    assert Escalation.objects.count() == Promise.objects.count() == 450
    assert done == sorted(done)
    # Once it is checked, and after each portion
    assert (done[0], done[-1]) == ((0, 450), (450, 450))


def test_the_number_of_statements_does_not_grow_with_the_lines(
    django_assert_max_num_queries: Callable[..., Any],
) -> None:
    lines = [json.dumps(past(key=f"old-{number}", updates=[], promises=[])) for number in range(200)]

    with django_assert_max_num_queries(32):
        history.bring_in(lines, by=IMPORTER, now=NOW)


def test_one_bad_line_and_nothing_is_brought_in() -> None:
    lines = [json.dumps(past(key=f"old-{number}")) for number in range(300)]

    with pytest.raises(BadHistory) as refused:
        history.bring_in([*lines, '{"key": '], by=IMPORTER, now=NOW)

    assert refused.value.sentence.startswith("One line of the history cannot come in, so nothing was brought in.")
    assert rows() == (0,) * 6
    assert not Account.objects.exists()


def test_a_file_that_changed_meanwhile_is_not_said_to_have_left_nothing(tmp_path: Path) -> None:
    file = tmp_path / "past.jsonl"
    file.write_text("\n".join(json.dumps(past(key=f"old-{number}")) for number in range(450)))

    def overwrite(done: int, of: int) -> None:
        if done:
            file.write_text("no\n" * 50_000)

    with pytest.raises(history_format.ChangedMeanwhile) as refused:
        history.bring_in(file, by=IMPORTER, now=NOW, progress=overwrite)

    count = Escalation.objects.count()
    assert count > 0
    assert refused.value.sentence == (
        f"The file changed while it was read, with {count} of its escalations brought in. Run it again."
    )


def test_only_an_administrator_brings_history_in() -> None:
    manager = make.member("Nadia Brandt", Role.MANAGER)

    with pytest.raises(Forbidden, match="You may not bring in history"):
        history.bring_in([json.dumps(past())], by=manager.as_actor(), now=NOW)


def test_adopted_history_has_a_handler_a_target_and_the_clock() -> None:
    _, nadia, _ = make.chain()
    bring_in(unfinished(promises=[]))
    found = Escalation.objects.get()

    history.adopt(found, handler=nadia, by=nadia.as_actor(), now=NOW)

    found.refresh_from_db()
    assert (found.handler, found.adopted_at, found.is_history) == (nadia, NOW, False)
    assert found.target_at == NOW + 30 * 24 * HOUR
    assert found.promises.get().due_at > NOW
    assert found.promises.get().owner == nadia
    assert found.events.get(kind="escalation.adopted").by == nadia
    assert looks.due(NOW)
    assert looks.look_at_due(NOW) == 1
    assert not invariants.breaches(NOW)


def test_a_promise_long_overdue_rings_once_when_it_is_adopted_and_no_storm() -> None:
    _, nadia, _ = make.chain()
    late = [promise(kept_at=None), promise(kept_at=None, what="The cause", kind="deliverable")]
    bring_in(unfinished(promises=late))
    found = Escalation.objects.get()

    history.adopt(found, handler=nadia, by=COMMAND_LINE, now=NOW)
    looks.look_at_due(NOW)

    rung = found.events.filter(kind="promise.overdue")
    assert sorted(event.words["promise"] for event in rung) == sorted(found.promises.values_list("pk", flat=True))
    assert set(found.promises.values_list("owner", flat=True)) == {nadia.pk}
    assert not looks.due(NOW)


def test_closed_history_can_be_adopted_so_that_it_can_be_reopened() -> None:
    _, nadia, _ = make.chain()
    bring_in(past())
    found = Escalation.objects.get()

    history.adopt(found, handler=nadia, by=nadia.as_actor(), now=NOW)
    slept = not looks.due(NOW)
    endings.reopen(found, reason="It came back.", by=nadia.as_actor(), now=NOW + HOUR)

    assert slept
    assert looks.due(NOW + HOUR)
    assert not invariants.breaches(NOW + HOUR)


def test_only_history_that_nobody_has_is_adopted_and_by_somebody_who_is_here() -> None:
    tom, nadia, _ = make.chain()
    gone = make.member("Gus Hale", Role.MANAGER, is_active=False)
    bring_in(unfinished())
    found = Escalation.objects.get()

    with pytest.raises(Refused, match="is not here any more"):
        history.adopt(found, handler=gone, by=nadia.as_actor(), now=NOW)
    history.adopt(found, handler=nadia, by=nadia.as_actor(), now=NOW)
    with pytest.raises(Refused, match="Only imported history"):
        history.adopt(found, handler=tom, by=nadia.as_actor(), now=NOW)
