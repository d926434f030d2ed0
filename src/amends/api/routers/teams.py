"""Teams."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from ninja import Query, Router, Status

from amends.api import found
from amends.api.pages import Page, Paging, page
from amends.api.requests import Request
from amends.api.schemas.directory import AddTeam, ChangeTeam, TeamShown
from amends.api.schemas.words import Id
from amends.directory import teams
from amends.directory.models import Team
from amends.escalations.authority import Act, check

router = Router(tags=["teams"])
_BY_NAME = ("name", "id")


@router.get("/teams", response=Page[TeamShown])
def list_all(request: Request, wanted: Query[Paging]) -> Page[TeamShown]:
    """Teams by name, each with its people."""
    check(request.actor, Act.SEE_PEOPLE)
    rows, following = page(Team.objects.prefetch_related("members"), _BY_NAME, wanted, TeamShown.of)
    return Page(items=rows, next=following)


@router.post("/teams", response={201: TeamShown})
def add(request: Request, asked: AddTeam) -> Status[TeamShown]:
    """Add a team."""
    check(request.actor, Act.CHANGE_PEOPLE)
    team = teams.add(**_fields(asked), by=request.actor, now=request.now)
    return Status(HTTPStatus.CREATED, TeamShown.of(team))


@router.get("/teams/{team_id}", response=TeamShown)
def one(request: Request, team_id: Id) -> TeamShown:
    """One team."""
    check(request.actor, Act.SEE_PEOPLE)
    return TeamShown.of(found.team(team_id))


@router.patch("/teams/{team_id}", response=TeamShown)
def change(request: Request, team_id: Id, asked: ChangeTeam) -> TeamShown:
    """Change a team’s name, kind or people; what is left out stays as it is."""
    check(request.actor, Act.CHANGE_PEOPLE)
    team = teams.change(found.team(team_id), **_fields(asked), by=request.actor, now=request.now)
    return TeamShown.of(team)


def _fields(asked: AddTeam | ChangeTeam) -> dict[str, Any]:
    """What was said, and only that, with its people found."""
    fields = asked.model_dump(exclude_unset=True)
    if "members" in fields:
        fields["members"] = found.named_members(fields["members"], "members")
    return fields
