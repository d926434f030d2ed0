"""What a mail says, whoever's program wrote it; and what is parked with its reason."""

from __future__ import annotations

import datetime as dt
import time
from base64 import b64encode

import pytest

from amends.inbox.messages import Limits, Message, Parked, Person
from amends.inbox.reading import read
from tests.inbox.mails import HEAD, mail, multipart, parked, real, said

PLAIN = "Content-Type: text/plain; charset=utf-8\n\n"
HTML = "Content-Type: text/html; charset=utf-8\n\n"


def a_file(name: str, content: str = "x", *, kind: str = "application/pdf") -> str:
    code = b64encode(content.encode()).decode()
    return (
        f"Content-Type: {kind}\nContent-Transfer-Encoding: base64\n"
        f"Content-Disposition: attachment; filename={name}\n\n{code}"
    )


def test_a_mail_says_who_wrote_what_to_whom_and_when():
    read_mail = said(
        mail(
            "Cc: Ana <ana@fernhill.example>, bo@fernhill.example\nReply-To: ops@brightwater.example\n"
            "In-Reply-To: <7@desk.fernhill.example>\n"
            "References: <6@desk.fernhill.example>\n <7@desk.fernhill.example>\n"
        )
    )

    assert read_mail.kind == "said"
    assert read_mail.sender == Person("Maria Duarte", "maria@brightwater.example")
    assert [person.address for person in read_mail.cc] == ["ana@fernhill.example", "bo@fernhill.example"]
    assert read_mail.reply_to == (Person("", "ops@brightwater.example"),)
    assert read_mail.message_id == "<1@brightwater.example>"
    assert read_mail.in_reply_to == "<7@desk.fernhill.example>"
    assert read_mail.references == ("<6@desk.fernhill.example>", "<7@desk.fernhill.example>")
    assert read_mail.sent_at == dt.datetime(2026, 11, 12, 9, tzinfo=dt.UTC)
    assert (read_mail.subject, read_mail.text) == ("Export is down", "Hello")


def test_the_plain_text_is_read_and_the_html_shown():
    both = said(multipart("alternative", f"{PLAIN}It is down.", f"{HTML}<p>It is <b>down</b>.</p>"))

    assert both.text.strip() == "It is down."
    assert both.html.strip() == "<p>It is <b>down</b>.</p>"


def test_a_mail_of_html_alone_has_a_text_that_folds():
    html = "<div>Still <b>down</b>.<br>Since <a href='https://x.example/a'>Monday</a></div>"
    html += "<ul><li>one<li>two</ul><blockquote><p>We look&nbsp;into it.</blockquote>"

    text = said(mail("Content-Type: text/html\n", html)).text

    assert text == "Still down.\nSince Monday <https://x.example/a>\n\n- one\n- two\n\n> We look into it."


def test_nothing_in_the_html_runs_or_loads():
    html = (
        "<title>Title</title><style>p{background:url(https://x.example)}</style>"
        "<script>alert(1)</script><img src=cid:a><p style='x' "
        "onclick=alert(1) class=y>Hi</p><img src=https://x.example/a.png><a href='javascript:x()'>a</a><svg onload=x()>"
        "<link rel=stylesheet href=https://x.example><iframe src=https://x.example></iframe><form action=https://x>"
    )

    cleaned = said(mail("Content-Type: text/html\n", html)).html

    assert cleaned == '<p>Hi</p><a rel="noopener noreferrer nofollow">a</a>'


def test_html_that_would_take_minutes_to_clean_is_left_out_and_its_words_are_read():
    deep = said(mail("Content-Type: text/html\n", f"{'<div>' * 50_000}Still down."))

    assert "Still down." in deep.text
    assert deep.html.startswith("<pre>")
    assert deep.left_out == ("the HTML",)


def test_text_between_pictures_is_read_in_its_order():
    picture = "Content-Type: image/png\nContent-ID: <logo>\nContent-Disposition: inline\n\nx"

    read_mail = said(multipart("mixed", f"{PLAIN}Above", picture, f"{PLAIN}Below"))

    assert read_mail.text.split() == ["Above", "Below"]
    assert [(file.name, file.content_id) for file in read_mail.attachments] == [("attachment-1.png", "logo")]


@pytest.mark.parametrize(
    ("sent", "name"),
    [
        ('"../../etc/passwd"', "passwd"),
        (r'"C:\\temp\\report.pdf"', "report.pdf"),
        ('"a\x07b\x1b.pdf"', "a b .pdf"),
        ('"\u202egpj.exe"', "gpj.exe"),
        ('""', "attachment-1.pdf"),
        ('".."', "attachment-1.pdf"),
        ('"=?utf-8?q?R=C3=A9sum=C3=A9.pdf?="', "Résumé.pdf"),
        ("\"x\"; filename*=utf-8''%E2%82%AC%20rates.pdf", "x"),
        (f'"{"a" * 300}.pdf"', f"{'a' * 116}.pdf"),
        ('"a<script>.html"', "a_script_.html"),
        ('"=?utf-8?q?a=0D=0ABcc:_x?="', "a Bcc_ x"),
    ],
)
def test_a_file_has_a_name_alone(sent, name):
    assert [file.name for file in said(multipart("mixed", f"{PLAIN}Hi", a_file(sent))).attachments] == [name]


def test_a_name_in_pieces_and_in_its_own_charset_is_put_together():
    part = a_file("x").replace("filename=x", "filename*0*=utf-8''%E2%82%AC;\n filename*1=\"rates.pdf\"")

    assert said(multipart("mixed", part)).attachments[0].name == "€rates.pdf"


def test_what_goes_beyond_the_limits_is_left_out_by_name():
    raw = multipart("mixed", f"{PLAIN}Hello there", a_file('"big.pdf"', "x" * 900), a_file("a.pdf"), a_file("b.pdf"))

    found = read(raw, limits=Limits(attachment=500, most_attachments=1, letters=5))

    assert isinstance(found, Message)
    assert [file.name for file in found.attachments] == ["a.pdf"]
    assert set(found.left_out) == {"big.pdf", "b.pdf", "the end of the text"}
    assert found.text == "Hello"


def test_what_all_attachments_may_have_together_is_counted_over_them():
    files = [a_file(f"{name}.pdf", "x" * size) for name, size in (("a", 400), ("b", 400), ("c", 400), ("d", 50))]

    found = read(multipart("mixed", *files), limits=Limits(attachment=500, attachments=900))

    assert isinstance(found, Message)
    assert [file.name for file in found.attachments] == ["a.pdf", "b.pdf", "d.pdf"]
    assert found.left_out == ("c.pdf",)


def test_an_invitation_is_kept_as_it_came():
    invitation = "BEGIN:VCALENDAR\nMETHOD:REPLY\nEND:VCALENDAR"

    read_mail = said(
        multipart("alternative", f"{PLAIN}Yes", f"Content-Type: text/calendar; method=REPLY\n\n{invitation}")
    )

    assert [one.replace(b"\r\n", b"\n").strip().decode() for one in read_mail.calendars] == [invitation]


def test_a_mail_inside_a_mail_is_a_file():
    inner = f"Content-Type: message/rfc822\n\n{HEAD}\nInside"

    read_mail = said(multipart("mixed", f"{PLAIN}See below", inner))

    assert read_mail.attachments[0].name == "Export is down.eml"
    assert b"Inside" in read_mail.attachments[0].content
    assert "Inside" not in read_mail.text


@pytest.mark.parametrize(
    ("subject", "read_as"),
    [
        (b"=?utf-8?b?R3LDvMOfZQ==?=", "Grüße"),
        ("Grüße".encode(), "Grüße"),
        ("Grüße".encode("cp1252"), "Grüße"),
        (b"=?utf-8?q?Hi=0D=0ABcc:_x@y.example?=", "Hi Bcc: x@y.example"),
        (b"=?nonsense?q?Hi=FC?=", "Hiü"),
        (b"=?utf-8?b?!!!?= x", "x"),
        (b"=?utf-8?q?one?=\r\n =?utf-8?q?two?=", "onetwo"),
        (b"a\x00b\x1b[31m", "ab [31m"),
        (b"", ""),
    ],
)
def test_a_subject_is_read_whatever_became_of_it(subject, read_as):
    raw = mail().replace(b"Export is down", subject)

    assert said(raw).subject == read_as
    assert not said(raw).cc


@pytest.mark.parametrize(
    "charset", ["utf-8", "nonsense", "hex", "punycode", "us-ascii", '"', "utf-8\x00", "unknown-8bit"]
)
def test_a_text_is_read_whatever_its_charset_says(charset):
    head = f"Content-Type: text/plain; charset={charset}\nContent-Transfer-Encoding: 8bit\n"

    assert said(mail(head, "one-two")).text == "one-two"
    assert said(mail(head, "Grüße\0")).text == "Grüße"
    assert said(mail(head).replace(b"Hello", "Grüße".encode("cp1252"))).text == "Grüße"


@pytest.mark.parametrize(
    ("date", "at"),
    [
        ("Thu, 12 Nov 2026 10:00:00 -0000", dt.datetime(2026, 11, 12, 10, tzinfo=dt.UTC)),
        ("Thu, 12 Nov 2026 10:00:00", dt.datetime(2026, 11, 12, 10, tzinfo=dt.UTC)),
        ("Thu, 32 Nov 2026 10:00:00 +0100", None),
        ("Fri, 31 Dec 9999 23:59:59 -1400", None),
        ("yesterday", None),
        ("9" * 400, None),
        ("", None),
    ],
)
def test_a_date_that_cannot_be_is_none(date, at):
    assert said(mail().replace(b"Thu, 12 Nov 2026 10:00:00 +0100", date.encode())).sent_at == at


@pytest.mark.parametrize(
    "sender",
    [
        "maria@brightwater.example",
        '"Duarte, Maria" <maria@brightwater.example>',
        "Maria (of Brightwater) <maria@brightwater.example>",
        "=?utf-8?q?Mar=C3=ADa?= <maria@brightwater.example>",
        "Maria <maria@brightwater.example>, Ana <ana@brightwater.example>",
        '"Maria <maria@brightwater.example>',
        f"{'(' * 5_000} maria@brightwater.example",
    ],
)
def test_a_sender_is_found_however_it_is_written(sender):
    raw = mail().replace(b"Maria Duarte <maria@brightwater.example>", sender.encode())

    assert said(raw).sender.address == "maria@brightwater.example"


EVE, MARIA = "eve@evil.example", "maria@brightwater.example"


@pytest.mark.parametrize(
    "sender",
    [
        f"{MARIA} <{EVE}>",
        f'"{MARIA}" <{EVE}>',
        f"{MARIA} ({MARIA}) <{EVE}>",
        f'"Maria <{MARIA}>" <{EVE}>',
        f'"Maria \\" <{MARIA}>" <{EVE}>',
        f"({MARIA}) {EVE}",
        f"<{EVE}> {MARIA}",
        f"<@there,@{MARIA}:{EVE}>",
        f"=?utf-8?q?{MARIA.replace('@', '=40')}?= <{EVE}>",
    ],
)
def test_a_name_that_looks_like_an_address_is_not_who_wrote_it(sender):
    found = said(mail().replace(b"Maria Duarte <maria@brightwater.example>", sender.encode()))

    assert [author.address for author in found.authors] == [EVE]
    assert (found.sender.address, found.sender.name) != (EVE, MARIA)


@pytest.mark.parametrize("sender", [f"<{MARIA}> <{EVE}>", f"{MARIA} {EVE}", f"{EVE} <{MARIA}", f"{MARIA}, {EVE}"])
def test_of_several_all_are_named(sender):
    found = said(mail().replace(b"Maria Duarte <maria@brightwater.example>", sender.encode()))

    assert {author.address for author in found.authors} == {EVE, MARIA}


@pytest.mark.parametrize("sender", [f"{MARIA}@evil.example", f'"{MARIA}" <{MARIA}@evil.example>', f'"{MARIA}"'])
def test_what_only_holds_an_address_names_nobody(sender):
    assert "who sent it" in parked(mail().replace(b"Maria Duarte <maria@brightwater.example>", sender.encode())).reason


def test_names_are_read_with_their_commas_brackets_and_quotes():
    head = (
        'Cc: "Duarte, \\"M\\"" <m@b.example>; Jörg [Ops] (Lager) <j@b.example>, Us: a@b.example (Ana), <mailto:c@d>;\n'
    )

    assert said(mail(head)).cc == (
        Person('Duarte, "M"', "m@b.example"),
        Person("Jörg [Ops] (Lager)", "j@b.example"),
        Person("Ana", "a@b.example"),
        Person("", "c@d"),
    )


@pytest.mark.parametrize("piece", ['"\\', "(\\", '"', "(", "<", '"(', ",", "a@b,", "\\", '"<('])
def test_people_are_read_in_a_time_that_grows_with_their_letters(piece):
    def took(letters: int) -> float:
        raw = mail("".join(f"Cc: {piece * (letters // len(piece))}\n" for _ in range(20)))
        start = time.process_time()
        read(raw)
        return time.process_time() - start

    assert took(16_000) < 0.3 + 20 * took(2_000)


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"", "This mail does not say who sent it."),
        (b"\0\xff\r\n\r\n", "This mail does not say who sent it."),
        (mail().replace(b"From: Maria Duarte <maria@brightwater.example>", b"From: nobody"), "who sent it"),
        (multipart("mixed", *[f"{PLAIN}x"] * 10_000), "more than 1,000 parts"),
        (mail("X: y\n" * 3_000), "too many headers"),
        (mail(body="\n" * 1_000_001), "more than 1,000,000 lines"),
        (mail("Content-Type: message/rfc822\n", "Content-Type: message/rfc822\n\n" * 40), "more than 20 deep"),
        (mail("Content-Type: message/rfc822\n", "Content-Type: message/rfc822\n\n" * 5_000), "parts within parts"),
    ],
)
def test_what_cannot_be_read_is_parked_with_its_reason(raw, reason):
    assert reason in parked(raw).reason


def test_a_huge_mail_is_parked_unopened_with_its_headers():
    found = read(mail() + b"x" * 60_000_000)

    assert isinstance(found, Parked)
    assert found.reason == "This mail has 60.0 MB. We read mails of up to 40 MB."
    assert found.headers["Subject"] == "Export is down"
    assert found.headers["From"] == "Maria Duarte <maria@brightwater.example>"


def test_a_boundary_that_never_comes_leaves_the_words_in_view():
    raw = mail('Content-Type: multipart/mixed; boundary="edge"\n', "It is down.\n")

    assert read(raw)
    assert said(multipart("mixed", f"{PLAIN}It is down.").replace(b"--edge--", b"")).text.strip() == "It is down."


@pytest.mark.real_data
def test_every_oddity_is_read_or_parked():
    found = {path.name: read(path.read_bytes()) for path in real("mime/cpython")}

    unread = [name for name, one in found.items() if isinstance(one, Parked) and "who sent it" not in one.reason]
    assert len(found) == 47
    assert unread == []
    assert [name for name, one in found.items() if isinstance(one, Message) and one.kind == "bounce"] == [
        "msg_16.txt",
        "msg_25.txt",
        "msg_43.txt",
    ]
