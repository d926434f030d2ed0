"""Where a crowd lives: plain desks and accounts in great number, beside the story or alone."""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import dataclass

from django.db import transaction

from amends.demo.cast import HOST, HOURS, ZONE
from amends.directory import organisation
from amends.directory.actor import COMMAND_LINE as BY
from amends.directory.actor import Role
from amends.directory.models import Account, Contact, Member, Organisation
from amends.playbook import versions
from amends.playbook.models import PlaybookVersion

AT_ONCE = 1000
PER_ACCOUNT, PER_DESK = 8, 25
MOST_DESKS = 400
ZONES = ("Europe/Lisbon", "Europe/London", "Europe/Berlin", "America/Chicago", "Asia/Tokyo", "Australia/Sydney")


@dataclass(frozen=True, slots=True)
class Town:
    """Where the crowd lives: desks of a CSM and a manager, accounts with one contact each, the playbook in force."""

    desks: list[Member]
    contacts: list[Contact]
    playbook: PlaybookVersion


@transaction.atomic
def settle(count: int, now: dt.datetime, chance: random.Random) -> Town:
    """Desks and accounts enough for so many escalations; nobody here can log in."""
    if not Organisation.objects.exists():
        organisation.set_up(name="Fernhill", zone=ZONE, hours=HOURS, mail_from=f"desk@{HOST}", by=BY, now=now)
    playbook = versions.current() or versions.adopt(versions.shipped(), by=BY, now=now)
    first = Member.objects.count() + 1
    desks = []
    for number in range(first, first + min(MOST_DESKS, 1 + count // PER_DESK)):
        lead = _member(f"Lead {number}", Role.MANAGER, now)
        _member(f"Csm {number}", Role.CSM, now, reports_to=lead)
        desks.append(lead)
    csms = {csm.reports_to_id: csm for csm in Member.objects.filter(reports_to__in=desks)}
    first = Account.objects.count() + 1
    accounts = Account.objects.bulk_create(
        [
            Account(
                name=f"Customer {number}",
                spend=chance.randrange(10, 900) * 1000,
                currency=chance.choice(("EUR", "EUR", "USD", "GBP")),
                zone=chance.choice(ZONES),
                health=chance.randrange(100),
                renewal_on=(now + dt.timedelta(days=chance.randrange(20, 400))).date(),
                csm=csms[chance.choice(desks).pk],
            )
            for number in range(first, first + 1 + count // PER_ACCOUNT)
        ],
        batch_size=AT_ONCE,
    )
    contacts = Contact.objects.bulk_create(
        [
            Contact(account=account, name=f"Person at {account}", email=f"person@customer{account.pk}.example")
            for account in accounts
        ],
        batch_size=AT_ONCE,
    )
    return Town(desks, contacts, playbook)


def _member(name: str, role: Role, now: dt.datetime, reports_to: Member | None = None) -> Member:
    email = f"{name.lower().replace(' ', '.')}@{HOST}"
    member = Member(name=name, email=email, role=role, zone=ZONE, joined_at=now, reports_to=reports_to)
    member.set_unusable_password()
    member.save()
    return member
