"""A message as bytes: what is read out of it at the other end is what was put in."""

from email import message_from_bytes, policy
from email.headerregistry import Address

import pytest

from amends.outbox import mime


def read(content: bytes):
    return message_from_bytes(content, policy=policy.default)


def arrived(**headers: str):
    words = {"Message-ID": "<1@desk.example>", "Subject": "Word", "From": "a@desk.example", "To": "b@desk.example"}
    return read(mime.message((words | headers).items(), text="Dear Maria,", html="<p>Dear Maria,</p>"))


@pytest.mark.parametrize(
    "subject",
    [
        "Due now: the summary",
        "Overdue since Thu 19 Nov, 10:00: " + "the summary of the logs " * 8 + "(Brightwater Foods, ESC-1042)",
        "Maria’s answer – “soon”",
        "Ünïcödé " * 30,
        "x" * 300,
        "",
    ],
)
def test_a_subject_arrives_as_it_was_written(subject):
    assert str(arrived(Subject=subject)["Subject"]).strip() == subject.strip()


@pytest.mark.parametrize(
    "name",
    [
        "Maria Duarte",
        "Duarte, Maria",
        "a, " * 40,
        "[" * 110,
        "Größe, " * 15,
        "ä" * 120,
        '"Maria" <x@y.example>, Duarte (she)',
    ],
)
def test_a_name_arrives_as_it_was_written_and_makes_no_second_address(name):
    written = str(Address(name.strip(), addr_spec="maria@brightwater.example"))

    (address,) = arrived(To=written)["To"].addresses

    # Python's own reader puts a space between two encoded words of a name, which RFC 2047 takes away.
    assert address.display_name.replace(" ", "") == name.replace(" ", "")
    assert address.addr_spec == "maria@brightwater.example"


def test_several_addresses_stay_several():
    written = "Maria Duarte <maria@x.example>, Jürgen Groß <juergen@x.example>, c@x.example"

    addresses = arrived(To=written)["To"].addresses

    assert [address.addr_spec.partition("@")[0] for address in addresses] == ["maria", "juergen", "c"]
    assert [address.display_name for address in addresses] == ["Maria Duarte", "Jürgen Groß", ""]


@pytest.mark.parametrize(
    "text",
    [
        "Dear Maria,\n\nwe know.\n",
        "Größe – “so”, wie’s ist\n",
        ".\n..x\nFrom me\n",
        "a line of " + "very " * 300 + "many words\n",
        "=_amends_=\n--=_amends_=\n--=_amends_=--\n",
        "spaces at the end   \nand a tab\t\n",
        "",
    ],
)
def test_both_looks_arrive_as_they_were_written(text):
    message = read(mime.message([("Subject", "Word")], text=text, html=f"<p>{text}</p>"))

    plain, html = message.iter_parts()
    assert plain.get_content().replace("\r\n", "\n").removesuffix("\n") == text.removesuffix("\n")
    assert html.get_content().replace("\r\n", "\n").strip() == f"<p>{text}</p>"


def test_lines_may_end_as_they_do_anywhere():
    message = read(mime.message([("Subject", "Word")], text="one\ntwo\r\nthree\rfour", html=""))

    assert message.get_content_type() == "text/plain"
    assert message.get_content().splitlines() == ["one", "two", "three", "four"]


def test_no_line_is_longer_than_a_server_must_take():
    content = mime.message([("Subject", "word " * 100)], text="word " * 5000, html="<b>" + "x" * 5000)

    assert max(len(line) for line in content.split(b"\r\n")) <= 78
    assert content.isascii()


@pytest.mark.parametrize("crafted", ["Hello\r\nBcc: all@desk.example", "Hello\nBcc: x", "Hello\rBcc: x"])
def test_a_header_with_a_line_end_is_refused(crafted):
    with pytest.raises(ValueError, match="line end"):
        mime.header("Subject", crafted)


@pytest.mark.parametrize(
    "name",
    [
        "count.csv",
        "Lager „Süd“ (2).pdf",
        "Überblick " * 15 + ".pdf",
        "plain " * 25 + ".pdf",
        '50 % "off".txt',
        "数" * 52,
    ],
)
def test_a_file_arrives_as_it_was_given_under_its_name(name):
    content = bytes(range(256)) * 3

    message = read(mime.message([("Subject", "x")], text="a", html="<p>a</p>", files=[mime.File(name, "a/b", content)]))

    (part,) = message.iter_attachments()
    assert (part.get_filename(), part.get_content_type()) == (name, "a/b")
    assert part.get_payload(decode=True) == content
    assert message.get_body(("plain",)).get_content().strip() == "a"
    assert max(map(len, bytes(message).splitlines())) < 200
