"""A new escalation, savable while on the phone; beside the form stands what saving will cause."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from amends.directory.models import Account, Member, Organisation
from amends.escalations import access, etiquette, handlers
from amends.escalations.access import NotFound
from amends.escalations.actions import escalations, merges
from amends.escalations.authority import Act, check, may
from amends.escalations.hearing import in_force, propose
from amends.escalations.models import Escalation
from amends.escalations.terms import acknowledge_by, calendar, terms
from amends.lib.errors import Refused
from amends.playbook.models import PlaybookVersion
from amends.web import drafts, paging, worth
from amends.web.forms.intake import IntakeForm
from amends.web.once import once
from amends.web.requests import MemberRequest, asks_aside
from amends.web.views.escalations import grade, severity_name

DRAFT = "new-escalation"
MOST_NAMES = 12
MOST_OTHERS = 5


def page(request: MemberRequest) -> HttpResponse:
    """The intake form; posting it opens the escalation."""
    check(request.actor, Act.OPEN)
    if request.method != "POST":
        return _shown(request, _begun(request))
    form = _form(request, data=request.POST)
    number = form.acts(lambda: once(request, lambda: _open(request, form).pk))
    if number is None:
        return _shown(request, form, status=422)
    escalation = Escalation.objects.select_related("handler").get(pk=number)
    if escalation.status == Escalation.Status.REQUESTED:
        says = f"{escalation.key} is requested. {escalation.handler} was asked to decide; the first word is still owed."
    else:
        says = f"{escalation.key} is open. {escalation.handler} was told."
    return _done(request, escalation, says)


def add(request: MemberRequest, key: str) -> HttpResponse:
    """The same form, onto an escalation that is open already, instead of a second one."""
    check(request.actor, Act.OPEN)
    escalation = access.find(key, seen_by=request.actor)
    if request.method != "POST":
        return redirect("new_escalation")
    form = _form(request, data=request.POST)
    if form.acts(lambda: once(request, lambda: _add(request, form, escalation))) is None:
        return _shown(request, form, status=422)
    return _done(request, escalation, f"It was added to {escalation.key}. {escalation.handler} was told.")


@asks_aside
@require_POST
def foresee(request: MemberRequest) -> HttpResponse:
    """What saving would cause, as far as it can be said from what has been typed. For htmx."""
    check(request.actor, Act.OPEN)
    form = _form(request, data=request.POST)
    form.is_valid()
    return render(request, "intake/_foresee.html", _foresight(request, form) | {"is_aside": True})


@asks_aside
@require_GET
def names(request: MemberRequest) -> HttpResponse:
    """Accounts whose name holds what is typed, for the list under the field."""
    check(request.actor, Act.SEE_ACCOUNTS)
    typed = paging.typed(request.GET, "account", 160)
    found = Account.objects.filter(name__icontains=typed)[:MOST_NAMES] if typed else []
    return render(request, "intake/_names.html", {"names": [account.name for account in found]})


def _open(request: MemberRequest, form: IntakeForm) -> Escalation:
    return escalations.open(
        form.cleaned_data["account"],
        heard=form.heard(),
        caller_name=form.caller_name,
        severity=form.cleaned_data["severity"],
        severity_reason=form.cleaned_data["severity_reason"],
        by=request.actor,
        now=request.now,
    )


def _add(request: MemberRequest, form: IntakeForm, escalation: Escalation) -> int:
    if form.cleaned_data["account"] != escalation.account:
        raise Refused(f"{escalation.key} is of another account, {escalation.account}.", field="account")
    merges.add(escalation, heard=form.heard(), caller_name=form.caller_name, by=request.actor, now=request.now)
    return escalation.pk


def _done(request: MemberRequest, escalation: Escalation, says: str) -> HttpResponse:
    messages.success(request, says)
    try:
        access.find(escalation.key, seen_by=request.actor)
    except NotFound:
        # Who brought something in for others to deal with may not see what becomes of it.
        answer = redirect("today")
    else:
        answer = redirect("escalation", key=escalation.key)
    drafts.arrived(answer, DRAFT)
    return answer


def _begun(request: MemberRequest) -> IntakeForm:
    """Of an account that is named already, whatever a draft says of another."""
    name = request.GET.get("account", "")
    form = _form(request, initial={"account": name})
    if name:
        drafts.begin_with(form, "account")
    return form


def _form(request: MemberRequest, **options: Any) -> IntakeForm:
    return IntakeForm(zone=request.zone, document=in_force().document, **options)


def _shown(request: MemberRequest, form: IntakeForm, status: int = 200) -> HttpResponse:
    foresight = _foresight(request, form) if form.is_bound else {"is_early": True}
    return render(
        request,
        "intake/page.html",
        {
            "form": form,
            "lines": [*form.problems, ""],
            "draft": DRAFT,
            "may_add": bool(form.unknown) and may(request.actor, Act.CHANGE_ACCOUNTS),
            **foresight,
        },
        status=status,
    )


def _foresight(request: MemberRequest, form: IntakeForm) -> dict[str, Any]:
    """The account's worth, whether it qualifies, how grave it is, who takes charge and the first promise."""
    typed = getattr(form, "cleaned_data", {})
    account = typed.get("account")
    if account is None:
        return {"is_early": True}
    heard, playbook = form.heard(), in_force()
    try:
        proposal = propose(playbook, account, heard, request.now)
        proposed = proposal.assessment
        handler = handlers.choose(proposed.handler, account, request.actor, request.now)
    except Refused as refused:
        return {"account": account, "nobody": refused.sentence}
    severity = typed.get("severity") or proposed.severity
    organisation = Organisation.current()
    found = terms(playbook, severity, organisation)
    acknowledge_at = acknowledge_by(playbook, severity, organisation, heard.reported_at or request.now)
    return {
        "account": account,
        "contacts": account.contacts.filter(has_left=False)[:MOST_NAMES],
        "proposed": proposed,
        "qualification": proposal.qualification,
        "severity": severity_name(playbook.document, severity),
        "grade": grade(playbook.document, severity),
        "is_overridden": severity != proposed.severity,
        "handler": handler,
        "decide_by": _decide_by(request, playbook, severity)
        if escalations.asks_for_decision(playbook, proposal.qualification, handler, request.actor)
        else None,
        "is_told": heard.customer_should_know,
        "acknowledge_at": acknowledge_at,
        "is_overdue": acknowledge_at < request.now,
        "next_update_at": found.cadence.next_after(request.now, calendar=found.calendar, zone=account.zone),
        "cadence": found.cadence,
        "everyone": _everyone(account, handler),
        "before_contact": worth.before_contact(account),
        "etiquette": etiquette.by(heard.channel, heard.contact).says if heard.customer_should_know else "",
        "others": access.visible_to(request.actor).filter(account=account).open()[:MOST_OTHERS],
    }


def _everyone(account: Account, handler: Member) -> list[str]:
    """Who hears of it at once: the CSM, the account team, the handler; each once."""
    team = [seat.member for seat in account.seats.select_related("member")]
    return list(dict.fromkeys(member.name for member in (account.csm, *team, handler) if member))


def _decide_by(request: MemberRequest, playbook: PlaybookVersion, severity: str) -> dt.datetime | None:
    """Until when the handler would be asked to decide."""
    decision = playbook.document.decision
    if decision is None:
        return None
    return decision.within.after(request.now, calendar(playbook, severity, Organisation.current()))
