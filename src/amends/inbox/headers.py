"""Headers as people wrote them and machines broke them: any bytes in, plain text out, and nothing raised.

The library's own reading of headers takes seconds over a few thousand hostile letters, so only its parser is used.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message as Part
from email.policy import EmailPolicy
from email.utils import parsedate_to_datetime
from typing import Any

from amends.inbox.messages import Person

# In letters: a longer header is cut. A mail may name so many people, and so many mails before it.
LONGEST = 16_000
_MOST_PEOPLE, _MOST_REFERENCES = 300, 100
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]+")
_ID = re.compile(r"<[^<>\s]{1,990}>")
_ADDRESS = re.compile(r"[^\s<>()\[\],;:\"@]{1,200}@[^\s<>()\[\],;:\"@]{1,250}")
# What a list of people is made of: quoted names, comments, addresses in angle brackets, what parts them, and the rest.
# What is opened and not closed is the rest, and what a “\” hides parts nothing: so each letter is looked at once.
_PIECE = re.compile(r'"(?:[^"\\]|\\.)*"|\((?:[^()\\]|\\.)*\)|<[^<>]*>|[,;]|\\.|[^"(<,;\\]+|.')
_BETWEEN_ADDRESSES = re.compile(r"[\s<>()\[\],;:\"]+")


class Calm(EmailPolicy):
    """Headers are kept as text, whatever bytes they were, and read by nobody but us."""

    def header_source_parse(self, sourcelines: list[str]) -> tuple[str, str]:
        name, _, value = sourcelines[0].partition(":")
        return name, _text((value + "".join(sourcelines[1:])).strip()[:LONGEST])

    def header_fetch_parse(self, name: str, value: str) -> Any:
        return re.sub(r"[\r\n]+", " ", value)


POLICY = Calm()


def _text(value: str) -> str:
    """The parser hides bytes beyond ASCII in half characters: here they are letters again."""
    if value.isascii():
        return value
    return decoded(value.encode("utf-8", "surrogateescape"), "utf-8")


# Names of no charset of a mail, that Python would take, and take long over.
_NO_CHARSETS = ("idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined", "mbcs", "oem")


def decoded(content: bytes, charset: str) -> str:
    """As text: in its charset, else in UTF-8, else in that of Windows, which takes nearly everything."""
    name = charset.strip().lower().replace("-", "_")
    for attempt in (() if name in _NO_CHARSETS else (charset,)) + ("utf-8", "cp1252"):
        try:
            return content.decode(attempt)
        except (LookupError, ValueError):
            continue
    return content.decode("cp1252", "replace")


def words(value: str) -> str:
    """A header's text in one line, its encoded words read, without anything that one cannot see."""
    try:
        pieces = decode_header(value)
        value = "".join(piece if isinstance(piece, str) else _word(piece, charset) for piece, charset in pieces)
    except (HeaderParseError, ValueError, LookupError):
        pass
    return " ".join(_CONTROL.sub(" ", whole(value)).split())


def _word(piece: bytes, charset: str | None) -> str:
    # What was not encoded comes back as if it were Latin-1, or escaped.
    return decoded(piece, charset) if charset else piece.decode("raw-unicode-escape", "replace")


def whole(text: str) -> str:
    """Without NUL and half characters, which no database takes."""
    return text.replace("\0", "").encode("utf-8", "replace").decode("utf-8")


def header(part: Part, name: str) -> str:
    """A header's text, blank where there is none."""
    return words(str(part.get(name, "")))


def people(part: Part, name: str) -> tuple[Person, ...]:
    """Whom a header names, each once, as far as they have an address.

    Where one stands in angle brackets, what stands before it is a name, whatever it looks like: `a@there <b@here>` is
    of b alone, as mail servers judge it. Without brackets, each address counts.
    """
    found: dict[str, Person] = {}
    for value in [str(value) for value in part.get_all(name, [])][:20]:
        for pieces in _each(whole(_CONTROL.sub(" ", value))):
            for person in _named(pieces):
                found.setdefault(person.address.casefold(), person)
    return tuple(found.values())[:_MOST_PEOPLE]


def _each(value: str) -> Iterator[list[str]]:
    """The pieces that stand between two commas."""
    pieces: list[str] = []
    for piece in _PIECE.findall(value):
        if piece not in (",", ";"):
            pieces.append(piece)
        elif pieces:
            yield pieces
            pieces = []
    yield pieces


def _named(pieces: Sequence[str]) -> Iterator[Person]:
    """Whom one entry names: a single one, where a program wrote it that means well."""
    # Before the address may stand the way to it, or “mailto”.
    boxed = [piece[1:-1].rpartition(":")[2].strip() for piece in pieces if piece.startswith("<")]
    if addresses := [address for address in boxed if _ADDRESS.fullmatch(address)]:
        said = "".join(_unquoted(piece) for piece in pieces if not piece.startswith("<"))
    else:
        said = " ".join(piece[1:-1] for piece in pieces if _is_comment(piece))
        rest = "".join(piece for piece in pieces if not (_is_comment(piece) or piece.startswith(("<", '"'))))
        addresses = [word for word in _BETWEEN_ADDRESSES.split(rest) if _ADDRESS.fullmatch(word)]
    name = words(said)[:200]
    # An address is no name: it may be another's.
    name = "" if _ADDRESS.fullmatch(name.strip("'")) else name
    for address in addresses:
        yield Person(name, address)


def _is_comment(piece: str) -> bool:
    return len(piece) > 1 and piece.startswith("(")


def _unquoted(piece: str) -> str:
    is_quoted = len(piece) > 1 and piece.startswith('"')
    return re.sub(r"\\(.)", r"\1", piece[1:-1] if is_quoted else piece)


def ids(part: Part, name: str) -> tuple[str, ...]:
    """The Message-IDs in a header, the last of very many."""
    value = str(part.get(name, ""))
    return tuple(words(found).replace(" ", "") for found in _ID.findall(value)[-_MOST_REFERENCES:])


def message_id(part: Part) -> str:
    """Its own, in angle brackets. Blank where it has none."""
    if found := ids(part, "Message-ID"):
        return found[0]
    bare = header(part, "Message-ID").strip("<>")
    return f"<{bare}>" if bare and " " not in bare and len(bare) < 990 else ""


def moment(part: Part) -> dt.datetime | None:
    """When it says that it was sent, in UTC. A date without a zone is one in UTC, as the standard has it."""
    try:
        at = parsedate_to_datetime(str(part.get("Date", ""))[:200])
        return at.replace(tzinfo=at.tzinfo or dt.UTC).astimezone(dt.UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
