"""Saved views of the list of escalations: one’s own, and those that somebody shares."""

from __future__ import annotations

from http import HTTPStatus

from django.db.models import QuerySet
from ninja import Query, Router, Status

from amends.api.pages import Page, Paging, page
from amends.api.requests import Request
from amends.api.schemas.finding import ChangeView, SavedViewShown, SaveView
from amends.api.schemas.words import Id
from amends.escalations import access
from amends.escalations.access import NotFound
from amends.escalations.actions import saved_views
from amends.escalations.models import SavedView

router = Router(tags=["saved views"])
_BY_NAME = ("name", "id")


@router.get("/saved-views", response=Page[SavedViewShown])
def list_all(request: Request, wanted: Query[Paging]) -> Page[SavedViewShown]:
    """Yours, and those that are shared, by name."""
    rows, following = page(_visible(request), _BY_NAME, wanted, SavedViewShown.of)
    return Page(items=rows, next=following)


@router.post("/saved-views", response={201: SavedViewShown})
def save(request: Request, asked: SaveView) -> Status[SavedViewShown]:
    """Keep a filter under a name."""
    view = saved_views.keep(**asked.model_dump(), by=request.actor, now=request.now)
    return Status(HTTPStatus.CREATED, SavedViewShown.of(view))


@router.patch("/saved-views/{view_id}", response=SavedViewShown)
def change(request: Request, view_id: Id, asked: ChangeView) -> SavedViewShown:
    """Rename one of yours, share it, or keep it to yourself again."""
    view = _one(request, view_id)
    name = view.name if asked.name is None else asked.name
    is_shared = view.is_shared if asked.is_shared is None else asked.is_shared
    return SavedViewShown.of(
        saved_views.change(view, name=name, is_shared=is_shared, by=request.actor, now=request.now)
    )


@router.delete("/saved-views/{view_id}", response={204: None})
def delete(request: Request, view_id: Id) -> Status[None]:
    """Forget one of yours, for everybody who has it."""
    saved_views.forget(_one(request, view_id), by=request.actor, now=request.now)
    return Status(HTTPStatus.NO_CONTENT, None)


def _visible(request: Request) -> QuerySet[SavedView]:
    return access.views_visible_to(request.actor).select_related("member")


def _one(request: Request, number: int) -> SavedView:
    found = _visible(request).filter(pk=number).first()
    if found is None:
        raise NotFound(f"There is no saved view {number} that you have.")
    return found
