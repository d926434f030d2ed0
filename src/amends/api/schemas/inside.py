"""Who inside must know: holds on outreach, insights, purchases, absences, gaps."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Annotated

from pydantic import BaseModel, Field

from amends.api.pages import Paging
from amends.api.schemas.words import Amount, Asked, Day, Id, Line, Moment, Named, OneOf
from amends.directory.models import Absence, Insight, Purchase
from amends.escalations.models import Hold
from amends.escalations.timeline.audiences import People
from amends.reports.gaps import Gap, Group

InsightText = Annotated[str, Line(500)]
Kind = Annotated[str, OneOf(Insight.Kind)]
What = Annotated[str, Line(160)]
Why = Annotated[str, Line(120)]


class HoldFilters(Paging):
    """Which holds, the newest first."""

    account: Id | None = None
    standing: bool | None = Field(None, description="true: those that stand now; false: those that were lifted")


class HoldShown(BaseModel):
    """No sales outreach to the account, because of an escalation, until it is over."""

    id: int
    account: Named
    escalation: str
    since: dt.datetime
    lifted_at: dt.datetime | None
    expected_until: dt.datetime = Field(description="By when the escalation is to be closed")
    ask: Named | None = Field(description="Its handler, or who stands in just now")

    @classmethod
    def of(cls, hold: Hold, people: People) -> HoldShown:
        return cls(
            id=hold.pk,
            account=Named.of(hold.account),
            escalation=hold.escalation.key,
            since=hold.since,
            lifted_at=hold.lifted_at,
            expected_until=hold.escalation.target_at,
            ask=Named.or_none(people.present(hold.escalation.handler_id)),
        )


class InsightFilters(Paging):
    """Which insights of an account, the newest first."""

    retired: bool = Field(False, description="true: those that are no longer so")


class InsightShown(BaseModel):
    """What one should know before speaking with them."""

    id: int
    account: int
    kind: str
    text: str
    by: Named | None
    at: dt.datetime
    told_at: dt.datetime | None = Field(description="When the account team was told of it")
    retired_at: dt.datetime | None

    @classmethod
    def of(cls, insight: Insight) -> InsightShown:
        plain = ("kind", "text", "at", "told_at", "retired_at")
        return cls(
            id=insight.pk,
            account=insight.account_id,
            by=Named.or_none(insight.by),
            **{name: getattr(insight, name) for name in plain},
        )


class AddInsight(Asked):
    """What was learnt, and whether the account team is told by mail."""

    kind: Kind
    text: InsightText
    tells_the_team: bool = False


class ChangeInsight(Asked):
    """Better words. What is left out stays as it is."""

    kind: Kind = ""
    text: InsightText = ""


class PurchaseShown(BaseModel):
    """Something that they bought from us."""

    id: int
    account: int
    what: str
    on: dt.date
    amount: Decimal | None
    currency: str

    @classmethod
    def of(cls, purchase: Purchase) -> PurchaseShown:
        plain = ("what", "on", "amount", "currency")
        return cls(id=purchase.pk, account=purchase.account_id, **{name: getattr(purchase, name) for name in plain})


class AddPurchase(Asked):
    """What they bought, and on which day."""

    what: What
    on: Day
    amount: Amount | None = None
    currency: Annotated[str, Line(3)] = Field("", description="Blank: the account’s")


class ChangePurchase(Asked):
    """What is different of a purchase. What is left out stays as it is."""

    what: What = ""
    on: Day = dt.date.min
    amount: Amount | None = None
    currency: Annotated[str, Line(3)] = ""


class AbsenceFilters(Paging):
    """Which absences, the nearest first."""

    member: Id | None = None
    standing: bool = Field(False, description="true: only those that last just now")


class AbsenceShown(BaseModel):
    """A member is away, and somebody stands in."""

    id: int
    member: Named
    stand_in: Named
    from_at: dt.datetime
    until_at: dt.datetime
    why: str

    @classmethod
    def of(cls, absence: Absence) -> AbsenceShown:
        plain = ("from_at", "until_at", "why")
        return cls(
            id=absence.pk,
            member=Named.of(absence.member),
            stand_in=Named.of(absence.stand_in),
            **{name: getattr(absence, name) for name in plain},
        )


class PlanAbsence(Asked):
    """From when until when, and who stands in."""

    from_at: Moment
    until_at: Moment
    stand_in: Id
    why: Why = ""


class ChangeAbsence(Asked):
    """Another end, another stand-in. What is left out stays as it is."""

    until_at: Moment | None = None
    stand_in: Id | None = None
    why: Why | None = None


class GapShown(BaseModel):
    """One thing that is missing: at an account, of a member, or, with neither, in the playbook."""

    name: str
    says: str
    account: int | None
    member: int | None

    @classmethod
    def of(cls, gap: Gap) -> GapShown:
        return cls(name=gap.name, says=gap.says, account=gap.account_id, member=gap.member_id)


class GapsShown(BaseModel):
    """Gaps of one kind: how many there are, and the first of them."""

    key: str
    title: str
    count: int
    gaps: list[GapShown]

    @classmethod
    def of(cls, group: Group) -> GapsShown:
        return cls(key=group.key, title=group.title, count=group.count, gaps=[GapShown.of(gap) for gap in group.gaps])
