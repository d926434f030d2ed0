"""The timeline of a case as its page shows it: day by day, with the words that passed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import Any

from django.urls import reverse

from amends.escalations import boards, letters_lost, told
from amends.escalations.around import around
from amends.escalations.models import Attachment, Escalation, Filing, Note, Update
from amends.escalations.timeline import filters, kinds, sentences
from amends.lib import when
from amends.web.case_page import Rights
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
    "note": "pen",
    "file": "clip",
    "hold": "held",
    "dot": "box",
}
_CHANNELS = {"mail": "mail", "call": "phone", "meeting": "meet", "page": "eye"}
_WE = {"mail": "wrote to", "call": "called", "meeting": "met", "page": "told on their page:"}
_SAY = {kinds.UPDATE_SOMETHING_MISSING.name: "said on their page that something is missing"}
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
    # What a mail is about, in its own words
    subject: str = ""
    quote: str = ""
    # Where all of the words stand, if only their beginning stands here; and the mail that they came in
    more: str = ""
    mail: str = ""
    files: Sequence[Attachment] = ()
    # Why the words do not stand, and who said so; and whom they did not reach
    struck: str = ""
    lost: Sequence[str] = ()
    # What can be done about it: the words of a link and where it leads; `asks` in the drawer
    deed: str = ""
    deed_at: str = ""
    asks: bool = False
    # Of what everybody around was told: who has seen it
    receipt: told.Receipt | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """Some entries, newest first, by day; `before` is the entry before which the next part begins."""

    days: list[tuple[dt.datetime, list[Entry]]] = field(default_factory=list)
    before: int | None = None
    last_day: str = ""
    # The first day's heading stands above already
    continues: bool = False
    # Which part is looked at alone: said, inside, decisions; else all
    show: str = ""


def part(escalation: Escalation, request: MemberRequest, before: int | None, shown_day: str = "") -> Part:
    """The entries before one of them. `shown_day` is the day whose heading stands above already.

    `show` in the address says which of them are wanted.
    """
    show = request.GET.get("show", "")
    only = filters.kinds_of(show)
    lines, following = boards.timeline(
        escalation, zone=request.zone, now=request.now, before=before, limit=AT_ONCE, only=only
    )
    beside = around(lines)
    corrects = Rights.of(request, escalation).tell
    lost = letters_lost.by_update(escalation)
    receipts = told.receipts([line.entry.id for line in lines if filters.is_major(line.entry.kind)])
    entries = [
        replace(
            _entry(escalation, line, request, beside.note(line)),
            **(_deed(escalation, line, is_lost=bool(line.update and line.update.pk in lost)) if corrects else {}),
            files=beside.files(line),
            lost=lost.get(line.update.pk, ()) if line.update else (),
            receipt=receipts.get(line.entry.id),
        )
        for line in lines
        if not _told_twice(line, lines)
    ]
    days = [(entries[0].at, entries) for _, entries in _by_day(entries, request.zone)]
    last = _day(days[-1][0], request.zone) if days else shown_day
    continues = bool(days) and _day(days[0][0], request.zone) == shown_day
    return Part(days, following, last, continues, show if only else "")


def _by_day(entries: Sequence[Entry], zone: str) -> list[tuple[str, list[Entry]]]:
    return [(day, list(group)) for day, group in groupby(entries, key=lambda entry: _day(entry.at, zone))]


def _day(moment: dt.datetime, zone: str) -> str:
    return when.calendar_day(moment, zone).isoformat()


def _entry(escalation: Escalation, line: boards.Line, request: MemberRequest, note: Note | None) -> Entry:
    found, update = line.entry, line.update
    if note is not None:
        return _noted(escalation, found, note)
    if update is None:
        return replace(_happened(escalation, found), struck=_struck(line.beside, request) if line.beside else "")
    whom = str(found.words.get("contact", "(erased)"))
    heard = update.direction == Update.Direction.IN
    mail = _mail(update)
    quote, is_cut = _beginning(update.text)
    more = reverse("update", args=[escalation.key, update.pk]) if is_cut else ""
    length = f", {update.minutes} min" if update.minutes else ""
    return Entry(
        found.at,
        _CHANNELS.get(update.channel, "mail"),
        whom if heard else found.by,
        f"{_SAY.get(found.kind, _THEY[update.channel])}{length}" if heard else f"{_WE[update.channel]} {whom}{length}",
        "heard" if heard else "said",
        _why(update, found.at, "" if not heard or _wrote_themselves(update) else found.by, request),
        update.subject if heard else "",
        quote,
        more,
        mail,
        struck=_struck(update, request),
    )


def _happened(escalation: Escalation, found: sentences.Entry) -> Entry:
    """What is no word to or from them. What shows a fact may be long: all of it stands in the ledger."""
    says, is_cut = _beginning(found.sentence)
    fact = found.words.get("fact_id")
    more = reverse("fact", args=[escalation.key, fact]) if is_cut and fact else ""
    return Entry(found.at, _SIGNS.get(found.icon, found.icon), found.by, says, more=more)


def _struck(update: Update, request: MemberRequest) -> str:
    if update.struck_at is None:
        return ""
    at = when.local(update.struck_at, request.zone, request.now)
    return f"Does not stand: {update.why_struck} {update.struck_by or 'The system'}, {at}."


def _deed(escalation: Escalation, line: boards.Line, *, is_lost: bool) -> dict[str, Any]:
    """What one can do about words: correct them, or write again what was taken back or reached nobody."""
    update, words = line.update, line.entry.words
    # What spoke of a meeting is told to them with the meeting.
    reached_nobody = update and is_lost and update.struck_at and not update.meeting_id
    if reached_nobody or line.entry.kind == "update.recalled":
        page = reverse("escalation", args=[escalation.key])
        return {"deed": "Write it again", "deed_at": f"{page}?again={words['update']}#composer"}
    if update is None or update.struck_at or update.is_mailed:
        return {}
    if _wrote_themselves(update):
        # What they wrote themselves is theirs: it may lie in the wrong case, and is never corrected.
        at = reverse("strike_update", args=[escalation.key, update.pk])
        return {"deed": "Not about this case", "deed_at": at, "asks": True}
    at = reverse("correct_update", args=[escalation.key, update.pk])
    return {"deed": "Correct it", "deed_at": at, "asks": True}


def _noted(escalation: Escalation, found: sentences.Entry, note: Note) -> Entry:
    quote, is_cut = _beginning(note.text)
    more = reverse("note", args=[escalation.key, note.pk]) if is_cut else ""
    says = f"noted on “{note.problem}”" if note.problem else "noted, for us alone"
    return Entry(found.at, "pen", found.by, says, "note", quote=quote, more=more, mail=_mail(note))


def _wrote_themselves(update: Update) -> bool:
    """Whether nobody of us wrote it down: it came by mail, or from their page."""
    return bool(_mail(update)) or hasattr(update, "page_word")


def _told_twice(line: boards.Line, others: Sequence[boards.Line]) -> bool:
    """Whether it only says that they answered what we asked for, while their words stand as what they wrote."""
    if line.entry.kind != kinds.REQUEST_ANSWERED_BY_THEM.name:
        return False
    begins = f"{line.entry.words.get('what')}:\n"
    return any(
        other.update
        and not other.update.struck_at
        and other.entry.at == line.entry.at
        and other.update.text.startswith(begins)
        for other in others
    )


def _mail(said: Update | Note) -> str:
    """Where the mail is read that it came in, if it came in one."""
    try:
        return reverse("incoming", args=[said.filing.incoming_id])
    except Filing.DoesNotExist:
        return ""


def _beginning(text: str) -> tuple[str, bool]:
    """As much of it as stands on the timeline, and whether that is less than all."""
    if len(text) <= MOST_WORDS:
        return text, False
    return f"{text[:MOST_WORDS].rsplit(' ', 1)[0]} …", True


def _why(update: Update, written_at: dt.datetime, heard_by: str, request: MemberRequest) -> str:
    """What else one must know of words: when they were said, if not when they were written down; by whom heard."""
    said = f"At {when.local(update.at, request.zone, request.now)}." if abs(written_at - update.at) > _NEAR else ""
    heard = f"Written down by {heard_by}." if heard_by else ""
    corrects = f"Corrects what stood here before: {update.corrects.why_struck}" if update.corrects else ""
    return " ".join(filter(None, [said, heard, "" if update.has_news else "With no news.", corrects]))
