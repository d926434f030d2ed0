"""Deciding from the mail: a signed link, no login, one page with the brief and one question.

Opening the page does nothing, since mail scanners follow links: deciding is a form that is sent. The decision must
still be asked for, so a link works once at most, whoever used it first.
"""

from __future__ import annotations

from allauth.core.ratelimit import consume_or_429
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_protect

from amends.directory import absences
from amends.directory.models import Member
from amends.escalations import access, authority, decision_links
from amends.escalations.authority import Act
from amends.escalations.models import Decision, Escalation
from amends.escalations.timeline import briefs
from amends.web.deciding import WAYS, what_became
from amends.web.forms.base import sent

# As with the login: so many tries an address, counted where something is sent, or a link is not ours.
RATE = "decide"


@login_not_required
@never_cache
@csrf_protect
def page(request: HttpRequest, token: str, how: str = "accept") -> HttpResponse:
    """The brief and the question; posting it decides. Says kindly what a link can no longer do, and why."""
    now = request.now  # type: ignore[attr-defined]
    if request.method == "POST" and (limited := _limited(request)):
        return limited
    try:
        invited = decision_links.read(token, now)
    except decision_links.TooOld:
        return _cannot(request, "This link is too old", "Links from a mail last seven days. Log in to decide.", 410)
    except decision_links.NotWhole:
        if limited := _limited(request):
            return limited
        return _cannot(request, "This link is not whole", "Perhaps the mail broke it in two. Log in to decide.", 404)
    decision = _decision(invited.decision_id)
    member = Member.objects.here().filter(pk=invited.member_id).first()
    if decision is None or member is None:
        return _cannot(request, "This link leads nowhere any more", "Whom it was for is not here any more.", 410)
    # Times stand on the clock of the member whose mail it was.
    request.zone = member.zone  # type: ignore[attr-defined]
    return _asked(request, decision, member, how if how in WAYS else "accept", token)


def _limited(request: HttpRequest) -> HttpResponse | None:
    """“Too many tries”, where there were."""
    answer: HttpResponse | None = consume_or_429(request, action=RATE, limit_get=True)
    return answer


def _asked(request: HttpRequest, decision: Decision, member: Member, how: str, token: str) -> HttpResponse:
    escalation, now = decision.escalation, request.now  # type: ignore[attr-defined]
    here = getattr(request, "actor", None)
    if here is not None and here.member_id != member.pk:
        says = f"It was sent to {member}, and you are logged in as {here.name}. Decide on the case, if that is yours."
        return _cannot(request, "This link is somebody else’s", says, 403, escalation=escalation)
    if decision.verdict:
        return _decided(request, decision, member)
    by = absences.actor_of(member, now)
    if not authority.may(by, Act.DECIDE, escalation):
        says = f"{decision.asked_of} is asked now. What you know of it, tell them."
        return _cannot(request, "This is no longer yours to decide", says, 403)
    way = WAYS[how]
    form = way.form(data=sent(request))
    if request.method == "POST":
        form.acts(lambda: way.decide(escalation, form, by=by, now=now))
        if not form.errors:
            return redirect("decide", token=token, how=how)
        if (fresh := _decision(decision.pk)) and fresh.verdict:
            return _decided(request, fresh, member)
    context = {
        "escalation": escalation,
        "decision": decision,
        "member": member,
        "way": way,
        "how": how,
        "form": form,
        "token": token,
        "others": [(name, other.title) for name, other in WAYS.items() if name != how],
        "facts": briefs.of(escalation).facts(member.zone, now),
    }
    return render(request, "decide/page.html", context, status=422 if form.is_bound else 200)


def _decision(pk: int) -> Decision | None:
    found = Decision.objects.select_related("escalation__account__csm", "escalation__handler", "escalation__contact")
    return found.select_related("escalation__playbook", "asked_of", "asked_by", "decided_by").filter(pk=pk).first()


def _decided(request: HttpRequest, decision: Decision, member: Member) -> HttpResponse:
    """What became of it: by whom, and what they said."""
    context = {
        "escalation": decision.escalation,
        "decision": decision,
        "became": what_became(decision),
        "who": "You" if decision.decided_by_id == member.pk else str(decision.decided_by or "Amends"),
        "may_see": access.visible_to(absences.actor_of(member, request.now))  # type: ignore[attr-defined]
        .filter(pk=decision.escalation_id)
        .exists(),
    }
    return render(request, "decide/decided.html", context, status=200 if decision.decided_by_id == member.pk else 410)


def _cannot(
    request: HttpRequest, title: str, says: str, status: int, *, escalation: Escalation | None = None
) -> HttpResponse:
    context = {"title": title, "says": says, "escalation": escalation}
    return render(request, "decide/cannot.html", context, status=status)
