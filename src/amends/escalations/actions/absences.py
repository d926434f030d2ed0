"""Being away, as far as customers wait for it: whoever stands in hears of it, and the clock looks again."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.db.models import Q

from amends.directory import absences
from amends.directory.actor import Actor
from amends.directory.models import Absence, Member
from amends.escalations.authority import Act, may
from amends.escalations.errors import Forbidden
from amends.escalations.models import Escalation, Problem, Promise
from amends.escalations.models.escalation import EPOCH
from amends.escalations.timeline import letters, reaching
from amends.escalations.timeline.record import HOST
from amends.outbox.posting import post
from amends.outbox.waking import wake


def may_plan(by: Actor, member: Member) -> bool:
    """Whether one may say when a member is away: they themselves, whom they report to, an administrator."""
    if not by.is_system and not by.may_write:
        return False
    own = by.member_id is not None and by.member_id == member.pk
    return own or member.reports_to_id in by.stands_for or may(by, Act.CHANGE_PEOPLE)


@transaction.atomic
def plan(
    member: Member,
    *,
    from_at: dt.datetime,
    until_at: dt.datetime,
    stand_in: Member | None,
    why: str = "",
    by: Actor,
    now: dt.datetime,
) -> Absence:
    """Say that a member is away, and who stands in. Refuses what `absences.plan` refuses."""
    _check(by, member)
    _look_again(member)
    absence = absences.plan(member, from_at=from_at, until_at=until_at, stand_in=stand_in, why=why, by=by, now=now)
    _tell(absence, "planned", by, now)
    return absence


@transaction.atomic
def change(
    absence: Absence,
    *,
    until_at: dt.datetime | None = None,
    stand_in: Member | None = None,
    why: str | None = None,
    by: Actor,
    now: dt.datetime,
) -> Absence:
    """Another end, or another stand-in; the new one hears of it."""
    _check(by, absence.member)
    _look_again(absence.member)
    absence = absences.change(absence, until_at=until_at, stand_in=stand_in, why=why, by=by, now=now)
    _tell(absence, "changed", by, now)
    return absence


@transaction.atomic
def end(absence: Absence, *, by: Actor, now: dt.datetime) -> None:
    """They are back, or do not go at all: from now on alarms and notices are theirs again."""
    _check(by, absence.member)
    _look_again(absence.member)
    ended = absences.end(absence, by=by, now=now)
    _tell(ended, "ended", by, now)


def _check(by: Actor, member: Member) -> None:
    if may_plan(by, member):
        return
    if not by.is_system and not by.may_write:
        raise Forbidden("This token may only read. Make one that may write.")
    raise Forbidden(
        f"You may not say when {member.name} is away: they may, and whom they report to, and an administrator."
    )


def _tell(absence: Absence, what: str, by: Actor, now: dt.datetime) -> None:
    """A letter to who is away and to who stands in, but not to the one who said it."""
    members = [to for to in (absence.member, absence.stand_in) if to.pk != by.member_id and to.is_active]
    ways = reaching.of(members, now)
    post(
        [
            draft
            for to in members
            for draft in ways.drafts(
                to,
                identity=f"member:{absence.member_id}|{what}|{now.isoformat()}|member:{to.pk}",
                letter=letters.absence(absence, by=by.name, is_over=what == "ended", to=to, now=now),
                subject=f"member:{absence.member_id}",
            )
        ],
        host=HOST,
        now=now,
    )


def _look_again(member: Member) -> None:
    """Have the clock look at what hangs on them. It would tell the right one anyway; now it does so at once.

    Called first: whoever works on a case holds it before they hold a member, and so does this.
    """
    promised = Promise.objects.open().filter(owner=member).values("escalation")
    in_work = Problem.objects.exclude(status__in=Problem.SETTLED).filter(owner=member).values("escalation")
    hangs_on = Q(handler=member) | Q(pk__in=promised) | Q(pk__in=in_work)
    theirs = Escalation.objects.live().filter(hangs_on, parked__isnull=True).order_by("pk")
    held = list(theirs.select_for_update(of=("self",), no_key=True).values_list("pk", flat=True))
    Escalation.objects.filter(pk__in=held).update(next_look_at=EPOCH)
    wake()
