"""Ways of looking at the list that somebody wants again, each its owner's; a shared one is seen by all."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from amends.directory import checks
from amends.directory.actor import Actor, Role
from amends.escalations.models import SavedView
from amends.lib.errors import Forbidden, Refused

MOST = 30


@transaction.atomic
def keep(*, name: str, query: str, is_shared: bool = False, by: Actor, now: dt.datetime) -> SavedView:
    """Keep a filter of the list, as it stands in the address, under a name."""
    _may_write(by)
    if by.member_id is None:
        raise Forbidden("A view belongs to a member.")
    name = _name_for(name, by.member_id)
    if len(query) > _longest():
        raise Refused("These are too many filters for one view. Take some away.", field="query")
    if SavedView.objects.filter(member=by.member_id).count() >= MOST:
        raise Refused(f"You have {MOST} views. Delete one that you no longer use.", field="name")
    return SavedView.objects.create(member_id=by.member_id, name=name, query=query, is_shared=is_shared, at=now)


@transaction.atomic
def change(view: SavedView, *, name: str, is_shared: bool, by: Actor, now: dt.datetime) -> SavedView:
    """Give it another name, share it with everybody, or keep it to oneself again."""
    _is_mine(view, by)
    view.name, view.is_shared, view.at = _name_for(name, view.member_id, but=view.pk), is_shared, now
    view.save(update_fields=["name", "is_shared", "at"])
    return view


@transaction.atomic
def forget(view: SavedView, *, by: Actor, now: dt.datetime) -> None:
    """Forget it, for everybody who has it. Administrators may forget what was shared by somebody who has left."""
    _may_write(by)
    if not (view.is_shared and by.role is Role.ADMINISTRATOR):
        _is_mine(view, by)
    view.delete()


def _may_write(by: Actor) -> None:
    if not by.may_write:
        raise Forbidden("This token may only read. Make one that may write.")


def _is_mine(view: SavedView, by: Actor) -> None:
    _may_write(by)
    if view.member_id != by.member_id:
        raise Forbidden(f"{view.member} saved this view. Save one of your own from it.")


def _name_for(name: str, member: int, *, but: int | None = None) -> str:
    name = checks.line(name, "name", at_most=60, missing="Give it a name, by which you find it again.")
    if SavedView.objects.filter(member=member, name=name).exclude(pk=but or 0).exists():
        raise Refused(f"You have a view called {name} already. Take another name.", field="name")
    return name


def _longest() -> int:
    return SavedView._meta.get_field("query").max_length or 0
