"""How a line of the log looks: one line, in UTC, without a secret in it."""

from __future__ import annotations

import logging
import re
import time
from http import HTTPStatus
from typing import Any

# Keys that we hand out, wherever they stand, and the addresses that hold one.
_SECRETS = re.compile(r"\b(amends|feed)_[\w-]{20,}|(?<=/decide/)[^/\s]+|(?<=/c/)\d+-[^/\s]+|(?<=/password/)\w+-[^/\s]+")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")


class OneLine(logging.Formatter):
    """What somebody typed begins no line of its own. Only a traceback has several, and each says that it is of one."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s.%(msecs)03dZ %(levelname)s %(name)s: %(message)s", "%Y-%m-%dT%H:%M:%S")

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - logging names it so
        return _visible(super().formatMessage(record))

    def formatException(self, ei: Any) -> str:  # noqa: N802 - logging names it so
        return _of_a_traceback(super().formatException(ei))

    def formatStack(self, stack_info: str) -> str:  # noqa: N802 - logging names it so
        return _of_a_traceback(super().formatStack(stack_info))

    @staticmethod
    def converter(timestamp: float | None = None) -> time.struct_time:
        return time.gmtime(timestamp)

    def format(self, record: logging.LogRecord) -> str:
        return without_secrets(super().format(record))


class SaidAlready(logging.Filter):
    """Leaves out that somebody was answered 503: it passes, and whoever answers so has said why, once."""

    def filter(self, record: logging.LogRecord) -> bool:
        return getattr(record, "status_code", None) != HTTPStatus.SERVICE_UNAVAILABLE


def _of_a_traceback(text: str) -> str:
    """The text of a fault may hold what somebody typed, line ends and all."""
    return "\n".join(f"  | {_visible(line)}" for line in text.split("\n"))


def _visible(line: str) -> str:
    """The same with what moves a cursor or ends a line written out."""
    return _CONTROL.sub(lambda found: repr(found[0])[1:-1], line)


def without_secrets(text: str) -> str:
    """The same without the keys in it."""
    return _SECRETS.sub("…", text)
