"""The executive overview: who is escalated, what is at stake, what help is needed from whom. Reads only."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Case, Count, DecimalField, F, Q, QuerySet, Sum, When

from amends.directory.actor import Actor
from amends.directory.models import Account
from amends.escalations import access, boards
from amends.escalations.boards import Row
from amends.escalations.models import Escalation, Help
from amends.lib.money import Money
from amends.playbook import versions
from amends.playbook.verdicts import Money as Exchange

# As many accounts as somebody reads before a call; the sums count all.
MOST_ACCOUNTS = 50
RENEWS_SOON = dt.timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Stake:
    """What the escalated accounts spend with us in a year, each account once, in the playbook's currency.

    `unknown` counts accounts whose spend nobody has entered; `unconverted` those in a currency without a rate.
    """

    total: Money
    unknown: int
    unconverted: int


@dataclass(frozen=True, slots=True)
class AccountRow:
    """One escalated account with its escalations, the gravest first."""

    account: Account
    rows: Sequence[Row]

    @property
    def worse(self) -> Row:
        """The escalation whose tracks stand worst."""
        return max(self.rows, key=lambda row: row.worse.health)


@dataclass(frozen=True, slots=True)
class Needed:
    """What is needed from one member or team, the oldest first."""

    whom: str
    helps: Sequence[Help]
    is_mine: bool


@dataclass(frozen=True, slots=True)
class Overview:
    """One page before the week: `left_out` accounts did not fit."""

    accounts: Sequence[AccountRow]
    left_out: int
    stake: Stake
    helps: Sequence[Needed]
    escalations: int
    escalated_accounts: int
    overdue: int
    past_target: int
    renewing_soon: int


def overview(actor: Actor, now: dt.datetime) -> Overview:
    """Of all escalations under way that the actor may see. A constant number of queries."""
    live, exchange = access.visible_to(actor).live(), _exchange()
    escalated = Account.objects.filter(pk__in=live.values("account"))
    sums = _sums(escalated, now.date())
    count = sum(each["count"] for each in sums)
    grouped = _by_account(boards.rows(live.filter(account__in=_dearest(escalated, exchange)), now), exchange)
    helps = Help.objects.filter(escalation__in=live.values("pk"), settled_at__isnull=True)
    return Overview(
        accounts=grouped,
        left_out=count - len(grouped),
        stake=_stake(sums, exchange),
        helps=_needed(helps.select_related("asked_of", "team", "by", "escalation__account"), actor),
        escalated_accounts=count,
        overdue=boards.overdue(live, now),
        renewing_soon=sum(each["renewing"] for each in sums),
        **live.aggregate(escalations=Count("pk"), past_target=Count("pk", filter=Q(target_at__lt=now))),
    )


def _sums(escalated: QuerySet[Account], today: dt.date) -> Sequence[Mapping[str, Any]]:
    """Of the accounts of each currency: how many, of how many the spend is known, what they spend, who renews soon."""
    soon = Q(renewal_on__range=(today, today + RENEWS_SOON))
    return list(
        escalated.order_by()
        .values("currency")
        .annotate(count=Count("pk"), known=Count("spend"), spent=Sum("spend"), renewing=Count("pk", filter=soon))
    )


def _exchange() -> Exchange:
    """The rates of the playbook in force."""
    playbook = versions.current()
    document = playbook.document if playbook else None
    return Exchange(document.currency, document.rates) if document else Exchange("EUR", {})


def _stake(sums: Iterable[Mapping[str, Any]], exchange: Exchange) -> Stake:
    """Their spend of a year in one sum."""
    total, unknown, unconverted = Decimal(0), 0, 0
    for each in sums:
        unknown += each["count"] - each["known"]
        amount = exchange.converted(each["spent"] or Decimal(0), each["currency"])
        if amount is None:
            unconverted += each["known"]
        else:
            total += amount
    return Stake(Money(total, exchange.currency), unknown, unconverted)


def _dearest(escalated: QuerySet[Account], exchange: Exchange) -> list[int]:
    """The accounts with most at stake, wherever they pay; last those of whom nobody can say."""
    rates = {exchange.currency: Decimal(1)} | dict(exchange.rates)
    whens = [When(currency=currency, then=F("spend") * rate) for currency, rate in rates.items()]
    at_stake = Case(*whens, default=None, output_field=DecimalField(max_digits=30, decimal_places=10))
    found = escalated.order_by(at_stake.desc(nulls_last=True), "name", "pk")
    return list(found.values_list("pk", flat=True)[:MOST_ACCOUNTS])


def _by_account(rows: Iterable[Row], exchange: Exchange) -> list[AccountRow]:
    accounts: dict[int, list[Row]] = {}
    for row in sorted(rows, key=lambda row: (_gravity(row.escalation), row.escalation.target_at)):
        accounts.setdefault(row.escalation.account_id, []).append(row)
    grouped = [AccountRow(rows[0].escalation.account, rows) for rows in accounts.values()]
    return sorted(grouped, key=lambda each: (_gravity(each.rows[0].escalation), _cheapness(each.account, exchange)))


def _cheapness(account: Account, exchange: Exchange) -> tuple[bool, Decimal]:
    """Smaller the more they spend; last those of whom nobody can say."""
    amount = None if account.spend is None else exchange.converted(account.spend, account.currency)
    return amount is None, -(amount or Decimal(0))


def _gravity(escalation: Escalation) -> int:
    """0 for the gravest severity of its own playbook, and so on; an unknown one stands last."""
    keys = [severity.key for severity in escalation.playbook.document.severities]
    return keys.index(escalation.severity) if escalation.severity in keys else len(keys)


def _needed(helps: Iterable[Help], actor: Actor) -> list[Needed]:
    """By whom it is needed from, what is needed from the reader first."""
    # By number: two people may be called the same.
    found: dict[tuple[int | None, int | None], list[Help]] = {}
    for help_ in helps:
        found.setdefault((help_.asked_of_id, help_.team_id), []).append(help_)
    needed = [
        Needed(str(asked[0].asked_of or asked[0].team), asked, whom in actor.stands_for)
        for (whom, _), asked in found.items()
    ]
    return sorted(needed, key=lambda each: not each.is_mine)
