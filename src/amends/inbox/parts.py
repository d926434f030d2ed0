"""The parts of a mail: which of them is its text, and which came along with it."""

from __future__ import annotations

import mimetypes
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import Message as Part
from email.policy import compat32

from amends.inbox import headers, markup
from amends.inbox.messages import Attachment, Limits

_LONGEST_NAME = 120
_LONGEST_ENDING = 12
_FOLDERS = re.compile(r"[\\/]")
_NOT_IN_A_NAME = re.compile(r'[<>:"|?*]')
# What only a program reads; bounces are read from them elsewhere.
_MACHINES = {"message/delivery-status", "message/global-delivery-status", "text/rfc822-headers"}
_MACHINES |= {"message/disposition-notification", "application/pgp-signature", "application/pkcs7-signature"}
_CALENDAR, _CALENDAR_FILE = "text/calendar", "application/ics"


@dataclass(frozen=True, slots=True)
class Body:
    """What is read first: as text, as HTML, or both."""

    text: str = ""
    html: str = ""


@dataclass(slots=True)
class Opened:
    """What was taken out of a mail, and what was not."""

    limits: Limits
    body: Body = field(default_factory=Body)
    attachments: list[Attachment] = field(default_factory=list)
    calendars: list[bytes] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    _bytes: int = 0

    def attach(self, part: Part) -> None:
        """Take a file along, or its name where it is too large, or one too many."""
        kind = type_of(part)
        name = _name(part, kind, len(self.attachments) + 1)
        content = _content_of_mail(part) if kind == "message/rfc822" else content_of(part)
        is_within = len(self.attachments) < self.limits.most_attachments
        if not is_within or len(content) > min(self.limits.attachment, self.limits.attachments - self._bytes):
            if len(self.left_out) < 2 * self.limits.most_attachments:
                self.left_out.append(name)
            return
        self._bytes += len(content)
        content_id = headers.header(part, "Content-ID").strip("<>")
        self.attachments.append(Attachment(name, kind, content, content_id))

    def cut(self, text: str, what: str) -> str:
        if len(text) <= self.limits.letters:
            return text
        self.left_out.append(f"the end of {what}")
        return text[: self.limits.letters]


def opened(message: Part, limits: Limits) -> Opened:
    """All that a mail brings along, within the limits."""
    found = Opened(limits)
    body = _body(message, found)
    found.body = Body(found.cut(body.text or (markup.to_text(body.html) if body.html else ""), "the text"), body.html)
    if not found.calendars:
        found.calendars += [file.content for file in found.attachments if file.type == _CALENDAR_FILE][:5]
    return found


def everything(message: Part) -> Iterator[tuple[Part, int]]:
    """Every part, those of mails in it too, and how deep it stands."""
    ahead = [(message, 0)]
    while ahead:
        part, depth = ahead.pop()
        yield part, depth
        ahead += [(inner, depth + 1) for inner in reversed(inner_of(part))]


def inner_of(part: Part) -> list[Part]:
    # Of a part that is text, the library would decode it here, by whatever charset it names.
    inner = part.get_payload() if part.is_multipart() else None
    return [one for one in inner if isinstance(one, Part)] if isinstance(inner, list) else []


def type_of(part: Part) -> str:
    try:
        return part.get_content_type()
    except (ValueError, TypeError, AttributeError, IndexError):
        return "application/octet-stream"


def content_of(part: Part) -> bytes:
    """What a part holds, decoded. What claims to be encoded and is not is as it came."""
    try:
        content = part.get_payload(decode=True)
    except (ValueError, LookupError, TypeError):
        return b""
    return content if isinstance(content, bytes) else b""


def text_of(part: Part) -> str:
    """A text part in its charset, or in the one that it must have been."""
    try:
        charset = part.get_content_charset("utf-8") or "utf-8"
    except (ValueError, LookupError, TypeError, AttributeError):
        charset = "utf-8"
    text = headers.decoded(content_of(part), charset)
    return headers.whole(text).replace("\r\n", "\n").replace("\r", "\n").removeprefix("\ufeff")


def _body(part: Part, found: Opened) -> Body:
    kind = type_of(part)
    if kind == "multipart/alternative":
        return _one_of([_body(inner, found) for inner in inner_of(part)])
    if part.is_multipart() and not kind.startswith("message/"):
        return _together([_body(inner, found) for inner in inner_of(part)])
    if kind in _MACHINES:
        return Body()
    if kind == _CALENDAR and len(found.calendars) < 5:
        found.calendars.append(content_of(part)[: found.limits.attachment])
        return Body()
    if kind in ("text/plain", "text/html") and not _is_a_file(part):
        text = text_of(part)
        return Body(text=text) if kind == "text/plain" else Body(html=_harmless(text, found))
    found.attach(part)
    return Body()


def _harmless(html: str, found: Opened) -> str:
    html = found.cut(html, "the HTML")
    if markup.is_too_deep(html):
        found.left_out.append("the HTML")
        return markup.from_text(re.sub(r"<[^<>]*>", " ", html))
    return markup.clean(html)


def _one_of(choices: list[Body]) -> Body:
    """The same said in several ways: the plainest text, and the richest HTML."""
    texts = [choice.text for choice in choices if choice.text.strip()]
    htmls = [choice.html for choice in choices if choice.html.strip()]
    return Body(texts[0] if texts else "", htmls[-1] if htmls else "")


def _together(pieces: list[Body]) -> Body:
    """One below the other, as a program that has pictures between its words writes them."""
    pieces = [piece for piece in pieces if piece.text.strip() or piece.html.strip()]
    if len(pieces) < 2:
        return pieces[0] if pieces else Body()
    text = "\n".join(piece.text or markup.to_text(piece.html) for piece in pieces)
    is_rich = any(piece.html for piece in pieces)
    return Body(text, "".join(piece.html or markup.from_text(piece.text) for piece in pieces) if is_rich else "")


def _is_a_file(part: Part) -> bool:
    return _disposition(part) == "attachment" or bool(_given_name(part))


def _disposition(part: Part) -> str:
    return str(part.get("Content-Disposition", "")).partition(";")[0].strip().lower()


def _given_name(part: Part) -> str:
    try:
        return headers.words(str(part.get_filename("") or ""))
    except (ValueError, LookupError, TypeError, AttributeError, IndexError):
        return ""


def _name(part: Part, kind: str, number: int) -> str:
    """A name alone, whatever path or trick was sent, with the ending that it had."""
    given = _given_name(part)
    if not given and kind == "message/rfc822" and (inner := inner_of(part)):
        given = f"{_FOLDERS.sub(' ', headers.header(inner[0], 'Subject'))[:80]}.eml"
    name = _NOT_IN_A_NAME.sub("_", _FOLDERS.split(given)[-1]).strip(" .")
    if not name or name == "eml":
        return f"attachment-{number}{mimetypes.guess_extension(kind) or ''}"
    if len(name) <= _LONGEST_NAME:
        return name
    stem, dot, ending = name.rpartition(".")
    kept = f"{dot}{ending}" if stem and len(ending) <= _LONGEST_ENDING else ""
    return name[: _LONGEST_NAME - len(kept)].rstrip(" .") + kept


def _content_of_mail(part: Part) -> bytes:
    """A mail inside the mail, as it would be sent."""
    inner = inner_of(part)
    try:
        return inner[0].as_bytes(policy=compat32) if inner else content_of(part)
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return text_of(inner[0]).encode() if inner and not inner[0].is_multipart() else b""
