"""The `amends` command. Each group of commands is a module beside this one."""

from __future__ import annotations

import os
import sys

import typer

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "amends.settings")

app = typer.Typer(
    name="amends",
    help="The escalation desk: what was promised to whom by when, and never silent.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


def main() -> int:
    """Run one command. What goes wrong for a reason is one sentence on stderr, and the exit code is 1."""
    from amends.cli import processes  # noqa: F401  (each module adds its commands to the app)
    from amends.cli.failing import Failed

    try:
        app(standalone_mode=True)
    except Failed as failure:
        sys.stderr.write(f"amends: {failure}\n")
        return 1
    return 0
