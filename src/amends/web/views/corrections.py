"""Taking back a mail before it leaves, and correcting what was written down."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from amends.escalations import access
from amends.escalations.actions import corrections
from amends.escalations.authority import Act, check
from amends.escalations.errors import Refused
from amends.escalations.models import Escalation, Update
from amends.web import case_page
from amends.web.asking import Ask, answer
from amends.web.forms.base import sent
from amends.web.forms.case import wall_time
from amends.web.forms.steering import ReasonForm
from amends.web.forms.updates import CorrectForm
from amends.web.lookup import find
from amends.web.requests import MemberRequest


@require_POST
def take_back(request: MemberRequest, key: str, pk: int) -> HttpResponse:
    """Keep a mail from leaving; its words come back into the composer."""
    escalation, update = _found(request, key, pk)
    kept = list(update.keeps.values_list("pk", flat=True))
    page = reverse("escalation", args=[escalation.key])
    try:
        corrections.take_back(update, by=request.actor, now=request.now)
    except Refused as refused:
        messages.warning(request, refused.sentence)
        return redirect(page)
    messages.success(request, "Taken back: nobody at the customer gets it. Your words are below.")
    return redirect(f"{page}?{urlencode({'again': update.pk, 'keeps': kept}, doseq=True)}#composer")


def correct(request: MemberRequest, key: str, pk: int) -> HttpResponse:
    """Write down anew what was written down wrongly."""
    escalation, update = _found(request, key, pk)
    contacts = case_page.contacts_of(escalation)
    if update.contact and update.contact not in contacts:
        contacts.append(update.contact)
    form = CorrectForm(
        contacts=contacts,
        here=request.zone,
        data=sent(request),
        initial={
            "direction": update.direction,
            "channel": update.channel,
            "contact": update.contact_id,
            "at": wall_time(update.at, request.zone),
            "text": update.text,
            "minutes": update.minutes,
        },
    )

    def act() -> Update:
        return corrections.correct(update, **form.cleaned_data, by=request.actor, now=request.now)

    ask = Ask(
        "Correct what was written down",
        "Correct it",
        says="What stands here now is struck through and stays. Promises follow: kept, kept late, or open again.",
        keeps_draft=True,
        template="escalation/_correct.html",
    )
    return answer(request, escalation, form, ask, act, done="It is corrected.", update=update)


def strike(request: MemberRequest, key: str, pk: int) -> HttpResponse:
    """It never happened, or it belongs to another case."""
    escalation, update = _found(request, key, pk)
    form = ReasonForm.asking("Why it does not stand", data=sent(request))
    ask = Ask(
        "It never happened, or not here",
        "Strike it",
        says="It stays, struck through, and counts for nothing. Promises that it kept are open again.",
        is_grave=True,
    )
    return answer(
        request,
        escalation,
        form,
        ask,
        lambda: corrections.strike(update, reason=form.cleaned_data["reason"], by=request.actor, now=request.now),
        done="It is struck.",
    )


def _found(request: MemberRequest, key: str, pk: int) -> tuple[Escalation, Update]:
    escalation = access.find(key, seen_by=request.actor)
    check(request.actor, Act.TELL, escalation)
    return escalation, find(escalation.updates.select_related("contact", "by"), pk, "update", of=escalation.key)
