"""Notes to begin from, after a meeting: what the customer gets, in their words and in the order that was agreed.

Nothing that was typed inside is among it: neither our minutes, nor next steps, nor why something waits.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from dataclasses import dataclass

from amends.directory.actor import Actor
from amends.directory.models import Contact
from amends.escalations import hearers
from amends.escalations import meetings as planning
from amends.escalations.models import Attendance, Meeting, Problem
from amends.escalations.texts import NEXT_BY
from amends.lib import when

Status = Problem.Status
# Fewer words say the same by chance: “Thank you.” Where no spaces part them, so many letters are a sentence.
_WORDS, _LETTERS = 4, 30
_SENTENCE_ENDS = re.compile(r"(?<=[.!?…;])[\"'”’)]*\s+")
_WORD = re.compile(r"\w+")
_APOSTROPHES = re.compile("['’‘ʼ]")


@dataclass(frozen=True, slots=True)
class NotesDraft:
    """What is sent after a meeting, as far as it can be told from it. `NEXT_BY` stands for when they hear next."""

    subject: str
    text: str


def kept(meeting: Meeting) -> NotesDraft | None:
    """What somebody has written so far; None where nobody has begun."""
    notes = getattr(meeting, "notes", None)
    return NotesDraft(notes.subject, notes.text) if notes else None


def draft(meeting: Meeting, *, by: Actor, now: dt.datetime) -> NotesDraft:
    """Thanks, what we heard, the plan, what waits, when they hear next. Two queries."""
    escalation = meeting.escalation
    there = list(meeting.attendances.select_related("contact").filter(contact__isnull=False, came=True))
    names = [each.name for each in there] or [escalation.account.name]
    problems = list(escalation.problems.all())
    at = meeting.held_at or meeting.starts_at
    parts = [
        _dear(names),
        f"thank you for talking with us on {when.day(at, meeting.zone, now)}, and for saying how it is for you.",
        _heard(meeting, problems),
        _plan(problems, meeting.zone, now),
        _waits(problems),
        f"You will hear from us by {NEXT_BY}. Is anything here not as you said it? Please answer, and we put it right.",
        by.name,
    ]
    subject = f"Notes: {planning.subject_of(meeting)}, {when.day(at, meeting.zone, now)} ({escalation.key})"
    return NotesDraft(subject, "\n\n".join(part for part in parts if part))


def readers(meeting: Meeting, now: dt.datetime) -> list[Contact]:
    """Who gets them: those of the customer who were invited, and all who should be told."""
    there = Attendance.objects.filter(meeting=meeting, contact__isnull=False).select_related("contact")
    invited = [each.contact for each in there if each.contact and not each.contact.has_left and each.contact.email]
    return list(dict.fromkeys([*invited, *hearers.of(meeting.escalation, now)]))


def from_minutes(meeting: Meeting, text: str) -> list[str]:
    """Which lines of our own minutes stand in a text for the customer, or else sentences of them, as we wrote them.

    Only such of four words and more; spaces, marks and case may differ. What the customer said themselves is left out:
    the notes say it back to them. One query where any is found.
    """
    read = _folded(text)
    found: list[str] = []
    for line in filter(None, (each.strip() for each in meeting.words.splitlines())):
        pieces = [line] if _folded(line) in read else _SENTENCE_ENDS.split(line)
        found += [piece for piece in pieces if _is_told_by(piece) and _folded(piece) in read]
    if not found:
        return []
    case = meeting.escalation
    theirs = _folded("\n".join([case.outcome_wanted, *case.problems.values_list("words", flat=True)]))
    return [piece for piece in dict.fromkeys(found) if _folded(piece) not in theirs]


def _is_told_by(piece: str) -> bool:
    """Whether to find it elsewhere says that it was taken from here."""
    words = _WORD.findall(_APOSTROPHES.sub("", piece))
    return len(words) >= _WORDS or sum(map(len, words)) >= _LETTERS


def _folded(text: str) -> str:
    """Its words alone, each between two spaces."""
    words = _WORD.findall(_APOSTROPHES.sub("", unicodedata.normalize("NFKC", text)).casefold())
    return f" {' '.join(words)} "


def _dear(names: list[str]) -> str:
    *most, last = names
    return f"Dear {', '.join(most)} and {last}," if most else f"Dear {last},"


def _heard(meeting: Meeting, problems: list[Problem]) -> str:
    """What they told us, said back: in their words and their order."""
    wanted = meeting.escalation.outcome_wanted.strip()
    if not problems:
        return f"This is what we understood:\n“{wanted}”" if wanted else ""
    lines = "\n".join(f"{number}. “{problem.words}”" for number, problem in enumerate(problems, 1))
    asks = f"\nWhat you need is: “{wanted}”" if wanted else ""
    return f"This is what we understood, in the order that matters to you:\n{lines}{asks}"


def _plan(problems: list[Problem], zone: str, now: dt.datetime) -> str:
    lines = [f"– “{problem.words}”: {_stands(problem)}" for problem in problems]
    return "This is where the plan stands:\n" + "\n".join(lines) if lines else ""


def _stands(problem: Problem) -> str:
    return {
        Status.NAMED: "heard; we will say what comes next",
        Status.CONFIRMED: "next in line",
        Status.IN_WORK: "in work",
        Status.WAITING: "in work, waiting for others",
        Status.SOLVED: "solved",
        Status.DECLINED: "not taken on",
    }[Status(problem.status)]


def _waits(problems: list[Problem]) -> str:
    asked = [problem for problem in problems if problem.waits_on == Problem.WaitsOn.CUSTOMER]
    lines = "\n".join(f"– “{problem.words}”" for problem in asked)
    return f"For this we still need your answer:\n{lines}" if lines else ""
