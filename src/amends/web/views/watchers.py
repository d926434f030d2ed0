"""Watching a case, and having others watch it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from amends.directory.models import Member
from amends.escalations import access
from amends.escalations.actions import watchers
from amends.escalations.authority import Act, check
from amends.web.asking import Ask, answer, finished
from amends.web.forms.base import sent
from amends.web.forms.notes import WatcherForm
from amends.web.lookup import find
from amends.web.requests import MemberRequest


@require_POST
def watch(request: MemberRequest, key: str) -> HttpResponse:
    """Watch it from now on."""
    escalation = access.find(key, seen_by=request.actor)
    watchers.add(escalation, member=request.user, by=request.actor, now=request.now)
    return finished(request, escalation, "You watch this: you hear when it changes, and how it ends.")


@require_POST
def stop(request: MemberRequest, key: str) -> HttpResponse:
    """Watch it no longer. Who saw it only for that leaves its page."""
    escalation = access.find(key, seen_by=request.actor)
    watchers.remove(escalation, member=request.user, by=request.actor, now=request.now)
    if access.visible_to(request.actor).filter(pk=escalation.pk).exists():
        return finished(request, escalation, "You no longer watch this.")
    messages.success(request, f"You no longer watch {escalation.key}.")
    return redirect("escalations")


def add(request: MemberRequest, key: str) -> HttpResponse:
    """Have somebody watch it who ought to know."""
    escalation = access.find(key, seen_by=request.actor)
    check(request.actor, Act.STEER, escalation)
    form = WatcherForm(data=sent(request))
    ask = Ask(
        "Have somebody watch it",
        "Have them watch it",
        says="They get a mail, may see the case, and hear when it changes and how it ends.",
    )
    return answer(
        request,
        escalation,
        form,
        ask,
        lambda: watchers.add(escalation, member=form.cleaned_data["member"], by=request.actor, now=request.now),
        done="They watch it from now on.",
    )


@require_POST
def remove(request: MemberRequest, key: str, pk: int) -> HttpResponse:
    """Let somebody watch it no longer."""
    escalation = access.find(key, seen_by=request.actor)
    check(request.actor, Act.STEER, escalation)
    member = find(Member.objects.filter(watches__escalation=escalation), pk, "watcher")
    watchers.remove(escalation, member=member, by=request.actor, now=request.now)
    messages.success(request, f"{member} no longer watches this.")
    return redirect(f"{reverse('escalation', args=[escalation.key])}#timeline")
