"""A message as the bytes that go over the line: headers, text and HTML (RFC 5322, 2045, 2046).

Its parts are the library's older, plain ones: a message of the newer kind parses each header that it has just been
given, which took half of a sender's time.
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterable
from email import policy
from email.mime.base import MIMEBase
from email.mime.multipart import MIMEMultipart
from email.mime.nonmultipart import MIMENonMultipart

_ON_THE_LINE = policy.compat32.clone(linesep="\r\n")
# What stands in no quoted-printable text, where a “=” is followed by a number or by the end of the line.
_BOUNDARY = "=_amends_="
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_LINE_END = re.compile(r"\r\n|\r|\n")
_LONGEST_LINE = 76


def message(headers: Iterable[tuple[str, str]], *, text: str, html: str) -> bytes:
    """The whole message. `html` may be blank: then it is text alone. Refuses a header with a line end in it."""
    head = "".join(header(name, value) for name, value in headers)
    body: MIMEBase = _part("plain", text)
    if html:
        body = MIMEMultipart("alternative", _BOUNDARY, [body, _part("html", html)])
    return head.encode() + body.as_bytes(policy=_ON_THE_LINE)


def header(name: str, value: str) -> str:
    """One header with its line end: folded where it is long, encoded where it is more than ASCII."""
    if "\n" in value or "\r" in value:
        raise ValueError(f"The header {name} cannot have a line end in it.")
    # What looks encoded would be decoded below, and may hold a line end and a header of its own.
    value = _CONTROL.sub(" ", value).replace("=?", "= ?")
    line = f"{name}: {value}"
    if len(line) <= _LONGEST_LINE and value.isascii() and value.isprintable():
        return f"{line}\r\n"
    folded: str = policy.SMTP.header_factory(name, value).fold(policy=policy.SMTP)
    return folded


def _part(kind: str, words: str) -> MIMENonMultipart:
    """One look of the message. Every line is short, and ASCII."""
    ended = words if words.endswith(("\n", "\r")) else f"{words}\n"
    part = MIMENonMultipart("text", kind, charset="utf-8")
    part["Content-Transfer-Encoding"] = "quoted-printable"
    part.set_payload(binascii.b2a_qp(_LINE_END.sub("\n", ended).encode(), istext=True).decode())
    return part
