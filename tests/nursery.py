"""`amends` commands that have loaded already: forks of one process for each process of tests, instead of new ones.

Loading costs a command a second, and a test starts several. A fork has its own environment, folder, streams, session
and number, and reads its settings as any command does; it can be waited for and killed like any child. Only `python -m
amends.cli` itself is not in it, which is why some tests start that.
"""

from __future__ import annotations

import atexit
import ctypes
import gc
import json
import os
import signal
import socket
import subprocess
import sys
import threading
from contextlib import suppress
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any, NoReturn

ROOT = Path(__file__).resolve().parent.parent
COMMAND = [sys.executable, "-m", "amends.cli"]
# What commands go on to load, as far as it reads no settings; the rest of each is its own.
LOADED = (
    *("asyncio", "holidays", "openpyxl", "psycopg", "pydantic", "rich.console", "yaml"),
    *("django.contrib.auth.hashers", "django.core.mail", "django.core.management"),
    *("django.db.backends.postgresql.base", "django.db.backends.sqlite3.base", "django.db.migrations.executor"),
    *("django.http", "django.template.backends.django", "django.urls", "django.views.debug"),
    *("amends.clock.engine", "amends.playbook.document", "amends.wording"),
)
_ADOPT_ORPHANS = 36  # PR_SET_CHILD_SUBREAPER


class Born(subprocess.Popen[Any]):
    """As Popen, of a command line that begins with COMMAND."""

    def _execute_child(self, args: list[str], *given: Any) -> None:
        if sys.platform != "linux":
            super()._execute_child(args, *given)  # type: ignore[misc]
            return
        assert args[: len(COMMAND)] == COMMAND, args
        # As Python 3.11 and later call it.
        (_, _, _, _, cwd, env, _, _, _, *pipes, _, _, _, _, _, in_a_new_session, _) = given
        streams = [end if end >= 0 else own for own, end in enumerate((pipes[0], pipes[3], pipes[5]))]
        asked = {
            "words": args[len(COMMAND) :],
            "cwd": str(cwd or Path.cwd()),
            "env": dict(env or os.environ),
            "in_a_new_session": in_a_new_session,
        }
        self.pid = _nursery().bears(asked, streams)
        self._child_created = True
        self._close_pipe_fds(*pipes)  # type: ignore[attr-defined]


class _Nursery:
    def __init__(self) -> None:
        self._line, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._one_at_a_time = threading.Lock()
        with theirs:
            self._process = subprocess.Popen([sys.executable, "-m", __name__], stdin=theirs.fileno(), cwd=ROOT)
        atexit.register(self._close)

    def bears(self, asked: dict[str, Any], streams: list[int]) -> int:
        """A new process that runs a command; its number. It is made a child of ours, as if we had started it."""
        with self._one_at_a_time:
            _adopt_orphans(True)
            try:
                socket.send_fds(self._line, [json.dumps(asked).encode()], streams)
                return int(self._line.recv(32))
            finally:
                _adopt_orphans(False)

    def _close(self) -> None:
        self._line.close()
        self._process.wait(20)


@cache
def _nursery() -> _Nursery:
    return _Nursery()


def _adopt_orphans(yes: bool) -> None:
    ctypes.CDLL(None).prctl(_ADOPT_ORPHANS, int(yes), 0, 0, 0)


def _serve(line: socket.socket) -> dict[str, Any]:
    """Fork for every command that is asked for. Returns in the fork, with what it was asked for."""
    while True:
        packet, streams, _, _ = socket.recv_fds(line, 1 << 20, 3)
        if not packet:
            os._exit(0)
        number, written = os.pipe()
        between = os.fork()
        if between == 0:
            child = os.fork()
            if child:
                # Its parent is gone before it is named, so that whoever asked for it has adopted it by then.
                os.write(written, str(child).encode())
                os._exit(0)
            for own, stream in enumerate(streams):
                os.dup2(stream, own)
            os.closerange(3, 256)
            return dict(json.loads(packet))
        os.waitpid(between, 0)
        line.send(os.read(number, 32))
        for end in (number, written, *streams):
            os.close(end)


def _live(asked: dict[str, Any]) -> NoReturn:
    if asked["in_a_new_session"]:
        os.setsid()
    os.chdir(asked["cwd"])
    os.environ.clear()
    # The second is what amends.cli.main does when it is loaded.
    os.environ.update(asked["env"])
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "amends.settings")
    # As Python does when it starts. Some machines have a sitecustomize of their own, which was loaded here before.
    sys.modules.pop("sitecustomize", None)
    sys.path[:0] = filter(None, os.environ.get("PYTHONPATH", "").split(os.pathsep))
    with suppress(ImportError):
        import_module("sitecustomize")
    sys.argv = ["amends", *asked["words"]]
    sys.exit(import_module("amends.cli.main").main())


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.default_int_handler)
    from amends.cli.main import COMMANDS

    for each in (*LOADED, *(f"amends.cli.{name}" for name in COMMANDS)):
        import_module(each)
    gc.freeze()
    _live(_serve(socket.socket(fileno=os.dup(0))))
