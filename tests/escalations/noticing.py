"""What tests of notices share: affected accounts, a notice to them, and the clock that tells them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from amends.directory.models import Account, Member
from amends.escalations.actions import cause_notices, causes
from amends.escalations.models import Cause, CauseNotice
from tests import make
from tests.escalations.reading import DAY, HOUR

NOW = make.THURSDAY + HOUR
TEXT = "Dear {contact},\n\nsome orders of {account} may be sent twice. You hear from us again by {next_by}."


def affected(cause: Cause, nadia: Member, *names: str, **contact: Any) -> list[Account]:
    """Accounts that are marked, each with a contact, looked after by who reports to Nadia."""
    tom = nadia.reports.first()
    accounts = [make.account(name, csm=tom, zone="Europe/Lisbon") for name in names]
    for account in accounts:
        make.contact(account, f"{account.name.split()[0]} Moor", **contact)
    causes.mark(cause, accounts, how_we_know="They run 4.2", by=nadia.as_actor(), now=NOW)
    return accounts


def begun(cause: Cause, nadia: Member, accounts: Sequence[Account], **changes: Any) -> CauseNotice:
    said = {"subject": "Orders sent twice", "text": TEXT, "next_what": "What we found", "next_at": NOW + DAY}
    return cause_notices.begin(cause, accounts, **said | changes, by=nadia.as_actor(), now=NOW)


def tells_all(notice: CauseNotice, now: dt.datetime = NOW, place: str = "here") -> int:
    assert cause_notices.claim(place, now=now)
    count = 0
    while cause_notices.tell_next(notice, place=place, now=now):
        count += 1
    notice.refresh_from_db()
    return count
