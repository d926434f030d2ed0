"""Whether a condition holds for an account, and the words for why."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from amends.clock.spans import Span

from .conditions import Condition

NO_BREAK = "\u00a0"  # keeps a currency sign and its number on one line
_SIGNS = {"EUR": "€", "USD": "$", "GBP": "£", "JPY": "¥", "INR": "₹"}


@dataclass(frozen=True, slots=True)
class Worth:
    """What the account is worth to us and how it stands; None is what we do not know.

    Amounts are a year's, in `currency`; `health` runs from 0 to 100; `account` is the name used in sentences.
    """

    spend: Decimal | None = None
    currency: str = "EUR"
    potential: Decimal | None = None
    is_strategic: bool = False
    is_advocate: bool = False
    health: int | None = None
    renewal_on: date | None = None
    industry: str = ""
    presence: int | None = None
    account: str = "the account"


@dataclass(frozen=True, slots=True)
class Intake:
    """What was heard when it came in; empty is what nobody has said yet.

    `on` is the day, in the account's zone; renewals are counted from it.
    """

    impact: str
    mood: str
    on: date
    asks_for_level: int | None = None
    csm_sentiment: str = ""
    category: str = ""


@dataclass(frozen=True, slots=True)
class Money:
    """The playbook's currency, and what one unit of another is in it."""

    currency: str
    rates: Mapping[str, Decimal]

    def converted(self, amount: Decimal, currency: str) -> Decimal | None:
        """The amount in the playbook's currency; None without a rate."""
        if currency == self.currency:
            return amount
        rate = self.rates.get(currency)
        return None if rate is None else amount * rate


@dataclass(frozen=True, slots=True)
class Verdict:
    """`holds` is None where something needed is not known; `unjudged` says what.

    Clauses say why it holds; they are empty where it does not.
    """

    holds: bool | None
    clauses: tuple[str, ...] = ()
    unjudged: tuple[str, ...] = ()


_NO = Verdict(False)


@dataclass(frozen=True, slots=True)
class _Picture:
    worth: Worth
    intake: Intake
    money: Money


def judge(condition: Condition, worth: Worth, intake: Intake, money: Money) -> Verdict:
    """The verdict on all that the condition names together."""
    picture = _Picture(worth, intake, money)
    asked = [
        check(getattr(condition, name), picture)
        for name, check in CHECKS.items()
        if getattr(condition, name) is not None
    ]
    if condition.alternatives is not None:
        asked.append(_either([judge(each, worth, intake, money) for each in condition.alternatives]))
    return _both(asked)


def _both(verdicts: list[Verdict]) -> Verdict:
    if any(verdict.holds is False for verdict in verdicts):
        return _NO
    unjudged = _gathered(verdict.unjudged for verdict in verdicts)
    if unjudged:
        return Verdict(None, unjudged=unjudged)
    return Verdict(True, _gathered(verdict.clauses for verdict in verdicts))


def _either(verdicts: list[Verdict]) -> Verdict:
    if any(verdict.holds for verdict in verdicts):
        return Verdict(True, _gathered(verdict.clauses for verdict in verdicts if verdict.holds))
    unjudged = _gathered(verdict.unjudged for verdict in verdicts)
    return Verdict(None, unjudged=unjudged) if unjudged else _NO


def _gathered(groups: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(clause for group in groups for clause in group))


def _says(holds: bool, clause: str) -> Verdict:
    return Verdict(True, (clause,)) if holds else _NO


def _unknown(clause: str) -> Verdict:
    return Verdict(None, unjudged=(clause,))


def _amount(what: str, amount: Decimal | None, floor: Decimal, picture: _Picture) -> Verdict:
    if amount is None:
        return _unknown(f"{what} is not known")
    theirs, ours = picture.worth.currency, picture.money.currency
    written = in_money(amount, theirs)
    converted = picture.money.converted(amount, theirs)
    if converted is None:
        return _unknown(f"there is no rate from {theirs} to {ours} for {what} {written}")
    if theirs != ours:
        written = f"{written} ({in_money(converted, ours)})"
    return _says(converted >= floor, f"{what} {written} is at least {in_money(floor, ours)}")


def _spend(floor: Decimal, picture: _Picture) -> Verdict:
    return _amount("spend", picture.worth.spend, floor, picture)


def _potential(floor: Decimal, picture: _Picture) -> Verdict:
    return _amount("potential", picture.worth.potential, floor, picture)


def _strategic(asked: bool, picture: _Picture) -> Verdict:
    is_or_not = "is" if asked else "is not"
    return _says(picture.worth.is_strategic is asked, f"{picture.worth.account} {is_or_not} strategic")


def _advocate(asked: bool, picture: _Picture) -> Verdict:
    is_or_not = "is" if asked else "is not"
    return _says(picture.worth.is_advocate is asked, f"{picture.worth.account} {is_or_not} an advocate")


def _presence(floor: int, picture: _Picture) -> Verdict:
    presence = picture.worth.presence
    if presence is None:
        return _unknown("presence is not known")
    return _says(presence >= floor, f"presence {presence} is at least {floor}")


def _renewal(span: Span, picture: _Picture) -> Verdict:
    renewal_on = picture.worth.renewal_on
    if renewal_on is None:
        return _unknown("the day of renewal is not known")
    days = (renewal_on - picture.intake.on) // timedelta(days=1)
    ahead = span.amount * (7 if span.unit == "weeks" else 1)
    when = {0: "today", 1: "tomorrow"}.get(days, f"in {days} days")
    return _says(0 <= days <= ahead, f"renewal is {when}")


def _health(ceiling: int, picture: _Picture) -> Verdict:
    health = picture.worth.health
    if health is None:
        return _unknown("health is not known")
    return _says(health < ceiling, f"health {health} is below {ceiling}")


def _industry(asked: tuple[str, ...], picture: _Picture) -> Verdict:
    industry = picture.worth.industry
    if not industry:
        return _unknown("the industry is not known")
    return _says(industry.casefold() in {each.casefold() for each in asked}, f"the industry is {industry}")


def _mood(asked: tuple[str, ...], picture: _Picture) -> Verdict:
    # What nobody has said yet is no gap to fill: most calls come in without it.
    return _says(picture.intake.mood in asked, f"the customer is {picture.intake.mood}")


def _sentiment(asked: tuple[str, ...], picture: _Picture) -> Verdict:
    return _says(picture.intake.csm_sentiment in asked, f"the CSM is {picture.intake.csm_sentiment}")


def _asked_for(level: int, picture: _Picture) -> Verdict:
    asked = picture.intake.asks_for_level
    return _says(asked is not None and asked >= level, f"the customer asks for level {asked}")


def _category(asked: tuple[str, ...], picture: _Picture) -> Verdict:
    category = picture.intake.category
    if not category:
        return _unknown("nobody has said what kind of thing it is")
    return _says(category in asked, "it is of a kind that counts")


CHECKS: dict[str, Callable[[Any, _Picture], Verdict]] = {
    "spend_at_least": _spend,
    "potential_at_least": _potential,
    "strategic": _strategic,
    "advocate": _advocate,
    "presence_at_least": _presence,
    "renewal_within": _renewal,
    "health_below": _health,
    "industry_in": _industry,
    "mood_in": _mood,
    "csm_sentiment_in": _sentiment,
    "category_in": _category,
    "asked_for_level": _asked_for,
}


def in_money(amount: Decimal, currency: str) -> str:
    """An amount as people write it: € 412,000, with cents only where there are any."""
    cents = amount.quantize(Decimal("0.01"))
    digits = f"{cents:,.0f}" if cents == cents.to_integral_value() else f"{cents:,.2f}"
    return f"{_SIGNS.get(currency, currency)}{NO_BREAK}{digits}"
