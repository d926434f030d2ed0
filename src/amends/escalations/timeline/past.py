"""Onto the timeline in bulk: what happened long ago, at its own moments. Nobody is told, and no clock wakes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from amends.directory.actor import Actor
from amends.escalations.models import Event, EventWords
from amends.escalations.timeline.kinds import Kind
from amends.outbox.bulk import insert_values, moment, words


@dataclass(frozen=True, slots=True)
class Happened:
    """Something that happened to an escalation. Moments among the words are ISO text."""

    kind: Kind
    escalation_id: int
    at: dt.datetime
    by: Actor
    words: Mapping[str, Any]

    def parted(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """Its words, as its kind parts them: those for ever, and the personal ones."""
        personal = self.kind.personal
        if not personal:
            return {**self.words}, {}
        return (
            {key: value for key, value in self.words.items() if key not in personal},
            {key: value for key, value in self.words.items() if key in personal},
        )


def record_past(happened: Sequence[Happened]) -> None:
    """Write an event for each, in this order, and its personal words apart. Call it inside the act's transaction."""
    parted = [one.parted() for one in happened]
    in_json = words()
    ids = insert_values(
        Event,
        ("escalation_id", "kind", "at", "by_id", "by_name", "words"),
        [
            (one.escalation_id, one.kind.name, moment(one.at), one.by.member_id, one.by.name, in_json(said))
            for one, (said, _) in zip(happened, parted, strict=True)
        ],
    )
    personal = [(pk, in_json(said)) for pk, (_, said) in zip(ids, parted, strict=True) if said]
    insert_values(EventWords, ("event_id", "words"), personal)
