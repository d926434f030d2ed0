"""A draft, read before it is sent as its reader will read it: what it promises, and what cannot be so."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from amends.escalations.texts import NEXT_BY
from amends.lib import when
from amends.wording import moments
from amends.wording.moments import Said


@dataclass(frozen=True, slots=True)
class Offer:
    """A moment by which the text says that they hear or get something, while nothing else promises it.

    `words` are those of the text; `says` is the moment on the reader's clock.
    """

    words: str
    at: dt.datetime
    says: str


@dataclass(frozen=True, slots=True)
class Proof:
    """What the text offers to promise, and a sentence for each of its troubles.

    `differs` says what else is promised, where the text names another time.
    """

    offer: Offer | None = None
    troubles: tuple[str, ...] = ()
    differs: str = ""

    @property
    def objections(self) -> tuple[str, ...]:
        """What should be mended before it is sent, or sent as it is on purpose."""
        return (*self.troubles, self.differs) if self.differs else self.troubles


def read(
    text: str,
    *,
    zone: str,
    now: dt.datetime,
    next_at: dt.datetime | None = None,
    promised: Iterable[dt.datetime] = (),
) -> Proof:
    """Read a text for somebody in `zone`. `next_at` is promised with it, `promised` is promised already."""
    found = moments.read(text, now=now, zone=zone)
    sure = [said for said in found if said.is_promise and not said.trouble and said.at and said.at > now]
    known = [*promised, *([next_at] if next_at else [])]
    is_said_below = NEXT_BY in text or any(_is_same(said, moment, zone) for said in sure for moment in known)
    offer = _offer(sure[0], zone, now) if sure and not is_said_below else None
    troubles = [said.says for said in found if said.says and (said.trouble or said.is_promise)]
    differs = _differs(offer, next_at, zone, now) if offer else ""
    return Proof(offer, tuple(dict.fromkeys(troubles)), differs)


def _is_same(said: Said, moment: dt.datetime, zone: str) -> bool:
    """To the minute; where the text names a day alone, on that day."""
    assert said.at is not None
    if said.has_time:
        return moment.replace(second=0, microsecond=0) == said.at
    return when.calendar_day(moment, zone) == when.calendar_day(said.at, zone)


def _offer(said: Said, zone: str, now: dt.datetime) -> Offer:
    assert said.at is not None
    return Offer(" ".join(said.text.split()), said.at, when.their_date(said.at, zone, now))


def _differs(offer: Offer, next_at: dt.datetime | None, zone: str, now: dt.datetime) -> str:
    if next_at is None:
        return f"The text says “{offer.words}”, and nothing is promised for then."
    return f"The text says “{offer.words}”, and below you promise {when.their_date(next_at, zone, now)}."
