"""A real chat service at the other end, which takes what Apprise posts as json://, and can be as unkind as they are."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class Chatroom:
    """The service. What it answers, and how slowly, is for the test to say; what it heard stands in `posts`."""

    def __init__(self) -> None:
        self.posts: list[dict[str, Any]] = []
        self.asked = 0
        self.status = 200
        self.slowness = 0.0
        self.location = ""
        room = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                room.asked += 1
                content = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                time.sleep(room.slowness)
                if room.status == 200:
                    room.posts.append(json.loads(content))
                self.send_response(room.status)
                if room.location:
                    self.send_header("Location", room.location)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def do_GET(self) -> None:
                self.do_POST()

            def log_message(self, *args: Any) -> None:
                """Nothing is written down."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        """Where it is, as a member would write it; the last part is their secret."""
        return f"json://127.0.0.1:{self._server.server_port}/secret-token"

    @property
    def titles(self) -> list[str]:
        return [post["title"] for post in self.posts]

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@contextmanager
def opened() -> Iterator[Chatroom]:
    room = Chatroom()
    try:
        yield room
    finally:
        room.close()
