"""Help that is needed on a case, and the executive overview."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from pydantic import BaseModel, Field

from amends.api.schemas.words import Asked, Id, Reason
from amends.escalations.models import Help
from amends.escalations.overviews import AccountRow, Needed, Overview, Stake


class HelpAsked(Asked):
    """What is needed, from one member or one team."""

    what: Reason
    asked_of: Id | None = Field(None, description="A member")
    team: Id | None = None


class HelpSettled(Asked):
    """What was done, or why it is needed no longer."""

    answer: Reason


class HelpShown(BaseModel):
    """Help that was asked for."""

    id: int
    what: str
    escalation: str = Field(description="Its key")
    asked_of: int | None
    team: int | None
    whom: str
    by: str | None
    asked_at: dt.datetime
    settled_at: dt.datetime | None
    is_given: bool
    answer: str

    @classmethod
    def of(cls, help_: Help) -> HelpShown:
        return cls(
            id=help_.pk,
            what=help_.what,
            escalation=help_.escalation.key,
            asked_of=help_.asked_of_id,
            team=help_.team_id,
            whom=str(help_.asked_of or help_.team),
            by=help_.by.name if help_.by else None,
            asked_at=help_.asked_at,
            settled_at=help_.settled_at,
            is_given=help_.is_given,
            answer=help_.answer,
        )


class StakeShown(BaseModel):
    """What escalated accounts spend in a year, each account once, in the playbook's currency."""

    amount: Decimal
    currency: str
    unknown: int = Field(description="Accounts whose spend nobody has entered")
    unconverted: int = Field(description="Accounts in a currency without a rate")

    @classmethod
    def of(cls, stake: Stake) -> StakeShown:
        return cls(
            amount=stake.total.amount,
            currency=stake.total.currency,
            unknown=stake.unknown,
            unconverted=stake.unconverted,
        )


class EscalatedAccount(BaseModel):
    """An account with its escalations under way, the gravest first."""

    id: int
    name: str
    spend: Decimal | None
    currency: str
    escalations: list[str] = Field(description="Their keys")
    health: str = Field(description="The worst of their tracks: good, risk or bad")

    @classmethod
    def of(cls, row: AccountRow) -> EscalatedAccount:
        return cls(
            id=row.account.pk,
            name=row.account.name,
            spend=row.account.spend,
            currency=row.account.currency,
            escalations=[each.escalation.key for each in row.rows],
            health=row.worse.worse.health.slug,
        )


class NeededShown(BaseModel):
    """What is needed from one member or team."""

    whom: str
    helps: list[HelpShown]

    @classmethod
    def of(cls, needed: Needed) -> NeededShown:
        return cls(whom=needed.whom, helps=[HelpShown.of(help_) for help_ in needed.helps])


class OverviewShown(BaseModel):
    """Who is escalated, what is at stake, and what help is needed from whom."""

    stake: StakeShown
    escalations: int
    escalated_accounts: int
    overdue_promises: int
    past_target: int
    renewing_soon: int
    accounts: list[EscalatedAccount]
    left_out: int
    helps: list[NeededShown]

    @classmethod
    def of(cls, found: Overview) -> OverviewShown:
        return cls(
            stake=StakeShown.of(found.stake),
            escalations=found.escalations,
            escalated_accounts=found.escalated_accounts,
            overdue_promises=found.overdue,
            past_target=found.past_target,
            renewing_soon=found.renewing_soon,
            accounts=[EscalatedAccount.of(row) for row in found.accounts],
            left_out=found.left_out,
            helps=[NeededShown.of(needed) for needed in found.helps],
        )
