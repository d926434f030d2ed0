"""Steering a case and ending it: who handles it, how grave it is, where it goes, how it is over."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpResponse

from amends.escalations import access, customer_view
from amends.escalations.actions import endings, escalations, history
from amends.escalations.authority import Act, check
from amends.escalations.models import Escalation, Problem
from amends.escalations.standing import owed_before_closing
from amends.web.asking import Ask, answer
from amends.web.case_page import contacts_of
from amends.web.forms.base import Form, sent
from amends.web.forms.closing import CloseForm
from amends.web.forms.steering import (
    AdoptForm,
    ConsentForm,
    HandForm,
    ReasonForm,
    SeverityForm,
    TrendForm,
)
from amends.web.requests import MemberRequest


def hand_on(request: MemberRequest, key: str) -> HttpResponse:
    """Give the case, and what its handler owes, to somebody else."""
    escalation = _found(request, key, Act.STEER)
    form = HandForm(escalation, data=sent(request))
    ask = Ask(
        "Hand it on",
        "Hand it on",
        says=f"{escalation.handler or 'Nobody'} handles it now. What they promised goes with it.",
    )
    return answer(
        request, escalation, form, ask, _with(escalations.hand_to, request, escalation, form), done="Handed on."
    )


def severity(request: MemberRequest, key: str) -> HttpResponse:
    """A person knows better than the matrix, and says why."""
    escalation = _found(request, key, Act.STEER)
    document = escalation.playbook.document
    form = SeverityForm(document, data=sent(request), initial={"severity": escalation.severity})
    ask = Ask(
        "Change the severity", "Change it", says="Promises that have been made keep their times; the next ones follow."
    )
    act = _with(escalations.change_severity, request, escalation, form)
    return answer(request, escalation, form, ask, act, done="The severity is changed.")


def trend(request: MemberRequest, key: str) -> HttpResponse:
    """Improving, same or declining."""
    escalation = _found(request, key, Act.STEER)
    form = TrendForm(data=sent(request), initial={"trend": escalation.trend})
    ask = Ask("Where is it going?", "Say so")
    return answer(
        request, escalation, form, ask, _with(escalations.set_trend, request, escalation, form), done="Noted."
    )


def resolve(request: MemberRequest, key: str) -> HttpResponse:
    """Every problem is solved or declined."""
    escalation = _found(request, key, Act.STEER)
    ask = Ask(
        "Resolve it",
        "It is resolved",
        says="Resolved means that every problem is solved or declined. Then the customer is asked whether it is over.",
    )
    form = ConsentForm(data=sent(request))
    act = _with(endings.resolve, request, escalation, form)
    return answer(request, escalation, form, ask, act, done="Resolved. Now ask the customer whether it is over.")


def close(request: MemberRequest, key: str) -> HttpResponse:
    """End it for good."""
    escalation = _found(request, key, Act.CLOSE)
    criteria = list(escalation.exit_criteria.all())
    word = customer_view.word_that_it_is_over(escalation)
    form = CloseForm(
        [criterion for criterion in criteria if not criterion.met_at],
        data=sent(request),
        initial={"confirmed_by": word, "confirmed_how": "page"} if word else {},
    )
    ask = Ask(
        "Close it",
        "Close it",
        says="Routine updates that are still promised are released.",
        keeps_draft=True,
        template="escalation/_close.html",
    )
    return answer(
        request,
        escalation,
        form,
        ask,
        _with(endings.close, request, escalation, form),
        done="Closed.",
        contacts=contacts_of(escalation),
        unsettled=escalation.problems.exclude(status__in=Problem.SETTLED).count(),
        owed=owed_before_closing(escalation).select_related("meeting"),
        awaited=escalation.meetings.awaiting_notes(),
        met=[criterion for criterion in criteria if criterion.met_at],
    )


def reopen(request: MemberRequest, key: str) -> HttpResponse:
    """It was not over."""
    escalation = _found(request, key, Act.CLOSE)
    form = ReasonForm.asking("What came back", data=sent(request))
    ask = Ask("Reopen it", "Reopen it", says="The clock runs again, and the next update is promised at once.")
    return answer(
        request, escalation, form, ask, _with(endings.reopen, request, escalation, form), done="It is open again."
    )


def withdraw(request: MemberRequest, key: str) -> HttpResponse:
    """It was no escalation after all."""
    escalation = access.find(key, seen_by=request.actor)
    endings.check_may_withdraw(request.actor, escalation)
    form = ReasonForm.asking("Why it was no escalation", data=sent(request))
    ask = Ask(
        "Withdraw it",
        "Withdraw it",
        says="It was no escalation after all. What was promised is released.",
        is_grave=True,
    )
    act = _with(endings.withdraw, request, escalation, form)
    return answer(request, escalation, form, ask, act, done="Withdrawn.")


def adopt(request: MemberRequest, key: str) -> HttpResponse:
    """Somebody takes imported history over."""
    escalation = _found(request, key, Act.STEER)
    form = AdoptForm(data=sent(request), initial={"handler": request.actor.member_id})
    ask = Ask("Adopt it", "Adopt it", says="From now on it has a handler and, unless it is over, a clock.")
    return answer(
        request, escalation, form, ask, _with(history.adopt, request, escalation, form), done="It has a handler now."
    )


def _found(request: MemberRequest, key: str, act: Act) -> Escalation:
    escalation = access.find(key, seen_by=request.actor)
    check(request.actor, act, escalation)
    return escalation


def _with(
    act: Callable[..., object], request: MemberRequest, escalation: Escalation, form: Form
) -> Callable[[], object]:
    """The act with what was typed."""
    return lambda: act(escalation, **form.cleaned_data, by=request.actor, now=request.now)
