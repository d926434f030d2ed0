"""Whatever the words of a letter are: one message with our headers and no others, and one post that calls nobody."""

from __future__ import annotations

import contextlib
import re
from email import message_from_bytes, policy

from hypothesis import assume, example, given
from hypothesis import strategies as st

from amends.directory import checks
from amends.lib.errors import Refused
from amends.outbox.chat import MOST_LETTERS, body, line
from amends.outbox.letters import Letter, Rendered
from amends.outbox.smtp import compose
from tests import make
from tests.fuzzing import HOSTILE, examples

# As much as a database takes: no lone surrogates, no NUL.
WORDS = st.one_of(
    st.sampled_from([word.replace("\0", "") for word in HOSTILE]),
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=90),
    st.lists(
        st.sampled_from(["\r\n", "\n", "Bcc: a@b.example", " ", "=?utf-8?q?=0A?=", "=?", "ö", ":", "\x85", "\u2028"])
    ).map("".join),
)
ADDRESSES = st.one_of(
    st.emails(),
    st.sampled_from(
        [
            *("maria@brightwater.example", "o'brien@x.example", '"a b"@x.example', "a@[127.0.0.1]", "ü@bücher.example"),
            *("a+b@x.example", "a..b@x.example", "<a>@x.example", "a@x.example\r\nBcc: b@x.example", "a,b@x.example"),
        ]
    ),
)


@examples(60)
@given(WORDS, WORDS, WORDS, ADDRESSES)
@example("Re: \r\n\r\nHello", "Desk\r\nBcc: b@x.example", "M" * 400, "maria@brightwater.example")
@example("Hi =?utf-8?q?a=0D=0ABcc:_x@y.example?= there", "=?utf-8?q?=0A?=", "", "maria@brightwater.example")
@example("\x1b[31m", "a\x07b", "", "maria@brightwater.example")
@example("ü" * 200, '"Maria", Duarte <x@y.example>', "a@b.example", "maria@brightwater.example")
def test_a_message_has_our_headers_and_no_others(subject: str, name: str, text: str, address: str) -> None:
    try:
        address = checks.address(address)
    except Refused:
        assume(False)
    letter = Letter(subject, (text,), is_plain=True, sender_name=name)

    message = compose(
        letter,
        Rendered(subject, text, ""),
        sender="desk@fernhill.example",
        address=address,
        name=name,
        message_id="<1@desk.fernhill.example>",
        at=make.THURSDAY,
        is_inside=False,
    )

    read = message_from_bytes(message, policy=policy.default)
    assert set(read.keys()) == {
        "Message-ID", "X-Amends", "Date", "Subject", "From", "To", "References",
        "MIME-Version", "Content-Type", "Content-Transfer-Encoding",
    }  # fmt: skip
    assert len(read.keys()) == 10
    assert read["Date"].datetime == make.THURSDAY
    assert [each.addr_spec for each in read["From"].addresses] == ["desk@fernhill.example"]
    with contextlib.suppress(UnicodeError):
        assert [each.addr_spec for each in read["To"].addresses] == [address]
    assert max(map(len, message.split(b"\r\n"))) <= 998
    assert not re.search(rb"(?<!\r)\n|\r(?!\n)", message)


@examples(40)
@given(WORDS, WORDS)
@example("@everyone\n<!channel>", "a" * 5_000)
@example("@@everyone", "!!here @channel")
def test_a_post_is_short_and_calls_nobody(subject: str, text: str) -> None:
    says = body(Letter(subject, (text,), words=text))

    assert "\n" not in line(subject) and "\r" not in line(subject)
    assert len(line(subject)) <= 250
    assert len(says) <= MOST_LETTERS + 1
    assert not re.search(r"[@!](everyone|here|channel|all\b)", line(subject) + says, re.IGNORECASE)
