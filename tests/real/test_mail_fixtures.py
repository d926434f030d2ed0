"""Real mails of other projects’ tests, through the acts on a real database: each is read or parked, none stops it."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from amends.directory.actor import MAILBOX
from amends.escalations.actions import incoming, sorting
from amends.escalations.models import Escalation, Incoming
from tests.escalations.mail.writing import NOW, answer_address, brightwater, in_case, letter
from tests.inbox.mails import real

pytestmark = [pytest.mark.django_db, pytest.mark.real_data]


def come(*mails: bytes) -> Counter[str]:
    """All of them are kept, then read; says how many are in which state."""
    for raw in mails:
        incoming.keep(raw, came_by="desk", by=MAILBOX, now=NOW)
    assert incoming.read_all(now=lambda: NOW) == Incoming.objects.count()
    return Counter(Incoming.objects.values_list("state", flat=True))


@pytest.fixture
def case() -> Escalation:
    return brightwater()[0]


def test_each_odd_mail_is_read_or_parked_with_its_reason(case: Escalation):
    states = come(*(path.read_bytes() for path in real("mime/cpython")))

    assert states == {"stranger": 36, "parked": 8, "bounce": 3}
    assert all(mail.why for mail in Incoming.objects.filter(state__in=("parked", "stranger")))


def test_the_same_from_a_contact_in_their_thread_stand_in_the_case(case: Escalation):
    top = f"From: {case.contact.email}\nDelivered-To: {answer_address(case)}\n".encode()

    mails = (re.sub(rb"(?mi)^(From|Sender):", rb"X-\1:", path.read_bytes()) for path in real("mime/cpython"))
    states = come(*(top + mail for mail in mails))

    assert states == {"filed": sorting.MOST_A_DAY, "to sort": 13, "bounce": 2, "machine": 2}
    # Three of them say what another of the same Message-ID says.
    assert len(in_case(case)) == sorting.MOST_A_DAY - 3


@pytest.mark.parametrize(("folder", "count"), [("replies/zapier", 24), ("replies/crisp", 90)])
def test_each_real_reply_is_read_and_no_word_is_lost(folder: str, count: int, case: Escalation):
    texts = [said(path) for path in real(folder)]
    others = [f"{number}@brightwater.example" for number in range(count)]
    mails = [
        letter(text, to=answer_address(case), sender=sender).as_bytes()
        for text, sender in zip(texts, others, strict=True)
    ]

    states = come(*mails)

    assert states == {"filed": count}
    for mail, text in zip(Incoming.objects.order_by("id"), texts, strict=True):
        assert mail.text.split() == text.split()


def said(path: Path) -> str:
    return path.read_bytes().decode("utf-8", "replace").replace("\r", "")
