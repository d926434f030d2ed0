"""Where nobody would be there, each with where to mend it."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from amends.escalations.authority import Act, check, may
from amends.reports import gaps
from amends.reports.gaps import Gap
from amends.web.requests import MemberRequest


@require_GET
def page(request: MemberRequest) -> HttpResponse:
    """All gaps, the gravest kind first."""
    check(request.actor, Act.SEE_REPORTS)
    found = gaps.find(request.now)
    groups = [(group, [(gap, _mend(gap, group.key, request)) for gap in group.gaps]) for group in found]
    return render(request, "people/gaps.html", {"groups": groups, "count": sum(group.count for group in found)})


def _mend(gap: Gap, key: str, request: MemberRequest) -> str:
    """Where one mends it, for those who may; the seats of an account are on its own page."""
    if gap.account_id is not None:
        if not may(request.actor, Act.CHANGE_ACCOUNTS):
            return ""
        return reverse("account" if key == "seats" else "change_account", args=[gap.account_id])
    if gap.member_id is not None:
        route = "absences" if key == "not_covered" else "change_member"
        return reverse(route, args=[gap.member_id]) if may(request.actor, Act.CHANGE_PEOPLE) else ""
    return reverse("edit_playbook") if may(request.actor, Act.ADOPT_PLAYBOOK) else ""
