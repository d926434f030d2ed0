"""Who takes charge: from the playbook's word for it to a member who is here."""

from __future__ import annotations

import datetime as dt

from amends.directory.actor import Actor
from amends.directory.models import Account, Member
from amends.escalations.errors import Refused
from amends.escalations.timeline.audiences import People, around


def candidates(account: Account, by: Actor, now: dt.datetime) -> People:
    """Those among whom `choose` finds the one who takes charge."""
    return around([account.csm_id, by.member_id], now)


def choose(rule: str, account: Account, by: Actor, now: dt.datetime, known: People | None = None) -> Member:
    """The member that a level names for an account, or the nearest above who is here; for who is away, who stands in.

    Counted from the account's CSM, else from whoever opens it. `known` are the candidates, where they have been read
    already. Raises Refused where there is nobody.
    """
    people = known or candidates(account, by, now)
    csm = people.by_id.get(account.csm_id or by.member_id or 0)
    manager = people.here(csm.reports_to_id) if csm else None
    above = people.here(manager.reports_to_id) if manager else None
    executive = min(people.executives, key=lambda member: member.pk, default=None)
    named = {"the CSM's manager": manager, "the manager's manager": above or manager}.get(rule)
    found = named or executive or manager or (people.here(csm.pk) if csm else None)
    chosen = people.present(found.pk) if found else None
    if chosen is None:
        raise Refused(
            f"Nobody can take charge: {account} has no CSM with a manager, and there is no executive. "
            "Set them under People and Accounts."
        )
    return chosen
