"""One problem with all its forms: each act on it is a form in a slot, and comes back there with what was wrong."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render

from amends.escalations import access
from amends.escalations.authority import Act, check
from amends.escalations.models import Escalation, Problem, Request, Ticket
from amends.web import case_page, noting, planning
from amends.web.asking import finished, is_in_drawer
from amends.web.case_page import Rights
from amends.web.forms.base import ChangeForm, Form, sent
from amends.web.forms.case import wall_time
from amends.web.forms.problems import (
    AgainForm,
    AnswerForm,
    DeclineForm,
    EstimateForm,
    ProblemForm,
    RequestForm,
    TicketForm,
    WithdrawForm,
)
from amends.web.forms.steering import ConsentForm
from amends.web.requests import MemberRequest

# From the member's request and the problem, a form for what was sent, or filled with how it stands.
Maker = Callable[..., Form]


def shown(
    request: MemberRequest, escalation: Escalation, problem: Problem, *, status: int = 200, **forms: Form
) -> HttpResponse:
    """How it stands and what can be done about it; `forms` came back, each under the name of its slot."""
    template = "escalation/_problem.html" if is_in_drawer(request) else "escalation/problem.html"
    asked = [each for each in problem.requests.all() if not each.outcome]
    context = {
        "escalation": escalation,
        "problem": problem,
        "rights": Rights.of(request, escalation),
        "asked": asked[0] if asked else None,
        "is_late": bool(asked) and planning.is_late(escalation, asked[0], request.now),
        "had": [each for each in problem.requests.all() if each.outcome],
        **noting.of_problem(request, problem),
    }
    made = {slot: make(request, escalation, problem, slot, None) for slot, make in _FORMS.items() if slot not in forms}
    return render(request, template, context | made | forms, status=status)


def act(
    request: MemberRequest, key: str, pk: int, slot: str, do: Callable[[Problem, dict[str, Any]], Any], *, done: str
) -> HttpResponse:
    """Act on a problem with what was typed into the form of `slot`, or show it again with what was wrong there.

    Of a form that began with how the problem stood, `do` is given what was changed in it.

    `done` follows the problem's name, in a sentence that says what happened.
    """
    escalation = access.find(key, seen_by=request.actor)
    check(request.actor, Act.PLAN, escalation)
    problem = case_page.find_problem(escalation, pk)
    if request.method != "POST":
        return redirect("problem", key=escalation.key, pk=pk)
    form = _FORMS[slot](request, escalation, problem, slot, sent(request))
    form.acts(lambda: do(problem, {**_typed(form), "by": request.actor, "now": request.now}))
    if form.errors:
        return shown(request, escalation, case_page.find_problem(escalation, pk), status=422, **{slot: form})
    return finished(request, escalation, f"“{problem.words}”: {done}")


def _typed(form: Form) -> dict[str, Any]:
    return form.changes if isinstance(form, ChangeForm) else form.cleaned_data


def find_request(problem: Problem, number: int) -> Request:
    """What was asked for this problem, by number. Raises NotFound."""
    found = next((each for each in problem.requests.all() if each.pk == number), None)
    if found is None:
        raise access.NotFound("The customer was not asked for that.")
    found.problem = problem
    return found


def find_ticket(problem: Problem, number: int) -> Ticket:
    """A ticket that is linked to this problem, by number. Raises NotFound."""
    found = next((each for each in problem.tickets.all() if each.pk == number), None)
    if found is None:
        raise access.NotFound("No such ticket is linked.")
    found.problem = problem
    return found


def _plain(form: type[Form]) -> Maker:
    def make(request: MemberRequest, escalation: Escalation, problem: Problem, slot: str, data: Any) -> Form:
        return form(data=data, auto_id=f"id_{slot}_%s")

    return make


def _standing(request: MemberRequest, escalation: Escalation, problem: Problem, slot: str, data: Any) -> Form:
    return ProblemForm(problem, data=data, auto_id=f"id_{slot}_%s")


def _estimate(request: MemberRequest, escalation: Escalation, problem: Problem, slot: str, data: Any) -> Form:
    eta = wall_time(problem.eta_at, request.zone) if problem.eta_at else None
    return EstimateForm(here=request.zone, data=data, initial={"eta_at": eta}, auto_id=f"id_{slot}_%s")


def _asking(request: MemberRequest, escalation: Escalation, problem: Problem, slot: str, data: Any) -> Form:
    due_at = case_page.proposed_next(escalation, request.now)
    initial = {"to": escalation.contact_id, "due_at": wall_time(due_at, request.zone) if due_at else None}
    contacts = case_page.contacts_of(escalation)
    return RequestForm(contacts, here=request.zone, data=data, initial=initial, auto_id=f"id_{slot}_%s")


_FORMS: dict[str, Maker] = {
    "form": _standing,
    "estimate": _estimate,
    "solve": _plain(ConsentForm),
    "decline": _plain(DeclineForm),
    "again": _plain(AgainForm),
    "asking": _asking,
    "answering": _plain(AnswerForm),
    "withdrawing": _plain(WithdrawForm),
    "ticket": _plain(TicketForm),
    "unlinking": _plain(ConsentForm),
}
