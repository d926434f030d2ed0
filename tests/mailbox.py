"""A real mail server at the other end: it counts what arrives, and can be as unkind as servers are.

Counting happens here, at the receiving end. A message that the test did not take has not been expected, and
fails it.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from functools import cached_property
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.tls import certificate

# Nothing here takes so long unless it has gone wrong.
PATIENCE = 20.0


@dataclass(frozen=True)
class Mail:
    """One message that the server took into its keeping."""

    to: str
    at: float  # time.monotonic()
    content: bytes

    @cached_property
    def message(self) -> EmailMessage:
        return message_from_bytes(self.content, policy=policy.default)  # type: ignore[return-value]

    @property
    def message_id(self) -> str:
        return str(self.message["Message-ID"])

    @property
    def subject(self) -> str:
        return str(self.message["Subject"])

    @property
    def text(self) -> str:
        part = self.message.get_body(("plain",))
        assert part is not None
        return str(part.get_content()).replace("\r\n", "\n")


class Mailbox:
    """The server, in a thread of its own; `tls` is no, starttls or yes, as in its address.

    `holds`, `answers` and `drops` name a boundary: "MAIL", "RCPT", "DATA" (before the content goes) and
    "CONTENT" (all of it is here, the answer is not).
    """

    def __init__(self, tls: str = "no") -> None:
        self.tls = tls
        self.context: ssl.SSLContext | None = None
        if tls != "no":
            self.context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
            self.context.load_cert_chain(certificate())
        self.mails: list[Mail] = []
        self.refused_addresses: set[str] = set()
        # What the server says at a boundary instead of yes, until it is told otherwise.
        self.answers: dict[str, str] = {}
        # At which boundary it hangs up; whatever content it has by then, it keeps.
        self.drops: set[str] = set()
        # How long each message takes, in seconds.
        self.slowness = 0.0
        # How many connections it lets in at a time; None: as many as come
        self.room: int | None = None
        self.connections = 0
        # How often it has said yes to a content
        self.answered = 0
        self._taken: set[int] = set()
        self._held: set[str] = set()
        self._arrived: dict[str, int] = {}
        self._loop = asyncio.new_event_loop()
        self._server: asyncio.Server | None = None
        self._protocols: set[_Protocol] = set()
        self.port = _free_port()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self.comes_up()

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}" + ("" if self.tls == "no" else f"?tls={self.tls}")

    # What the server does

    def goes_down(self) -> None:
        """Nobody answers at this address any more."""
        self._run(self._stop())

    def comes_up(self) -> None:
        self._run(self._start())

    def hangs_up(self) -> None:
        """It closes the connections that are open; new ones are welcome."""
        self._run(self._hang_up())

    def says_goodbye(self) -> None:
        """It closes the connections that are open, and says so: 421, as after some idle minutes."""
        self._run(self._say_goodbye())

    def holds(self, boundary: str) -> None:
        """From now on it leaves everybody waiting there."""
        self._held.add(boundary)

    def lets_go(self) -> None:
        self._held.clear()

    def waits_for(self, boundary: str, times: int = 1) -> None:
        """Come back when a sender has reached the boundary, so many times in all."""
        until(lambda: self._arrived.get(boundary, 0) >= times, f"nobody came to {boundary}")

    def close(self) -> None:
        self.lets_go()
        self.goes_down()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(PATIENCE)
        self._loop.close()

    # What the test says of it

    def to(self, address: str) -> list[Mail]:
        """Everything that arrived for one address, taken or not."""
        return [mail for mail in list(self.mails) if mail.to == address]

    def take(self, count: int, *, to: str = "") -> list[Mail]:
        """Expect so many messages, no more and no less than have arrived, to one address or to all."""
        until(lambda: len(self._untaken(to)) >= count, f"{len(self._untaken(to))} of {count} messages came")
        found = self._untaken(to)
        assert len(found) == count, [(mail.to, mail.subject) for mail in found]
        self._taken.update(id(mail) for mail in found)
        return found

    def take_all(self) -> list[Mail]:
        """Expect what there is; the test counts it itself."""
        found = self._untaken("")
        self._taken.update(id(mail) for mail in found)
        return found

    def is_done(self) -> None:
        """Nothing arrived that nobody took."""
        assert not [(mail.to, mail.subject) for mail in self._untaken("")]

    def _untaken(self, to: str) -> list[Mail]:
        return [mail for mail in list(self.mails) if id(mail) not in self._taken and to in ("", mail.to)]

    # The protocol

    async def at(self, boundary: str, protocol: _Protocol) -> str:
        """Somebody is at a boundary: what do they hear? Blank: go on."""
        self._arrived[boundary] = self._arrived.get(boundary, 0) + 1
        while boundary in self._held:
            await asyncio.sleep(0.005)
        if boundary in self.drops:
            protocol.hang_up()
            return "421 Goodbye"
        return self.answers.get(boundary, "")

    async def handle_MAIL(
        self, server: _Protocol, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if answer := await self.at("MAIL", server):
            return answer
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(
        self, server: _Protocol, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if answer := await self.at("RCPT", server):
            return answer
        if address in self.refused_addresses:
            return "550 No such user here"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: _Protocol, session: Session, envelope: Envelope) -> str:
        if self.slowness:
            await asyncio.sleep(self.slowness)
        answer = self.answers.get("CONTENT", "")
        if not answer:
            content = envelope.content
            assert isinstance(content, bytes)
            self.mails += [Mail(address, time.monotonic(), content) for address in envelope.rcpt_tos]
        await self.at("CONTENT", server)
        # Whatever it would say by now: what it has kept it has taken, and nothing else.
        return answer or "250 Taken"

    async def _start(self) -> None:
        self._server = await self._loop.create_server(
            lambda: _Protocol(self), "127.0.0.1", self.port, ssl=self.context if self.tls == "yes" else None
        )

    async def _stop(self) -> None:
        if self._server:
            self._server.close()
            self._server = None
        await self._hang_up()

    async def _hang_up(self) -> None:
        for protocol in list(self._protocols):
            protocol.hang_up()

    async def _say_goodbye(self) -> None:
        for protocol in list(self._protocols):
            if protocol.transport:
                protocol.transport.write(b"421 4.4.2 mail.fernhill.example Error: timeout exceeded\r\n")
                protocol.transport.close()

    def _run(self, coroutine: Any) -> None:
        asyncio.run_coroutine_threadsafe(coroutine, self._loop).result(PATIENCE)


class _Protocol(SMTP):
    """aiosmtpd's own protocol, which can also be stopped before the content and hang up."""

    def __init__(self, box: Mailbox) -> None:
        super().__init__(
            box,
            hostname="mail.fernhill.example",
            enable_SMTPUTF8=False,
            loop=box._loop,
            timeout=120,
            tls_context=box.context if box.tls == "starttls" else None,
            require_starttls=box.tls == "starttls",
        )
        self._box = box

    def connection_made(self, transport: Any) -> None:
        if self._box.room is not None and len(self._box._protocols) >= self._box.room:
            transport.write(b"421 Too many connections\r\n")
            transport.close()
            return
        self._box.connections += 1
        self._box._protocols.add(self)
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        self._box._protocols.discard(self)
        super().connection_lost(error)

    async def smtp_DATA(self, arg: str) -> None:
        if answer := await self._box.at("DATA", self):
            await self.push(answer)
            return
        before = len(self._box.mails)
        await super().smtp_DATA(arg)
        self._box.answered += len(self._box.mails) > before

    def hang_up(self) -> None:
        if self.transport:
            self.transport.abort()


def until(holds: Callable[[], bool], otherwise: str, *, within: float = PATIENCE) -> None:
    """Wait until something holds, looking often; fail with `otherwise` when it takes too long."""
    deadline = time.monotonic() + within
    while not holds():
        assert time.monotonic() < deadline, otherwise
        time.sleep(0.005)


@contextmanager
def opened(tls: str = "no") -> Iterator[Mailbox]:
    """A mailbox that is looked through at the end."""
    box = Mailbox(tls)
    try:
        yield box
        box.is_done()
    finally:
        box.close()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
