"""A folder on an IMAP server: what is new in it, and its bytes. It is only looked at; nothing is moved or deleted."""

from __future__ import annotations

import contextlib
import datetime as dt
import imaplib
import re
import ssl
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import parse_qs, unquote, urlsplit

from imap_tools import BaseMailBox, MailBox, MailboxLoginError, MailBoxStartTls, MailBoxUnencrypted, MailMessageFlags
from imap_tools.errors import ImapToolsError, UnexpectedCommandStatusError

# How many seconds to wait for an answer.
TIMEOUT = 30
_SIZE = re.compile(rb"RFC822\.SIZE (\d+)")
_UID = re.compile(rb"UID (\d+)")
# What a server says to programs: [AUTHENTICATIONFAILED].
_CODE = re.compile(r"^\s*\[[A-Z-]+\]")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
Answer = TypeVar("Answer")
# As the library has a line, or one with the bytes that it announced.
Part = bytes | tuple[bytes, bytes]


class Unreachable(Exception):
    """The server does not answer, or does not let us in: in a sentence for people."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A mail in the folder, by its number there, and its size in bytes."""

    uid: int
    size: int


@dataclass(frozen=True, slots=True)
class Folder:
    """The folder as it stands. Where its validity is another than before, all numbers are new ones."""

    validity: int
    next_uid: int


class ImapServer:
    """The folder named by a URL: imaps://user:password@host:port/folder, or imap://…?tls=starttls|no.

    The connection is kept open and opened anew when it broke. All methods raise Unreachable.
    """

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in {"imap", "imaps"} or not parts.hostname or not parts.username:
            raise ValueError("A mailbox is written imaps://user:password@host/folder.")
        self._host = parts.hostname
        self._tls = parse_qs(parts.query).get("tls", ["yes" if parts.scheme == "imaps" else "starttls"])[0]
        self._port = parts.port or (993 if self._tls == "yes" else 143)
        self._login = (unquote(parts.username), unquote(parts.password or ""))
        self._folder = unquote(parts.path.strip("/")) or "INBOX"
        self._box: BaseMailBox | None = None

    @property
    def name(self) -> str:
        """Which folder of which mailbox, without what is secret."""
        return f"{self._login[0]}@{self._host}/{self._folder}"[:200]

    def folder(self) -> Folder:
        """How the folder stands now."""
        # A server need not say what has come meanwhile before it is asked whether there is anything to say.
        self._ask(lambda box: box.client.noop())
        found = self._ask(lambda box: box.folder.status(self._folder, ["UIDVALIDITY", "UIDNEXT"]))
        return Folder(found["UIDVALIDITY"], found["UIDNEXT"])

    def first_since(self, day: dt.date) -> int | None:
        """The lowest number of those that came on that day or later, as the server counts days."""
        since = f"SINCE {day.day}-{_MONTHS[day.month - 1]}-{day.year}"
        return min(map(int, self._ask(lambda box: box.uids(since))), default=None)

    def after(self, uid: int, *, at_most: int, unseen_below: int = 0) -> list[Listed]:
        """What stands behind that number, in order: the first `at_most`; below the other, what nobody has read."""
        uids: set[int] = set()
        if uid + 1 < unseen_below:
            uids |= self._uids(f"UID {uid + 1}:{unseen_below - 1} UNSEEN")
        begins = max(uid + 1, unseen_below)
        if len(uids) < at_most:
            # “n:*” always names the last one too, even where it lies below n.
            uids |= {found for found in self._uids(f"UID {begins}:*") if found >= begins}
        wanted = sorted(uids)[:at_most]
        if not wanted:
            return []
        answer = self._fetch(",".join(map(str, wanted)), "(RFC822.SIZE)")
        found = [(_UID.search(line), _SIZE.search(line)) for line in map(_line, answer)]
        sizes = {int(number[1]): int(size[1]) for number, size in found if number and size}
        return [Listed(number, sizes[number]) for number in wanted if number in sizes]

    def content(self, uid: int) -> bytes | None:
        """A mail’s bytes; None where it is gone meanwhile. It does not become read by that."""
        return self._literal(uid, "(BODY.PEEK[])")

    def headers(self, uid: int) -> bytes | None:
        """The bytes of its headers alone."""
        return self._literal(uid, "(BODY.PEEK[HEADER])")

    def mark_seen(self, uid: int) -> None:
        """Whoever opens the mailbox sees that it has been fetched."""
        self._ask(lambda box: box.flag(str(uid), MailMessageFlags.SEEN, True))

    def close(self) -> None:
        """Hang up. The next question opens a new connection."""
        if self._box:
            with contextlib.suppress(ImapToolsError, imaplib.IMAP4.error, OSError):
                self._box.logout()
            self._box = None

    def _uids(self, criteria: str) -> set[int]:
        return {int(found) for found in self._ask(lambda box: box.uids(criteria))}

    def _literal(self, uid: int, what: str) -> bytes | None:
        answer = self._fetch(str(uid), what)
        return next((part[1] for part in answer if isinstance(part, tuple)), None)

    def _fetch(self, uids: str, what: str) -> Sequence[Part]:
        return self._ask(lambda box: _answered(box.client.uid("FETCH", uids, what)))

    def _ask(self, question: Callable[[BaseMailBox], Answer]) -> Answer:
        """Ask on the open connection; one that went stale meanwhile is replaced once."""
        if self._box:
            try:
                return question(self._box)
            except (ImapToolsError, imaplib.IMAP4.error, OSError):
                self._box = None
        try:
            self._box = self._open()
            return question(self._box)
        except (ImapToolsError, imaplib.IMAP4.error, OSError) as error:
            self._box = None
            raise Unreachable(f"The mailbox at {self._host} cannot be reached: {_why(error)}") from error

    def _open(self) -> BaseMailBox:
        box: BaseMailBox
        if self._tls == "no":
            box = MailBoxUnencrypted(self._host, self._port, timeout=TIMEOUT)
        elif self._tls == "starttls":
            box = MailBoxStartTls(self._host, self._port, timeout=TIMEOUT, ssl_context=ssl.create_default_context())
        else:
            box = MailBox(self._host, self._port, timeout=TIMEOUT, ssl_context=ssl.create_default_context())
        # Not every server knows the other way, which letters beyond ASCII need.
        login = box.login if "".join(self._login).isascii() else box.login_utf8
        try:
            login(*self._login, initial_folder=None)
        except imaplib.IMAP4.abort:
            raise
        except (MailboxLoginError, imaplib.IMAP4.error) as error:
            raise Unreachable(f"The mailbox at {self._host} does not let {self._login[0]} in: {_why(error)}") from error
        box.folder.set(self._folder)
        return box


def _answered(answer: tuple[str, list[Any]]) -> list[Part]:
    how, what = answer
    if how != "OK":
        raise imaplib.IMAP4.error(f"it answered {how}")
    return [part for part in what if part is not None]


def _line(part: Part) -> bytes:
    return part if isinstance(part, bytes) else part[0]


def _why(error: Exception) -> str:
    """What broke, in words: the server's or the machine's, without the names and numbers that they have for it."""
    said = (error.strerror if isinstance(error, OSError) else "") or str(error)
    if isinstance(error, ssl.SSLCertVerificationError):
        said = f"this machine does not trust its certificate: {error.verify_message}"
    if isinstance(error, UnexpectedCommandStatusError):
        said = " ".join(_line(part).decode("utf-8", "replace") for part in error.command_result[1] if part)
    return " ".join(_CODE.sub("", said).split())[:200].rstrip(".") + "." if said.strip() else "it said nothing more."
