"""What machines write: that people are away, our own mail come round, that all went well (F16, F25)."""

from __future__ import annotations

import pytest

from amends.escalations.models import Escalation, Incoming
from amends.outbox.models import Delivery
from tests import make
from tests.escalations.mail.writing import (
    DAEMON,
    NOW,
    answer_address,
    arrives,
    bounce,
    brightwater,
    comes,
    in_case,
    letter,
)
from tests.escalations.reading import DAY, HOUR, kinds_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def case() -> Escalation:
    return brightwater()[0]


# Answering machines


@pytest.mark.parametrize(
    "marks",
    [
        {"Auto_Submitted": "auto-replied"},
        {"Precedence": "auto_reply"},
        {"X_Autoreply": "yes"},
        {"subject": "Automatische Antwort: Orders arrive twice"},
        {"Return_Path": "<>"},
        {"sender": "Mail Delivery Subsystem <mailer-daemon@brightwater.example>"},
    ],
)
def test_an_answering_machine_is_noted_once_a_day_and_files_nothing(case: Escalation, marks: dict[str, str]):
    before = Delivery.objects.filter(audience=Delivery.Audience.CUSTOMER).count()
    for hour in range(3):
        assert arrives(to=answer_address(case), now=NOW + hour * HOUR, **marks).state in ("machine", "bounce")
    arrives(to=answer_address(case), now=NOW + 2 * DAY, **marks)

    is_marias = "sender" not in marks
    assert kinds_of(case).count("machine.answered") == (2 if is_marias else 0)
    assert in_case(case) == []
    assert Delivery.objects.filter(audience=Delivery.Audience.CUSTOMER).count() == before


def test_a_machine_that_looks_like_a_person_fills_no_case_and_nobody_answers_it(case: Escalation):
    """A responder without any header: each notice to us, and each of its mails, might cause the next one."""
    for number in range(32):
        arrives(f"I am away ({number}).", to=answer_address(case), subject="Away", message_id="")

    assert len(in_case(case)) == 30
    assert Incoming.objects.filter(state="to sort").count() == 2
    assert not Delivery.objects.filter(audience=Delivery.Audience.CUSTOMER).exists()


def test_two_of_us_whose_machines_answer_without_a_header_do_not_talk_for_ever(case: Escalation):
    tom, nadia = case.handler, make.member("Nadia Second")
    for number in range(31):
        for who, other in ((tom, nadia), (nadia, tom)):
            arrives(
                f"@{other.name} I am away ({number})",
                sender=who.email,
                to=answer_address(case, who),
                message_id="",
            )

    assert case.notes.count() == 60
    assert Incoming.objects.filter(state="to sort").count() == 2


# Loops


def test_our_own_mail_that_comes_round_is_shown_as_a_loop_and_goes_nowhere(case: Escalation):
    for mark in (
        {"X_Amends": "desk.fernhill.example"},
        {"message_id": "<7@desk.fernhill.example>"},
    ):
        came = arrives(to=answer_address(case), **mark)
        assert (came.state, came.why) == ("loop", "This is a mail of ours that came back to us.")

    assert in_case(case) == []


def test_mail_of_another_desk_is_no_loop(case: Escalation):
    assert arrives(to=answer_address(case), X_Amends="desk.brightwater.example").state == "filed"


def test_a_mailing_list_opens_nothing_and_waits_for_somebody(case: Escalation):
    Escalation.objects.all().update(status="withdrawn", next_look_at=None, closed_at=NOW)

    came = arrives(List_Id="<news.brightwater.example>")

    assert (came.state, came.why) == ("to sort", "This came through a mailing list.")


def test_a_notice_of_delivery_is_nobodys_words(case: Escalation):
    delivered = bounce(("delivered", "2.0.0"), of="<x@desk.fernhill.example>")

    assert comes(delivered).state == "machine"
    assert comes(letter(to=answer_address(case), sender=DAEMON, subject="Something new")).state == "machine"
    assert in_case(case) == []
