"""Members: our people."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from ninja import Query, Router, Status

from amends.api import found
from amends.api.pages import Counted, page
from amends.api.requests import Request
from amends.api.schemas.directory import AddMember, ChangeMember, MemberFields, MemberFilters, MemberShown
from amends.api.schemas.words import Id
from amends.directory import members
from amends.directory.models import Member
from amends.escalations.actions import members as departures
from amends.escalations.authority import Act, check

router = Router(tags=["members"])
_BY_NAME = ("name", "id")


@router.get("/members", response=Counted[MemberShown])
def list_all(request: Request, wanted: Query[MemberFilters]) -> Counted[MemberShown]:
    """Our people, by name."""
    check(request.actor, Act.SEE_PEOPLE)
    seen = Member.objects.all()
    if wanted.is_active is not None:
        seen = seen.filter(is_active=wanted.is_active)
    rows, following = page(seen.select_related("reports_to"), _BY_NAME, wanted, MemberShown.of)
    return Counted(items=rows, next=following, count=seen.count())


@router.get("/members/me", response=MemberShown)
def me(request: Request) -> MemberShown:
    """Whoever asks."""
    return MemberShown.of(request.member)


@router.post("/members", response={201: MemberShown})
def add(request: Request, asked: AddMember) -> Status[MemberShown]:
    """Add one of our people."""
    check(request.actor, Act.CHANGE_PEOPLE)
    member = members.add(**_fields(asked), by=request.actor, now=request.now)
    return Status(HTTPStatus.CREATED, MemberShown.of(member))


@router.get("/members/{member_id}", response=MemberShown)
def one(request: Request, member_id: Id) -> MemberShown:
    """One member."""
    check(request.actor, Act.SEE_PEOPLE)
    return MemberShown.of(found.member(member_id))


@router.patch("/members/{member_id}", response=MemberShown)
def change(request: Request, member_id: Id, asked: ChangeMember) -> MemberShown:
    """Change what is known of a member; what is left out stays as it is."""
    check(request.actor, Act.CHANGE_PEOPLE)
    member = found.member(member_id)
    return MemberShown.of(members.change(member, **_fields(asked), by=request.actor, now=request.now))


@router.post("/members/{member_id}/leave", response=MemberShown)
def leave(request: Request, member_id: Id) -> MemberShown:
    """Close a member’s account, once nothing that a customer waits for hangs on them."""
    member = found.member(member_id)
    departures.leave(member, by=request.actor, now=request.now)
    return MemberShown.of(member)


@router.post("/members/{member_id}/return", response=MemberShown)
def come_back(request: Request, member_id: Id) -> MemberShown:
    """Open a closed account again. Old tokens stay revoked."""
    check(request.actor, Act.CHANGE_PEOPLE)
    member = found.member(member_id)
    members.reactivate(member, by=request.actor, now=request.now)
    return MemberShown.of(member)


def _fields(asked: MemberFields) -> dict[str, Any]:
    """What was said, and only that, with the lead found."""
    fields = asked.model_dump(exclude_unset=True)
    if "reports_to" in fields:
        fields["reports_to"] = found.named_member(fields["reports_to"], "reports_to")
    return fields
