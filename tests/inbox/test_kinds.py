"""Who speaks: a person, a machine that answers, a list, a server that gives mail back, or we ourselves."""

from __future__ import annotations

import pytest

from amends.inbox.messages import Bounce, Message
from amends.inbox.reading import read
from tests.inbox.mails import HEAD, mail, multipart, said

DAEMON = HEAD.replace("Maria Duarte <maria@brightwater.example>", "Mail Delivery System <MAILER-DAEMON@mx.example>")
OURS = "<7@desk.fernhill.example>"


def subject(words: str, top: str = HEAD) -> str:
    return top.replace("Export is down", words)


def report(action: str, status: str, said: str = "", *, original: bool = True) -> bytes:
    told = (
        "Content-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example\n\n"
        f"Final-Recipient: rfc822; maria@brightwater.example\nAction: {action}\nStatus: {status}\n"
        f"Diagnostic-Code: smtp; {said}\n"
    )
    ours = f"Content-Type: message/rfc822\n\nMessage-ID: {OURS}\nSubject: We look into it\n\nDear Maria\n"
    text = "Content-Type: text/plain\n\nYour mail could not be delivered.\n"
    parts = [text, told, *([ours] if original else [])]
    return multipart("report; report-type=delivery-status", *parts, top=subject("Undelivered", DAEMON))


@pytest.mark.parametrize(
    ("action", "status", "answer", "is_for_good", "still_tries"),
    [
        ("failed", "5.1.1", "550 5.1.1 user unknown", True, False),
        ("failed", "5.2.2", "552 5.2.2 mailbox full", False, False),
        ("failed", "5.0.0", "452 4.3.1 no room left", False, False),
        ("failed", "4.4.7", "expired", False, False),
        ("delayed", "4.4.1", "connection timed out", False, True),
    ],
)
def test_a_bounce_says_whose_mail_failed_and_whether_for_good(action, status, answer, is_for_good, still_tries):
    read_mail = said(report(action, status, answer))

    assert read_mail.kind == "bounce"
    [bounce] = read_mail.bounces
    assert (bounce.address, bounce.message_id) == ("maria@brightwater.example", OURS)
    assert (bounce.is_for_good, bounce.still_tries) == (is_for_good, still_tries)
    assert bounce.said == answer


def test_a_bounce_with_only_the_headers_of_our_mail_names_it_too():
    headers = f"Content-Type: text/rfc822-headers\n\nSubject: We look into it\nMessage-Id: {OURS}\n"

    raw = report("failed", "5.1.1", original=False).replace(b"--edge--", f"--edge\n{headers}\n--edge--".encode())

    assert said(raw).bounces[0].message_id == OURS


def test_a_report_that_all_went_well_is_no_bounce_and_nobodys_words():
    assert said(report("delivered", "2.0.0")).kind == "auto_reply"
    opened = multipart("report; report-type=disposition-notification", "Content-Type: text/plain\n\nIt was opened.\n")
    assert said(opened).kind == "auto_reply"


def test_a_daemon_is_no_person_whatever_it_writes_about_and_a_postmaster_may_be_one():
    assert said(mail(top=subject("Something that we do not know", DAEMON))).kind == "auto_reply"
    assert said(mail(top=DAEMON.replace("MAILER-DAEMON", "postmaster"))).kind == "said"
    assert said(report("delivered", "2.0.0")).bounces == ()


QMAIL = f"""Hi. This is the qmail-send program at mx.example.
I'm afraid I wasn't able to deliver your message to the following addresses.

<maria@brightwater.example>:
192.0.2.1 does not like recipient. Remote host said: 550 5.1.1 no such user

--- Below this line is a copy of the message.

Message-ID: {OURS}
To: other@brightwater.example
"""
EXIM = """A message that you sent could not be delivered to one or more of its recipients.

  maria@brightwater.example
    all hosts have been failing for a long time: 451 4.3.0 try again later
"""
DELAYED = """THIS IS A WARNING MESSAGE ONLY. YOU DO NOT NEED TO RESEND YOUR MESSAGE.

Your message to <maria@brightwater.example> is delayed.
"""


@pytest.mark.parametrize(
    ("words", "head", "body", "bounce"),
    [
        (
            "failure notice",
            "",
            QMAIL,
            Bounce(
                "maria@brightwater.example",
                True,
                False,
                "5.1.1",
                "192.0.2.1 does not like recipient. Remote host said: 550 5.1.1 no such user",
                OURS,
            ),
        ),
        (
            "Mail delivery failed: returning message to sender",
            f"X-Failed-Recipients: maria@brightwater.example\nReferences: {OURS}\n",
            EXIM,
            Bounce(
                "maria@brightwater.example",
                False,
                False,
                "4.3.0",
                "all hosts have been failing for a long time: 451 4.3.0 try again later",
                OURS,
            ),
        ),
        (
            "Warning: message 1a2b delayed 24 hours",
            "Auto-Submitted: auto-replied\n",
            DELAYED,
            Bounce("maria@brightwater.example", False, True, "", "", ""),
        ),
        (
            "Unzustellbar: Wir sehen es uns an",
            f"In-Reply-To: {OURS}\n",
            "Ihre Nachricht hat maria@brightwater.example nicht erreicht.",
            Bounce("maria@brightwater.example", True, False, "", "", OURS),
        ),
    ],
)
def test_a_bounce_that_knows_no_standard_is_read_as_far_as_it_goes(words, head, body, bounce):
    assert said(mail(head, body, top=subject(words, DAEMON))).bounces == (bounce,)


def test_a_person_who_writes_about_failed_mail_is_no_bounce():
    read_mail = said(mail(top=subject("Undeliverable: your invoice"), body="550 5.1.1 is what we get since Monday"))

    assert read_mail.kind == "said"


@pytest.mark.parametrize(
    ("words", "head"),
    [
        ("Automatic reply: Export is down", "X-MS-Exchange-Generated-Message-Source: Mailbox Rules Agent\n"),
        ("Automatic reply: Export is down", "Auto-Submitted: auto-generated\nX-Auto-Response-Suppress: All\n"),
        ("Automatische Antwort: Export is down", ""),
        ("Abwesenheitsnotiz: Export is down", "Auto-Submitted: auto-replied\n"),
        ("Re: Export is down", "Auto-Submitted: auto-replied\nPrecedence: bulk\nX-Autoreply: yes\n"),
        ("Re: Export is down", "X-Autorespond: vacation\n"),
        ("Re: Export is down", "Return-Path: <>\n"),
        ("Re: Export is down", "Precedence: auto_reply\n"),
    ],
)
def test_a_machine_that_answers_is_known_by_its_headers_or_by_its_subject(words, head):
    assert said(mail(head, "I am away until Monday.", top=subject(words))).kind == "auto_reply"


@pytest.mark.parametrize(
    "head", ["Auto-Submitted: no\n", "X-Auto-Response-Suppress: All\n", "Return-Path: <m@b.example>\n"]
)
def test_a_person_is_no_machine(head):
    assert said(mail(head)).kind == "said"
    assert said(mail(head, top=subject("Re: Automatic reply: we are away"))).kind == "said"


@pytest.mark.parametrize("head", ["List-Id: <crew.brightwater.example>\n", "Precedence: list\n", "List-Post: <x>\n"])
def test_a_list_is_told_from_a_person(head):
    assert said(mail(head)).kind == "list"


def test_our_own_mail_that_comes_back_is_a_loop():
    def kind(raw: bytes) -> str:
        found = read(raw, our_host="desk.fernhill.example")
        assert isinstance(found, Message)
        return found.kind

    assert kind(mail().replace(b"<1@brightwater.example>", b"<1@Desk.Fernhill.example>")) == "loop"
    assert kind(mail("X-Amends: desk.fernhill.example\nAuto-Submitted: auto-generated\n")) == "loop"
    assert kind(mail("X-Amends: desk.brightwater.example\n")) == "said"
    assert kind(mail(f"In-Reply-To: {OURS}\n")) == "said"
    assert said(mail("X-Amends: desk.fernhill.example\n")).kind == "loop"


def test_the_headers_that_matter_to_machines_are_kept():
    head = "List-ID: <crew.example>\nPrecedence: bulk\nReturn-Path: <m@b.example>\nX-Other: y\n"

    assert said(mail(head)).headers == {
        "list-id": "<crew.example>",
        "precedence": "bulk",
        "return-path": "<m@b.example>",
    }
