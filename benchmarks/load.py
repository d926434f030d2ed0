"""Asks a server for the same thing again and again, over connections kept open, and times each answer.

`python -m benchmarks.load FILE`, in a process of its own; FILE holds an `Asked` as JSON, and the answer is printed.
"""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks.figures import percentile

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Asked:
    """What is asked, over how many connections, for how many seconds."""

    port: int
    path: str
    method: str = "GET"
    headers: tuple[tuple[str, str], ...] = ()
    body: str = ""
    connections: int = 1
    seconds: float = 3.0

    @property
    def bytes(self) -> bytes:
        """As it goes over the line."""
        body = self.body.encode()
        length = [("Content-Length", str(len(body)))] if body else []
        lines = [f"{name}: {value}" for name, value in (*self.headers, *length)]
        head = "\r\n".join([f"{self.method} {self.path} HTTP/1.1", f"Host: 127.0.0.1:{self.port}", *lines])
        return f"{head}\r\n\r\n".encode() + body


@dataclass(frozen=True)
class Answered:
    """How long the answers took, in milliseconds; how many came in a second."""

    p50: float
    p95: float
    per_second: float
    size: int


def ask(asked: Asked) -> Answered:
    """Have it asked by another process. Raises RuntimeError where an answer is no success."""
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump(asdict(asked), file)
        file.flush()
        command = [sys.executable, "-m", "benchmarks.load", file.name]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{asked.method} {asked.path}: {done.stderr.strip()[-2000:]}")
    return Answered(**json.loads(done.stdout))


def _work(asked: Asked) -> Answered:
    times: list[float] = []
    sizes: list[int] = []
    troubles: list[Exception] = []

    def go_on(until: float) -> None:
        try:
            with socket.create_connection(("127.0.0.1", asked.port), timeout=60) as line:
                line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                while time.perf_counter() < until:
                    began = time.perf_counter()
                    line.sendall(asked.bytes)
                    size = _answer(line)
                    times.append((time.perf_counter() - began) * 1000)
                    sizes.append(size)
        except Exception as trouble:  # noqa: BLE001 - told to who asked
            troubles.append(trouble)

    began = time.perf_counter()
    threads = [threading.Thread(target=go_on, args=[began + asked.seconds]) for _ in range(asked.connections)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if troubles:
        raise troubles[0]
    rate = len(times) / (time.perf_counter() - began)
    return Answered(percentile(times, 0.5), percentile(times, 0.95), rate, sizes[-1])


def _answer(line: socket.socket) -> int:
    """Read one answer whole; says how many bytes its body has."""
    received = b""
    while b"\r\n\r\n" not in received:
        received += _more(line)
    head, _, body = received.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    if first.split()[1] not in ("200", "201"):
        raise RuntimeError(f"{first}: {body[:500]!r}")
    headers: Mapping[str, str] = dict(each.lower().split(": ", 1) for each in lines)
    length = int(headers["content-length"])
    left = length - len(body)
    while left > 0:
        left -= len(_more(line))
    return length


def _more(line: socket.socket) -> bytes:
    part = line.recv(1 << 18)
    if not part:
        raise ConnectionError("The server closed the connection.")
    return part


if __name__ == "__main__":
    said = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    headers = tuple((name, value) for name, value in said.pop("headers"))
    print(json.dumps(asdict(_work(Asked(**said, headers=headers)))))
