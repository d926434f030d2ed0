"""The `amends` command. Each group of commands is a module beside this one."""

from __future__ import annotations

import os
import sys
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version

import typer

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "amends.settings")

app = typer.Typer(
    name="amends",
    help="The escalation desk: what was promised to whom by when, and never silent.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
# Each adds its commands to the app. They load Django only when a command runs, so that `--help` is quick.
COMMANDS = (
    *("running", "starting", "backing_up", "playbooks", "imports", "directory_imports"),
    *("reports", "members", "mail", "checkups", "wording"),
)


def edition() -> str:
    """The version that is installed, for people and for backups."""
    try:
        return version("amends")
    except PackageNotFoundError:  # run from where it lies
        return "0.1.0"


@app.callback(invoke_without_command=True)
def amends(
    context: typer.Context, show_version: bool = typer.Option(False, "--version", help="Say which version this is.")
) -> None:
    """The escalation desk: what was promised to whom by when, and never silent."""
    if show_version:
        sys.stdout.write(f"amends {edition()}\n")
        raise typer.Exit


def main() -> int:
    """Run one command. What goes wrong for a reason is one sentence on stderr, and the exit code is 1."""
    from amends.cli.failing import sentence

    # What is written here is what customers said: for this user alone.
    os.umask(0o077)
    for name in COMMANDS:
        import_module(f"amends.cli.{name}")
    try:
        app(standalone_mode=True)
    except Exception as error:
        says = sentence(error)
        if says is None:
            raise
        sys.stderr.write(f"amends: {says}\n")
        return 1
    return 0
