"""Money: an amount with a currency, and how people read it."""

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

_CODE = re.compile(r"[A-Z]{3}")
_SIGNS = {"EUR": "€", "USD": "$", "GBP": "£", "JPY": "¥", "INR": "₹", "KRW": "₩", "BRL": "R$", "PLN": "zł"}
# Currencies that have no smaller coin in use.
_WHOLE_ONLY = frozenset({"JPY", "KRW", "CLP", "HUF", "ISK", "VND"})
# Never break between the sign and the figure.
_GAP = "\N{NO-BREAK SPACE}"
_MINUS = "\N{MINUS SIGN}"


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in a currency (ISO 4217, three capitals). Raises ValueError for what is neither.

    `str(money)` is "€ 412,000", with cents only where there are some; `f"{money:short}"` is "€ 412 k".
    """

    amount: Decimal
    currency: str

    def __post_init__(self) -> None:
        if not _CODE.fullmatch(self.currency):
            raise ValueError(f"A currency is three capital letters such as EUR, not {self.currency!r}.")
        if not self.amount.is_finite():
            raise ValueError("An amount of money is a number.")

    def __str__(self) -> str:
        cents = Decimal(1) if self.currency in _WHOLE_ONLY else Decimal("0.01")
        rounded = abs(self.amount).quantize(cents, ROUND_HALF_UP)
        figure = f"{rounded:,.0f}" if rounded == rounded.to_integral_value() else f"{rounded:,.2f}"
        return self._with_sign(figure, is_nothing=not rounded)

    def __format__(self, spec: str) -> str:
        """Empty spec: like `str`. "short": three figures at most, for tables and sums."""
        if spec == "short":
            return self._short()
        return format(str(self), spec)

    def _short(self) -> str:
        size = abs(self.amount).quantize(Decimal(1), ROUND_HALF_UP)
        if size < 1_000:
            return self._with_sign(f"{size}", is_nothing=not size)
        thousands = (size / 1_000).quantize(Decimal(1), ROUND_HALF_UP)
        if thousands < 1_000:
            return self._with_sign(f"{thousands}{_GAP}k")
        millions = (size / 1_000_000).quantize(Decimal("0.1"), ROUND_HALF_UP)
        return self._with_sign(f"{millions:,.1f}".removesuffix(".0") + f"{_GAP}million")

    def _with_sign(self, figure: str, *, is_nothing: bool = False) -> str:
        minus = _MINUS if self.amount < 0 and not is_nothing else ""
        return f"{minus}{_SIGNS.get(self.currency, self.currency)}{_GAP}{figure}"
