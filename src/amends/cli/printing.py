"""How commands speak: a sign and a sentence, in colour where there is a terminal for it."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from rich.markup import escape

if TYPE_CHECKING:
    from rich.console import Console


@cache
def out() -> Console:
    """Where answers go. Long sentences are left to the terminal to wrap, so that they can be copied and searched."""
    from rich.console import Console

    return Console(highlight=False, soft_wrap=True)


def say(text: str = "") -> None:
    """A plain line."""
    out().print(escape(text))


def done(text: str) -> None:
    """Something is as it should be."""
    out().print(f"[green]✓[/] {escape(text)}")


def unseen(text: str) -> None:
    """Nobody looked whether something is as it should be."""
    out().print(f"[yellow]?[/] {escape(text)}")


def note(text: str) -> None:
    """Something that one should know."""
    out().print(f"[yellow]•[/] {escape(text)}")


def wrong(text: str) -> None:
    """Something is not as it should be."""
    out().print(f"[red]✗[/] {escape(text)}")
