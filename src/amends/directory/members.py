"""Acts on members: who is here, what they are, to whom they report.

That a member who handles escalations may not just leave is known one floor up: `escalations/actions/members.py`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any, TypedDict, Unpack

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction

from amends.directory import checks, feeds, preferences, tokens
from amends.directory.actor import Actor, Role
from amends.directory.models import Member
from amends.directory.security import sessions, traces
from amends.lib.errors import Refused


class Fields(TypedDict, total=False):
    """What may be said of a member besides name, address and role."""

    title: str
    zone: str
    phone: str
    reports_to: Member | None


class Changes(Fields, total=False):
    """The same, and those."""

    name: str
    email: str
    role: str


@transaction.atomic
def add(*, name: str, email: str, role: str, by: Actor, now: dt.datetime, **fields: Unpack[Fields]) -> Member:
    """Add one of our people, who cannot log in before a password is set, and is reached as suits their role."""
    hold_everyone()
    member = Member(joined_at=now)
    member.set_unusable_password()
    _write(member, {"name": name, "email": email, "role": role, **fields})
    preferences.begin([member], now=now)
    traces.leave("member.added", member, by=by, now=now, after=traces.picture(member, CHECKS))
    return member


@transaction.atomic
def change(member: Member, *, by: Actor, now: dt.datetime, **fields: Unpack[Changes]) -> Member:
    """Change what is known of a member; what is not named stays as it is."""
    hold_everyone()
    member = Member.objects.get(pk=member.pk)
    was_administrator = member.role == Role.ADMINISTRATOR and member.is_active
    before = traces.picture(member, CHECKS)
    _write(member, dict(fields))
    if was_administrator and member.role != Role.ADMINISTRATOR:
        _one_is_left(f"{member.name} is the only administrator. Make somebody else one first.", "role")
    traces.leave("member.changed", member, by=by, now=now, before=before, after=traces.picture(member, CHECKS))
    return member


@transaction.atomic
def set_password(member: Member, *, password: str, by: Actor, now: dt.datetime) -> None:
    """Set a password, and log the member out everywhere. Refuses one that is too short, too common, or too like
    the member's name.
    """
    try:
        validate_password(password, member)
    except ValidationError as error:
        raise Refused(" ".join(error.messages), "password") from error
    member.set_password(password)
    member.save(update_fields=["password"])
    password_was_set(member, by=by, now=now)


@transaction.atomic
def password_was_set(member: Member, *, by: Actor, now: dt.datetime) -> None:
    """What follows from a new password: whoever knew the old one is logged out, wherever they are."""
    sessions.end_all(member)
    traces.leave("member.password_set", member, by=by, now=now)


@transaction.atomic
def log_out(member: Member, *, by: Actor, now: dt.datetime, but: str | None = None) -> int:
    """Log a member out everywhere, but in the session with the key `but`; says in how many browsers they were."""
    ended = sessions.end_all(member, but=but)
    traces.leave("member.logged_out", member, by=by, now=now, after={"browsers": ended})
    return ended


@transaction.atomic
def deactivate(member: Member, *, by: Actor, now: dt.datetime) -> None:
    """Close a member's account: it can no longer log in, is logged out everywhere, and its keys end, that of its
    feed too. What they did stays theirs.
    """
    hold_everyone()
    if member.pk == by.member_id:
        raise Refused("You cannot close your own account. Ask another administrator.")
    Member.objects.filter(pk=member.pk).update(is_active=False)
    member.is_active = False
    if member.role == Role.ADMINISTRATOR:
        _one_is_left(f"{member.name} is the only administrator. Make somebody else one first.", None)
    for token in member.tokens.filter(revoked_at__isnull=True):
        tokens.revoke(token, by=by, now=now)
    feeds.revoke(member, by=by, now=now)
    sessions.end_all(member)
    traces.leave("member.left", member, by=by, now=now)


@transaction.atomic
def reactivate(member: Member, *, by: Actor, now: dt.datetime) -> None:
    """Open a closed account again. Old tokens stay revoked."""
    if Member.objects.filter(pk=member.pk, is_active=False).update(is_active=True):
        traces.leave("member.returned", member, by=by, now=now)
    member.is_active = True


def hold_everyone() -> None:
    """Who leads whom, and who is the last administrator, are questions about all: they are answered one at a time."""
    # Without the key: others may go on writing rows that name them.
    list(Member.objects.select_for_update(no_key=True).order_by("pk").values_list("pk"))


def _one_is_left(otherwise: str, field: str | None) -> None:
    if not Member.objects.here().filter(role=Role.ADMINISTRATOR).exists():
        raise Refused(otherwise, field)


def _write(member: Member, fields: dict[str, Any]) -> None:
    checks.no_others(fields, CHECKS)
    for field, value in fields.items():
        setattr(member, field, CHECKS[field](value))
    taken = f"Somebody has the address {member.email} already."
    if "email" in fields and Member.objects.filter(email__iexact=member.email).exclude(pk=member.pk).exists():
        raise Refused(taken, "email")
    if "reports_to" in fields:
        _check_line(member)
    with checks.unique(taken, "email"):
        member.save()


def _check_line(member: Member) -> None:
    """Nobody reports to themselves, however many are in between, nor to somebody who has left."""
    lead = member.reports_to
    if lead is None:
        return
    if not lead.is_active:
        raise Refused(f"{lead.name} is no longer here. Choose somebody who is.", "reports_to")
    leads = dict(Member.objects.values_list("pk", "reports_to"))
    above: int | None = lead.pk
    while above is not None and member.pk is not None:
        if above == member.pk:
            raise Refused(
                f"{lead.name} reports to {member.name} already, so it cannot be the other way round too.",
                "reports_to",
            )
        above = leads.get(above)


# What each field allows, for the import too, which writes many at once.
CHECKS: dict[str, Callable[[Any], Any]] = {
    "name": lambda text: checks.line(text, "name", at_most=120, missing="What are they called?"),
    "email": checks.address,
    "role": lambda role: checks.one_of(role, list(Role), "role", what="a role"),
    "title": lambda text: checks.line(text, "title", at_most=80),
    "zone": checks.zone,
    "phone": lambda text: checks.line(text, "phone", at_most=40),
    "reports_to": lambda lead: lead,
}
