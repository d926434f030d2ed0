"""Acts on absences: who is away, from when until when, and who stands in.

Nothing is handed over and back: whoever asks who is present is told the stand-in for as long as it lasts. Who may
say so of whom is known one floor up: `escalations/actions/absences.py`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from django.db import transaction

from amends.directory import checks
from amends.directory.actor import Actor
from amends.directory.members import hold_everyone
from amends.directory.models import Absence, Member
from amends.directory.security import traces
from amends.lib.errors import Refused

LONGEST = dt.timedelta(days=366)
# So far back one may still say that somebody is away; it begins when it is said.
LATE = dt.timedelta(days=1)
# Why somebody is away is nobody's to keep.
_TOLD = ("stand_in", "from_at", "until_at")


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
    """Say that a member is away, and who stands in. A beginning earlier today is taken as now.

    Refuses what is over, longer than a year, or overlaps; and a stand-in who is away then themselves. A stand-in
    may go away later: then whoever stands in for them does so for both.
    """
    hold_everyone()
    if not member.is_active:
        raise Refused(f"{member.name} is no longer here.")
    if from_at < now - LATE:
        raise Refused("This beginning has passed. Begin today or later.", "from_at")
    absence = Absence(member=member, from_at=max(from_at, now), until_at=until_at)
    _write(absence, stand_in, why, now)
    traces.leave("absence.planned", member, by=by, now=now, after=traces.picture(absence, _TOLD))
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
    """Another end, another stand-in, another reason; what is not named stays. Refuses what is over."""
    absence = _held(absence, now)
    before = traces.picture(absence, _TOLD)
    absence.until_at = until_at or absence.until_at
    _write(absence, stand_in or absence.stand_in, absence.why if why is None else why, now)
    traces.leave("absence.changed", absence.member, by=by, now=now, before=before, after=traces.picture(absence, _TOLD))
    return absence


@transaction.atomic
def end(absence: Absence, *, by: Actor, now: dt.datetime) -> Absence:
    """They are back; or, where it has not begun, they do not go at all. Refuses what is over."""
    absence = _held(absence, now)
    traces.leave("absence.ended", absence.member, by=by, now=now, before=traces.picture(absence, _TOLD))
    if absence.from_at >= now:
        absence.delete()
        return absence
    absence.until_at = now
    absence.save(update_fields=["until_at"])
    return absence


def covered_by(member_id: int, now: dt.datetime) -> frozenset[int]:
    """Those for whom a member stands in just now, also through somebody who is away in turn. One query."""
    return _covered(member_id, _standing_in(now))


def all_covered(now: dt.datetime) -> dict[int, frozenset[int]]:
    """The same for everybody who stands in for somebody, by their ids. One query."""
    standing_in = _standing_in(now)
    return {member_id: _covered(member_id, standing_in) for member_id in standing_in}


def _standing_in(now: dt.datetime) -> dict[int, list[int]]:
    standing_in: dict[int, list[int]] = {}
    for away, stand_in in Absence.objects.standing(now).values_list("member", "stand_in"):
        standing_in.setdefault(stand_in, []).append(away)
    return standing_in


def _covered(member_id: int, standing_in: Mapping[int, Sequence[int]]) -> frozenset[int]:
    covered: set[int] = set()
    further = [member_id]
    while further:
        nearer = set(standing_in.get(further.pop(), ())) - covered - {member_id}
        covered |= nearer
        further += nearer
    return frozenset(covered)


def actor_of(member: Member, now: dt.datetime, *, may_write: bool = True) -> Actor:
    """A member at work, with the parts of those for whom they stand in just now: how every door lets one in."""
    return member.as_actor(may_write=may_write, covers=covered_by(member.pk, now))


def _held(absence: Absence, now: dt.datetime) -> Absence:
    """The absence as it stands by now, and stays so meanwhile. Refuses what is over, or was called off."""
    hold_everyone()
    fresh = Absence.objects.select_related("member", "stand_in").filter(pk=absence.pk).first()
    if fresh is None:
        raise Refused(f"Somebody has said meanwhile that {absence.member.name} does not go. Plan another absence.")
    if fresh.until_at <= now:
        raise Refused(f"{fresh.member.name} is back already. Plan another absence.")
    return fresh


def _write(absence: Absence, stand_in: Member | None, why: str, now: dt.datetime) -> None:
    absence.why = checks.line(why, "why", at_most=120)
    if absence.until_at <= max(absence.from_at, now):
        raise Refused("The end lies before the beginning, or has passed.", "until_at")
    if absence.until_at - absence.from_at > LONGEST:
        raise Refused("This is longer than a year. Look at the year again, or close the account.", "until_at")
    others = Absence.objects.filter(from_at__lt=absence.until_at, until_at__gt=absence.from_at)
    if own := others.filter(member=absence.member).exclude(pk=absence.pk).first():
        raise Refused(f"{absence.member.name} is away {own.says(now)} already. Change that absence.", "from_at")
    absence.stand_in = _who_is_here(absence, stand_in, now)
    absence.save()


def _who_is_here(absence: Absence, stand_in: Member | None, now: dt.datetime) -> Member:
    """The stand-in, if they are here all the time; otherwise the refusal says who else."""
    if stand_in is None:
        raise Refused("Say who stands in: promises to customers do not wait.", "stand_in")
    if stand_in.pk == absence.member_id:
        raise Refused("Somebody else has to stand in.", "stand_in")
    if not stand_in.is_active:
        raise Refused(f"{stand_in.name} is no longer here. Choose somebody who is.", "stand_in")
    away = stand_in.absences.filter(from_at__lt=absence.until_at, until_at__gt=absence.from_at)
    if theirs := away.select_related("stand_in").first():
        choose = "somebody else"
        if theirs.stand_in_id != absence.member_id:
            choose = f"{theirs.stand_in.name}, who stands in for them, or {choose}"
        raise Refused(f"{stand_in.name} is away {theirs.says(now)}. Choose {choose}.", "stand_in")
    return stand_in
