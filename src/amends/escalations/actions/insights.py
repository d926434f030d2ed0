"""What one learns of a customer, and that the whole account team may be told, escalated or not."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.db import transaction

from amends.directory import insights
from amends.directory.actor import Actor
from amends.directory.models import Account, Insight, Member
from amends.directory.security import traces
from amends.escalations.authority import Act, check
from amends.escalations.errors import Refused
from amends.escalations.timeline import letters, reaching
from amends.escalations.timeline.audiences import everyone
from amends.escalations.timeline.record import HOST
from amends.outbox.posting import post


@transaction.atomic
def add(
    account: Account, *, kind: str, text: str, tells_the_team: bool = False, by: Actor, now: dt.datetime
) -> Insight:
    """Keep an insight on the account; `tells_the_team`: its CSM and everybody with a seat hear of it by mail."""
    check(by, Act.ADD_INSIGHTS)
    insight = insights.add(account, kind=kind, text=text, by=by, now=now)
    if tells_the_team:
        _tell(insight, account_team(account, now), by, now)
    return insight


@transaction.atomic
def tell(insight: Insight, *, by: Actor, now: dt.datetime) -> None:
    """Tell the whole account team of an insight, escalated or not. But once, and only of what is still so."""
    check(by, Act.ADD_INSIGHTS)
    fresh = Insight.objects.select_for_update().get(pk=insight.pk)
    if fresh.retired_at:
        raise Refused("That is no longer so. Write down what is so now, and tell the team of that.")
    if fresh.told_at:
        raise Refused("The account team was told of it already.")
    team = account_team(fresh.account, now)
    if not any(member.pk != by.member_id for member in team):
        raise Refused("Nobody else is in the account team yet. Give them a part in it on the account’s page.")
    _tell(insight, team, by, now)


def account_team(account: Account, now: dt.datetime) -> list[Member]:
    """Its CSM and who has a seat, each once and here; for a CSM who is away, who stands in."""
    people = everyone(now)
    seated = account.seats.order_by("id").values_list("member_id", flat=True)
    found = [people.present(account.csm_id), *(people.by_id[pk] for pk in seated if people.by_id[pk].is_active)]
    return list(dict.fromkeys(member for member in found if member))


def _tell(insight: Insight, team: Sequence[Member], by: Actor, now: dt.datetime) -> None:
    """To all of them but who tells it; where that is nobody, it is not told."""
    members = [member for member in team if member.pk != by.member_id]
    if not members:
        return
    insight.told_at = now
    insight.save(update_fields=["told_at"])
    traces.leave("insight.told", insight, by=by, now=now, after={"told": [member.name for member in members]})
    ways = reaching.of(members, now)
    post(
        [
            draft
            for member in members
            for draft in ways.drafts(
                member,
                identity=f"insight:{insight.pk}|notice|member:{member.pk}",
                letter=letters.insight(insight, by=by.name),
                subject=f"account:{insight.account_id}",
            )
        ],
        host=HOST,
        now=now,
    )
