"""People: who is here, what they are, to whom they report; and the teams."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import Prefetch
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from amends.directory import checks, members
from amends.directory.models import Member, Team
from amends.escalations.actions import absences
from amends.escalations.actions import members as comings_and_goings
from amends.escalations.authority import Act, check, may
from amends.lib.errors import Forbidden, Refused
from amends.reports import gaps
from amends.web import accounts as logins
from amends.web import cover, paging
from amends.web.forms.base import sent
from amends.web.forms.people import MemberForm
from amends.web.lookup import find
from amends.web.requests import MemberRequest


@require_GET
def page(request: MemberRequest) -> HttpResponse:
    """Our people from A to Z and our teams; those who have left on a page of their own."""
    check(request.actor, Act.SEE_PEOPLE)
    has_left, sought = request.GET.get("show") == "left", paging.typed(request.GET, "q", 120)
    found = Member.objects.filter(is_active=not has_left).select_related("reports_to")
    if sought:
        found = found.filter(name__icontains=sought)
    rows = paging.by_name(found.prefetch_related("teams"), paging.number(request.GET.get("after")))
    here = Member.objects.here()
    away = cover.away(rows.rows, zone=request.zone, now=request.now)
    return render(
        request,
        "people/page.html",
        {
            "page": rows,
            "rows": [
                (member, away.get(member.pk, ""), absences.may_plan(request.actor, member)) for member in rows.rows
            ],
            "count": here.count(),
            "teams": Team.objects.prefetch_related(Prefetch("members", here)),
            "sought": sought,
            "has_left": has_left,
            "may_change": may(request.actor, Act.CHANGE_PEOPLE),
            "gaps": gaps.count(request.now) if may(request.actor, Act.SEE_REPORTS) and not has_left else 0,
            "may_see_traces": may(request.actor, Act.SEE_TRACES),
            "may_bring_in": may(request.actor, Act.BRING_IN_DIRECTORY),
        },
    )


@require_http_methods(["GET", "POST"])
def add(request: MemberRequest) -> HttpResponse:
    """A new member, who is then invited."""
    check(request.actor, Act.CHANGE_PEOPLE)
    form = MemberForm(sent(request), initial={"zone": request.zone})
    if member := form.acts(lambda: members.add(**form.cleaned_data, by=request.actor, now=request.now)):
        messages.success(request, f"{member.name} is a member. Invite them to set a password.")
        return redirect("change_member", member.pk)
    return _form(request, form, None)


@require_http_methods(["GET", "POST"])
def change(request: MemberRequest, pk: int) -> HttpResponse:
    """What is known of a member, to be changed."""
    check(request.actor, Act.CHANGE_PEOPLE)
    member = find(Member.objects.all(), pk, "member")
    form = MemberForm.of(member, sent(request))
    if form.acts(lambda: members.change(member, **form.changes, by=request.actor, now=request.now)):
        messages.success(request, "Saved.")
        return redirect("people")
    return _form(request, form, member)


@require_POST
@never_cache
def invite(request: MemberRequest, pk: int) -> HttpResponse:
    """A link with which a member sets a password: mailed where there is a server, and shown here once."""
    check(request.actor, Act.CHANGE_PEOPLE)
    member = find(Member.objects.here(), pk, "member")
    link, is_sent = logins.invite(member, by=request.actor)
    return render(request, "people/invited.html", {"member": member, "link": link, "is_sent": is_sent})


@require_POST
def log_out(request: MemberRequest, pk: int) -> HttpResponse:
    """End the sessions of a member, such as on a machine that was stolen."""
    check(request.actor, Act.CHANGE_PEOPLE)
    member = find(Member.objects.all(), pk, "member")
    members.log_out(member, by=request.actor, now=request.now)
    messages.success(request, f"{member.name} is logged out everywhere. Their tokens stay.")
    return redirect("change_member", pk)


@require_POST
def leave(request: MemberRequest, pk: int) -> HttpResponse:
    """Close a member’s account."""
    check(request.actor, Act.CHANGE_PEOPLE)
    member = find(Member.objects.all(), pk, "member")
    try:
        comings_and_goings.leave(member, by=request.actor, now=request.now)
    except Forbidden:
        raise
    except Refused as refused:
        return _form(request, MemberForm.of(member), member, refused.sentence)
    messages.success(request, f"The account of {member.name} is closed. What they did stays theirs.")
    return redirect("people")


@require_POST
def come_back(request: MemberRequest, pk: int) -> HttpResponse:
    """Open a closed account again."""
    check(request.actor, Act.CHANGE_PEOPLE)
    member = find(Member.objects.all(), pk, "member")
    members.reactivate(member, by=request.actor, now=request.now)
    messages.success(request, f"{member.name} is back. Tokens that ended stay ended.")
    return redirect("change_member", pk)


def _form(request: MemberRequest, form: MemberForm, member: Member | None, refusal: str = "") -> HttpResponse:
    return render(
        request,
        "people/member.html",
        {
            "form": form,
            "member": member,
            "refusal": refusal,
            "zones": checks.zones(),
            "away": cover.away_one(member, zone=request.zone, now=request.now),
        },
        status=422 if form.errors or refusal else 200,
    )
