"""Asking for help on a case, and saying that it came."""

from __future__ import annotations

from django.http import HttpResponse

from amends.escalations import access
from amends.escalations.actions import helps
from amends.escalations.authority import Act, check
from amends.escalations.models import Help
from amends.web.asking import Ask, answer
from amends.web.forms.base import sent
from amends.web.forms.helps import HelpForm, SettleHelpForm
from amends.web.lookup import find
from amends.web.requests import MemberRequest


def ask(request: MemberRequest, key: str) -> HttpResponse:
    """Ask a member or a team; executives read it in the overview."""
    escalation = access.find(key, seen_by=request.actor)
    check(request.actor, Act.STEER, escalation)
    form = HelpForm(data=sent(request))
    ask = Ask(
        "Ask for help", "Ask", says="They are told at once, and it stands in the executive overview until it is there."
    )
    return answer(
        request,
        escalation,
        form,
        ask,
        lambda: helps.ask(
            escalation,
            what=form.cleaned_data["what"],
            asked_of=form.asked_of,
            team=form.team,
            by=request.actor,
            now=request.now,
        ),
        done="They are told.",
    )


def give(request: MemberRequest, key: str, pk: int) -> HttpResponse:
    """It is there."""
    help_ = _found(request, key, pk)
    helps.check_may_settle(help_, request.actor)
    form = SettleHelpForm(data=sent(request))
    ask = Ask("It is there", "Say so", says=f"Asked for: {help_.what}")
    return answer(
        request,
        help_.escalation,
        form,
        ask,
        lambda: helps.give(help_, answer=form.cleaned_data["answer"], by=request.actor, now=request.now),
        done="Noted; who asked is told.",
    )


def withdraw(request: MemberRequest, key: str, pk: int) -> HttpResponse:
    """It is needed no longer."""
    help_ = _found(request, key, pk)
    check(request.actor, Act.STEER, help_.escalation)
    form = SettleHelpForm(data=sent(request))
    form.fields["answer"].label = "Why it is needed no longer"
    ask = Ask("No longer needed", "Say so", says=f"Asked for: {help_.what}")
    return answer(
        request,
        help_.escalation,
        form,
        ask,
        lambda: helps.withdraw(help_, reason=form.cleaned_data["answer"], by=request.actor, now=request.now),
        done="Noted; who was asked is told.",
    )


def _found(request: MemberRequest, key: str, pk: int) -> Help:
    escalation = access.find(key, seen_by=request.actor)
    return find(escalation.helps.select_related("asked_of", "team", "by"), pk, "request for help", of=escalation.key)
