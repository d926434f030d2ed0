"""Deciding on a request from its page, and asking again for what was given back."""

from __future__ import annotations

from django.http import HttpResponse

from amends.escalations import access
from amends.escalations.actions import decisions
from amends.escalations.authority import Act, check
from amends.web.asking import Ask, answer
from amends.web.deciding import WAYS
from amends.web.forms.base import sent
from amends.web.forms.decisions import AskAgainForm
from amends.web.requests import MemberRequest


def accept(request: MemberRequest, key: str) -> HttpResponse:
    """Take it on."""
    return _decide(request, key, "accept")


def give_back(request: MemberRequest, key: str) -> HttpResponse:
    """Not yet: these steps first."""
    return _decide(request, key, "give-back")


def decline(request: MemberRequest, key: str) -> HttpResponse:
    """It does not become an escalation."""
    return _decide(request, key, "decline")


def close_with_note(request: MemberRequest, key: str) -> HttpResponse:
    """Settled at once."""
    return _decide(request, key, "close")


def ask_again(request: MemberRequest, key: str) -> HttpResponse:
    """The steps are done, or it cannot wait for them."""
    escalation = access.find(key, seen_by=request.actor)
    check(request.actor, Act.OPEN)
    form = AskAgainForm(data=sent(request))
    ask = Ask("Ask again", f"Ask {escalation.handler} again", keeps_draft=True)

    def act() -> object:
        return decisions.ask_again(escalation, **form.cleaned_data, by=request.actor, now=request.now)

    return answer(request, escalation, form, ask, act, done=f"{escalation.handler} was asked again.")


def _decide(request: MemberRequest, key: str, how: str) -> HttpResponse:
    escalation = access.find(key, seen_by=request.actor)
    check(request.actor, Act.DECIDE, escalation)
    way = WAYS[how]
    form = way.form(data=sent(request))
    ask = Ask(way.title, way.button, says=way.says, keeps_draft=how != "accept", is_grave=way.is_grave)

    def act() -> object:
        return way.decide(escalation, form, by=request.actor, now=request.now)

    return answer(request, escalation, form, ask, act, done=way.done)
