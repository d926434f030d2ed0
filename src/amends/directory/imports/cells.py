"""What people write into a cell, and what is meant by it. Each function gives a value, or refuses in a sentence."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal

from amends.lib import visible
from amends.lib.errors import Refused

# A cell of a text file is text; a spreadsheet knows numbers, days and yes and no, too.
Cell = str | int | float | bool | dt.datetime | dt.date | dt.time | dt.timedelta | None

DECIMALS = {".": "412,000.50", ",": "412.000,50"}
ORDERS = {"dmy": "31/01/2027", "mdy": "01/31/2027"}
FIRST_YEAR, LAST_YEAR = 1800, 2100

_SPREADSHEET_ERRORS = frozenset({"#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!"})
_CODES = {"€": "EUR", "$": "USD", "£": "GBP", "¥": "JPY", "₹": "INR", "₩": "KRW", "R$": "BRL", "zł": "PLN"}
# What stands between thousands besides a point or a comma: spaces of all widths, and apostrophes.
_GAPS = re.compile(r"[\s'’_]")
# In a longer text each space could end the figure or belong to it, and to try all ways would take minutes.
_LONGEST_AMOUNT = 100
_AMOUNT = re.compile(
    r"(?P<before>[^\d\s.,+-]{0,4}?)\s*(?P<figure>[+-]?[\d.,][\d.,\s'’_]*?)\s*(?P<after>[^\d\s.,]{0,4})"
)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ][\d:.+Z-]*)?")
_FIGURES = re.compile(r"(\d{1,2})[./-](\d{1,2})[./-](\d{4}|\d{2})(?: [\d:]+)?")
_NAMED = re.compile(r"(?:(\d{1,2})[. -]*([A-Za-z]{3,9})|([A-Za-z]{3,9})[. ]*(\d{1,2}))[., -]+(\d{4}|\d{2})")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_YES = frozenset({"yes", "y", "true", "t", "1", "x", "✓", "✔", "on"})
_NO = frozenset({"no", "n", "false", "f", "0", "-", "–", "off"})


def is_blank(cell: Cell) -> bool:
    """Whether nothing is said here. A blank cell leaves what is known as it is."""
    return cell is None or (isinstance(cell, str) and not visible.words(cell).strip())


def shown(cell: Cell, *, at_most: int = 200) -> str:
    """The cell as one line, for people."""
    words = _CONTROL.sub(" ", _plain(cell)).encode("utf-8", "replace").decode("utf-8")
    return " ".join(words.split())[:at_most]


def text(cell: Cell) -> str:
    """Words. Refuses a spreadsheet's own error, and characters that are none."""
    words = _plain(cell)
    if words.strip() in _SPREADSHEET_ERRORS:
        raise Refused(f"The spreadsheet itself says {words.strip()} here. Mend its formula, or leave the cell empty.")
    try:
        words.encode()
    except UnicodeEncodeError as error:
        raise Refused("There are characters here that cannot be shown. Type it anew.") from error
    # A Mac writes é as two characters; here it is one.
    return unicodedata.normalize("NFC", visible.words(words).strip())


def amount(cell: Cell, *, decimal: str) -> tuple[Decimal, str]:
    """An amount of money, and its currency where a sign or a code stands beside it ("" otherwise).

    `decimal` is the decimal sign, a point or a comma; the other one may part thousands, and nothing else.
    """
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return _from_number(cell), ""
    words = text(cell)
    found = _AMOUNT.fullmatch(words) if len(words) <= _LONGEST_AMOUNT else None
    if not found or (found["before"] and found["after"]):
        raise Refused(
            f"“{shown(words, at_most=_LONGEST_AMOUNT)}” is not an amount. Write it such as {DECIMALS[decimal]}."
        )
    figure = _GAPS.sub("", found["figure"])
    thousands = re.escape("," if decimal == "." else ".")
    point = re.escape(decimal)
    if not re.fullmatch(rf"[+-]?(\d+|\d{{1,3}}({thousands}\d{{3}})+)({point}\d*)?", figure):
        raise Refused(f"“{words}” is not an amount with “{decimal}” as the decimal sign, such as {DECIMALS[decimal]}.")
    whole, _, rest = figure.partition(decimal)
    if len(rest) == 3:
        # Money has two places at most: here somebody meant thousands.
        raise Refused(f"Three places follow the “{decimal}” in “{words}”. Is it really the decimal sign of this file?")
    value = Decimal(whole.replace("," if decimal == "." else ".", "") + (f".{rest}" if rest else ""))
    return value, _currency(found["before"] or found["after"])


def day(cell: Cell, *, order: str) -> dt.date:
    """A day. `order` says what 03/04/2026 means: "dmy" or "mdy"; the year first is always understood."""
    if isinstance(cell, dt.datetime):
        cell = cell.date()
    if not isinstance(cell, dt.date):
        words = text(cell)
        try:
            cell = _day(words, order)
        except (ValueError, OverflowError):
            raise Refused(f"“{words}” is not a day. Write it such as 2027-01-31 or {ORDERS[order]}.") from None
    if not FIRST_YEAR <= cell.year <= LAST_YEAR:
        raise Refused(f"Give a day between {FIRST_YEAR} and {LAST_YEAR}.")
    return cell


def number(cell: Cell) -> int:
    """A whole number; “82 %” and “82.0” are 82."""
    words = text(cell)
    found = re.fullmatch(r"([+-]?\d{1,9})(?:[.,]0*)?\s*%?", words)
    if not found or isinstance(cell, bool):
        raise Refused(f"“{words}” is not a whole number.")
    return int(found[1])


def yes_or_no(cell: Cell) -> bool:
    """Yes or no, in the ways that people and spreadsheets write it."""
    word = text(cell).casefold()
    if word in _YES:
        return True
    if word in _NO:
        return False
    raise Refused(f"“{text(cell)}” is neither yes nor no.")


def names(cell: Cell) -> list[str]:
    """Several in one cell, parted by commas, semicolons or spaces."""
    return [name for name in re.split(r"[,;\s]+", text(cell)) if name]


def likely_decimal(found: Iterable[Cell], *, otherwise: str) -> str:
    """Which sign parts the cents, as far as these amounts show it."""
    for cell in found:
        figure = _GAPS.sub("", cell) if isinstance(cell, str) else ""
        signs: list[str] = re.findall(r"[.,]", figure)
        if not signs:
            continue
        other = "," if signs[-1] == "." else "."
        if len(set(signs)) == 2:
            return signs[-1]
        # Twice the same, or three digits after it: it parts thousands.
        is_thousands = len(signs) > 1 or re.search(r"[.,]\d{3}(?!\d)", figure)
        return other if is_thousands else signs[-1]
    return otherwise


def likely_order(found: Iterable[Cell]) -> str:
    """Whether day or month comes first, as far as these days show it."""
    for cell in found:
        if isinstance(cell, str) and (match := _FIGURES.fullmatch(cell.strip())):
            if int(match[1]) > 12:
                return "dmy"
            if int(match[2]) > 12:
                return "mdy"
    return "dmy"


def _plain(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    if isinstance(cell, dt.datetime) and cell.time() == dt.time():
        return cell.date().isoformat()
    return str(cell)


def _from_number(value: float) -> Decimal:
    amount = Decimal(str(value))
    if not amount.is_finite():
        raise Refused("An amount is a number from 0.")
    # Spreadsheets count in fractions of two: 0.1 + 0.2 is 0.30000000000000004 there.
    return amount.quantize(Decimal("0.01"), ROUND_HALF_UP) if abs(amount) < Decimal(10) ** 15 else amount


def _currency(sign: str) -> str:
    if not sign:
        return ""
    code = _CODES.get(sign, sign.upper())
    if not re.fullmatch(r"[A-Z]{3}", code):
        raise Refused(f"“{sign}” is not a currency that we know. Write its three letters, such as EUR.")
    return code


def _day(words: str, order: str) -> dt.date:
    if found := _ISO.fullmatch(words):
        return dt.date(int(found[1]), int(found[2]), int(found[3]))
    if found := _FIGURES.fullmatch(words):
        first, second = int(found[1]), int(found[2])
        on, month = (first, second) if order == "dmy" else (second, first)
        return dt.date(_year(found[3]), month, on)
    if found := _NAMED.fullmatch(words):
        month = _MONTHS.index((found[2] or found[3])[:3].lower()) + 1
        return dt.date(_year(found[5]), month, int(found[1] or found[4]))
    raise ValueError(words)


def _year(digits: str) -> int:
    year = int(digits)
    if len(digits) == 4:
        return year
    return 2000 + year if year < 70 else 1900 + year
