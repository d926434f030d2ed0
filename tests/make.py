"""Makers: one call, one thing that is well-formed, with a story of its own where the test does not say."""

from __future__ import annotations

import datetime as dt
import io
from decimal import Decimal
from itertools import count
from typing import Any

from amends.directory import absences
from amends.directory.actor import COMMAND_LINE, Role
from amends.directory.imports import receiving
from amends.directory.imports.models import Import
from amends.directory.models import Absence, Account, Contact, Member, Organisation, Seat, Team
from amends.escalations.actions import cause_notices, causes, escalations
from amends.escalations.hearing import Heard
from amends.escalations.models import Cause, CauseNotice, Escalation
from amends.playbook import versions
from amends.playbook.models import PlaybookVersion

_number = count(1)
PASSWORD = "correct horse battery"

# A Thursday in autumn, 10:00 in Berlin.
THURSDAY = dt.datetime(2026, 11, 19, 9, 0, tzinfo=dt.UTC)
OFFICE = {day: ["09:00-17:00"] for day in ("monday", "tuesday", "wednesday", "thursday", "friday")}


def organisation(**changes: Any) -> Organisation:
    values = {
        "name": "Fernhill",
        "zone": "Europe/Berlin",
        "hours": OFFICE,
        "mail_from": "desk@fernhill.example",
    }
    found = Organisation.objects.first()
    return found or Organisation.objects.create(**values | changes)


def playbook(text: str | None = None, *, now: dt.datetime = THURSDAY) -> PlaybookVersion:
    if text is None and (found := versions.current()):
        return found
    return versions.adopt(text or versions.shipped(), by=COMMAND_LINE, now=now)


def member(name: str = "", role: Role = Role.CSM, **changes: Any) -> Member:
    number = next(_number)
    name = name or f"Member {number}"
    values = {
        "email": f"{name.split()[0].lower()}.{number}@fernhill.example",
        "name": name,
        "role": role,
        "zone": "Europe/Berlin",
        "joined_at": THURSDAY,
    }
    made = Member(**values | changes)
    made.set_password(PASSWORD)
    made.save()
    return made


def chain() -> tuple[Member, Member, Member]:
    """A CSM, the manager they report to, and the executive above."""
    ruth = member("Ruth Adeyemi", Role.EXECUTIVE)
    nadia = member("Nadia Brandt", Role.MANAGER, reports_to=ruth)
    tom = member("Tom Okafor", Role.CSM, reports_to=nadia)
    return tom, nadia, ruth


def team(name: str = "", kind: str = Team.Kind.DEVELOPMENT) -> Team:
    return Team.objects.create(name=name or f"Team {next(_number)}", kind=kind)


def account(name: str = "", *, csm: Member | None = None, **changes: Any) -> Account:
    values = {
        "name": name or f"Brightwater Foods {next(_number)}",
        "spend": Decimal(412000),
        "currency": "EUR",
        "zone": "Europe/Lisbon",
        "csm": csm or chain()[0],
    }
    return Account.objects.create(**values | changes)


def contact(account: Account, name: str = "Maria Duarte", **changes: Any) -> Contact:
    values = {"name": name, "email": f"{name.split()[0].lower()}@brightwater.example"}
    return Contact.objects.create(account=account, **values | changes)


def imported(
    lines: str = "Company,ARR\nMoss & Co,5\n", *, noun: str = "accounts", now: dt.datetime = THURSDAY
) -> Import:
    """A file that has arrived, and waits for somebody to say what its columns mean."""
    file = io.BytesIO(lines.encode())
    return receiving.receive(noun=noun, file=file, name=f"{noun}.csv", by=COMMAND_LINE, now=now)


def cause(name: str = "Orders are sent twice", *, of: Escalation | None = None, now: dt.datetime = THURSDAY) -> Cause:
    """What lies behind an escalation, if it says behind which."""
    found = causes.name(name=name, by=COMMAND_LINE, now=now)
    if of is not None:
        causes.link(found, of, by=COMMAND_LINE, now=now)
    return found


def cause_notice(of: Cause, *, by: Member | None = None, now: dt.datetime = THURSDAY) -> CauseNotice:
    """A notice to every account of a cause, which waits to go out."""
    affected = of.affected.filter(cleared_at__isnull=True).select_related("account")
    return cause_notices.begin(
        of,
        [each.account for each in affected],
        subject="Orders sent twice",
        text="Dear {contact},\n\nthis affects {account} too. You hear from us again by {next_by}.",
        next_what="What we found",
        next_at=now + dt.timedelta(days=1),
        by=(by or member(role=Role.MANAGER)).as_actor(),
        now=now,
    )


def seat(account: Account, member: Member, part: str = Seat.Part.SALES) -> Seat:
    return Seat.objects.create(account=account, member=member, part=part)


def absence(
    member: Member,
    stand_in: Member,
    *,
    now: dt.datetime = THURSDAY,
    begins: dt.timedelta = dt.timedelta(),
    lasts: dt.timedelta = dt.timedelta(days=14),
) -> Absence:
    """A member away, from now on unless it says otherwise."""
    from_at = now + begins
    return absences.plan(member, from_at=from_at, until_at=from_at + lasts, stand_in=stand_in, by=COMMAND_LINE, now=now)


def escalation(
    *,
    of: Account | None = None,
    by: Member | None = None,
    now: dt.datetime = THURSDAY,
    severity: str = "",
    **heard: Any,
) -> Escalation:
    """An open escalation with a contact, an acknowledgement owed, and whatever else is said of it."""
    organisation()
    playbook(now=now)
    of = of or account()
    person = heard.pop("contact", None) or of.contacts.first() or contact(of)
    opener = by or of.csm
    assert opener is not None
    return escalations.open(
        of,
        heard=Heard(**{"reason": "Orders doubled since the release", "contact": person} | heard),
        by=opener.as_actor(),
        now=now,
        severity=severity,
        severity_reason="The test says so." if severity else "",
    )
