"""How far a mailbox has been read: moved on in the transaction that keeps what was fetched."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.db.models import Q

from amends.directory.actor import Actor
from amends.escalations.actions import incoming
from amends.escalations.models import Mailbox

LEASE_FOR = dt.timedelta(minutes=2)
_HOUR = dt.timedelta(hours=1)


def lease(name: str, *, place: str, now: dt.datetime) -> Mailbox | None:
    """The mailbox, for whoever asks first; None while another process reads it."""
    mailbox, _ = Mailbox.objects.get_or_create(name=name)
    mine = Mailbox.objects.filter(Q(leased_until=None) | Q(leased_until__lte=now) | Q(leased_by=place), pk=mailbox.pk)
    if not mine.update(leased_by=place, leased_until=now + LEASE_FOR):
        return None
    return Mailbox.objects.get(pk=mailbox.pk)


def begin(mailbox: Mailbox, *, validity: int, at: int) -> None:
    """Its numbers are new ones: of what stands below `at`, only what nobody has read is fetched.

    What comes a second time is known by its bytes.
    """
    mailbox.validity, mailbox.begins_at, mailbox.read_up_to = validity, at, 0
    mailbox.save(update_fields=["validity", "begins_at", "read_up_to"])


@transaction.atomic
def fetched(
    mailbox: Mailbox, uid: int, *, raw: bytes | None, size: int, is_whole: bool, by: Actor, now: dt.datetime
) -> bool:
    """Keep what was fetched, and move on, both or neither; False where another process reads the mailbox by now.

    `raw` is None for what was gone meanwhile, and the headers alone of what is too large to be fetched.
    """
    ours = Mailbox.objects.filter(pk=mailbox.pk, leased_by=mailbox.leased_by)
    if not ours.update(read_up_to=uid, leased_until=now + LEASE_FOR):
        return False
    mailbox.read_up_to = uid
    if raw is not None and is_whole:
        incoming.keep(raw, came_by=mailbox.name, by=by, now=now)
    elif raw is not None:
        incoming.keep_without_content(raw, size=size, came_by=mailbox.name, by=by, now=now)
    return True


def all_fetched(mailbox: Mailbox, *, now: dt.datetime) -> None:
    """Nothing more is there. It is written down once an hour."""
    if mailbox.looked_at is None or mailbox.looked_at < now - _HOUR:
        Mailbox.objects.filter(pk=mailbox.pk, leased_by=mailbox.leased_by).update(looked_at=now)


def let_go(name: str, *, place: str) -> None:
    """Another may read it."""
    Mailbox.objects.filter(name=name, leased_by=place).update(leased_by="", leased_until=None)
