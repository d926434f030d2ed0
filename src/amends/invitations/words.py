"""Text as it may stand in a calendar, and as it may be kept from one: without letters that control a machine."""

import unicodedata

_BREAKS = str.maketrans({"\r": "\n", "\u2028": "\n", "\u2029": "\n"})


def text(said: str) -> str:
    """The text with its lines."""
    lines = said.replace("\r\n", "\n").translate(_BREAKS)
    return "".join(each for each in lines if each in "\n\t" or unicodedata.category(each) not in ("Cc", "Cs"))


def line(said: str) -> str:
    """The text in one line, with single spaces."""
    return " ".join(text(said).split())
