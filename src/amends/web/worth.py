"""What an account is worth to us, and what one should know before speaking with them, as pages show it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from amends.directory.models import Account, Insight, Purchase
from amends.escalations.models import Escalation
from amends.lib.money import Money

MOST_PURCHASES = 50
_SIGNS = {Insight.Kind.UPSETS: "warn", Insight.Kind.HELPS: "good", Insight.Kind.TEMPERAMENT: "ear"}


@dataclass(frozen=True, slots=True)
class Bought:
    """What they bought, the newest first, and the sum in each currency; those without a price count in none."""

    purchases: Sequence[Purchase]
    totals: Sequence[Money]
    left_out: int


@dataclass(frozen=True, slots=True)
class Learnt:
    """Insights of one kind."""

    kind: Insight.Kind
    insights: Sequence[Insight]

    @property
    def sign(self) -> str:
        return _SIGNS.get(self.kind, "clock")


def purchases_of(account: Account) -> Bought:
    """All that an account bought. One query."""
    found = list(account.purchases.all())
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for purchase in found:
        if purchase.amount is not None:
            sums[purchase.currency] += purchase.amount
    totals = [Money(amount, currency) for currency, amount in sorted(sums.items())]
    return Bought(found[:MOST_PURCHASES], totals, max(len(found) - MOST_PURCHASES, 0))


def by_kind(insights: Iterable[Insight]) -> list[Learnt]:
    """What upsets first: that is what one must not walk into."""
    found = list(insights)
    groups = [Learnt(kind, [insight for insight in found if insight.kind == kind]) for kind in Insight.Kind]
    return [group for group in groups if group.insights]


def before_contact(account: Account) -> list[Learnt]:
    """What is shown before the next contact. One query."""
    return by_kind(account.insights.filter(retired_at__isnull=True).select_related("by"))


def context(escalation: Escalation) -> dict[str, Any]:
    """What the page of a case shows of it: before the next word, and one click away. Two queries."""
    account = escalation.account
    return {
        "standing": standing_of(account),
        "purchases": purchases_of(account),
        "before_contact": before_contact(account),
    }


def standing_of(account: Account) -> str:
    """Strategic, an advocate, and how widely they are heard, in a line."""
    says = [
        "strategic" if account.is_strategic else "",
        "speaks for us" if account.is_advocate else "",
        account.industry,
    ]
    return ", ".join(filter(None, says)).capitalize() or "Customer"
