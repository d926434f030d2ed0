"""A letter: what a message says, before it has a look. Both looks (text and HTML) are made from it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

from django.template.loader import render_to_string

from amends.outbox import derived


@dataclass(frozen=True, slots=True)
class Act:
    """A link that says what one does by following it."""

    label: str
    url: str
    # For its reader only: whoever looks at the outbox does not get it
    is_secret: bool = False
    # What the secret end of its address is derived from when it leaves; the outbox does not know the secret either
    signs: str = ""
    # A line at the foot of a letter that speaks for itself, where others have a button
    is_quiet: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a longer letter, which leads to what it speaks of; what stands beside it is said more quietly."""

    label: str
    url: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """Some lines of a longer letter under a heading of their own."""

    heading: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Calendar:
    """What calendars read of a message: `text` is iCalendar, `method` what it does there (REQUEST, CANCEL)."""

    method: str
    text: str


@dataclass(frozen=True, slots=True)
class Letter:
    """What a message says.

    `paragraphs` is the message itself; `facts` are pairs of a label and a value; `sections` are what a digest
    lists; `words` are the customer's own, which always look different from ours. `to` is what the To line shows
    besides the recipient. `encloses` names the files that go along, by the numbers that they have where they are kept:
    the letter stays small, and their bytes are read when it leaves. `sender` is the address that it comes from, where
    that is not the desk's own: calendars believe an invitation only when its organiser sends it.
    """

    subject: str
    paragraphs: tuple[str, ...]
    heading: str = ""
    acts: tuple[Act, ...] = ()
    facts: tuple[tuple[str, str], ...] = ()
    sections: tuple[Section, ...] = ()
    words: str = ""
    because: str = ""
    sender_name: str = ""
    reply_to: str = ""
    to: tuple[str, ...] = ()
    in_reply_to: str = ""
    is_plain: bool = False
    encloses: tuple[int, ...] = ()
    sender: str = ""
    calendar: Calendar | None = None

    def as_json(self) -> dict[str, Any]:
        """As it is stored. Written out because `asdict` copies deeply, which thousands of alarms would feel."""
        stored = {field.name: getattr(self, field.name) for field in fields(self)}
        if self.sections:
            stored["sections"] = [
                [part.heading, [[line.label, line.url, line.note] for line in part.lines]] for part in self.sections
            ]
        if self.calendar:
            stored["calendar"] = [self.calendar.method, self.calendar.text]
        return {**stored, "acts": [_stored(act) for act in self.acts]}

    def signed(self) -> Letter:
        """The letter as its reader gets it: with links that are whole."""
        whole = (replace(act, url=f"{act.url}{derived.secret(act.signs)}/") if act.signs else act for act in self.acts)
        return replace(self, acts=tuple(whole))

    @classmethod
    def read(cls, stored: dict[str, Any]) -> Letter:
        """The letter as it was posted."""
        return cls(
            **{
                **stored,
                "paragraphs": tuple(stored["paragraphs"]),
                "acts": tuple(Act(**act) for act in stored["acts"]),
                "facts": tuple((label, value) for label, value in stored["facts"]),
                "sections": tuple(
                    Section(heading, tuple(Line(*line) for line in lines))
                    for heading, lines in stored.get("sections", ())
                ),
                "to": tuple(stored["to"]),
                "encloses": tuple(stored.get("encloses", ())),
                "calendar": Calendar(*stored["calendar"]) if stored.get("calendar") else None,
            }
        )


def for_others(stored: dict[str, Any]) -> dict[str, Any]:
    """A stored letter as others than its reader may see it: links that only the reader may follow lead nowhere."""
    acts = [act | {"url": "#only-in-the-mail", "signs": ""} if act.get("is_secret") else act for act in stored["acts"]]
    return {**stored, "acts": acts}


def _stored(act: Act) -> dict[str, Any]:
    said = {"is_secret": act.is_secret, "signs": act.signs, "is_quiet": act.is_quiet}
    return {"label": act.label, "url": act.url} | {name: value for name, value in said.items() if value}


@dataclass(frozen=True, slots=True)
class Rendered:
    """A letter as it arrives."""

    subject: str
    text: str
    html: str


def render(letter: Letter, *, organisation: str) -> Rendered:
    """Both looks of a letter. Pure but for reading the templates."""
    words = {"letter": letter, "organisation": organisation}
    return Rendered(
        letter.subject,
        # Text is not markup, though Django takes what a template makes for safe: as a plain str it is escaped again.
        "".join(render_to_string("outbox/letter.txt", words)),
        render_to_string("outbox/letter.html", words),
    )


def bundle(letters: Sequence[Letter]) -> Letter:
    """One letter that names each of many alarms of one person."""
    count = len(letters)
    return Letter(
        subject=f"{count} alarms need you",
        heading=f"{count} alarms need you",
        paragraphs=("Each line is one alarm. Its link leads to what ends it.",),
        acts=tuple(replace(_leads(letter), label=letter.subject) for letter in letters if letter.acts),
        because=letters[0].because,
    )


def _leads(letter: Letter) -> Act:
    """The act that one follows from a bundle: the first that others may see too, for a bundle goes to chats as well."""
    return min(letter.acts, key=lambda act: act.is_secret)
