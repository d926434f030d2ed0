"""`amends mail read`, from files and down a pipe of a mail server; and the doctor, who asks the mailbox."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.cli.commands import Machine
from tests.imap import PASSWORD, Box

LETTER = b"""From: Otto Klein <otto@elsewhere.example>\r
To: desk@oakfield.example\r
Subject: An offer\r
Message-ID: <1@elsewhere.example>\r
Date: Thu, 19 Nov 2026 10:00:00 +0100\r
\r
Buy from us.\r
"""
BROKEN = b"\x00\xff no mail at all"


def down_a_pipe(machine: Machine, raw: bytes) -> tuple[int, str]:
    """As a mail server hands it over: its exit code, and what it says."""
    done = subprocess.run(
        [sys.executable, "-m", "amends.cli", "mail", "read"],
        input=raw,
        capture_output=True,
        env=machine.surroundings(),
        cwd=machine.home.parent,
        timeout=60,
        check=False,
    )
    return done.returncode, done.stdout.decode()


def test_mails_are_taken_in_from_files_once_and_each_says_where_it_went(machine: Machine, tmp_path: Path):
    letter, broken = tmp_path / "offer.eml", tmp_path / "broken.eml"
    letter.write_bytes(LETTER)
    broken.write_bytes(BROKEN)

    first = machine.amends("mail", "read", str(letter), str(broken))
    again = machine.amends("mail", "read", str(letter))

    assert first.code == 0, first
    assert f"{letter}, from Otto Klein: from a stranger. Nobody of this address" in first.out
    assert f"{broken}, from somebody who does not say: cannot be read. This mail does not say who sent it." in first.out
    assert again.out in first.out


def test_a_mail_comes_down_a_pipe_and_is_to_be_kept_while_the_database_is_away(machine: Machine):
    code, says = down_a_pipe(machine, LETTER)
    away = machine.amends("mail", "read", DATABASE_URL="postgresql://me@127.0.0.1:1/amends")

    assert (code, says.startswith("• The mail, from Otto Klein: from a stranger.")) == (0, True)
    assert away.code == 75
    assert "The database does not answer" in away.says and "Traceback" not in away.says


def test_where_nothing_is_set_up_the_mail_server_keeps_the_mail_and_nothing_is_made(machine: Machine):
    elsewhere = machine.home.parent / "elsewhere"

    code, says = down_a_pipe(Machine(elsewhere), LETTER)
    with_words = machine.amends("mail", "read", AMENDS_HOME=str(elsewhere))

    assert (code, says, with_words.code) == (75, "", 75)
    assert f"Amends is not set up here ({elsewhere}/amends.sqlite3)" in with_words.says
    assert "AMENDS_HOME" in with_words.says and "DATABASE_URL" in with_words.says
    assert not elsewhere.exists()


def test_a_mail_is_kept_by_its_server_until_the_organisation_is_set_up(bare: Machine):
    bare.amends("prepare")

    code, _ = down_a_pipe(bare, LETTER)

    assert code == 75


def test_on_postgresql_too_a_mail_waits_until_amends_is_set_up(with_postgresql: Machine):
    code, says = down_a_pipe(with_postgresql, LETTER)

    assert (code, says) == (75, "")


def test_what_is_too_large_is_refused_so_that_its_writer_hears(machine: Machine, tmp_path: Path):
    large = tmp_path / "large.eml"
    large.write_bytes(LETTER + b"x" * 1_000_001)

    answer = machine.amends("mail", "read", str(large), AMENDS_MAIL_LIMIT_MB="1")

    assert "larger than AMENDS_MAIL_LIMIT_MB allows" in answer.sentence


def test_the_doctor_asks_the_mailbox(machine: Machine, imap_box: Box):
    imap_box.gets(LETTER)

    well = machine.amends("doctor", AMENDS_IMAP_URL=imap_box.url()).out
    elsewhere = machine.amends("doctor", AMENDS_IMAP_URL=imap_box.url().replace("INBOX", "Nowhere")).out

    assert "✓ The mailbox lets us read what comes in" in well
    assert imap_box.flags() == ["new"]
    assert "✗ The mailbox lets us read what comes in" in elsewhere
    assert "Nowhere" in elsewhere and PASSWORD not in elsewhere
