"""Mail that a provider posts: raw, and in the shapes of two of them."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from amends.escalations.models import Escalation, Incoming
from tests.escalations.mail.writing import answer_address, brightwater, in_case, letter

pytestmark = pytest.mark.django_db
SECRET = "a-long-secret-of-this-desk"
RAW = f"/inbound/{SECRET}/"


@pytest.fixture(autouse=True)
def _door(settings: Any) -> None:
    settings.INBOUND_SECRET, settings.MAIL_COMES_IN = SECRET, True
    cache.clear()


@pytest.fixture
def case() -> Escalation:
    return brightwater()[0]


def posts(mail: bytes, path: str = RAW) -> int:
    """What a provider hears that has no session and no token of ours."""
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)
    return client.post(path, mail, content_type="message/rfc822").status_code


def test_a_mail_that_is_posted_is_kept_and_read_at_once_and_once(case: Escalation):
    mail = letter(to=answer_address(case)).as_bytes()

    assert [posts(mail), posts(mail)] == [200, 200]

    assert in_case(case) == ["It happened again."]
    came = Incoming.objects.get()
    assert (came.came_by, bytes(came.content.raw)) == ("posted", mail)


def test_what_cannot_be_read_is_kept_too_and_nothing_is_no_mail(case: Escalation):
    assert posts(b"\xff\xfe nonsense") == 200
    assert posts(b" \r\n") == 400

    assert Incoming.objects.get().state == "parked"


def test_who_does_not_know_the_secret_finds_nothing_and_is_told_to_wait_after_thirty(settings: Any):
    for wrong in ("/inbound/x/", f"/inbound/{SECRET}x/", "/inbound/x/postmark/", f"/inbound/{SECRET}/elsewhere/"):
        assert posts(b"From: a@b.example\n\nx", wrong) == 404
    assert 429 in [posts(b"x", "/inbound/x/") for _ in range(30)]
    # Whoever knows it is let in from there all the same.
    assert posts(b"From: a@b.example\n\nx") == 200

    settings.INBOUND_SECRET = ""
    for empty in ("/inbound//", RAW, "/inbound/None/"):
        assert posts(b"From: a@b.example\n\nx", empty) in (404, 429)
    assert Incoming.objects.count() == 1


def test_what_is_too_large_is_not_taken_and_that_is_said(settings: Any):
    settings.MAIL_LIMIT_MB = 6
    # More than any form may have, and less than a mail.
    assert posts(letter("x" * 60 + "\n" + ("y" * 70 + "\n") * 75_000).as_bytes()) == 200
    assert posts(b"From: a@b.example\n\n" + b"x" * 6_000_001) == 413

    assert Incoming.objects.count() == 1


def test_what_says_that_it_is_too_large_is_not_even_read(settings: Any):
    settings.MAIL_LIMIT_MB = 6
    # The rest of it never comes: who waits for it waits in vain.
    says = {"content_type": "message/rfc822", "headers": {"Content-Length": "6000001"}}

    answer = Client(raise_request_exception=False).post(RAW, b"From: a@b.example\n\nx", **says)

    assert (answer.status_code, answer.content) == (413, b"Mails of up to 6 MB are taken.\n")
    assert not Incoming.objects.exists()


def test_only_posts_bring_mail_and_a_provider_may_ask_whether_anybody_is_there():
    client = Client()

    assert client.head(RAW).status_code == 200
    assert client.get(RAW).status_code == 405
    assert client.get(RAW + "postmark/").status_code == 405


def postmark(case: Escalation, **changes: Any) -> dict[str, Any]:
    """As its documentation shows what it posts."""
    return {
        "FromName": "Maria Duarte",
        "MessageStream": "inbound",
        "From": "maria@brightwater.example",
        "FromFull": {"Email": "maria@brightwater.example", "Name": "Maria Duarte", "MailboxHash": ""},
        "To": '"Desk" <hash@inbound.postmarkapp.com>',
        "ToFull": [{"Email": "hash@inbound.postmarkapp.com", "Name": "Desk", "MailboxHash": ""}],
        "Cc": "",
        "CcFull": [],
        "Bcc": "",
        "BccFull": [],
        "OriginalRecipient": answer_address(case),
        "Subject": "Re: Orders arrive twice",
        "MessageID": "73e6d360-66eb-11e1-8e72-a8904824019b",
        "ReplyTo": "",
        "MailboxHash": "",
        "Date": "Thu, 19 Nov 2026 12:01:05 +0100",
        "TextBody": "Größer als gedacht.\n\nOn Thu, 19 Nov 2026 at 11:00, Fernhill wrote:\n> Hello\n",
        "HtmlBody": "<p>Größer als gedacht.</p>",
        "StrippedTextReply": "Größer als gedacht.",
        "Tag": "",
        "Headers": [
            {"Name": "Return-Path", "Value": "<maria@brightwater.example>"},
            {"Name": "X-Spam-Status", "Value": "No"},
            {"Name": "Message-ID", "Value": "<999@mail.brightwater.example>"},
        ],
        "Attachments": [
            {
                "Name": "list.csv",
                "Content": base64.b64encode(b"order,times\n1,2\n").decode(),
                "ContentType": "text/csv",
                "ContentLength": 16,
            }
        ],
    } | changes


def posts_json(said: Any, provider: str = "postmark") -> int:
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)
    return client.post(f"{RAW}{provider}/", json.dumps(said), content_type="application/json").status_code


def test_postmarks_json_becomes_a_mail_in_its_case_with_its_files_and_once(case: Escalation):
    assert [posts_json(postmark(case)), posts_json(postmark(case))] == [200, 200]

    assert in_case(case) == ["Größer als gedacht."]
    came = Incoming.objects.get()
    assert (came.state, came.sender_name, came.message_id) == (
        "filed",
        "Maria Duarte",
        "<999@mail.brightwater.example>",
    )
    assert case.updates.get(direction="in").attachments.get().name == "list.csv"
    assert came.came_by == "posted by postmark"


def test_postmarks_raw_mail_is_read_as_it_came(case: Escalation):
    raw = letter("Raw words.", to="desk@fernhill.example").as_string()

    assert posts_json(postmark(case, RawEmail=raw)) == 200

    assert in_case(case) == ["Raw words."]


def test_a_large_mail_in_json_is_no_form_and_is_taken(case: Escalation):
    large = base64.b64encode((b"a," * 29 + b"b\n") * 100_000).decode()
    files = [{"Name": "large.csv", "Content": large, "ContentType": "text/csv"}]

    assert posts_json(postmark(case, Attachments=files)) == 200

    assert case.updates.get(direction="in").attachments.get().size == 6_000_000


def mailgun(mail: str) -> dict[str, str]:
    """As it posts a mail “raw”, where “mime” stands in the address."""
    return {
        "recipient": "desk@fernhill.example",
        "sender": "maria@brightwater.example",
        "from": "Maria Duarte <maria@brightwater.example>",
        "subject": "Orders arrive twice",
        "body-mime": mail,
        "timestamp": "1795381760",
        "token": "06c96bafc3f42a66b9edd546347a2fe18dc23461fe80dc52f0",
        "signature": "0" * 64,
    }


def test_mailguns_raw_mail_is_read_once_however_often_it_is_posted(case: Escalation):
    client, mail = Client(enforce_csrf_checks=True), mailgun(letter(to=answer_address(case)).as_string())

    for _ in range(2):
        assert client.post(f"{RAW}mailgun-mime/", mail).status_code == 200

    assert in_case(case) == ["It happened again."]
    assert Incoming.objects.count() == 1


def test_a_large_mail_in_a_form_is_taken_as_far_as_any_mail_is(case: Escalation, settings: Any):
    settings.MAIL_LIMIT_MB = 7
    # In a form of its own, a field has five megabytes at most.
    large, larger = (
        letter("y" * 60 + "\n" + ("y" * 70 + "\n") * lines, to=answer_address(case)) for lines in (85_000, 99_000)
    )
    client = Client(raise_request_exception=False)

    assert client.post(f"{RAW}mailgun-mime/", mailgun(large.as_string())).status_code == 200
    assert client.post(f"{RAW}mailgun-mime/", mailgun(larger.as_string())).status_code == 413

    assert Incoming.objects.get().state == "filed"
    assert bytes(Incoming.objects.get().content.raw).endswith(large.as_bytes().replace(b"\r\n", b"\n"))


def test_a_mail_that_is_too_large_is_not_taken_in_whatever_it_is_wrapped(case: Escalation, settings: Any):
    settings.MAIL_LIMIT_MB = 1
    large, larger = (letter(("y" * 70 + "\n") * lines).as_string() for lines in (13_000, 15_000))

    assert posts_json(postmark(case, RawEmail=larger)) == 413
    assert not Incoming.objects.exists()
    assert posts_json(postmark(case, RawEmail=large)) == 200


def test_a_mail_that_nobody_sent_is_a_machines_whichever_provider_says_so(case: Escalation):
    """F16: an empty envelope sender is how servers say that nothing should answer."""
    raw = letter("I am away.", to=answer_address(case)).as_string()
    headers = [{"Name": "Return-Path", "Value": "<>"}, {"Name": "Message-ID", "Value": "<7@brightwater.example>"}]
    relayed = {"content": {"email_rfc822": raw, "email_rfc822_is_base64": False}, "protocol": "smtp"}
    mailjet = {"Headers": {"From": "maria@brightwater.example", "To": answer_address(case)}, "Text-part": "I am away."}

    assert Client().post(f"{RAW}mailgun-mime/", mailgun(raw) | {"sender": ""}).status_code == 200
    assert posts_json(postmark(case, Headers=headers)) == 200
    assert posts_json([{"msys": {"relay_message": relayed | {"msg_from": ""}}}], "sparkpost") == 200
    assert posts_json(mailjet | {"Sender": ""}, "mailjet") == 200

    assert [came.state for came in Incoming.objects.all()] == ["machine"] * 4
    assert in_case(case) == []


def test_where_a_provider_does_not_say_who_sent_it_nobody_is_taken_for_a_machine(case: Escalation):
    mail = mailgun(letter(to=answer_address(case)).as_string())
    del mail["sender"]

    assert Client().post(f"{RAW}mailgun-mime/", mail).status_code == 200
    assert posts_json(postmark(case, Headers=[{"Name": "Message-ID", "Value": "<8@brightwater.example>"}])) == 200

    assert [came.state for came in Incoming.objects.all()] == ["filed", "filed"]


def test_mailguns_own_pieces_become_a_mail(case: Escalation):
    headers = [["From", "Maria <maria@brightwater.example>"], ["To", answer_address(case)], ["Subject", "Re: Orders"]]
    said = mailgun("") | {"message-headers": json.dumps(headers), "body-plain": "In pieces."}
    del said["body-mime"]

    assert Client().post(f"{RAW}mailgun/", said).status_code == 200

    assert in_case(case) == ["In pieces."]


def test_what_is_in_no_shape_of_theirs_is_said_and_nothing_breaks():
    for provider in ("postmark", "mailjet", "sparkpost", "mailgun", "mailgun-mime"):
        for said in ({}, [], "x", {"RecordType": "Bounce"}, [{"msys": {}}]):
            assert posts_json(said, provider) in (200, 400), (provider, said)
    assert posts(b"{not json", f"{RAW}postmark/") == 400
    assert posts(b"\xff\xfe", f"{RAW}mailjet/") == 400
