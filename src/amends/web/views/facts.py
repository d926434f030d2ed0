"""The ledger of facts: all of them, stating one, and what is found out about it."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from amends.escalations import access
from amends.escalations.actions import citations, facts
from amends.escalations.authority import Act, check
from amends.web import ledger
from amends.web.asking import Ask, answer
from amends.web.forms.base import sent
from amends.web.forms.facts import StateForm
from amends.web.marked import marked
from amends.web.requests import MemberRequest, asks_aside
from amends.web.uploads import left_out


@require_GET
def page(request: MemberRequest, key: str) -> HttpResponse:
    """The whole ledger of a case, by how they stand."""
    escalation = access.find(key, seen_by=request.actor)
    groups = ledger.groups(escalation)
    context = {
        "escalation": escalation,
        "groups": groups,
        "owed": [line for _, lines in groups for line in lines if line.told_at],
        "may_state": ledger.may_state(request, escalation),
    }
    return render(request, "escalation/facts.html", context)


def state(request: MemberRequest, key: str) -> HttpResponse:
    """Put a statement into the ledger."""
    escalation = access.find(key, seen_by=request.actor)
    check(request.actor, Act.STATE_FACTS, escalation)
    form = StateForm(
        escalation,
        data=sent(request),
        files=request.FILES if request.method == "POST" else None,
        left_out=left_out(request),
        initial={"corrects": request.GET.get("corrects", "")},
    )
    ask = Ask(
        "State a fact",
        "State it",
        says="What you know, or look into, as you would say it to the customer. It stays inside until an update cites "
        "it; where it comes from and what shows it always do.",
        keeps_draft=True,
        template="escalation/_state_fact.html",
    )
    return answer(
        request,
        escalation,
        form,
        ask,
        lambda: facts.state(escalation, **form.given(), by=request.actor, now=request.now),
        done="It stands in the ledger.",
        back=lambda fact: ledger.after_stating(request, escalation, fact),
    )


@asks_aside
@require_POST
def read(request: MemberRequest, key: str) -> HttpResponse:
    """Where what is being typed should be thought about again. Nothing is kept of it."""
    escalation = access.find(key, seen_by=request.actor)
    check(request.actor, Act.STATE_FACTS, escalation)
    typed = [request.POST.get(name, "")[: facts.MOST_EVIDENCE] for name in ("words", "evidence")]
    # How certain it is will stand beside it.
    found = [mark for text in typed for mark in marked(text, confirmed=[text])]
    return render(request, "escalation/_marks.html", {"marks": found})


@require_GET
def one(request: MemberRequest, key: str, pk: int) -> HttpResponse:
    """One fact, with what shows it, what is said against it and who was told."""
    escalation = access.find(key, seen_by=request.actor)
    return ledger.shown(request, escalation, ledger.find_fact(escalation, pk))


def confirm(request: MemberRequest, key: str, pk: int) -> HttpResponse:
    """It is so."""
    return ledger.act(
        request, key, pk, "confirm", lambda fact, typed: facts.confirm(fact, **typed), done="it is confirmed."
    )


def refute(request: MemberRequest, key: str, pk: int) -> HttpResponse:
    """It is not so."""
    return ledger.act(
        request, key, pk, "refute", lambda fact, typed: facts.refute(fact, **typed), done="it is refuted."
    )


def reopen(request: MemberRequest, key: str, pk: int) -> HttpResponse:
    """It is in question again."""
    return ledger.act(
        request,
        key,
        pk,
        "reopen",
        lambda fact, typed: facts.reopen(fact, **typed),
        done="it is under investigation again.",
    )


def change(request: MemberRequest, key: str, pk: int) -> HttpResponse:
    """Say it better."""
    return ledger.act(
        request, key, pk, "change", lambda fact, typed: facts.change(fact, **typed), done="it is written down anew."
    )


def dispute(request: MemberRequest, key: str, pk: int) -> HttpResponse:
    """A team does not hold it to be right."""
    return ledger.act(
        request,
        key,
        pk,
        "dispute",
        lambda fact, typed: facts.dispute(fact, **typed),
        done="it is disputed, and counts as under investigation.",
        may=Act.DISPUTE_FACTS,
    )


def settle(request: MemberRequest, key: str, pk: int, number: int) -> HttpResponse:
    """A dispute is settled. Whoever states facts may, and who disputed."""
    escalation = access.find(key, seen_by=request.actor)
    disputed = ledger.find_dispute(ledger.find_fact(escalation, pk), number)
    facts.check_may_settle(disputed, request.actor, escalation)
    return ledger.act(
        request,
        key,
        pk,
        ledger.of_dispute(number),
        lambda fact, typed: facts.settle(ledger.find_dispute(fact, number), **typed),
        done="the dispute is settled.",
        may=None,
    )


def correct(request: MemberRequest, key: str, pk: int) -> HttpResponse:
    """The customer heard what is right."""
    return ledger.act(
        request,
        key,
        pk,
        "correct",
        lambda fact, typed: citations.correct(fact, **typed),
        done="what the customer was told is put right.",
        may=Act.TELL,
    )
