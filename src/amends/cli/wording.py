"""`amends wording`: what in a draft one should think about again."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path

import typer

from amends.cli.failing import Failed
from amends.cli.main import app
from amends.cli.printing import note, say

wording = typer.Typer(help="How a draft reads to an upset customer.", no_args_is_help=True)
app.add_typer(wording, name="wording")
NOTHING = "Nothing found. What is not marked was looked at by rules alone: read it once more as they will."


@wording.callback()
def _only_groups() -> None:
    """How a draft reads to an upset customer."""


@wording.command()
def check(
    file: Path = typer.Argument(help="A draft in English, or - for what comes in."),
    as_json: bool = typer.Option(False, "--json", help="For machines."),
) -> None:
    """Mark what an upset customer would stumble over, each with why and a better way. It only advises."""
    from amends.wording.marks import marks

    text = _read(file)
    found = marks(text)
    if as_json:
        listed = [asdict(mark) | {"words": text[mark.start : mark.end]} for mark in found]
        sys.stdout.write(json.dumps(listed, indent=2) + "\n")
        return
    if not found:
        note(NOTHING)
    for mark in found:
        line = text.count("\n", 0, mark.start) + 1
        column = mark.start - text.rfind("\n", 0, mark.start)
        note(f"{line}:{column} {mark.name}: “{' '.join(text[mark.start : mark.end].split())}”")
        say(f"  {mark.why}")
        say(f"  {mark.better}")


def _read(file: Path) -> str:
    """The text with its line ends as they are, so that places are right."""
    try:
        return (sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()).decode("utf-8")
    except UnicodeDecodeError as error:
        where = "What came in" if str(file) == "-" else str(file)
        raise Failed(f"{where} is not text in UTF-8.") from error
