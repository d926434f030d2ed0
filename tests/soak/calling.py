"""One member at the API: real HTTP with a token, over a connection that is kept while the server lives."""

from __future__ import annotations

import http.client
import json
import select
from dataclasses import dataclass
from typing import Any

WITHIN = 30.0


@dataclass(frozen=True)
class Answer:
    """What came back. Status 0: the connection broke, so nobody here knows what became of the request."""

    status: int
    body: Any = None

    @property
    def is_yes(self) -> bool:
        return 200 <= self.status < 300

    @property
    def is_unknown(self) -> bool:
        return self.status in (0, 503)

    @property
    def says(self) -> str:
        """The sentence of a refusal."""
        return str(self.body.get("detail", "")) if isinstance(self.body, dict) else ""


class Line:
    """One member's connection. Asks whichever of the web servers it is on; the next one when that is away."""

    def __init__(self, key: str, ports: list[int]) -> None:
        self._headers = {"Authorization": f"Bearer {key}"}
        self._ports = ports
        self._turn = 0
        self._connection: http.client.HTTPConnection | None = None

    def ask(self, method: str, path: str, body: Any = None) -> Answer:
        """Ask once, and never again by itself: what was asked may have been done."""
        content = None if body is None else json.dumps(body)
        headers = self._headers | ({"Content-Type": "application/json"} if content else {})
        if self._connection and _has_ended(self._connection):
            self.hang_up()
        connection = self._connection or self._dial()
        try:
            connection.request(method, f"/api/v1{path}", content, headers)
            answer = connection.getresponse()
            found = answer.read()
        except (OSError, http.client.HTTPException):
            self.hang_up()
            self._turn += 1
            return Answer(0)
        if answer.will_close:
            self.hang_up()
        try:
            return Answer(answer.status, json.loads(found) if found else None)
        except ValueError:
            return Answer(answer.status, found.decode(errors="replace"))

    def hang_up(self) -> None:
        if self._connection:
            self._connection.close()
            self._connection = None

    def _dial(self) -> http.client.HTTPConnection:
        port = self._ports[self._turn % len(self._ports)]
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=WITHIN)
        return self._connection


def _has_ended(connection: http.client.HTTPConnection) -> bool:
    """Whether the server closed it while nothing was asked, as one that was killed did: then there is word to read."""
    return connection.sock is None or bool(select.select([connection.sock], [], [], 0)[0])
