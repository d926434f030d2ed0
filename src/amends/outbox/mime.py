"""A message as the bytes that go over the line: headers, text and HTML (RFC 5322, 2045, 2046).

Ours are two short texts under a dozen headers. Headers that need encoding are the library's; the frame of two parts is
written out, because the library's generator took a third of a sender's time for it.
"""

from __future__ import annotations

import base64
import binascii
import re
import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from email.header import Header
from email.utils import formataddr, getaddresses
from urllib.parse import quote

# What stands in no quoted-printable text, where a “=” is followed by a number or by the end of the line.
_BOUNDARY = "=_amends_="
_BOUNDARY_OF_FILES = "=_amends_files_="
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_LINE_END = re.compile(r"\r\n|\r|\n")
_LONGEST_LINE = 76
_ADDRESSES = frozenset({"From", "To", "Reply-To"})
_UTF_8 = "UTF-8''"
# As much of a file's name as stands in a line, no letter's number cut in two
_PIECE = re.compile(r"(?:%..|[^%]){1,45}")
# What may not stand between its quotes
_NOT_PLAIN = re.compile(r'[^ -~]|["\\%]')


@dataclass(frozen=True, slots=True)
class File:
    """A file that goes along; `kind` is what its bytes are, such as "application/pdf"."""

    name: str
    kind: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Calendar:
    """An invitation, or its end, as calendars read it; `method` is the one that stands inside (RFC 6047, 2.4)."""

    method: str
    content: bytes


def message(
    headers: Iterable[tuple[str, str]],
    *,
    text: str,
    html: str,
    files: Sequence[File] = (),
    calendar: Calendar | None = None,
) -> bytes:
    """The whole message. `html` may be blank: then it is text alone. Refuses a header with a line end in it."""
    head = "".join(header(name, value) for name, value in headers).encode() + b"MIME-Version: 1.0\r\n"
    said = _part("plain", text)
    looks = [_part("html", html)] if html else []
    # Programs take the last that they know how to show.
    looks += [_invitation(calendar)] if calendar else []
    if looks:
        said = _parts("alternative", _BOUNDARY, [said, *looks])
    if files:
        said = _parts("mixed", _BOUNDARY_OF_FILES, [said, *map(_enclosed, files)])
    return head + said


def _parts(kind: str, boundary: str, parts: Iterable[bytes]) -> bytes:
    mark = b"--" + boundary.encode()
    head = f'Content-Type: multipart/{kind}; boundary="{boundary}"\r\n\r\n'.encode()
    return b"".join((head, *(mark + b"\r\n" + part + b"\r\n" for part in parts), mark + b"--\r\n"))


def _invitation(calendar: Calendar) -> bytes:
    head = (
        f"Content-Type: text/calendar; method={calendar.method}; charset=UTF-8\r\n"
        "Content-Transfer-Encoding: base64\r\n\r\n"
    )
    return head.encode() + base64.encodebytes(calendar.content).replace(b"\n", b"\r\n")


def _enclosed(file: File) -> bytes:
    """One file, to be kept and not to be shown."""
    head = (
        f"Content-Type: {file.kind}\r\n"
        "Content-Transfer-Encoding: base64\r\n"
        f"Content-Disposition: attachment;\r\n {_file_name(file.name)}\r\n\r\n"
    )
    return head.encode() + base64.encodebytes(file.content).replace(b"\n", b"\r\n")


def _file_name(name: str) -> str:
    """A name as it is, where a header can hold it; else in pieces that every line can (RFC 2231)."""
    if not _NOT_PLAIN.search(name) and len(name) < _LONGEST_LINE:
        return f'filename="{name}"'
    pieces = _PIECE.findall(quote(name, safe=""))
    if len(pieces) == 1:
        return f"filename*={_UTF_8}{pieces[0]}"
    return ";\r\n ".join(f"filename*{number}*={'' if number else _UTF_8}{piece}" for number, piece in enumerate(pieces))


def header(name: str, value: str) -> str:
    """One header with its line end: folded where it is long, encoded where it is more than ASCII."""
    if "\n" in value or "\r" in value:
        raise ValueError(f"The header {name} cannot have a line end in it.")
    # What looks encoded would be decoded below, and may hold a line end and a header of its own.
    value = _CONTROL.sub(" ", value).replace("=?", "= ?")
    if value.isascii():
        # Ours, because the library takes the quotes from a long name: a comma in it would then part two addresses.
        lines = textwrap.wrap(f"{name}: {value}", _LONGEST_LINE, break_long_words=False, break_on_hyphens=False)
        return "\r\n ".join(lines) + "\r\n"
    encoded = ",\n ".join(map(_mailbox, getaddresses([value]))) if name in _ADDRESSES else _encoded(value)
    return f"{name}: {encoded}\n".replace("\n", "\r\n")


def _mailbox(one: tuple[str, str]) -> str:
    name, address = one[0], on_the_line(one[1])
    return formataddr((name, address)) if name.isascii() else f"{_encoded(name)}\n <{address}>"


def on_the_line(address: str) -> str:
    """An address as every mail server reads it: its domain in IDNA. Raises UnicodeError where it cannot be."""
    local, at, domain = address.rpartition("@")
    return f"{local.encode('ascii').decode()}{at}{domain.encode('idna').decode()}"


def _encoded(words: str) -> str:
    """In words of RFC 2047, a line each. The library's newer way may take minutes over what is not quite a text."""
    return Header(words, "utf-8", maxlinelen=_LONGEST_LINE, header_name="Reply-To").encode()


def _part(kind: str, words: str) -> bytes:
    """One look of the message, with the headers that say what it is. Every line is short, and ASCII."""
    ended = words if words.endswith(("\n", "\r")) else f"{words}\n"
    head = f'Content-Type: text/{kind}; charset="utf-8"\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n'
    return head.encode() + binascii.b2a_qp(_LINE_END.sub("\r\n", ended).encode(), istext=True)
