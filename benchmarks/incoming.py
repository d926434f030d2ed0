"""Answers by mail come in: kept as they came, read, and filed in their cases; who is to hear of them is told."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from email import policy
from email.message import EmailMessage
from email.utils import format_datetime

from amends.directory.actor import MAILBOX
from amends.directory.models import Organisation
from amends.escalations import reply_addresses
from amends.escalations.actions import incoming
from amends.escalations.models import Escalation, Filing, Incoming
from amends.inbox import folding, reading
from amends.inbox.messages import Message
from amends.lib import wall
from benchmarks.figures import Figure, percentile, spread
from benchmarks.place import Place
from tests import make

# Of each contact so many, below what one address may send in a day.
EACH = 10
# As people write: some lines, and what they answer below them.
WORDS = "It happened again this morning, in both warehouses. We stopped the import by hand.\n\n" * 4
QUOTE = "On Thu, 19 Nov 2026 at 11:00, Fernhill <desk@fernhill.example> wrote:\n" + "> We look into it.\n" * 40


def measure(place: Place) -> Iterator[Figure]:
    """All that the mailbox does with a mail, one after another; the floor is reading and folding the same bytes."""
    cases = _cases(place.size(50, 3))
    mails = [_answer(case, number) for number in range(EACH) for case in cases]
    # What is only loaded once is loaded.
    _comes(_answer(cases[0], EACH))
    took = [_took(mail) for mail in mails]
    floor = len(mails) / _read(mails)
    assert Filing.objects.count() == len(mails) + 1, Incoming.objects.exclude(state="filed").first()
    yield Figure(
        "an answer is kept, read and filed",
        len(took) / sum(took),
        "mails/s",
        floor,
        "its bytes read and folded, nothing written",
        details=spread(took, times=1000) | {"unit": "ms"},
    )
    kept = [_took(mail, is_read=False) for mail in (_answer(case, EACH + 1) for case in cases)]
    yield Figure("kept alone, p50", percentile(kept, 0.5) * 1000, "ms", details=spread(kept, times=1000))


def _cases(count: int) -> list[Escalation]:
    now, csm = wall.now(), make.chain()[0]
    account = make.account("Brightwater Foods", csm=csm, mail_domains=["brightwater.example"])
    return [
        make.escalation(of=account, contact=make.contact(account, f"Contact{number} Of Theirs"), now=now)
        for number in range(count)
    ]


def _answer(case: Escalation, number: int) -> bytes:
    desk, contact = Organisation.current(), case.contact
    assert desk and contact
    mail = EmailMessage(policy=policy.SMTP)
    mail["From"], mail["To"] = contact.email, reply_addresses.address(desk.mail_from, case)
    mail["Subject"], mail["Date"] = "Re: Orders arrive twice", format_datetime(wall.now())
    mail["Message-ID"] = f"<{case.pk}.{number}@mail.brightwater.example>"
    mail.set_content(f"{WORDS}{QUOTE}")
    mail.add_alternative(f"<p>{WORDS}</p><blockquote>{QUOTE}</blockquote>", subtype="html")
    return mail.as_bytes()


def _took(mail: bytes, *, is_read: bool = True) -> float:
    began = time.perf_counter()
    _comes(mail, is_read=is_read)
    return time.perf_counter() - began


def _comes(mail: bytes, *, is_read: bool = True) -> None:
    """As the clock's process does it with each mail that it fetches."""
    incoming.keep(mail, came_by="desk", by=MAILBOX, now=wall.now())
    if is_read:
        incoming.read_all(now=wall.now)


def _read(mails: Sequence[bytes]) -> float:
    began = time.perf_counter()
    for mail in mails:
        message = reading.read(mail, limits=incoming.limits(), our_host=incoming.our_host())
        assert isinstance(message, Message)
        folding.fold(message.text)
    return time.perf_counter() - began
