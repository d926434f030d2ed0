"""Turns a folder of public cloud-status incidents into Amends history lines.

    python tests/real/cloud_status.py FOLDER > history.jsonl
    amends import history history.jsonl

FOLDER holds `gcp_incidents.json`. One incident becomes one past escalation, and the promises are read
from what was said to the public: "we will provide an update by Friday, 2022-07-01 10:00 US/Pacific" and
"the mitigation is expected to complete by Thursday, 2022-02-24". Standard library only. What cannot be
read ends with a sentence on stderr and exit code 2.
"""

import json
import os
import re
import sys
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

FILE = "gcp_incidents.json"
ZONE = "America/Los_Angeles"  # which the pages call US/Pacific
REASON_AT_MOST = 120

# The date decides, not the weekday before it: one of these pages names the wrong weekday.
_BY_DATE = r"\bby (?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day, (?P<day>\d{4}-\d\d-\d\d)"
_NEXT_UPDATE = re.compile(rf"will provide (?P<what>[^.]+?) {_BY_DATE} (?P<time>\d\d?:\d\d)")
_FIX_DATE = re.compile(
    r"(?:(?P<what>(?:the )?(?:full )?(?:mitigation|resolution)) is )?"
    rf"expected to completed? {_BY_DATE}(?: (?P<time>\d\d?:\d\d))?",
    re.IGNORECASE,
)
_END_OF_DAY = time(23, 59)  # a date without a time is kept by the last minute of that day


class UnreadableError(Exception):
    """The folder or its file cannot be used; the message is a sentence for the person who asked."""


def incidents(folder: Path) -> list[dict[str, Any]]:
    """The incidents of the folder, the earliest begun first. Raises UnreadableError."""
    path = folder / FILE
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError) as error:
        raise UnreadableError(f"There is no {path}. Name the folder that holds {FILE}.") from error
    except json.JSONDecodeError as error:
        raise UnreadableError(f"{path} is not JSON: {error}.") from error
    except (OSError, UnicodeDecodeError) as error:
        raise UnreadableError(f"{path} cannot be read: {error}.") from error
    try:
        return sorted(found, key=lambda incident: _moment(incident["begin"]))
    except (KeyError, TypeError, ValueError) as error:
        raise UnreadableError(f"{path} is not a list of incidents that each have a begin: {error!r}.") from error


def history(folder: Path) -> Iterator[dict[str, Any]]:
    """One escalation an incident, in the words of `amends import history`. Raises UnreadableError."""
    for incident in incidents(folder):
        try:
            yield escalation(incident)
        except (KeyError, TypeError, ValueError) as error:
            name = incident.get("id", f"begun {incident['begin']}")
            raise UnreadableError(f"Incident {name} in {folder / FILE} is not as expected: {error!r}.") from error


def escalation(incident: dict[str, Any]) -> dict[str, Any]:
    updates = sorted(incident["updates"], key=lambda update: _moment(update["created"]))  # newest first there
    # Nobody answers before they were told: one page gives a begin that lies after its own first update.
    opened_at = min((incident["begin"], incident["created"], *_created(updates[:1])), key=_moment)
    return {
        "key": f"gcp-{incident['id']}",
        "account": incident["service_name"],
        "reason": reason(incident["external_desc"]),
        "severity": incident["severity"],
        "reported_at": opened_at,
        "opened_at": opened_at,
        "resolved_at": incident["end"],
        "closed_at": incident["end"],
        "outcome": "recovered",
        "updates": [
            {"at": update["created"], "direction": "out", "channel": "page", "text": update["text"]}
            for update in updates
        ],
        "promises": list(promises(updates, end=incident["end"])),
    }


def promises(updates: list[dict[str, Any]], *, end: str) -> Iterator[dict[str, Any]]:
    """What the updates, oldest first, promised, in the order in which it was said.

    The next update keeps the promise of one, and the incident's end keeps a fix date. After the last
    update, the end keeps both.
    """
    ends = [*_created(updates[1:]), end]
    for update, next_said_at in zip(updates, ends, strict=True):
        text = " ".join(update["text"].split())
        for said in _NEXT_UPDATE.finditer(text):
            yield _promise("next_update", said, said["what"], made_at=update["created"], kept_at=next_said_at)
        for said in _FIX_DATE.finditer(text):
            what = f"{said['what'] or 'the fix'} complete"
            yield _promise("fix_date", said, what, made_at=update["created"], kept_at=end)


def reason(description: str) -> str:
    """The description as a headline: whole if short, else its first sentence, else cut between words."""
    text = " ".join(description.split())
    if len(text) > REASON_AT_MOST:
        text = re.split(r"(?<=[.!?]) (?=[A-Z])", text)[0]
    if len(text) > REASON_AT_MOST:
        text = text[:REASON_AT_MOST].rsplit(" ", 1)[0].rstrip(",;:-") + "…"
    return text


def _promise(kind: str, said: re.Match[str], what: str, *, made_at: str, kept_at: str) -> dict[str, Any]:
    at = time.fromisoformat(said["time"].zfill(5)) if said["time"] else _END_OF_DAY
    due_at = datetime.combine(date.fromisoformat(said["day"]), at, ZoneInfo(ZONE))
    return {
        "kind": kind,
        "what": what[0].upper() + what[1:],
        "made_at": made_at,
        "due_at": due_at.isoformat(),
        "zone": ZONE,
        "kept_at": kept_at,
    }


def _created(updates: Iterable[dict[str, Any]]) -> list[str]:
    return [update["created"] for update in updates]


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"{text} has no offset from UTC")
    return moment


def main(arguments: list[str]) -> int:
    if len(arguments) != 1:
        sys.stderr.write("Name one folder: python tests/real/cloud_status.py FOLDER\n")
        return 2
    try:
        for line in history(Path(arguments[0])):
            sys.stdout.write(json.dumps(line) + "\n")
        sys.stdout.flush()
    except UnreadableError as no:
        sys.stderr.write(f"{no}\n")
        return 2
    except BrokenPipeError:  # whoever reads has had enough, as `head` has
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
