"""How long to look for input that breaks something: a little at every change, long once in a while.

`AMENDS_EXAMPLES=50 pytest tests/api/test_any_request.py` tries fifty times as many. Which ones of many are tried at a
change differs from day to day; `AMENDS_SEED`, which a failure names, does the same again.
"""

from __future__ import annotations

import os
import random

from django.conf import settings as django
from hypothesis import HealthCheck, settings

from amends.lib import wall

TIMES = int(os.environ.get("AMENDS_EXAMPLES", "1"))
# The embedded database tries everything; PostgreSQL, which refuses in other ways, a sixth of it.
ON_POSTGRESQL = "postgresql" in str(django.DATABASES["default"]["ENGINE"])
SHARE = 6 if ON_POSTGRESQL and TIMES == 1 else 1
SEED = int(os.environ.get("AMENDS_SEED") or wall.now().toordinal())
AGAIN = f"AMENDS_SEED={SEED} sends the same again."
# What no field takes as it stands, and much that one might.
HOSTILE = [
    "",
    " ",
    "\0",
    "a\0b",
    "\r\nBcc: all@brightwater.example",
    "\x01\x7f",
    "\u202egpj.exe",
    "\u2028",
    "\ufeff",
    "é" * 400,
    "\U0001f600" * 60,
    "9" * 30,
    "9" * 5_000,
    "-1",
    "0",
    "1e400",
    "NaN",
    "Infinity",
    "١٢",
    "9223372036854775808",
    "2147483648",
    "999999",
    "0001-01-01T00:00",
    "9999-12-31T23:59",
    "2026-03-29T02:30",
    "0001-01-01",
    "9999-12-31",
    "10000-01-01",
    "24:00",
    "null",
    "[]",
    "{}",
    '{"a": 1}',
    "[" * 2_000,
    "{contact}",
    "{",
    "{{x}}",
    "<script>alert(1)</script>",
    "%00",
    "../../etc/passwd",
    "Europe/Nowhere",
    "../Europe/Berlin",
    "ESC-99999999999999999999",
    "http://[",
    "javascript:alert(1)",
    "json://a:b@c:99999/",
    "a@" + "b" * 300 + ".example",
    "@" * 50,
]


def chance(name: str) -> random.Random:
    """What falls to one thing on one day; another day, or another name, has another."""
    return random.Random(f"{SEED} {name}")


def examples(few: int, **more: object) -> settings:
    """So many examples, always the same ones unless it is asked for more."""
    return settings(
        max_examples=few * TIMES,
        derandomize=TIMES == 1,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        **more,
    )
