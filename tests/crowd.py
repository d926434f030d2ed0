"""Many escalations at once, written in bulk: for what must hold with ten thousand of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from amends.directory.models import Account, Member
from amends.escalations.models import Escalation, Hold, Promise
from tests import make


def members(count: int) -> list[Member]:
    """So many who handle escalations, without anybody above them."""
    first = make.member()
    made = [
        Member(email=f"handler.{number}@fernhill.example", name=f"Handler {number}", joined_at=make.THURSDAY)
        for number in range(count - 1)
    ]
    return [first, *Member.objects.bulk_create(made)]


def promises(
    count: int,
    *,
    due_at: dt.datetime,
    made_at: dt.datetime,
    owners: Sequence[Member],
    apart: dt.timedelta | None = None,
) -> list[Promise]:
    """So many open escalations, each with one promise; those of an owner share an account.

    All are due at once, or `apart` from one another; the clock looks at each when it is due.
    """
    make.organisation()
    playbook = make.playbook(now=made_at)
    accounts = Account.objects.bulk_create(
        Account(name=f"Account of {owner}", zone="Europe/Lisbon", csm=owner) for owner in owners
    )
    escalations = Escalation.objects.bulk_create(
        [
            Escalation(
                account=accounts[number % len(accounts)],
                reason=f"Reason {number}",
                impact="impaired",
                severity="medium",
                proposed_severity="medium",
                handler=owners[number % len(owners)],
                playbook=playbook,
                reported_at=made_at,
                opened_at=made_at,
                target_at=due_at + dt.timedelta(days=30),
                next_look_at=due_at + (apart or dt.timedelta()) * number,
            )
            for number in range(count)
        ],
        batch_size=1000,
    )
    Hold.objects.bulk_create(Hold(account=of.account, escalation=of, since=made_at) for of in escalations)
    return Promise.objects.bulk_create(
        [
            Promise(
                escalation=escalation,
                kind=Promise.Kind.DELIVERABLE,
                what=f"Promise {number}",
                owner=escalation.handler,
                made_at=made_at,
                due_at=due_at + (apart or dt.timedelta()) * number,
                zone="Europe/Lisbon",
            )
            for number, escalation in enumerate(escalations)
        ],
        batch_size=1000,
    )
