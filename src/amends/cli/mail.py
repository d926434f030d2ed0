"""`amends mail`: mail that is handed over as a file, or down a pipe by a mail server."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import typer

from amends.cli.failing import Failed, sentence
from amends.cli.main import app
from amends.cli.printing import done, note
from amends.cli.ready import ready

if TYPE_CHECKING:
    from amends.escalations.models import Incoming

mail = typer.Typer(help="Mail that comes in.", no_args_is_help=True)
app.add_typer(mail, name="mail")
FILES = typer.Argument(None, help="Mails as they came, such as .eml files. None, or “-”, is what comes on stdin.")
# By it a mail server knows that it should keep the mail, and try again (EX_TEMPFAIL of sysexits).
LATER = 75


@mail.callback()
def _only_groups() -> None:
    """Mail that comes in."""


@mail.command()
def read(files: list[Path] = FILES) -> None:
    """Take mails in as if they had come to the mailbox, and say where each went. The same twice is taken once.

    For a pipe of a mail server too: a mail that could not be kept just now ends with 75, and is to be tried again.
    """
    for file in files or [Path("-")]:
        with _tried_again_later():
            ready()
            raw = _bytes(file)
        if raw is None:
            raise Failed(f"{_name(file)} is larger than AMENDS_MAIL_LIMIT_MB allows, so it was not taken in.")
        with _tried_again_later():
            _say(file, _take_in(raw))


def _take_in(raw: bytes) -> Incoming:
    from amends.directory.actor import COMMAND_LINE
    from amends.escalations.actions import incoming
    from amends.lib import wall

    kept = incoming.keep(raw, came_by="amends mail read", by=COMMAND_LINE, now=wall.now())
    incoming.read_all(now=wall.now)
    kept.refresh_from_db()
    return kept


def _say(file: Path, taken: Incoming) -> None:
    cases = ", ".join(filing.escalation.key for filing in taken.filings.select_related("escalation"))
    says = f"{_name(file)}, from {taken.sender}"
    if cases:
        done(f"{says}: in {cases}. {taken.why}".rstrip())
    else:
        note(f"{says}: {taken.get_state_display().lower()}. {taken.why}".rstrip())


def _bytes(file: Path) -> bytes | None:
    """All of it; None where it is more than is read of a mail."""
    if file == Path("-"):
        return _at_most(sys.stdin.buffer)
    with file.open("rb") as content:
        return _at_most(content)


def _at_most(content: BinaryIO) -> bytes | None:
    from amends.escalations.actions import incoming

    most = incoming.limits().most_bytes
    raw = content.read(most + 1)
    if len(raw) <= most:
        return raw
    while content.read(1_000_000):
        """Whoever writes into the pipe writes to the end."""
    return None


def _name(file: Path) -> str:
    return "The mail" if file == Path("-") else str(file)


@contextmanager
def _tried_again_later() -> Iterator[None]:
    """Whatever goes wrong here, the mail is not lost: who brought it is told to keep it."""
    try:
        yield
    except Exception as error:
        says = sentence(error)
        if says:
            sys.stderr.write(f"amends: {says}\n")
        else:
            traceback.print_exc()
        raise typer.Exit(LATER) from error
