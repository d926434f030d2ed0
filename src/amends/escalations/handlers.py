"""Who takes charge: from the playbook's word for it to a member who is here."""

from __future__ import annotations

from amends.directory.actor import Actor, Role
from amends.directory.models import Account, Member
from amends.escalations.errors import Refused


def choose(rule: str, account: Account, by: Actor) -> Member:
    """The member that a level names for an account, or the nearest above who is here.

    Counted from the account's CSM, else from whoever opens it. Raises Refused where there is nobody.
    """
    csm = account.csm or (Member.objects.filter(pk=by.member_id).first() if by.member_id else None)
    manager = _here(csm.reports_to if csm else None)
    match rule:
        case "the CSM's manager":
            found = manager
        case "the manager's manager":
            found = _here(manager.reports_to if manager else None) or manager
        case _:
            found = None
    found = found or _executive() or manager or _here(csm)
    if found is None:
        raise Refused(
            f"Nobody can take charge: {account} has no CSM with a manager, and there is no executive. "
            "Set them under People and Accounts."
        )
    return found


def _here(member: Member | None) -> Member | None:
    """That member, or whoever above them is here."""
    while member is not None and not member.is_active:
        member = member.reports_to
    return member


def _executive() -> Member | None:
    return Member.objects.here().filter(role=Role.EXECUTIVE).order_by("id").first()
