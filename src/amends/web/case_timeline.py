"""The timeline of a case as its page shows it: day by day, with the words that passed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import groupby

from django.urls import reverse

from amends.escalations import boards
from amends.escalations.models import Escalation, Update
from amends.lib import when
from amends.web.requests import MemberRequest

AT_ONCE = 30
# Longer words are cut here, with a link to all of them
MOST_WORDS = 700
_NEAR = dt.timedelta(minutes=1)

# From the icon of a kind of event to one that the pages have
_SIGNS = {
    "flag": "star",
    "check": "tick",
    "cross": "close",
    "handoff": "hand",
    "severity": "risk",
    "trend": "same",
    "promise": "tell",
    "heard": "ear",
    "plan": "solve",
    "dot": "box",
}
_CHANNELS = {"mail": "mail", "call": "phone", "meeting": "meet", "page": "eye"}
_WE = {"mail": "wrote to", "call": "called", "meeting": "met", "page": "told on their page:"}
_THEY = {"mail": "wrote", "call": "said on the phone", "meeting": "said in a meeting", "page": "wrote on their page"}


@dataclass(frozen=True, slots=True)
class Entry:
    """One line: who did what, why, and what was said."""

    at: dt.datetime
    sign: str
    who: str
    says: str
    kind: str = ""
    why: str = ""
    quote: str = ""
    # Where all of the words stand, if only their beginning stands here
    more: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """Some entries, newest first, by day; `before` is the entry before which the next part begins."""

    days: list[tuple[dt.datetime, list[Entry]]] = field(default_factory=list)
    before: int | None = None
    last_day: str = ""
    # The first day's heading stands above already
    continues: bool = False


def part(escalation: Escalation, request: MemberRequest, before: int | None, shown_day: str = "") -> Part:
    """The entries before one of them. `shown_day` is the day whose heading stands above already."""
    lines, following = boards.timeline(escalation, zone=request.zone, now=request.now, before=before, limit=AT_ONCE)
    entries = [_entry(escalation, line, request) for line in lines]
    days = [(entries[0].at, entries) for _, entries in _by_day(entries, request.zone)]
    last = _day(days[-1][0], request.zone) if days else shown_day
    continues = bool(days) and _day(days[0][0], request.zone) == shown_day
    return Part(days, following, last, continues)


def _by_day(entries: Sequence[Entry], zone: str) -> list[tuple[str, list[Entry]]]:
    return [(day, list(group)) for day, group in groupby(entries, key=lambda entry: _day(entry.at, zone))]


def _day(moment: dt.datetime, zone: str) -> str:
    return when.calendar_day(moment, zone).isoformat()


def _entry(escalation: Escalation, line: boards.Line, request: MemberRequest) -> Entry:
    found, update = line.entry, line.update
    if update is None:
        return Entry(found.at, _SIGNS.get(found.icon, found.icon), found.by, found.sentence)
    whom = str(found.words.get("contact", "(erased)"))
    heard = update.direction == Update.Direction.IN
    quote, more = update.text, ""
    if len(quote) > MOST_WORDS:
        quote = f"{quote[:MOST_WORDS].rsplit(' ', 1)[0]} …"
        more = reverse("update", args=[escalation.key, update.pk])
    length = f", {update.minutes} min" if update.minutes else ""
    return Entry(
        found.at,
        _CHANNELS.get(update.channel, "mail"),
        whom if heard else found.by,
        f"{_THEY[update.channel]}{length}" if heard else f"{_WE[update.channel]} {whom}{length}",
        "heard" if heard else "said",
        _why(update, found.at, found.by if heard else "", request),
        quote,
        more,
    )


def _why(update: Update, written_at: dt.datetime, heard_by: str, request: MemberRequest) -> str:
    """What else one must know of words: when they were said, if not when they were written down; by whom heard."""
    said = f"At {when.local(update.at, request.zone, request.now)}." if abs(written_at - update.at) > _NEAR else ""
    heard = f"Written down by {heard_by}." if heard_by else ""
    return " ".join(filter(None, [said, heard, "" if update.has_news else "With no news."]))
