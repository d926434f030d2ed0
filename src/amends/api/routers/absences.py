"""Absences: who is away, and who stands in."""

from __future__ import annotations

from http import HTTPStatus

from ninja import Query, Router, Status

from amends.api import found
from amends.api.pages import Page, page
from amends.api.requests import Request
from amends.api.schemas.inside import AbsenceFilters, AbsenceShown, ChangeAbsence, PlanAbsence
from amends.api.schemas.words import Id
from amends.directory.models import Absence
from amends.escalations.access import NotFound
from amends.escalations.actions import absences
from amends.escalations.authority import Act, check

router = Router(tags=["absences"])
_NEAREST_FIRST = ("from_at", "id")


@router.get("/absences", response=Page[AbsenceShown])
def list_all(request: Request, wanted: Query[AbsenceFilters]) -> Page[AbsenceShown]:
    """Who is away, or will be; the nearest first."""
    check(request.actor, Act.SEE_PEOPLE)
    seen = Absence.objects.standing(request.now) if wanted.standing else Absence.objects.ahead(request.now)
    if wanted.member:
        seen = seen.filter(member=wanted.member)
    rows, following = page(seen.select_related("member", "stand_in"), _NEAREST_FIRST, wanted, AbsenceShown.of)
    return Page(items=rows, next=following)


@router.post("/members/{member_id}/absences", response={201: AbsenceShown})
def plan(request: Request, member_id: Id, asked: PlanAbsence) -> Status[AbsenceShown]:
    """Say when a member is away. They may, whom they report to, and an administrator."""
    fields = asked.model_dump() | {"stand_in": found.named_member(asked.stand_in, "stand_in")}
    absence = absences.plan(found.member(member_id), **fields, by=request.actor, now=request.now)
    return Status(HTTPStatus.CREATED, AbsenceShown.of(absence))


@router.patch("/absences/{absence_id}", response=AbsenceShown)
def change(request: Request, absence_id: Id, asked: ChangeAbsence) -> AbsenceShown:
    """Another end, another stand-in; what is left out stays as it is."""
    fields = asked.model_dump() | {"stand_in": found.named_member(asked.stand_in, "stand_in")}
    return AbsenceShown.of(absences.change(_found(absence_id), **fields, by=request.actor, now=request.now))


@router.post("/absences/{absence_id}/end", response={204: None})
def end(request: Request, absence_id: Id) -> Status[None]:
    """They are back; or, where it has not begun, they do not go at all."""
    absences.end(_found(absence_id), by=request.actor, now=request.now)
    return Status(HTTPStatus.NO_CONTENT, None)


def _found(number: int) -> Absence:
    absence = Absence.objects.filter(pk=number).select_related("member", "stand_in").first()
    if absence is None:
        raise NotFound(f"There is no absence {number}.")
    return absence
