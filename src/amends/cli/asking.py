"""Asking somebody at the terminal; without anybody there, saying which option answers."""

from __future__ import annotations

import sys
from collections.abc import Callable

import typer

from amends.cli.failing import Failed
from amends.cli.printing import wrong
from amends.lib.errors import Refused


def is_somebody_there() -> bool:
    """Whether questions reach a person."""
    return sys.stdin.isatty() and sys.stdout.isatty()


def ask(
    question: str,
    *,
    option: str,
    default: str = "",
    check: Callable[[str], object] | None = None,
    may_be_empty: bool = False,
) -> str:
    """Ask until the answer holds. Where nobody is there the default counts; without one it fails, naming the option."""
    if not is_somebody_there():
        if not default and not may_be_empty:
            raise Failed(f"Nobody is here to ask: “{question}?” Say it with {option}.")
        return default
    while True:
        shown = default or ("" if may_be_empty else None)
        answer = str(typer.prompt(question, default=shown, show_default=bool(default))).strip()
        try:
            if answer and check:
                check(answer)
        except Refused as no:
            wrong(no.sentence)
            continue
        return answer


def ask_for_password(option: str) -> str:
    """Ask twice, without showing it."""
    if not is_somebody_there():
        raise Failed(f"Nobody is here to ask for a password. Say it with {option} of at least ten characters.")
    return str(typer.prompt("A password for them", hide_input=True, confirmation_prompt="Once more"))
