"""`amends playbook`: look at the one in force, check a file, put another in force."""

from __future__ import annotations

from pathlib import Path

import typer

from amends.cli.failing import Failed
from amends.cli.main import app
from amends.cli.printing import done, out, say, wrong
from amends.cli.ready import ready, set_up

playbook = typer.Typer(help="How we make amends here: one document with every rule.", no_args_is_help=True)
app.add_typer(playbook, name="playbook")
FILE = typer.Argument(help="A playbook, in YAML.")


@playbook.command()
def check(file: Path = FILE) -> None:
    """Say everything that is wrong with a playbook, each with its line and place. Changes nothing."""
    set_up()
    from amends.playbook.document import load

    text = _read(file)
    if _mistakes(file, text):
        raise typer.Exit(1)
    document = load(text)
    ladders, severities = len(document.ladders), ", ".join(severity.name for severity in document.severities)
    done(f"{file} can be adopted: “{document.name}”, with the severities {severities}, and {ladders} ladders.")


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
