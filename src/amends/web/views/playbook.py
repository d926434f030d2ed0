"""The playbook: read by people, compared, and the versions that there were."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from amends.escalations import hearing
from amends.escalations.access import NotFound
from amends.escalations.authority import Act, check, may
from amends.playbook import versions
from amends.playbook.document import BadDocument
from amends.playbook.models import PlaybookVersion
from amends.playbook.reading import sections
from amends.web import paging, playbooks
from amends.web.requests import MemberRequest

LARGEST_NUMBER = 2**31


@require_GET
def page(request: MemberRequest) -> HttpResponse:
    """The version in force, laid out for reading, and all versions."""
    check(request.actor, Act.SEE_PLAYBOOK)
    version = hearing.in_force()
    return render(
        request,
        "playbook/page.html",
        {
            "version": version,
            "sections": sections(version.document),
            "page": _versions(request),
            "may_adopt": may(request.actor, Act.ADOPT_PLAYBOOK),
        },
    )


@require_GET
def version(request: MemberRequest, number: int) -> HttpResponse:
    """One version as it was adopted: its text with line numbers."""
    check(request.actor, Act.SEE_PLAYBOOK)
    found = _find(number)
    return render(
        request,
        "playbook/version.html",
        {
            "version": found,
            "lines": found.text.splitlines(),
            "in_force": hearing.in_force(),
            "before": versions.before(found),
            "may_adopt": may(request.actor, Act.ADOPT_PLAYBOOK),
        },
    )


@require_GET
def download(request: MemberRequest, number: int) -> HttpResponse:
    """The text of one version as a file."""
    check(request.actor, Act.SEE_PLAYBOOK)
    found = _find(number)
    disposition = f'attachment; filename="playbook-{found.number}.yaml"'
    return HttpResponse(
        found.text, content_type="application/yaml; charset=utf-8", headers={"Content-Disposition": disposition}
    )


@require_GET
def changes(request: MemberRequest, number: int) -> HttpResponse:
    """What one version says otherwise than another; left to itself, than the one before."""
    check(request.actor, Act.SEE_PLAYBOOK)
    found = _find(number)
    asked = paging.number(request.GET.get("since"))
    since = versions.before(found) if asked is None else _find(asked)
    return render(
        request,
        "playbook/changes.html",
        {
            "version": found,
            "since": since,
            "others": PlaybookVersion.objects.exclude(pk=found.pk).defer("text")[: playbooks.MOST_OFFERED],
            **_compared(since, found),
        },
    )


def _compared(since: PlaybookVersion | None, found: PlaybookVersion) -> dict[str, Any]:
    if since is None:
        return {}
    try:
        return {"changes": playbooks.compared(since, found.text, found.document)}
    except BadDocument as bad:
        # Adopted long ago, under rules that have been tightened since: the lines can still be compared.
        return {"unreadable": bad, "changes": playbooks.Changes((), playbooks.lines_between(since.text, found.text))}


def _versions(request: MemberRequest) -> paging.Page[PlaybookVersion]:
    found = PlaybookVersion.objects.defer("text")
    return paging.newest(found, paging.number(request.GET.get("after")), at="adopted_at")


def _find(number: int) -> PlaybookVersion:
    found = PlaybookVersion.objects.filter(number=number).first() if number < LARGEST_NUMBER else None
    if found is None:
        raise NotFound(f"There is no version {number} of the playbook.")
    return found
