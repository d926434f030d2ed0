"""What a kind of event is, and the register of them all."""

from __future__ import annotations

from dataclasses import dataclass

from amends.escalations.timeline.audiences import Audience


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of event. `sentence` follows the actor's name; `{words}` are filled in from the event."""

    name: str
    sentence: str
    tells: tuple[Audience, ...] = ()
    # Words that somebody typed, or that name a person at the customer: kept apart, so that they can be erased.
    personal: frozenset[str] = frozenset()
    icon: str = "dot"


_kinds: dict[str, Kind] = {}


def kind(
    name: str,
    sentence: str,
    *,
    tells: tuple[Audience, ...] = (),
    personal: tuple[str, ...] = (),
    icon: str = "dot",
) -> Kind:
    """A new kind, in the register from now on."""
    made = _kinds[name] = Kind(name, sentence, tells, frozenset(personal), icon)
    return made


def by_name(name: str) -> Kind:
    """The kind of a stored event."""
    return _kinds[name]


def every() -> tuple[Kind, ...]:
    """All that there are."""
    return tuple(_kinds.values())
