"""From a case: what lies behind it."""

from __future__ import annotations

from django.db import transaction
from django.http import HttpResponse

from amends.escalations import access
from amends.escalations import causes as reading
from amends.escalations.actions import causes
from amends.escalations.authority import Act, check
from amends.web.asking import Ask, answer
from amends.web.forms.base import sent
from amends.web.forms.causes import LinkForm, WhyForm
from amends.web.requests import MemberRequest


def link(request: MemberRequest, key: str) -> HttpResponse:
    """This case comes of a cause that is known, or of one that is named here."""
    escalation = access.find(key, seen_by=request.actor)
    check(request.actor, Act.CHANGE_CAUSES)
    form = LinkForm(data=sent(request))

    @transaction.atomic
    def act() -> object:
        typed, by, now = form.cleaned_data, request.actor, request.now
        cause = typed["cause"] or causes.name(name=typed["name"], by=by, now=now)
        return causes.link(cause, escalation, by=by, now=now)

    ask = Ask(
        "What lies behind it",
        "Link it",
        says="One cause stands behind several cases: then you see who else is affected, and tell them first.",
    )
    return answer(request, escalation, form, ask, act, done="It is linked.")


def unlink(request: MemberRequest, key: str, cause: str) -> HttpResponse:
    """It comes of something else."""
    escalation = access.find(key, seen_by=request.actor)
    check(request.actor, Act.CHANGE_CAUSES)
    found = next((each for each in reading.of(escalation) if each.key == cause.upper()), None)
    if found is None:
        raise access.NotFound(f"{escalation.key} does not come of {cause}.")
    form = WhyForm(data=sent(request))
    ask = Ask(f"It does not come of {found.key}", "Take it off", says=f"{found.key}: {found.name}")

    def act() -> object:
        reason = form.cleaned_data["reason"]
        return causes.unlink(found, escalation, reason=reason, by=request.actor, now=request.now) or True

    return answer(request, escalation, form, ask, act, done="It is taken off.")
