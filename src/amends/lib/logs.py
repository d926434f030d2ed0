"""How a line of the log looks: one line, in UTC, without a secret in it."""

from __future__ import annotations

import logging
import re
import time

# Keys that we hand out, wherever they stand, and the addresses that hold one.
_SECRETS = re.compile(r"\b(amends|feed)_[\w-]{20,}|(?<=/decide/)[^/\s]+|(?<=/password/)\w+-[^/\s]+")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")


class OneLine(logging.Formatter):
    """What somebody typed begins no line of its own; only a traceback has several."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s.%(msecs)03dZ %(levelname)s %(name)s: %(message)s", "%Y-%m-%dT%H:%M:%S")

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - logging names it so
        return _CONTROL.sub(lambda found: repr(found[0])[1:-1], super().formatMessage(record))

    @staticmethod
    def converter(timestamp: float | None = None) -> time.struct_time:
        return time.gmtime(timestamp)

    def format(self, record: logging.LogRecord) -> str:
        return without_secrets(super().format(record))


def without_secrets(text: str) -> str:
    """The same without the keys in it."""
    return _SECRETS.sub("…", text)
