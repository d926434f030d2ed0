"""A mail server in a process of its own, as light as one can be in Python: it says yes, and writes down what came.

`python -m benchmarks.mail_server LEDGER SECONDS` serves until it is killed, and answers each command SECONDS late.
aiosmtpd, which the tests use, needs more of a core for a message than a sender does; a bottleneck measures nothing.
"""

from __future__ import annotations

import asyncio
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
_IDENTITY = re.compile(rb"(?im)^message-id:\s*(\S+)")


class Arrival(NamedTuple):
    """One message that the server took: when, by time.monotonic(); to whom; its Message-ID."""

    at: float
    to: str
    identity: str


@dataclass
class MailServer:
    """The server as its benchmark sees it: where it is, and its ledger."""

    url: str
    port: int
    _ledger: Path
    _read: int = 0
    _arrivals: int = 0

    def count(self) -> int:
        """How many messages have arrived."""
        with self._ledger.open("rb") as ledger:
            ledger.seek(self._read)
            new = ledger.read()
        self._read += len(new)
        self._arrivals += new.count(b"\n")
        return self._arrivals

    def arrivals(self) -> list[Arrival]:
        """All that has arrived, the oldest first."""
        lines = (line.split() for line in self._ledger.read_text(encoding="utf-8").splitlines())
        return [Arrival(float(at), to, identity) for at, to, identity in lines]


@contextmanager
def serving(folder: Path, *, late_by: float = 0.0) -> Iterator[MailServer]:
    """A mail server that runs as long as the block; each of its answers is so many seconds late."""
    ledger = folder / f"ledger-{time.monotonic_ns()}"
    ledger.touch()
    command = [sys.executable, "-m", "benchmarks.mail_server", str(ledger), str(late_by)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT)
    assert process.stdout
    try:
        port = int(process.stdout.readline())
        yield MailServer(f"smtp://127.0.0.1:{port}", port, ledger)
    finally:
        process.kill()
        process.wait()


class _Line(asyncio.Protocol):
    """One connection: each line is a command, but between DATA and a dot alone."""

    def __init__(self, ledger: int, late_by: float) -> None:
        self._ledger, self._late_by = ledger, late_by
        self._received, self._is_content = b"", False
        self._to = ""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._says(b"220 mail.fernhill.example\r\n")

    def data_received(self, data: bytes) -> None:
        self._received += data
        end = b"\r\n.\r\n" if self._is_content else b"\r\n"
        while end in self._received:
            taken, _, self._received = self._received.partition(end)
            self._says(self._take(taken) if self._is_content else self._hear(taken))
            end = b"\r\n.\r\n" if self._is_content else b"\r\n"

    def _take(self, content: bytes) -> bytes:
        found = _IDENTITY.search(content)
        identity = found[1].decode() if found else "-"
        os.write(self._ledger, f"{time.monotonic()} {self._to} {identity}\n".encode())
        self._is_content = False
        return b"250 Taken\r\n"

    def _hear(self, line: bytes) -> bytes:
        command = line[:4].upper()
        if command == b"RCPT":
            self._to = line.partition(b"<")[2].partition(b">")[0].decode()
        if command == b"DATA":
            self._is_content = True
            return b"354 Go on\r\n"
        return b"221 Goodbye\r\n" if command == b"QUIT" else b"250 Yes\r\n"

    def _says(self, answer: bytes) -> None:
        if self._late_by:
            asyncio.get_running_loop().call_later(self._late_by, self._transport.write, answer)
        else:
            self._transport.write(answer)


async def _serve(ledger: Path, late_by: float) -> None:
    written = os.open(ledger, os.O_WRONLY | os.O_APPEND)
    server = await asyncio.get_running_loop().create_server(lambda: _Line(written, late_by), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_serve(Path(sys.argv[1]), float(sys.argv[2])))
