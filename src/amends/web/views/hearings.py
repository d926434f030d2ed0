"""What could not be said on the phone is filled in later; and whether the customer needs to know is looked at again."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from amends.escalations import access
from amends.escalations.actions import hearings, merges
from amends.escalations.authority import Act, check
from amends.escalations.models import Escalation
from amends.web.asking import Ask, answer
from amends.web.drafts import arrived
from amends.web.forms.base import sent
from amends.web.forms.hearings import LaterForm, LookForm, MergeForm, as_heard
from amends.web.requests import MemberRequest
from amends.web.views.intake import MOST_NAMES

MOST_OTHERS = 20


def complete(request: MemberRequest, key: str) -> HttpResponse:
    """The whole form again, with what is known; what changes is listed on the timeline."""
    escalation = _found(request, key)
    form = LaterForm(
        zone=request.zone,
        document=escalation.playbook.document,
        data=sent(request),
        initial=as_heard(escalation, request.zone),
    )
    if request.method == "POST" and form.acts(lambda: _complete(request, form, escalation)):
        messages.success(request, "What was heard is complete as far as it was said.")
        response = redirect("escalation", key=escalation.key)
        arrived(response, request.path)
        return response
    context = {
        "escalation": escalation,
        "form": form,
        "lines": [*form.problems, ""],
        "draft": request.path,
        "contacts": escalation.account.contacts.filter(has_left=False)[:MOST_NAMES],
    }
    return render(request, "intake/later.html", context, status=422 if form.is_bound else 200)


def look(request: MemberRequest, key: str) -> HttpResponse:
    """Does the customer need to know by now?"""
    escalation = _found(request, key)
    form = LookForm(data=sent(request), initial={"why_not_told": escalation.why_not_told})
    ask = Ask(
        "Do they need to know?",
        "Say so",
        says="A yes owes the customer an acknowledgement at once. A no is looked at again in time.",
    )

    def act() -> None:
        if form.cleaned_data["may_know"] == "yes":
            hearings.may_know(escalation, by=request.actor, now=request.now)
            return
        why = form.cleaned_data["why_not_told"]
        hearings.look_again(escalation, why_not_told=why, by=request.actor, now=request.now)

    return answer(request, escalation, form, ask, act, done="Noted.")


def merge(request: MemberRequest, key: str) -> HttpResponse:
    """It is the same as another open one of the account: choose which, see what moves, say why."""
    escalation = access.find(key, seen_by=request.actor)
    check(request.actor, Act.STEER, escalation)
    others = _others(request, escalation)
    form = MergeForm(others, data=sent(request))
    ask = Ask(
        "Merge it into another",
        "Merge it" if others else "",
        says=f"{escalation.key} ends here, and goes on in the one that you choose.",
        is_grave=True,
        template="escalation/_merge.html",
    )

    def act() -> None:
        merges.merge(escalation, **form.cleaned_data, by=request.actor, now=request.now)

    moves = merges.what_moves(escalation, request.now)
    return answer(request, escalation, form, ask, act, done="Merged. It goes on there.", others=others, moves=moves)


def _complete(request: MemberRequest, form: LaterForm, escalation: Escalation) -> bool:
    hearings.complete(escalation, said=form.said, caller_name=form.caller_name, by=request.actor, now=request.now)
    return True


def _others(request: MemberRequest, escalation: Escalation) -> list[Escalation]:
    """The other open ones of the account, with their account, which is this one's."""
    found = access.visible_to(request.actor).filter(account=escalation.account_id).live().exclude(pk=escalation.pk)
    return list(found.select_related("account", "handler", "playbook")[:MOST_OTHERS])


def _found(request: MemberRequest, key: str) -> Escalation:
    escalation = access.find(key, seen_by=request.actor)
    check(request.actor, Act.HEAR, escalation)
    return escalation
