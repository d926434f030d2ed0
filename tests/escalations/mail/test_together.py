"""Mails that come at the same time, or while somebody works on their case: each is put somewhere, and once."""

from __future__ import annotations

import time
from itertools import pairwise
from typing import Any

import pytest
from django.db import connection, transaction

from amends.directory import contacts
from amends.directory.actor import CLOCK, MAILBOX
from amends.directory.models import Contact
from amends.escalations.actions import incoming, merges
from amends.escalations.models import Escalation, Incoming
from tests import make
from tests.escalations.mail.writing import NOW, answer_address, brightwater, comes, in_case, letter
from tests.racing import meanwhile

pytestmark = pytest.mark.django_db(transaction=True)
JOANA = "Joana Reis <joana@brightwater.example>"


def kept(text: str, **said: Any) -> Incoming:
    return incoming.keep(letter(text, **said).as_bytes(), came_by="desk", by=MAILBOX, now=NOW)


def read(mail: Incoming) -> None:
    """As the mailbox does it, where nobody looks at what went wrong but whoever finds it parked."""
    incoming.read(mail, by=MAILBOX, now=NOW)


@pytest.mark.parametrize("sender", ["Maria Duarte <maria@brightwater.example>", JOANA])
def test_two_about_something_new_are_one_case_and_one_that_somebody_sorts(sender: str):
    account = brightwater()[0].account
    Escalation.objects.update(status="withdrawn", next_look_at=None, closed_at=NOW)
    first, second = kept("All is down.", sender=sender), kept("And here is the list.", sender=sender)

    with meanwhile(lambda: read(second)) as begins, transaction.atomic():
        read(first)
        begins()

    opened = Escalation.objects.live().get()
    assert in_case(opened) == ["All is down."]
    assert list(Incoming.objects.order_by("id").values_list("state", "escalation")) == [
        ("filed", opened.pk),
        ("to sort", opened.pk),
    ]
    assert Contact.objects.filter(account=account).count() == (2 if sender == JOANA else 1)


def test_two_of_somebody_new_in_two_cases_are_one_contact():
    case, maria = brightwater()
    other = make.escalation(of=case.account, contact=maria)
    first, second = (kept("Me too.", sender=JOANA, to=answer_address(one)) for one in (case, other))

    with meanwhile(lambda: read(second)) as begins, transaction.atomic():
        read(first)
        begins()

    assert (in_case(case), in_case(other)) == (["Me too."], ["Me too."])
    assert Contact.objects.filter(email="joana@brightwater.example").count() == 1


def test_one_in_two_cases_holds_both_before_their_account():
    case, maria = brightwater()
    other = make.escalation(of=case.account, contact=maria)
    mail = kept("Both.", sender=JOANA, to=f"{answer_address(case)}, {answer_address(other)}")

    with meanwhile(lambda: read(mail)) as begins, transaction.atomic():
        other.lock()
        begins()
        contacts.add(case.account, name="Rui", by=CLOCK, now=NOW)

    assert (in_case(case), in_case(other)) == (["Both."], ["Both."])


def test_an_answer_to_a_case_that_is_merged_just_now_stands_where_it_goes_on():
    case, maria = brightwater()
    other = make.escalation(of=case.account, contact=maria)
    mail = kept("Any news?", to=answer_address(other))

    with meanwhile(lambda: read(mail)) as begins, transaction.atomic():
        merges.merge(other, into=case, reason="The same", by=CLOCK, now=NOW)
        begins()

    assert (in_case(case), in_case(other)) == (["Any news?"], [])


def test_calendars_are_read_before_anybody_has_to_wait_for_it():
    """A stranger’s mail of five large ones takes a second or more to be read."""
    make.organisation()
    lines = "X-A:b\n" * 15_000
    calendar = (
        f"BEGIN:VCALENDAR\nVERSION:2.0\nMETHOD:REQUEST\nBEGIN:VEVENT\nUID:x@y\n{lines}END:VEVENT\nEND:VCALENDAR\n"
    )
    parts = f"--edge\nContent-Type: text/calendar\n\n{calendar}" * 5
    head = "From: Eve <eve@nobody.example>\nSubject: x\nMIME-Version: 1.0\n"
    raw = f'{head}Content-Type: multipart/mixed; boundary="edge"\n\n{parts}\n--edge--\n'.encode()
    asked: list[tuple[bool, float]] = []

    def note(execute: Any, *said: Any) -> Any:
        asked.append((connection.in_atomic_block, time.thread_time()))
        return execute(*said)

    with connection.execute_wrapper(note):
        assert comes(raw).state == "stranger"

    between = [(is_held, after - before) for (is_held, before), (_, after) in pairwise(asked)]
    free, held = (max(took for is_held, took in between if is_held is wanted) for wanted in (False, True))
    assert held < free / 4
