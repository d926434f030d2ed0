"""What is written into a table that somebody opens as a spreadsheet: words, never a formula."""

from __future__ import annotations

# What a spreadsheet takes for the beginning of a formula, also in full width.
_BEGINS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def plain(text: str) -> str:
    """The same words; an apostrophe stands before those that would be reckoned."""
    return f"'{text}" if text.lstrip(" ").startswith(_BEGINS) else text
