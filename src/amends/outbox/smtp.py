"""Talking to the mail server, one kept-open connection at a time."""

from __future__ import annotations

import contextlib
import datetime as dt
import re
import smtplib
import ssl
from collections.abc import Callable, Sequence
from email.headerregistry import Address
from email.utils import format_datetime
from urllib.parse import parse_qs, unquote, urlsplit

from amends.outbox import mime
from amends.outbox.letters import Letter, Rendered
from amends.outbox.troubles import HungUp, Rejected, TryLater, Unknown, Unreachable

# How many seconds to wait for an answer. With all of the content there, a server may take its time to look it
# over; to give up sooner would repeat what it then accepts.
TIMEOUT = 30
TIMEOUT_AFTER_CONTENT = 120
# A line has 998 letters at most (RFC 5322), and more where it is encoded.
LONGEST_WORD = 400
# Mail of ours carries the name of its desk; see `amends.inbox.reading`.
OURS = "X-Amends"
# The server closes the connection.
GOODBYE = 421


class MailServer:
    """The server named by a URL: smtp://user:password@host:port?tls=starttls|yes|no.

    The connection is kept open between messages and opened anew when it broke.
    """

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in {"smtp", "smtps"} or not parts.hostname:
            raise ValueError("A mail server is written smtp://host:port or smtps://user:password@host.")
        self._host = parts.hostname
        self._tls = parse_qs(parts.query).get("tls", ["yes" if parts.scheme == "smtps" else "no"])[0]
        self._port = parts.port or (465 if self._tls == "yes" else 587 if self._tls == "starttls" else 25)
        self._login = (unquote(parts.username), unquote(parts.password or "")) if parts.username else None
        self._connection: smtplib.SMTP | None = None

    def hand_over(
        self,
        message: bytes,
        *,
        sender: str,
        recipient: str,
        at_the_door: Callable[[], bool] | None = None,
    ) -> bool:
        """Hand one message to the server.

        `at_the_door` is called after the server has accepted the recipient and before the content goes; when it
        says no, nothing is sent and the answer is False. Raises Rejected, TryLater (or HungUp), Unreachable or
        Unknown.
        """
        content = _as_content(message)
        connection = self._begin(sender, recipient)
        if at_the_door and not self._may_go(at_the_door):
            return False
        self._announce(connection)
        try:
            if connection.sock:
                connection.sock.settimeout(TIMEOUT_AFTER_CONTENT)
            connection.send(content)
            code, answer = connection.getreply()
            if connection.sock:
                connection.sock.settimeout(TIMEOUT)
        except (smtplib.SMTPException, OSError) as error:
            self.close()
            raise Unknown(f"The connection broke while the content was being handed over: {_why(error)}") from error
        if code != 250:
            self._reset()
            raise _refusal(code, answer)
        return True

    def _may_go(self, at_the_door: Callable[[], bool]) -> bool:
        """Ask at the door; whatever but a yes leaves nothing half said to the server."""
        may_go = False
        try:
            may_go = at_the_door()
        finally:
            if not may_go:
                self._reset()
        return may_go

    def _begin(self, sender: str, recipient: str) -> smtplib.SMTP:
        """MAIL FROM and RCPT TO, on a connection that works: one that went stale meanwhile is replaced once."""
        if self._connection:
            try:
                return self._introduce(self._connection, sender, recipient, is_fresh=False)
            except (smtplib.SMTPException, OSError):
                self.close()
        try:
            return self._introduce(self._connect(), sender, recipient)
        except (smtplib.SMTPException, OSError) as error:
            self.close()
            raise HungUp(f"The mail server {self._host} hung up: {_why(error)}") from error

    def _introduce(
        self, connection: smtplib.SMTP, sender: str, recipient: str, *, is_fresh: bool = True
    ) -> smtplib.SMTP:
        """Say from whom and to whom. What the server has against the sender, it has against every message.

        On a connection that was kept open a 421 is a goodbye (RFC 5321, 3.8), as after some idle minutes.
        """
        try:
            code, answer = connection.mail(sender)
        except ValueError as error:
            raise Unreachable(f"“{sender}” cannot be a sender’s address.") from error
        if code == GOODBYE and not is_fresh:
            raise smtplib.SMTPServerDisconnected
        if code != 250:
            self._reset()
            raise Unreachable(f"{_refusal(code, answer)} to our sender {sender}")
        try:
            code, answer = connection.rcpt(mime.on_the_line(recipient))
        except ValueError as error:
            self._reset()
            raise Rejected(f"“{recipient}” cannot be written to a mail server.") from error
        if code == GOODBYE and not is_fresh:
            raise smtplib.SMTPServerDisconnected
        if code not in {250, 251}:
            self._reset()
            raise _refusal(code, answer)
        return connection

    def _announce(self, connection: smtplib.SMTP) -> None:
        """DATA. Until the server says that it wants the content, nothing has been handed over."""
        try:
            code, answer = connection.docmd("DATA")
        except (smtplib.SMTPException, OSError) as error:
            self.close()
            raise HungUp(f"The mail server {self._host} hung up before the content went: {_why(error)}") from error
        if code != 354:
            self._reset()
            raise _refusal(code, answer)

    def _connect(self) -> smtplib.SMTP:
        """Open the connection and log in."""
        try:
            connection = self._open()
            if self._login:
                connection.login(*self._login)
            connection.ehlo_or_helo_if_needed()
        except (smtplib.SMTPException, OSError, ValueError) as error:
            raise Unreachable(f"The mail server {self._host} cannot be reached: {_why(error)}") from error
        self._connection = connection
        return connection

    def _open(self) -> smtplib.SMTP:
        context = ssl.create_default_context() if self._tls != "no" else None
        if self._tls == "yes":
            return smtplib.SMTP_SSL(self._host, self._port, timeout=TIMEOUT, context=context)
        connection = smtplib.SMTP(self._host, self._port, timeout=TIMEOUT)
        if self._tls == "starttls":
            connection.starttls(context=context)
        return connection

    def _reset(self) -> None:
        if self._connection:
            try:
                self._connection.rset()
            except (smtplib.SMTPException, OSError):
                self.close()

    def close(self) -> None:
        """Hang up. The next message opens a new connection."""
        if self._connection:
            with contextlib.suppress(smtplib.SMTPException, OSError):
                self._connection.close()
            self._connection = None


def _as_content(message: bytes) -> bytes:
    """The message as it goes after DATA: a line that begins with a dot gets a second one, a dot alone ends it."""
    content = re.sub(rb"(?m)^\.", b"..", message)
    return content + (b".\r\n" if content.endswith(b"\r\n") else b"\r\n.\r\n")


def _refusal(code: int, answer: bytes | str) -> Rejected | TryLater:
    text = answer.decode(errors="replace") if isinstance(answer, bytes) else answer
    sentence = f"The mail server answered {code} {text}"
    return Rejected(sentence) if 500 <= code < 600 else TryLater(sentence)


def _why(error: Exception) -> str:
    """What broke, in words: what the server said, or the machine without the number that it has for it."""
    if isinstance(error, smtplib.SMTPResponseException):
        answer = error.smtp_error
        return f"it said {error.smtp_code} {answer.decode(errors='replace') if isinstance(answer, bytes) else answer}"
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"this machine does not trust its certificate: {error.verify_message}"
    return (error.strerror if isinstance(error, OSError) else "") or str(error) or "it said nothing more"


def compose(
    letter: Letter,
    rendered: Rendered,
    *,
    sender: str,
    address: str,
    name: str,
    message_id: str,
    at: dt.datetime,
    is_inside: bool,
    files: Sequence[mime.File] = (),
) -> bytes:
    """The MIME message: text, HTML and files, the same bytes at every try, headers that cannot be injected into.

    `at` is when it was written, which is its date however long it waits. Raises Rejected where an address of it cannot
    be written.
    """
    headers = [
        ("Message-ID", message_id),
        # By it we know what comes back to us for our own, whatever a relay makes of the line above.
        (OURS, message_id.rpartition("@")[2].rstrip(">")),
        ("Date", format_datetime(at)),
        ("Subject", _line(rendered.subject)),
        ("From", _address(letter.sender_name, letter.sender or sender)),
        ("To", ", ".join(letter.to) if letter.to else _address(name, address)),
    ]
    if letter.reply_to:
        headers.append(("Reply-To", letter.reply_to))
    if letter.in_reply_to:
        headers.append(("In-Reply-To", letter.in_reply_to))
    # Some relays give a mail another Message-ID: an answer still names ours, which it takes over from here.
    headers.append(("References", " ".join(filter(None, (letter.in_reply_to, message_id)))))
    if is_inside:
        # Told by a machine: no out-of-office answers, please (RFC 3834).
        headers.append(("Auto-Submitted", "auto-generated"))
    try:
        html = "" if letter.is_plain else rendered.html
        return mime.message(headers, text=rendered.text, html=html, files=files, calendar=_calendar(letter))
    except UnicodeError as error:
        raise Rejected(f"“{address}” cannot be written into a mail.") from error


def _calendar(letter: Letter) -> mime.Calendar | None:
    return mime.Calendar(letter.calendar.method, letter.calendar.text.encode()) if letter.calendar else None


def _address(name: str, address: str) -> str:
    local, _, domain = address.rpartition("@")
    return str(Address(_line(name), local, domain))


def _line(text: str) -> str:
    """In one line that can be folded: no word of it is longer than a line may be."""
    return " ".join(word[:LONGEST_WORD] for word in text.split())
