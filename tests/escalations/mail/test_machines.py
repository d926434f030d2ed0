"""What machines write: mail that came back, people who are away, our own mail come round (F16, F25)."""

from __future__ import annotations

import pytest

from amends.escalations.models import Escalation, Incoming, Update
from amends.outbox import outcomes
from amends.outbox.models import Delivery
from tests import make
from tests.escalations.mail.writing import DESK, NOW, answer_address, arrives, brightwater, comes, in_case, letter
from tests.escalations.reading import DAY, HOUR, kinds_of, letters_to
from tests.escalations.saying import sent

pytestmark = pytest.mark.django_db
DAEMON = "Mail Delivery System <MAILER-DAEMON@mx.brightwater.example>"
FOREVER, FOR_NOW, TRYING = ("failed", "5.1.1"), ("failed", "4.2.2"), ("delayed", "4.4.1")


@pytest.fixture
def case() -> Escalation:
    return brightwater()[0]


def told(case: Escalation) -> tuple[Update, Delivery]:
    """A mail of ours to its contact, that the mail server took."""
    update = sent(case)
    Delivery.objects.filter(identity__startswith=f"update:{update.pk}|").update(
        state=Delivery.State.SENT, settled_at=NOW, may_have_gone=True
    )
    return update, Delivery.objects.get(identity__startswith=f"update:{update.pk}|")


def bounce(how: tuple[str, str], *, of: str, to: str = "maria@brightwater.example", top: str = "") -> bytes:
    """What a server sends back for a mail of ours, as RFC 3464 has it."""
    action, status = how
    return f"""{top}From: {DAEMON}
To: {DESK}
Subject: Undelivered Mail Returned to Sender
Message-ID: <bounce@mx.brightwater.example>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="edge"

--edge
Content-Type: text/plain

Your mail could not be delivered.
--edge
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.brightwater.example

Final-Recipient: rfc822; {to}
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 {status} No such user

--edge
Content-Type: text/rfc822-headers

Message-ID: {of}
Subject: Orders arrive twice
--edge--
""".replace("\n", "\r\n").encode()


# Mail that came back


def test_mail_that_came_back_for_good_counts_for_nothing_and_its_author_and_handler_hear(case: Escalation):
    update, delivery = told(case)
    owed = case.promises.get(kind="acknowledgement")
    assert owed.status == "kept"

    came = comes(bounce(FOREVER, of=delivery.message_id), now=NOW)

    assert (came.state, came.escalation) == ("bounce", case)
    for row in (delivery, update, owed):
        row.refresh_from_db()
    assert (delivery.state, owed.status) == (Delivery.State.DEAD, "open")
    assert (update.why_struck, "update.came_back" in kinds_of(case)) == (
        "It came back from everybody whom it was for.",
        True,
    )
    assert "came back" in letters_to(case.handler)[-1].letter["subject"]
    # No case of its own, and nothing to the customer.
    assert Escalation.objects.count() == 1
    assert Delivery.objects.filter(audience=Delivery.Audience.CUSTOMER).count() == 1


def test_mail_that_came_back_from_one_of_two_still_counts(case: Escalation):
    joana = make.contact(case.account, "Joana Reis")
    update = sent(case, to=[case.contact, joana])
    copies = Delivery.objects.filter(identity__startswith=f"update:{update.pk}|")
    copies.update(state=Delivery.State.SENT, settled_at=NOW)

    comes(bounce(FOREVER, of=copies[0].message_id, to=joana.email.upper()))

    update.refresh_from_db()
    assert update.struck_at is None
    assert {copy.address: copy.state for copy in copies.all()} == {case.contact.email: "sent", joana.email: "dead"}

    comes(bounce(FOREVER, of=copies[0].message_id))

    update.refresh_from_db()
    assert update.struck_at == NOW


def test_mail_that_came_back_for_now_goes_again_a_few_times_and_then_it_is_told(case: Escalation):
    update, delivery = told(case)
    for number in range(outcomes.RETURNS):
        comes(bounce(FOR_NOW, of=delivery.message_id, top=f"Received: {number}\n"))
        delivery.refresh_from_db()
        assert (delivery.state, delivery.next_try_at) == ("waiting", NOW + HOUR * 2**number)
        Delivery.objects.filter(pk=delivery.pk).update(state=Delivery.State.SENT, settled_at=NOW)
    update.refresh_from_db()
    assert update.struck_at is None

    comes(bounce(FOR_NOW, of=delivery.message_id, top="Received: last\n"))

    delivery.refresh_from_db()
    update.refresh_from_db()
    assert (delivery.state, update.struck_at) == ("dead", NOW)


def test_a_server_that_still_tries_is_left_to_it(case: Escalation):
    _, delivery = told(case)

    assert comes(bounce(TRYING, of=delivery.message_id)).state == "bounce"

    delivery.refresh_from_db()
    assert (delivery.state, "update.came_back" in kinds_of(case)) == ("sent", False)


def test_where_a_relay_renamed_our_mail_the_address_tells_which_it_was(case: Escalation):
    _, delivery = told(case)

    comes(bounce(FOREVER, of="<0100018@eu-west-1.amazonses.example>"))

    delivery.refresh_from_db()
    assert delivery.state == "dead"


def test_where_their_server_passed_it_on_our_message_id_tells_which_it_was(case: Escalation):
    _, delivery = told(case)

    comes(bounce(FOREVER, of=delivery.message_id, to="m.duarte@another-host.example"))

    delivery.refresh_from_db()
    assert delivery.state == "dead"


def test_a_bounce_of_what_we_never_sent_changes_nothing(case: Escalation):
    _, delivery = told(case)

    came = comes(bounce(FOREVER, of="<other@elsewhere.example>", to="nobody@elsewhere.example"))

    delivery.refresh_from_db()
    assert (came.state, delivery.state) == ("bounce", "sent")


def test_a_forged_bounce_changes_nothing_and_is_shown(case: Escalation):
    _, delivery = told(case)

    came = comes(
        bounce(FOREVER, of=delivery.message_id, top="Authentication-Results: mx.fernhill.example; dmarc=fail\n")
    )

    delivery.refresh_from_db()
    assert (came.state, delivery.state) == ("stranger", "sent")


def test_a_notice_that_came_back_from_one_of_us_is_told_to_administrators_and_nobody_outside(case: Escalation):
    wanda = make.member("Wanda Admin", "administrator")
    notice = letters_to(case.handler)[0] if letters_to(case.handler) else letters_to(case.account.csm)[0]
    Delivery.objects.filter(pk=notice.pk).update(state=Delivery.State.SENT, settled_at=NOW)

    comes(bounce(FOREVER, of=notice.message_id, to=notice.address))

    notice.refresh_from_db()
    assert notice.state == "dead"
    assert letters_to(wanda)
    assert not Delivery.objects.filter(audience=Delivery.Audience.CUSTOMER).exists()


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
