"""How one is reached. Nobody, of whatever role, sees or changes that of others."""

from __future__ import annotations

from http import HTTPStatus

from ninja import Router, Status

from amends.api.requests import Request
from amends.api.schemas.preferences import ChangePreference, PreferenceShown
from amends.directory import preferences as chosen
from amends.escalations.actions import preferences

router = Router(tags=["members"])


@router.get("/me/preferences", response=PreferenceShown)
def own(request: Request) -> PreferenceShown:
    """How you are reached."""
    return PreferenceShown.of(chosen.of(request.member))


@router.patch("/me/preferences", response=PreferenceShown)
def change(request: Request, asked: ChangePreference) -> PreferenceShown:
    """Say how to reach you; what is left out stays as it is."""
    fields = asked.model_dump(exclude_unset=True)
    return PreferenceShown.of(preferences.change(request.member, **fields, by=request.actor, now=request.now))


@router.post("/me/preferences/test-chat", response={202: None})
def test_chat(request: Request) -> Status[None]:
    """Send a test to your chat."""
    preferences.test_chat(request.member, by=request.actor, now=request.now)
    return Status(HTTPStatus.ACCEPTED, None)
