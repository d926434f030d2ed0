"""Whatever comes over the line is read or parked, in a time that it is worth, and can be stored and shown."""

from __future__ import annotations

import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from amends.inbox.folding import fold
from amends.inbox.messages import Message, Parked
from amends.inbox.reading import read
from tests.fuzzing import examples
from tests.inbox.mails import HEAD, mail, multipart
from tests.inbox.test_kinds import report

GOOD = (
    multipart(
        "mixed",
        'Content-Type: multipart/alternative; boundary="inner"\n\n--inner\nContent-Type: text/plain; charset=utf-8\n\n'
        "Grüße\n--inner\nContent-Type: text/html\n\n<p>Hello <a href='https://x.example'>there</a></p>\n--inner--",
        "Content-Type: image/png; name*=utf-8''%E2%82%AC.png\nContent-Transfer-Encoding: base64\n"
        "Content-Disposition: attachment; filename*0=a; filename*1=.png\n\neHl6\n",
        f"Content-Type: message/rfc822\n\n{HEAD}\nInside",
        "Content-Type: text/calendar; method=REPLY\n\nBEGIN:VCALENDAR\n",
    ),
    report("failed", "5.1.1", "550 5.1.1 user unknown"),
)
PIECES = [
    *(
        b"\r\n",
        b"\n\n",
        b"--edge",
        b"--inner--",
        b":",
        b";",
        b'"',
        b"(",
        b"<",
        b">",
        b"=?",
        b"?=",
        b"\0",
        b"\xff",
        b" ",
    ),
    *(
        b"Content-Type: multipart/mixed\r\n",
        b"Content-Type: message/delivery-status\r\n",
        b"; charset=punycode",
        b"*0*=",
    ),
    *(
        b"Content-Transfer-Encoding: x-uuencode\r\n",
        b"Content-Transfer-Encoding: base64\r\n",
        b"charset=utf-16",
        b"%ff",
    ),
    *(
        b"From: \r\n",
        b"Date: x\r\n",
        b"; boundary=\r\n",
        b"; boundary*=''e",
        b"<div>",
        b"<!--",
        b"&#0;",
        b"\xed\xa0\x80",
    ),
]
CHANGES = st.lists(
    st.tuples(st.integers(0, 1_500), st.integers(0, 40), st.sampled_from(PIECES) | st.binary(max_size=9)), max_size=6
)


def check(raw: bytes) -> None:
    found = read(raw)

    if isinstance(found, Parked):
        assert found.reason.endswith(".")
        return
    assert isinstance(found, Message)
    texts = [found.subject, found.text, found.html, found.message_id, found.sender.name, *found.left_out]
    for text in [*texts, *(file.name for file in found.attachments)]:
        assert "\0" not in text
        text.encode()
    for line in (found.subject, found.message_id, found.sender.address, *(file.name for file in found.attachments)):
        assert len(line.splitlines()) <= 1
    assert not any("/" in file.name or "\\" in file.name or not file.name for file in found.attachments)
    assert "".join(part.text for part in fold(found.text).parts) == found.text


@examples(100)
@given(st.binary(max_size=300))
@example(b"From: a@b.example\nContent-Type: text/plain; charset=punycode\n\n\xff")
@example(b"From: a@b.example\nContent-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\nxxx")
@example(b"From: a@b.example\nContent-Type: multipart/alternative; boundary\n\n--\n")
def test_any_bytes_are_read_or_parked(raw: bytes) -> None:
    check(raw)
    check(b"From: a@b.example\n" + raw)


@examples(200)
@given(st.sampled_from(GOOD), CHANGES)
def test_a_good_mail_that_broke_on_its_way_is_read_or_parked(
    good: bytes, changes: list[tuple[int, int, bytes]]
) -> None:
    for at, length, piece in changes:
        good = good[:at] + piece + good[at + length :]

    check(good)


@pytest.mark.parametrize("header", ["From", "Subject", "Content-Type", "Content-Disposition", "References", "Date"])
@pytest.mark.parametrize("junk", ["(", '"', "=?", "<", "a@b.example,", "\\", "; a*0*=x", "(a)", ";", "=?utf-8?q?a?= "])
def test_no_header_holds_the_mailbox_up(header, junk):
    start = time.process_time()

    check(mail(f"{header}: {junk * (100_000 // len(junk))}\n"))

    assert time.process_time() - start < 2


@pytest.mark.parametrize(
    "html", ["<div>", "<b>", "<p><b>", "<blockquote>", "<table><tr><td>", "<", "&amp", "<!--", "a "]
)
def test_no_html_holds_the_mailbox_up(html):
    start = time.process_time()

    check(mail("Content-Type: text/html\n", html * (200_000 // len(html))))

    assert time.process_time() - start < 5
