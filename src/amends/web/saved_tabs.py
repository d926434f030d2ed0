"""Saved views as tabs beside the built-in ones: one's own, and those that somebody shares."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import QueryDict

from amends.directory.actor import Role
from amends.escalations import access
from amends.escalations.filtering import Filter
from amends.escalations.models import SavedView
from amends.web import list_filters
from amends.web.paging import number
from amends.web.requests import MemberRequest

MOST = 60


@dataclass(frozen=True, slots=True)
class Tab:
    """One saved view: its name, its address, whether one looks at it just now, and who shares it."""

    view: SavedView
    address: str
    is_here: bool
    shared_by: str
    may_change: bool


def of(request: MemberRequest, wanted: Filter) -> list[Tab]:
    """The tabs that this member has. One is current as long as the filters are just its own."""
    opened, asked = number(request.GET.get("saved")), list_filters.write(wanted)
    visible = access.views_visible_to(request.actor).select_related("member").order_by("name", "id")
    return [_tab(view, opened, asked, request) for view in visible[:MOST]]


def _tab(view: SavedView, opened: int | None, asked: str, request: MemberRequest) -> Tab:
    # Read and written anew: a filter that there is no longer is left out.
    query = list_filters.write(list_filters.read(QueryDict(view.query)))
    is_mine = view.member_id == request.actor.member_id
    return Tab(
        view,
        f"?{query}&saved={view.pk}",
        opened == view.pk and query == asked,
        "" if is_mine else view.member.name,
        is_mine or request.actor.role is Role.ADMINISTRATOR,
    )
