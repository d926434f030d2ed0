"""Talking to a real mail server that is as unkind as servers are: which outcome has which name."""

from email import message_from_bytes, policy

import pytest

from amends.outbox.letters import Letter, Rendered
from amends.outbox.smtp import MailServer, compose
from amends.outbox.troubles import HungUp, Rejected, TryLater, Unknown, Unreachable
from tests import make
from tests.mailbox import opened
from tests.tls import is_trusted

SENDER = "desk@fernhill.example"
MARIA = "maria@brightwater.example"


def message(text: str = "Dear Maria,\n\nwe know.", **letter):
    words = Letter(letter.pop("subject", "Where we stand"), (text,), is_plain=True, **letter)
    return compose(
        words,
        Rendered(words.subject, text, ""),
        sender=SENDER,
        address=MARIA,
        name=letter.pop("name", "Maria Duarte"),
        message_id="<1@desk.fernhill.example>",
        at=make.THURSDAY,
        is_inside=False,
    )


@pytest.fixture
def server(mailbox):
    server = MailServer(mailbox.url)
    yield server
    server.close()


def send(server, to=MARIA, text="Dear Maria,", door=None):
    return server.hand_over(message(text), sender=SENDER, recipient=to, at_the_door=door)


def test_a_message_arrives_with_its_identity(server, mailbox):
    assert send(server)

    [mail] = mailbox.take(1, to=MARIA)
    assert mail.message_id == "<1@desk.fernhill.example>"
    assert str(mail.message["To"]) == "Maria Duarte <maria@brightwater.example>"


def test_a_connection_that_the_server_ended_while_nothing_went_is_opened_anew(server, mailbox):
    send(server)
    mailbox.says_goodbye()

    assert send(server)

    mailbox.take(2)
    assert mailbox.connections == 2


@pytest.mark.parametrize("tls", ["starttls", "yes"])
def test_with_tls_a_message_leaves_for_a_server_whose_certificate_is_trusted(monkeypatch, tmp_path, tls):
    is_trusted(monkeypatch, tmp_path)
    with opened(tls) as mailbox:
        server = MailServer(mailbox.url)

        assert send(server)

        mailbox.take(1, to=MARIA)
        server.close()


@pytest.mark.parametrize("tls", ["starttls", "yes"])
def test_whoever_cannot_show_a_trusted_certificate_gets_no_message(tls):
    with (
        opened(tls) as mailbox,
        pytest.raises(Unreachable, match="cannot be reached: this machine does not trust its certificate: unable to"),
    ):
        send(MailServer(mailbox.url))


def test_a_server_that_should_speak_tls_and_does_not_gets_no_message(mailbox):
    with pytest.raises(Unreachable, match="cannot be reached"):
        send(MailServer(f"{mailbox.url}?tls=starttls"))


def test_an_address_in_another_script_arrives_and_one_that_no_server_reads_is_refused_at_once(server, mailbox):
    assert send(server, to="maria@exämple.example")
    mailbox.take(1, to="maria@xn--exmple-cua.example")

    with pytest.raises(Rejected, match=r"mária@exämple\.example"):
        send(server, to="mária@exämple.example")


def test_the_to_line_may_name_an_address_in_another_script():
    written = message(to=("Jürgen <juergen@exämple.example>",))

    [address] = message_from_bytes(written, policy=policy.default)["To"].addresses
    assert (address.display_name, address.addr_spec) == ("Jürgen", "juergen@xn--exmple-cua.example")
    with pytest.raises(Rejected, match="cannot be written"):
        message(to=("jürgen@brightwater.example",))


def test_many_messages_share_one_connection(server, mailbox):
    for _ in range(5):
        send(server)

    mailbox.take(5)
    assert mailbox.connections == 1


@pytest.mark.parametrize("text", [".\n..\nend", ".", "one\n.\n\n.two", "no line at the end", "ends\n", "ünïcode\n.ö"])
def test_lines_with_dots_arrive_as_they_were_written(server, mailbox, text):
    send(server, text=text)

    [mail] = mailbox.take(1)
    assert mail.text.rstrip("\n") == text.rstrip("\n")


def test_a_connection_that_went_stale_is_replaced_without_a_word(server, mailbox):
    send(server)
    mailbox.hangs_up()

    assert send(server)
    mailbox.take(2)


def test_a_refused_recipient_is_rejected_and_the_next_is_served(server, mailbox):
    mailbox.refused_addresses = {"gone@brightwater.example"}

    with pytest.raises(Rejected, match="550 No such user"):
        send(server, to="gone@brightwater.example")
    assert send(server)
    mailbox.take(1, to=MARIA)


def test_an_address_that_cannot_be_written_is_rejected_and_the_next_is_served(server, mailbox):
    with pytest.raises(Rejected):
        send(server, to="müller@brightwater.example")
    assert send(server)
    mailbox.take(1, to=MARIA)


@pytest.mark.parametrize("boundary", ["RCPT", "DATA", "CONTENT"])
def test_a_server_that_says_later_has_taken_nothing(server, mailbox, boundary):
    mailbox.answers[boundary] = "451 Later"

    with pytest.raises(TryLater, match="451 Later"):
        send(server)
    mailbox.answers.clear()
    assert send(server)
    mailbox.take(1)


@pytest.mark.parametrize("boundary", ["RCPT", "DATA", "CONTENT"])
def test_a_server_that_says_never_has_taken_nothing(server, mailbox, boundary):
    mailbox.answers[boundary] = "554 Never"

    with pytest.raises(Rejected, match="554 Never"):
        send(server)


@pytest.mark.parametrize("answer", ["451 Not now", "530 Authenticate first", "550 We know you not"])
def test_what_a_server_has_against_our_sender_says_nothing_about_the_message(server, mailbox, answer):
    mailbox.answers["MAIL"] = answer

    with pytest.raises(Unreachable, match=answer):
        send(server)


def test_nobody_answers(server, mailbox):
    mailbox.goes_down()

    with pytest.raises(Unreachable):
        send(server)
    mailbox.comes_up()
    assert send(server)
    mailbox.take(1)


@pytest.mark.parametrize("boundary", ["MAIL", "RCPT", "DATA"])
def test_a_server_that_hangs_up_before_the_content_has_taken_nothing(server, mailbox, boundary):
    mailbox.drops = {boundary}

    with pytest.raises(HungUp):
        send(server)
    mailbox.drops.clear()
    assert send(server)
    mailbox.take(1)


def test_a_server_that_hangs_up_with_the_content_in_hand_leaves_it_unknown(server, mailbox):
    mailbox.drops = {"CONTENT"}

    with pytest.raises(Unknown):
        send(server)
    mailbox.take(1)


def test_who_is_turned_away_at_the_door_has_said_nothing_and_the_next_goes(server, mailbox):
    assert not send(server, door=lambda: False)
    assert send(server, door=lambda: True)
    mailbox.take(1)


def test_a_door_that_fails_leaves_nothing_half_said(server, mailbox):
    def door() -> bool:
        raise RuntimeError("The database is away.")

    with pytest.raises(RuntimeError):
        send(server, door=door)
    assert send(server)
    mailbox.take(1)


def test_headers_cannot_be_injected():
    crafted = message_from_bytes(message(subject="Hello\r\nBcc: all@brightwater.example"), policy=policy.default)

    assert crafted["Bcc"] is None
    assert crafted["Subject"] == "Hello Bcc: all@brightwater.example"


@pytest.mark.parametrize("url", ["http://mail.example", "mail.example:25", "smtp://"])
def test_what_is_no_mail_server_is_said_at_once(url):
    with pytest.raises(ValueError, match="smtp://host:port"):
        MailServer(url)
