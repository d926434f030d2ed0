"""A folder on a real IMAP server: what is new in it, its bytes, and what is said when it cannot be asked."""

from __future__ import annotations

import datetime as dt
import socket
import threading
from pathlib import Path

import pytest

from amends.inbox.imap import ImapServer, Listed, Unreachable
from amends.lib import wall
from tests.imap import Box
from tests.tls import is_trusted

HELLO = b"Subject: Hello\r\n\r\nHello\r\n"


def test_it_says_what_is_there_and_gives_the_bytes_as_they_came(imap_box: Box):
    server = ImapServer(imap_box.url())
    assert (server.folder().next_uid, server.after(0, at_most=9), server.content(1)) == (1, [], None)
    odd = b"Subject: \xff\xfe\r\n\r\n" + bytes(range(1, 256)).replace(b"\r", b"").replace(b"\n", b"") + b"\r\n"

    imap_box.gets(HELLO, odd)

    assert server.folder().next_uid == 3
    assert server.after(0, at_most=9) == [Listed(1, len(HELLO)), Listed(2, len(odd))]
    assert (server.content(1), server.content(2)) == (HELLO, odd)
    assert server.headers(1) == b"Subject: Hello\r\n\r\n"
    assert imap_box.flags() == ["new", "new"]


def test_it_goes_on_behind_a_number_a_few_at_a_time(imap_box: Box):
    imap_box.gets(*[HELLO] * 5)
    server = ImapServer(imap_box.url())

    assert [listed.uid for listed in server.after(0, at_most=2)] == [1, 2]
    assert [listed.uid for listed in server.after(2, at_most=9)] == [3, 4, 5]
    # The server answers “6:*” with the last one, which is not behind it.
    assert server.after(5, at_most=9) == []


def test_below_a_number_it_gives_only_what_nobody_has_read(imap_box: Box):
    imap_box.gets(HELLO, is_read=True)
    imap_box.gets(HELLO)
    imap_box.gets(HELLO, HELLO, is_read=True)
    server = ImapServer(imap_box.url())

    assert [listed.uid for listed in server.after(0, at_most=9, unseen_below=4)] == [2, 4]
    assert [listed.uid for listed in server.after(0, at_most=1, unseen_below=4)] == [2]
    assert [listed.uid for listed in server.after(2, at_most=9, unseen_below=4)] == [4]
    assert [listed.uid for listed in server.after(0, at_most=9, unseen_below=5)] == [2]


def test_marked_as_seen_is_what_was_and_nothing_else(imap_box: Box):
    imap_box.gets(HELLO, HELLO)

    ImapServer(imap_box.url()).mark_seen(2)

    assert imap_box.flags() == ["new", "seen"]


def test_it_finds_the_first_that_came_since_a_day(imap_box: Box):
    imap_box.gets(HELLO)
    server, today = ImapServer(imap_box.url()), wall.now().date()

    assert server.first_since(today - dt.timedelta(days=1)) == 1
    assert server.first_since(today + dt.timedelta(days=2)) is None


def test_a_connection_that_broke_is_opened_again_and_what_is_new_is_seen_on_an_open_one(imap_box: Box):
    server = ImapServer(imap_box.url())
    assert server.folder().next_uid == 1
    imap_box.gets(HELLO)
    assert server.folder().next_uid == 2

    imap_box.server.goes_down()
    with pytest.raises(Unreachable, match=r"^The mailbox at 127\.0\.0\.1 cannot be reached: Connection refused\.$"):
        server.folder()
    imap_box.server.comes_up()

    assert server.folder().next_uid == 2
    server.close()
    assert server.content(1) == HELLO


def test_a_wrong_password_is_said_in_a_sentence_without_the_password(imap_box: Box):
    with pytest.raises(Unreachable) as told:
        ImapServer(imap_box.url("hunter two")).folder()

    says = f"The mailbox at 127.0.0.1 does not let {imap_box.user} in: Authentication failed."
    assert str(told.value) == says


def test_a_password_may_hold_any_letters(imap_box: Box):
    with pytest.raises(Unreachable, match="does not let"):
        ImapServer(imap_box.url("größer:als@/?#%")).folder()


def test_a_folder_that_is_not_there_is_said(imap_box: Box):
    with pytest.raises(Unreachable, match="Mailbox doesn't exist: Elsewhere"):
        ImapServer(imap_box.url().replace("INBOX", "Elsewhere")).folder()


def test_what_is_no_imap_server_is_said_and_not_waited_for_for_ever():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=_says_something_else, args=[listener], daemon=True).start()
        url = f"imap://desk:secret@127.0.0.1:{listener.getsockname()[1]}/?tls=no"

        with pytest.raises(Unreachable, match="cannot be reached"):
            ImapServer(url).folder()


def _says_something_else(listener: socket.socket) -> None:
    line, _ = listener.accept()
    with line:
        line.sendall(b"220 mail.example ESMTP\r\n")


@pytest.mark.parametrize("tls", ["starttls", "yes"])
def test_with_tls_it_reads_the_mailbox_of_a_server_whose_certificate_is_trusted(
    imap_box: Box, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, tls: str
):
    imap_box.gets(HELLO)
    is_trusted(monkeypatch, tmp_path)

    assert ImapServer(imap_box.url(tls=tls)).content(1) == HELLO


@pytest.mark.parametrize("tls", ["starttls", "yes"])
def test_whoever_cannot_show_a_trusted_certificate_gets_no_password(imap_box: Box, tls: str):
    with pytest.raises(Unreachable, match="cannot be reached: this machine does not trust its certificate: unable to"):
        ImapServer(imap_box.url(tls=tls)).folder()


def test_a_certificate_for_another_name_is_none(imap_box: Box, monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    is_trusted(monkeypatch, tmp_path)

    with pytest.raises(Unreachable, match=r"does not trust its certificate: .*not valid for 'localhost'"):
        ImapServer(imap_box.url(tls="yes").replace("127.0.0.1", "localhost")).folder()


def test_its_address_names_all_that_is_needed_and_its_name_nothing_that_is_secret():
    server = ImapServer("imaps://desk%40fernhill.example:se%2Fcret@mail.fernhill.example/Support%20mail")

    assert server.name == "desk@fernhill.example@mail.fernhill.example/Support mail"
    for wrong in ("pop3://desk:x@host", "imaps://host/INBOX", "imaps:///INBOX", "desk@host"):
        with pytest.raises(ValueError, match="A mailbox is written imaps://"):
            ImapServer(wrong)
