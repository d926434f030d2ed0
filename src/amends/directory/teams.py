"""Acts on teams: the groups that own problems."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db import transaction

from amends.directory import checks
from amends.directory.actor import Actor
from amends.directory.models import Member, Team
from amends.directory.security import traces
from amends.lib.errors import Refused


@transaction.atomic
def add(*, name: str, kind: str, members: Iterable[Member] = (), by: Actor, now: dt.datetime) -> Team:
    """Add a team. Refuses a second one of the same name."""
    team = Team()
    _write(team, name, kind)
    team.members.set(members)
    traces.leave("team.added", team, by=by, now=now, after=_picture(team))
    return team


@transaction.atomic
def change(
    team: Team,
    *,
    name: str | None = None,
    kind: str | None = None,
    members: Iterable[Member] | None = None,
    by: Actor,
    now: dt.datetime,
) -> Team:
    """Change a team's name, kind or people; what is not named stays as it is."""
    team = Team.objects.select_for_update().get(pk=team.pk)
    before = _picture(team)
    _write(team, team.name if name is None else name, team.kind if kind is None else kind)
    if members is not None:
        team.members.set(members)
    traces.leave("team.changed", team, by=by, now=now, before=before, after=_picture(team))
    return team


def _picture(team: Team) -> traces.Picture:
    return traces.picture(team, ("name", "kind")) | {"members": [str(member) for member in team.members.all()]}


def _write(team: Team, name: str, kind: str) -> None:
    team.name = checks.line(name, "name", at_most=80, missing="What is the team called?")
    team.kind = checks.one_of(kind, Team.Kind.values, "kind", what="a kind of team")
    taken = f"There is a team called {team.name} already."
    if Team.objects.filter(name__iexact=team.name).exclude(pk=team.pk).exists():
        raise Refused(taken, "name")
    with checks.unique(taken, "name"):
        team.save()
