"""What a mail turns out to be: a message that was read, or one that is parked with its reason."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Literal

# A list's mail may be a person's all the same: it is read, and never answered by a machine. Of an answering machine's,
# a bounce or our own come back, nothing is filed as said.
Kind = Literal["said", "auto_reply", "bounce", "list", "loop"]


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of a mail is looked at. Beyond the first five it is parked; of the others, the rest is left out.

    Bytes and lines as they come, parts with those of mails inside it, and how deep these stand in each other.
    `attachment` and `attachments` are bytes, `letters` those of the text, and of the HTML.
    """

    most_bytes: int = 40_000_000
    most_lines: int = 1_000_000
    most_parts: int = 1_000
    deepest: int = 20
    most_headers: int = 2_000
    most_attachments: int = 50
    attachment: int = 20_000_000
    attachments: int = 30_000_000
    letters: int = 500_000


@dataclass(frozen=True, slots=True)
class Person:
    """A name, blank where none is given, and an address as it was written."""

    name: str
    address: str


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file. `name` is a name alone: no folder, no control character. `content_id` is what the HTML calls it."""

    name: str
    type: str
    content: bytes = field(repr=False)
    content_id: str = ""

    @property
    def size(self) -> int:
        """In bytes."""
        return len(self.content)


@dataclass(frozen=True, slots=True)
class Bounce:
    """Whose mail came back, and why.

    `is_for_good`: that address takes none; else it may be tried again, unless a server `still_tries`. `message_id` is
    our mail's. Both it and the address are blank where the bounce does not say.
    """

    address: str
    is_for_good: bool
    still_tries: bool
    status: str
    said: str
    message_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A mail that was read. Texts hold no NUL and no half characters; one line each but for `text` and `html`.

    `authors` are all whom From names, and `sender` is the first of them; where it names nobody, who handed it over.
    `sent_at` is in UTC as its sender has it, None where it says nothing that can be read. `text` is all of it, with its
    quotes; `html` is safe to show and loads nothing. `calendars` are invitations as they came. `headers` are those that
    matter to machines, by their name in small letters. `left_out` names what went beyond the limits.
    """

    kind: Kind
    message_id: str
    in_reply_to: str
    references: tuple[str, ...]
    sender: Person
    authors: tuple[Person, ...]
    to: tuple[Person, ...]
    cc: tuple[Person, ...]
    reply_to: tuple[Person, ...]
    subject: str
    sent_at: dt.datetime | None
    text: str
    html: str
    attachments: tuple[Attachment, ...]
    calendars: tuple[bytes, ...]
    headers: dict[str, str]
    bounces: tuple[Bounce, ...]
    left_out: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Parked:
    """A mail that cannot be read: `reason` is a sentence for people, `headers` what could be told of it."""

    reason: str
    headers: dict[str, str]
