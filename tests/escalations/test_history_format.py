"""The lines of a history, and what is said of those that cannot be read. No database."""

import datetime as dt
import json
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

import pytest

from amends.escalations import history_format, history_parts
from amends.escalations.history_format import Checked
from amends.escalations.models import Escalation, Problem, Promise, Update
from amends.lib.errors import Refused

NOW = dt.datetime(2026, 11, 19, 9, 0, tzinfo=dt.UTC)


def past(**changes: Any) -> dict[str, Any]:
    """One line: opened and closed, one update, one promise."""
    values = {
        "key": "old-1",
        "account": "Brightwater Foods",
        "reason": "Orders arrived twice",
        "severity": "high",
        "opened_at": "2024-03-04T10:00:00+01:00",
        "closed_at": "2024-03-06T09:00:00Z",
        "outcome": "recovered",
        "updates": [{"at": "2024-03-04T16:20:00Z", "text": "Found it."}],
        "promises": [promise()],
    }
    return values | changes


def promise(**changes: Any) -> dict[str, Any]:
    values = {
        "what": "What we found",
        "made_at": "2024-03-04T10:00:00Z",
        "due_at": "2024-03-04T16:00:00Z",
        "kept_at": "2024-03-04T16:20:00Z",
    }
    return values | changes


def check(source: history_format.Source) -> Checked:
    with history_format.opened(source) as file:
        return history_format.check(file, severities=["critical", "high", "medium", "low"], now=NOW)


def mistakes(*lines: str) -> list[str]:
    return [str(mistake) for mistake in check(lines).mistakes]


def test_every_mistake_of_every_line_is_told_with_its_place() -> None:
    bad = past(
        key="old-2",
        severity="urgent",
        closedat=None,
        updates=[{"at": "2024-03-04 10:00", "channel": "fax", "text": " "}],
        promises=[promise(zone="Mars"), promise(due_at=None, made_at="2027-01-01T00:00:00Z")],
    )
    moment = "Write a moment with its offset from UTC, such as “2026-11-19T16:00:00+01:00” or “2026-11-19T15:00:00Z”."

    assert mistakes(json.dumps(past()), "", json.dumps(bad), "not JSON", "[]", "{}") == [
        "line 3, severity: The playbook in force has no severity “urgent”. "
        "Choose one of critical, high, medium, low; or null, which becomes low.",
        f"line 3, updates[0].at: {moment}",
        "line 3, updates[0].channel: Choose one of mail, call, meeting or page.",
        "line 3, updates[0].text: This may not be empty.",
        "line 3, promises[0].zone: “Mars” is no time zone. Write a name such as “Europe/Berlin” or “UTC”.",
        "line 3, promises[1].made_at: This lies in the future, and history does not.",
        f"line 3, promises[1].due_at: {moment}",
        "line 3, closedat: There is no such field. Did you mean closed_at?",
        "line 4: This is not JSON: expected ident at column 2.",
        "line 5: Write a JSON object here, in braces.",
        "line 6, key: This is missing.",
        "line 6, account: This is missing.",
        "line 6, reason: This is missing.",
        "line 6, opened_at: This is missing.",
    ]


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"closed_at": "2024-03-01T00:00:00Z"}, "line 1, closed_at: This lies before opened_at."),
        ({"resolved_at": "2024-03-01T00:00:00Z"}, "line 1, resolved_at: This lies before opened_at."),
        (
            {"reported_at": "2024-03-05T00:00:00Z"},
            "line 1, reported_at: It was reported after it was opened. Without a report, leave this out.",
        ),
        (
            {"closed_at": None},
            "line 1, outcome: How it ended is said, but not when. Add closed_at, or make this null.",
        ),
        ({"opened_at": "0001-01-01T00:00:00+23:00"}, "line 1, opened_at: The year 1 cannot be meant."),
        ({"reason": "x" * 201}, "line 1, reason: Keep this to 200 characters."),
        ({"account": "a\0b"}, "line 1, account: This holds a NUL character (\\u0000), which no text has."),
        ({"outcome": "won"}, "line 1, outcome: Choose one of recovered or lost."),
        ({"key": 7}, "line 1, key: Write text here, in quotes."),
        ({"promises": {}}, "line 1, promises: Write a list here, in square brackets."),
    ],
)
def test_what_a_line_cannot_say_is_told_in_one_sentence(changes: dict[str, Any], says: str) -> None:
    assert mistakes(json.dumps(past(**changes))) == [says]


def test_a_key_stands_in_a_history_once() -> None:
    line = json.dumps(past())

    assert mistakes(line, line) == ["line 2, key: Line 1 has this key already."]


def test_a_key_that_repeats_one_of_a_bad_line_is_told_of_at_once() -> None:
    bad = json.dumps(past(severity="urgent"))

    assert [says.partition(":")[0] for says in mistakes(bad, json.dumps(past()), bad)] == [
        "line 1, severity",
        "line 2, key",
        "line 3, severity",
        "line 3, key",
    ]


def test_a_file_from_another_system_may_begin_with_a_mark_and_end_lines_its_own_way(tmp_path: Path) -> None:
    file = tmp_path / "history.jsonl"
    file.write_bytes(b"\xef\xbb\xbf" + json.dumps(past()).encode() + b"\r\n" + json.dumps(past(key="2")).encode())

    assert check(file) == Checked(2, 2, 2, ())


def test_what_is_not_utf_8_or_too_long_is_told_by_its_line() -> None:
    long = b'"' + b"x" * history_format.LONGEST_LINE + b'"'

    found = check([b'{"key": "\xe9"}', long, json.dumps(past()).encode()])

    assert [mistake.line for mistake in found.mistakes] == [1, 2]
    assert found.mistakes[0].says == "Byte 10 of this line (0xE9) is not UTF-8. Save the file as UTF-8, and try again."
    assert found.mistakes[1].says == "This line is longer than 16 MB."
    assert found.escalations == 1


def test_a_path_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(Refused, match=r"nowhere\.jsonl” cannot be read: No such file or directory"):
        check(tmp_path / "nowhere.jsonl")


def test_the_example_of_the_guide_is_a_good_line() -> None:
    guide = Path(__file__).parents[2] / "docs" / "guide" / "history.md"
    example = guide.read_text(encoding="utf-8").split("```json\n")[1].split("```")[0]

    assert check([json.dumps(json.loads(example))]) == Checked(1, 2, 1, ())


def test_the_words_of_the_format_are_those_of_the_domain() -> None:
    def words(part: Any, field: str) -> list[str]:
        annotation = part.model_fields[field].annotation
        literal = next(each for each in (annotation, *get_args(annotation)) if get_origin(each) is Literal)
        return sorted(get_args(literal))

    assert words(history_parts.Said, "direction") == sorted(Update.Direction.values)
    assert words(history_parts.Said, "channel") == sorted(Update.Channel.values)
    # What one promised oneself to look at is of no interest once it is over.
    assert words(history_parts.Promised, "kind") == sorted(set(Promise.Kind.values) - {"look"})
    assert words(history_parts.Past, "outcome") == sorted(Escalation.Outcome.values)
    # A problem is named to begin with.
    assert words(history_parts.Step, "status") == sorted(set(Problem.Status.values) - {"named"})
    assert words(history_parts.Step, "waits_on") == sorted(Problem.WaitsOn.values)
    assert set(history_parts.SETTLED) == set(Problem.SETTLED)


def step(**says: Any) -> dict[str, Any]:
    return {"at": "2024-03-05T10:00:00Z"} | says


def turn(kind: str, day: int, **says: Any) -> dict[str, Any]:
    return {"at": f"2024-03-0{day}T10:00:00Z", "kind": kind} | says


def lacked(*changes: dict[str, Any]) -> dict[str, Any]:
    return {"words": "Every order comes twice", "changes": changes}


SOLVED = step(at="2024-03-05T09:00:00Z", status="solved")


def test_what_came_back_what_was_wrong_and_what_was_noted_are_counted() -> None:
    came_back = [turn("resolved", 4), turn("closed", 4), turn("reopened", 5, reason="Again.")]
    regraded = [turn("severity", 5, to="low"), turn("handler", 5, to="Dana")]
    steps = [
        step(status="waiting", waits_on="vendor", waiting_for="Nordic Freight", team="Desk 4", owner="Dana"),
        step(status="declined", reason="It is meant so."),
        step(status="in work", reason="It is not."),
        step(status="solved"),
    ]

    found = check(
        [
            json.dumps(
                past(
                    changes=came_back + regraded,
                    problems=[lacked(*steps), lacked(SOLVED)],
                    notes=[{"at": "2024-03-05T10:00:00Z", "text": "They rang twice."}],
                )
            )
        ]
    )

    assert found == Checked(1, 1, 1, (), problems=2, notes=1)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        (
            [turn("reopened", 5)],
            "changes[0]: It was open at that time: say before when it had been resolved or closed.",
        ),
        (
            [turn("resolved", 4), turn("resolved", 5), turn("reopened", 5)],
            "changes[1]: It was resolved already at that time: say before when it was reopened.",
        ),
        (
            [turn("closed", 4), turn("resolved", 5), turn("reopened", 5)],
            "changes[1]: It was closed already at that time: say before when it was reopened.",
        ),
        (
            [turn("closed", 5)],
            "changes: It was closed at last: write that as closed_at, and here only what did not last.",
        ),
        (
            [turn("reopened", 7), turn("resolved", 5)],
            "closed_at: It was reopened after that: write here when it ended at last.",
        ),
        ([turn("severity", 3, to="low")], "changes[0].at: This lies before opened_at."),
        ([turn("severity", 5)], "changes[0].to: Say to which severity."),
        (
            [turn("severity", 5, to="urgent")],
            "changes[0].to: The playbook in force has no severity “urgent”. Choose one of critical, high, medium, low.",
        ),
        (
            [turn("resolved", 4, to="low"), turn("reopened", 5)],
            "changes[0].to: This stands with a severity or a handler only.",
        ),
        (
            [turn("resolved", 4, reason="Done."), turn("reopened", 5)],
            "changes[0].reason: An end has no reason here. Put it into a note.",
        ),
        (
            [turn("merged", 5)],
            "changes[0].kind: Choose one of resolved, closed, reopened, severity or handler.",
        ),
    ],
)
def test_ends_and_returns_follow_each_other(changes: list[dict[str, Any]], says: str) -> None:
    assert mistakes(json.dumps(past(changes=changes))) == [f"line 1, {says}"]


@pytest.mark.parametrize(
    ("steps", "says"),
    [
        ([SOLVED, step()], "problems[0].changes[1]: This changes nothing. Say a status, a team or an owner."),
        (
            [SOLVED, step(status="declined", reason="No.")],
            "problems[0].changes[1]: It was solved already at that time.",
        ),
        (
            [step(status="waiting"), step(status="solved")],
            "problems[0].changes[0].waits_on: Say on whom it waits: team, vendor or customer.",
        ),
        (
            [step(team="Desk 4", waits_on="vendor"), step(status="solved")],
            "problems[0].changes[0]: Only what is waiting waits for somebody: add the status “waiting”.",
        ),
        ([step(status="declined")], "problems[0].changes[0].reason: Say why it was declined."),
        (
            [step(status="solved", reason="At last.")],
            "problems[0].changes[0].reason: A reason is for what was declined or taken up again. Put it into a note.",
        ),
        (
            [step(at="2024-03-01T00:00:00Z", status="solved")],
            "problems[0].changes[0].at: This lies before the problem was named.",
        ),
        (
            [SOLVED, step(status="in work")],
            "problems[0]: It is over, and this was neither solved nor declined. Say which, and when.",
        ),
    ],
)
def test_a_problem_goes_on_as_problems_do(steps: list[dict[str, Any]], says: str) -> None:
    assert mistakes(json.dumps(past(problems=[lacked(*steps)]))) == [f"line 1, {says}"]
