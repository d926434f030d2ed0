"""Letters that nobody sees: a text of nothing else says nothing, and some of them turn around what others read."""

from __future__ import annotations

import re
import unicodedata

# Embeddings, overrides and isolates reach beyond the word that they stand at. Marks of direction do not, and stay.
_TURNS = re.compile("[\u202a-\u202e\u2066-\u2069]")
# Control, format, surrogates, and marks that need a letter to stand on.
_UNSEEN_KINDS = frozenset({"Cc", "Cf", "Cs", "Mn", "Mc", "Me", "Zl", "Zp", "Zs"})
# Letters and signs by name that are drawn as a gap: the fillers of Hangul, and Braille without a dot.
_UNSEEN = frozenset("\u115f\u1160\u3164\uffa0\u2800")


def words(text: str) -> str:
    """The text without letters that turn others around; empty where no letter of it can be seen."""
    if text.isascii():
        return text
    text = _TURNS.sub("", text)
    return text if any(_is_seen(letter) for letter in text) else ""


def _is_seen(letter: str) -> bool:
    return letter not in _UNSEEN and unicodedata.category(letter) not in _UNSEEN_KINDS
