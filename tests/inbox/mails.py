"""Mails as they come over the line, written by hand, and the real ones that lie beside the project."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from amends.inbox.messages import Message, Parked
from amends.inbox.reading import read

BESIDE = Path(__file__).resolve().parents[3] / "shared" / "data" / "mail-fixtures"
HEAD = """\
From: Maria Duarte <maria@brightwater.example>
To: desk@fernhill.example
Subject: Export is down
Message-ID: <1@brightwater.example>
Date: Thu, 12 Nov 2026 10:00:00 +0100
"""


def mail(head: str = "", body: str = "Hello", *, top: str = HEAD) -> bytes:
    """A mail with these headers under the usual ones."""
    return f"{top}{head}\n{body}".replace("\n", "\r\n").encode()


def multipart(kind: str, *parts: str, top: str = HEAD, head: str = "") -> bytes:
    inside = "".join(f"--edge\n{part}\n" for part in parts)
    return mail(
        f'{head}MIME-Version: 1.0\nContent-Type: multipart/{kind}; boundary="edge"\n', f"{inside}--edge--\n", top=top
    )


def said(raw: bytes) -> Message:
    found = read(raw)
    assert isinstance(found, Message), found
    return found


def parked(raw: bytes) -> Parked:
    found = read(raw)
    assert isinstance(found, Parked), found
    return found


def real(folder: str) -> list[Path]:
    """The real mails of a folder; where they are not, the test is skipped."""
    there = Path(os.environ.get("AMENDS_MAIL_FIXTURES") or BESIDE) / folder
    found = sorted(there.glob("*.txt"))
    if not found:
        pytest.skip(f"no mails in {there}; say where with AMENDS_MAIL_FIXTURES")
    return found
