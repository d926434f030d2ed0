"""The one-page brief: who, what they are worth, what happened, what was tried, when they hear next."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from amends.directory.models import Insight
from amends.escalations.models import Escalation, Promise
from amends.lib import when

_MOST_INSIGHTS = 3


@dataclass(frozen=True, slots=True)
class Brief:
    """What one reads before one takes it on. `problems` are the customer's words; `next_at` is when they hear next."""

    escalation: Escalation
    problems: tuple[str, ...]
    insights: tuple[str, ...]
    next_at: dt.datetime | None

    def facts(self, zone: str, now: dt.datetime) -> tuple[tuple[str, str], ...]:
        """Labels and values, for a reader in `zone`; what is not known is left out."""
        found, account = self.escalation, self.escalation.account
        lines = [
            ("Account", account.name),
            ("Spend", f"{account.worth} a year" if account.worth else "Not known"),
            ("Potential", str(account.potential_worth or "")),
            ("Renewal", when.date(account.renewal_on) if account.renewal_on else ""),
            ("With us since", when.date(account.customer_since) if account.customer_since else ""),
            ("Contact", _contact(found)),
            ("How they are", _mood(found)),
            ("Their problems", "\n".join(f"“{words}”" for words in self.problems)),
            ("They expected", found.expectation),
            ("Before you speak with them", "\n".join(self.insights)),
            ("Does it qualify", _qualifies(found)),
            ("Tried before", "\n".join([*found.tried_first, *filter(None, [found.tried])])),
            ("Why so grave", _grave(found)),
            (self._next_label(), self._next_says(zone, now)),
        ]
        return tuple((label, value) for label, value in lines if value)

    def _next_says(self, zone: str, now: dt.datetime) -> str:
        if self.next_at is None:
            return ""
        return f"{when.day_and_time(self.next_at, zone, now)}{', overdue' if self.next_at < now else ''}"

    def _next_label(self) -> str:
        if self.escalation.customer_should_know:
            return "They hear from us by"
        return "We look whether they need to know by"


def of(escalation: Escalation, words: Mapping[str, Any] | None = None, insights: Sequence[str] | None = None) -> Brief:
    """The brief as things stand. While it is being opened, what is not written yet stands in the event's `words`.

    `insights`: those of the account, where they are read already for many at once.
    """
    words = words or {}
    problems: Sequence[str] = words.get("problems") or list(escalation.problems.values_list("words", flat=True))
    next_at = dt.datetime.fromisoformat(words["first_word_at"]) if words.get("first_word_at") else _next(escalation)
    if insights is None:
        insights = insights_of([escalation.account_id]).get(escalation.account_id, ())
    return Brief(escalation, tuple(problems), tuple(insights), next_at)


def insights_of(accounts: Collection[int], *, at_most: int = _MOST_INSIGHTS) -> dict[int, list[str]]:
    """What to know before one speaks with each of these accounts, the first few, and what upsets before all else:
    that is what one must not walk into. One query, however many they are."""
    found: dict[int, list[str]] = defaultdict(list)
    standing = Insight.objects.filter(account__in=accounts, retired_at__isnull=True).only("account", "kind", "text")
    for insight in sorted(standing, key=lambda each: Insight.Kind.values.index(each.kind)):
        found[insight.account_id].append(insight.says)
    return {account: each[:at_most] for account, each in found.items()}


def _next(escalation: Escalation) -> dt.datetime | None:
    due = Promise.objects.open().filter(escalation=escalation).order_by("due_at", "id")
    return due.values_list("due_at", flat=True).first()


def _contact(escalation: Escalation) -> str:
    contact = escalation.contact
    parts = (contact.name, contact.title, contact.phone, contact.email) if contact else ()
    return ", ".join(part for part in parts if part)


def _mood(escalation: Escalation) -> str:
    parts = [
        escalation.get_mood_display().lower() if escalation.mood else "",
        f"patience {escalation.get_patience_display().lower()}" if escalation.patience else "",
        f"their CSM is {escalation.get_sentiment_display().lower()}" if escalation.sentiment else "",
    ]
    said = ", ".join(filter(None, parts))
    return said[:1].upper() + said[1:]


def _qualifies(escalation: Escalation) -> str:
    if escalation.qualifies_by:
        return "; ".join(escalation.qualifies_by)
    return f"No. All the same: {escalation.why_unqualified}" if escalation.why_unqualified else ""


def _grave(escalation: Escalation) -> str:
    chosen = [f"A person decided: {escalation.severity_reason}"] if escalation.severity_reason else []
    return " ".join([*chosen, *escalation.because])
