"""An escalation that waits for a decision, and the people around it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from amends.directory.models import Account, Member
from amends.escalations.actions import escalations
from amends.escalations.hearing import Heard
from amends.escalations.models import Escalation
from tests import make


@dataclass
class Asked:
    """Tom asked Nadia, his manager, to decide; above her is Ruth."""

    case: Escalation
    tom: Member
    nadia: Member
    ruth: Member


def small_account(**changes: Any) -> Account:
    """One for which none of the playbook's criteria holds."""
    make.organisation()
    make.playbook()
    account = make.account(**{"name": "Saltmarsh", "spend": None} | changes)
    make.contact(account)
    return account


def requested(
    *, by: Member | None = None, now: dt.datetime = make.THURSDAY, of: Account | None = None, **heard: Any
) -> Asked:
    """It does not qualify, so the handler decides."""
    account = of or small_account()
    tom = account.csm
    assert tom is not None and tom.reports_to is not None and tom.reports_to.reports_to is not None
    case = escalations.open(
        account,
        heard=Heard(
            **{
                "reason": "Third invoice in a row is wrong",
                "contact": account.contacts.get(),
                "why_unqualified": "They write for the trade press.",
            }
            | heard
        ),
        by=(by or tom).as_actor(),
        now=now,
    )
    return Asked(case, tom, tom.reports_to, tom.reports_to.reports_to)
