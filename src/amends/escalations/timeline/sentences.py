"""How an event reads: its kind's sentence with its words filled in, for a reader in a zone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from amends.escalations.models import Event
from amends.escalations.timeline import kinds
from amends.lib import when


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the timeline, ready to be shown."""

    id: int
    kind: str
    icon: str
    at: dt.datetime
    by: str
    sentence: str
    words: Mapping[str, Any]


class _Words(dict[str, str]):
    """Words for a sentence; what has been erased says so."""

    def __missing__(self, key: str) -> str:
        return "(erased)"


def entry(event: Event, *, zone: str, now: dt.datetime) -> Entry:
    """How an event reads in `zone`. Expects its personal words to be loaded with it."""
    kind = kinds.by_name(event.kind)
    personal = getattr(event, "personal", None)
    words = {**event.words, **(personal.words if personal else {})}
    return Entry(event.pk, event.kind, kind.icon, event.at, event.by_name, say(kind, words, zone=zone, now=now), words)


def say(kind: kinds.Kind, words: Mapping[str, Any], *, zone: str, now: dt.datetime) -> str:
    """The sentence that follows the actor's name. Words that end in `_at` are moments."""
    read = _Words(
        {
            key: when.day_and_time(dt.datetime.fromisoformat(value), zone, now) if key.endswith("_at") else str(value)
            for key, value in words.items()
        }
    )
    return kind.sentence.format_map(read).strip()
