"""Mail over a real server and back: the customer answers what arrived there, and so do machines (F16, F19)."""

from __future__ import annotations

import re
from collections.abc import Callable
from email.message import EmailMessage
from typing import Any

import pytest

from amends.escalations.actions import updates
from amends.escalations.models import Escalation, Incoming
from amends.outbox.models import Delivery
from tests.escalations.mail.writing import NOW, answer_address, brightwater, comes, in_case, letter
from tests.escalations.reading import HOUR, MINUTE, kinds_of
from tests.mailbox import Mail, Mailbox
from tests.world import World

pytestmark = pytest.mark.django_db
MARIA = "maria@brightwater.example"


@pytest.fixture
def case(world: World, mailbox: Mailbox, settings: Any) -> Escalation:
    settings.MAIL_COMES_IN = True
    case = brightwater()[0]
    world.mail_goes_to(mailbox.url)
    world.now = NOW
    world.works()
    mailbox.take_all()
    return case


def told(case: Escalation, world: World, mailbox: Mailbox, text: str = "We found it.") -> Mail:
    """An update goes out, and arrives at the customer's."""
    updates.send(case, text=text, to=[case.contact], by=case.handler.as_actor(), now=world.now)
    world.works()
    mailbox.take_all()
    return mailbox.to(MARIA)[-1]


def through_a_relay(mail: Mail) -> EmailMessage:
    """It gives each mail a Message-ID of its own, as some do."""
    message = mail.message
    message.replace_header("Message-ID", "<0102018f@eu-west-1.amazonses.example>")
    return message


def answer(
    arrived: EmailMessage, text: str = "Thank you, it works.", *, sender: str = MARIA, **headers: str
) -> EmailMessage:
    """What a mail program makes of “Reply” (RFC 5322, 3.6.4)."""
    references = " ".join(filter(None, [arrived["References"], arrived["Message-ID"]]))
    return letter(
        f"{text}\n\nOn Thu, 19 Nov 2026 at 11:00, Fernhill wrote:\n> We found it.\n",
        sender=sender,
        to=arrived["Reply-To"] or arrived["From"],
        subject=f"Re: {arrived['Subject']}",
        In_Reply_To=str(arrived["Message-ID"]),
        References=references,
        **headers,
    )


def without(mail: EmailMessage, *names: str) -> EmailMessage:
    for name in names:
        del mail[name]
    return mail


@pytest.mark.parametrize(
    "loses",
    [(), ("In-Reply-To",), ("References",), ("In-Reply-To", "References"), ("To",)],
    ids=lambda names: " and ".join(names) or "nothing",
)
def test_the_answer_to_what_arrived_lands_in_its_case_whatever_was_lost_on_the_way(
    loses: tuple[str, ...], case: Escalation, world: World, mailbox: Mailbox
):
    arrived = through_a_relay(told(case, world, mailbox))

    came = comes(without(answer(arrived), *loses), now=NOW + HOUR)

    assert (came.state, came.escalation) == ("filed", case)
    assert in_case(case) == ["Thank you, it works."]


def test_what_goes_out_carries_what_answers_need(case: Escalation, world: World, mailbox: Mailbox):
    first, second = told(case, world, mailbox), told(case, world, mailbox, "It is mended.")

    assert re.fullmatch(r"desk\+e\d+-[a-z2-7]{12}@fernhill\.example", first.message["Reply-To"])
    assert (second.message["In-Reply-To"], first.message_id in second.message["References"]) == (first.message_id, True)
    assert first.message["X-Amends"] == "desk.fernhill.example"
    assert "Auto-Submitted" not in first.message


def test_our_mail_that_is_sent_back_to_the_desk_as_it_was_is_a_loop(case: Escalation, world: World, mailbox: Mailbox):
    arrived = told(case, world, mailbox)

    assert comes(through_a_relay(arrived).as_bytes()).state == "loop"
    assert comes(arrived.content).state == "loop"
    assert in_case(case) == []


def test_one_of_us_answers_a_notice_and_it_is_a_note(case: Escalation, world: World, mailbox: Mailbox):
    told(case, world, mailbox)
    comes(answer(mailbox.to(MARIA)[-1].message, "It is worse now."), now=NOW + MINUTE)
    world.now = NOW + MINUTE
    world.works()
    mailbox.take_all()
    notice = mailbox.to(case.handler.email)[-1]
    assert "Maria Duarte wrote" in notice.subject

    comes(answer(notice.message, "Priya is on it. Do not tell them.", sender=case.handler.email), now=NOW + HOUR)

    assert case.notes.get().text == "Priya is on it. Do not tell them."
    later = told(case, world, mailbox, "We are on it.")
    assert b"Priya" not in later.content


Machine = Callable[[EmailMessage, int], EmailMessage]


def away(arrived: EmailMessage, number: int) -> EmailMessage:
    """An honest machine."""
    return answer(arrived, f"I am away. ({number})", Auto_Submitted="auto-replied")


def away_without_a_word(arrived: EmailMessage, number: int) -> EmailMessage:
    """One that looks like a person, and knows no thread."""
    return without(answer(arrived, f"I am away. ({number})"), "In-Reply-To", "References")


def bounces(arrived: EmailMessage, number: int) -> EmailMessage:
    """One that does not know the standard of reports, and says what it is."""
    says = f"550 5.1.1 <{MARIA}>: no such user ({number})"
    return retitled(
        answer(arrived, says, sender="MAILER-DAEMON@brightwater.example", Return_Path="<>"),
        "Undelivered Mail Returned to Sender",
    )


def bounces_without_a_word(arrived: EmailMessage, number: int) -> EmailMessage:
    """In words that we do not know, from an address that says nothing."""
    mail = answer(arrived, f"Levél nem kézbesíthető ({number})", sender="rendszer@brightwater.example")
    return retitled(without(mail, "In-Reply-To", "References"), "Kézbesítési hiba")


def retitled(mail: EmailMessage, subject: str) -> EmailMessage:
    mail.replace_header("Subject", subject)
    return mail


@pytest.mark.parametrize(
    ("machine", "mails", "filed", "shown"),
    [
        (away, 3, 0, {"machine"}),
        (away_without_a_word, 32, 30, {"filed", "to sort"}),
        (bounces, 3, 0, {"bounce"}),
        (bounces_without_a_word, 3, 3, {"filed"}),
    ],
    ids=lambda value: getattr(value, "__name__", None),
)
def test_a_machine_at_the_other_end_gets_no_mail_from_us_and_fills_no_case(
    machine: Machine,
    mails: int,
    filed: int,
    shown: set[str],
    case: Escalation,
    world: World,
    mailbox: Mailbox,
):
    """It answers each mail that it gets, and each of its own once more: with nobody there, nothing may go on."""
    arrived = told(case, world, mailbox).message
    before = Delivery.objects.filter(audience=Delivery.Audience.CUSTOMER).count()

    for number in range(mails):
        world.now += MINUTE
        comes(machine(arrived, number), now=world.now)
    world.works()
    mailbox.take_all()

    assert len(mailbox.to(MARIA)) == before
    assert Delivery.objects.filter(audience=Delivery.Audience.CUSTOMER).count() == before
    assert len(in_case(case)) == filed
    assert set(Incoming.objects.values_list("state", flat=True)) == shown
    assert kinds_of(case).count("machine.answered") <= 1
    assert Escalation.objects.count() == 1


def test_our_first_word_answers_the_mail_with_which_they_began(case: Escalation, world: World, mailbox: Mailbox):
    begun = comes(
        letter("Every order arrives twice.", to=answer_address(case), message_id="<first@brightwater.example>")
    )

    first, second = told(case, world, mailbox), told(case, world, mailbox, "It is mended.")

    assert begun.escalation == case
    assert (first.subject, first.message["In-Reply-To"]) == ("Re: Orders arrive twice", "<first@brightwater.example>")
    assert first.message["References"].split() == ["<first@brightwater.example>", first.message_id]
    assert (second.subject, second.message["In-Reply-To"]) == ("Re: Orders arrive twice", first.message_id)


@pytest.mark.parametrize("odd", ["<a b@c>", f"<{'a' * 400}@c>"])
def test_what_is_no_message_id_stands_in_no_header_of_ours(odd: str, case: Escalation, world: World, mailbox: Mailbox):
    comes(letter("Every order arrives twice.", to=answer_address(case), message_id=odd))

    assert told(case, world, mailbox).message["In-Reply-To"] is None
