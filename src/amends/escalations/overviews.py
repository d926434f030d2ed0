"""The executive overview: who is escalated, what is at stake, what help is needed from whom. Reads only."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

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
    live = access.visible_to(actor).live()
    escalated = list(Account.objects.filter(pk__in=live.values("account")).order_by("name", "pk"))
    shown = sorted(escalated, key=_spend, reverse=True)[:MOST_ACCOUNTS]
    grouped = _by_account(boards.rows(live.filter(account__in=shown), now))
    helps = Help.objects.filter(escalation__in=live.values("pk"), settled_at__isnull=True)
    return Overview(
        accounts=grouped,
        left_out=len(escalated) - len(grouped),
        stake=stake(escalated),
        helps=_needed(helps.select_related("asked_of", "team", "by", "escalation__account")),
        escalations=live.count(),
        escalated_accounts=len(escalated),
        overdue=boards.overdue(live, now),
        past_target=live.filter(target_at__lt=now).count(),
        renewing_soon=sum(_renews_soon(account, now.date()) for account in escalated),
    )


def stake(accounts: Iterable[Account]) -> Stake:
    """Their spend of a year in one sum, by the rates of the playbook in force."""
    playbook = versions.current()
    document = playbook.document if playbook else None
    exchange = Exchange(document.currency, document.rates) if document else Exchange("EUR", {})
    total, unknown, unconverted = Decimal(0), 0, 0
    for account in accounts:
        if account.spend is None:
            unknown += 1
        elif (amount := exchange.converted(account.spend, account.currency)) is None:
            unconverted += 1
        else:
            total += amount
    return Stake(Money(total, exchange.currency), unknown, unconverted)


def _spend(account: Account) -> Decimal:
    return account.spend or Decimal(0)


def _by_account(rows: Iterable[Row]) -> list[AccountRow]:
    accounts: dict[int, list[Row]] = {}
    for row in sorted(rows, key=lambda row: (_gravity(row.escalation), row.escalation.target_at)):
        accounts.setdefault(row.escalation.account_id, []).append(row)
    grouped = [AccountRow(rows[0].escalation.account, rows) for rows in accounts.values()]
    return sorted(grouped, key=lambda each: (_gravity(each.rows[0].escalation), -_spend(each.account)))


def _gravity(escalation: Escalation) -> int:
    """0 for the gravest severity of its own playbook, and so on; an unknown one stands last."""
    keys = [severity.key for severity in escalation.playbook.document.severities]
    return keys.index(escalation.severity) if escalation.severity in keys else len(keys)


def _needed(helps: Iterable[Help]) -> list[Needed]:
    # By number: two people may be called the same.
    found: dict[tuple[int | None, int | None], list[Help]] = {}
    for help_ in helps:
        found.setdefault((help_.asked_of_id, help_.team_id), []).append(help_)
    return [Needed(str(asked[0].asked_of or asked[0].team), asked) for asked in found.values()]


def _renews_soon(account: Account, today: dt.date) -> bool:
    return account.renewal_on is not None and today <= account.renewal_on <= today + RENEWS_SOON
