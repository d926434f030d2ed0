"""A new escalation, savable while on the phone; beside the form stands what saving will cause."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from amends.directory import contacts
from amends.directory.models import Account, Organisation
from amends.escalations import access, handlers
from amends.escalations.actions import escalations
from amends.escalations.authority import Act, check
from amends.escalations.hearing import in_force, propose
from amends.escalations.models import Escalation
from amends.escalations.terms import acknowledge_by, terms
from amends.lib.errors import Refused
from amends.playbook import versions
from amends.web.drafts import arrived
from amends.web.forms.intake import IntakeForm
from amends.web.requests import MemberRequest
from amends.web.views.escalations import grade, severity_name

DRAFT = "new-escalation"
MOST_NAMES = 12


def page(request: MemberRequest) -> HttpResponse:
    """The intake form; posting it opens the escalation."""
    check(request.actor, Act.OPEN)
    if request.method != "POST":
        return _shown(request, _form(request, initial={"account": request.GET.get("account", "")}))
    form = _form(request, data=request.POST)
    escalation = form.acts(lambda: _open(request, form))
    if escalation is None:
        return _shown(request, form, status=422)
    messages.success(request, f"{escalation.key} is open. {escalation.handler} was told.")
    answer = redirect("escalation", key=escalation.key)
    arrived(answer, DRAFT)
    return answer


@require_POST
def foresee(request: MemberRequest) -> HttpResponse:
    """What saving would cause, as far as it can be said from what has been typed. For htmx."""
    check(request.actor, Act.OPEN)
    form = _form(request, data=request.POST)
    form.is_valid()
    return render(request, "intake/_foresee.html", _foresight(request, form))


@require_GET
def names(request: MemberRequest) -> HttpResponse:
    """Accounts whose name holds what is typed, for the list under the field."""
    check(request.actor, Act.SEE_ACCOUNTS)
    typed = request.GET.get("account", "").strip()
    found = Account.objects.filter(name__icontains=typed)[:MOST_NAMES] if typed else []
    return render(request, "intake/_names.html", {"names": [account.name for account in found]})


@transaction.atomic
def _open(request: MemberRequest, form: IntakeForm) -> Escalation:
    """Open it; somebody new who told us becomes a contact of the account."""
    account: Account = form.cleaned_data["account"]
    caller = form.caller()
    contact = caller.contact
    if caller.new_name:
        contact = contacts.add(account, name=caller.new_name, by=request.actor, now=request.now)
    return escalations.open(
        account,
        heard=form.heard(contact),
        severity=form.cleaned_data["severity"],
        severity_reason=form.cleaned_data["severity_reason"],
        by=request.actor,
        now=request.now,
    )


def _form(request: MemberRequest, **options: Any) -> IntakeForm:
    playbook = versions.current()
    if playbook is None:
        raise Refused("No playbook is in force yet. An administrator can adopt one with `amends init`.")
    return IntakeForm(zone=request.zone, document=playbook.document, **options)


def _shown(request: MemberRequest, form: IntakeForm, status: int = 200) -> HttpResponse:
    foresight = _foresight(request, form) if form.is_bound else {"is_early": True}
    return render(
        request,
        "intake/page.html",
        {"form": form, "lines": [*form.problems, ""], "draft": DRAFT, **foresight},
        status=status,
    )


def _foresight(request: MemberRequest, form: IntakeForm) -> dict[str, Any]:
    """The account's worth, the proposed severity, who takes charge and the first promise."""
    account = getattr(form, "cleaned_data", {}).get("account")
    if account is None:
        return {"is_early": True}
    typed = {name: form.cleaned_data.get(name, "") for name in form.fields}
    form.cleaned_data.update({**typed, "reason": typed["reason"] or "…", **_moments(typed)})
    playbook = versions.current()
    assert playbook is not None
    try:
        proposed = propose(in_force(), account, form.heard(None), request.now).assessment
        handler = handlers.choose(proposed.handler, account, request.actor, request.now)
    except Refused as refused:
        return {"account": account, "nobody": refused.sentence}
    severity = typed["severity"] or proposed.severity
    organisation = Organisation.current()
    found = terms(playbook, severity, organisation)
    acknowledge_at = acknowledge_by(playbook, severity, organisation, form.cleaned_data["reported_at"] or request.now)
    return {
        "account": account,
        "contacts": account.contacts.filter(has_left=False)[:MOST_NAMES],
        "proposed": proposed,
        "severity": severity_name(playbook.document, severity),
        "grade": grade(playbook.document, severity),
        "is_overridden": severity != proposed.severity,
        "handler": handler,
        "is_told": form.heard(None).customer_should_know,
        "acknowledge_at": acknowledge_at,
        "is_overdue": acknowledge_at < request.now,
        "next_update_at": found.cadence.next_after(request.now, calendar=found.calendar, zone=account.zone),
        "cadence": found.cadence,
        "others": access.visible_to(request.actor).filter(account=account).open()[:3],
    }


def _moments(typed: dict[str, Any]) -> dict[str, dt.datetime | None]:
    """The moments that could be read; the others are as if nobody had typed them yet."""
    return {name: typed[name] or None for name in ("since_at", "reported_at")}
