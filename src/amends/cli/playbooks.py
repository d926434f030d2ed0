"""`amends playbook`: look at the one in force, check a file, put another in force."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from amends.cli.failing import Failed
from amends.cli.main import app
from amends.cli.printing import done, note, out, say, wrong
from amends.cli.ready import database_file, ready, set_up

if TYPE_CHECKING:
    from amends.playbook.document import Document
    from amends.playbook.models import PlaybookVersion

playbook = typer.Typer(help="How we make amends here: one document with every rule.", no_args_is_help=True)
app.add_typer(playbook, name="playbook")
FILE = typer.Argument(help="A playbook, in YAML.")


@playbook.command()
def check(file: Path = FILE) -> None:
    """Say everything that is wrong with a playbook, each with its line and place, or what it would change."""
    set_up()
    from amends.playbook.document import load

    text = _read(file)
    if _mistakes(file, text):
        raise typer.Exit(1)
    document = load(text)
    ladders, severities = len(document.ladders), ", ".join(severity.name for severity in document.severities)
    done(f"{file} can be adopted: “{document.name}”, with the severities {severities}, and {ladders} ladders.")
    if in_force := _in_force():
        _say_changes(_document(in_force), document, f"It changes {in_force}:", f"It says the same as {in_force}.")


@playbook.command()
def changes(
    old: int = typer.Argument(help="The number of a version."), new: int = typer.Argument(help="And of another.")
) -> None:
    """Say what one version says otherwise than another."""
    ready()
    before, after = _version(old), _version(new)
    says = f"{after} says otherwise than version {old}:"
    _say_changes(_document(before), _document(after), says, f"Versions {old} and {new} say the same.")


@playbook.command()
def show() -> None:
    """Print the playbook in force, as it was adopted."""
    ready()
    from amends.playbook import versions

    version = versions.current()
    if version is None:
        raise Failed("No playbook is in force yet. Run `amends init`.")
    out().out(f"# {version}, adopted {version.adopted_at:%Y-%m-%d %H:%M} UTC by {version.adopted_by_name}")
    out().out(version.text, end="")


@playbook.command()
def adopt(file: Path = FILE, note: str = typer.Option("", help="Why, for those who come later.")) -> None:
    """Put a playbook in force for escalations opened from now on. Those under way keep theirs."""
    ready()
    from amends.directory.actor import COMMAND_LINE
    from amends.lib import wall
    from amends.playbook import versions

    text = _read(file)
    if _mistakes(file, text):
        raise typer.Exit(1)
    now = versions.current()
    if now and now.text == text:
        say(f"{now} is in force already, and says the same.")
        return
    done(f"{versions.adopt(text, by=COMMAND_LINE, now=wall.now(), note=note)} is in force.")


def _in_force() -> PlaybookVersion | None:
    """The version in force; None where there is no database to ask yet, and none is made for it."""
    from django.db import DatabaseError, connection

    from amends.playbook import versions

    if connection.vendor == "sqlite" and not database_file().exists():
        return None
    try:
        return versions.current()
    except DatabaseError:
        return None


def _version(number: int) -> PlaybookVersion:
    from amends.playbook.models import PlaybookVersion

    found = PlaybookVersion.objects.filter(number=number).first()
    if found is None:
        raise Failed(f"There is no version {number} of the playbook.")
    return found


def _document(version: PlaybookVersion) -> Document:
    from amends.playbook.document import BadDocument

    try:
        return version.document
    except BadDocument as bad:
        raise Failed(f"{version} was adopted under earlier rules and cannot be read: {bad.mistakes[0]}") from bad


def _say_changes(old: Document, new: Document, says: str, otherwise: str) -> None:
    from amends.playbook.differences import differences

    found = differences(old, new)
    say(says if found else otherwise)
    for difference in found:
        note(str(difference))


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise Failed(f"{file} is not text in UTF-8.") from error


def _mistakes(file: Path, text: str) -> int:
    """Print each mistake; says how many there are."""
    from amends.playbook.document import BadDocument, load

    try:
        load(text)
    except BadDocument as bad:
        for mistake in bad.mistakes:
            wrong(f"{file}: {mistake}")
        return len(bad.mistakes)
    return 0
