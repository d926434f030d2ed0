"""Who changed what in the directory: for administrators."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from amends.directory.security.models import Trace
from amends.escalations.authority import Act, check
from amends.web import paging
from amends.web.requests import MemberRequest


@dataclass(frozen=True, slots=True)
class Row:
    """One trace, in words: "changed a member", and what of them."""

    trace: Trace
    says: str
    changes: list[tuple[str, str, str]]


_SAYS = {
    "member.added": "added a member",
    "member.changed": "changed a member",
    "member.password_set": "set the password of",
    "member.logged_out": "logged out everywhere",
    "member.left": "closed the account of",
    "member.returned": "opened the account again of",
    "token.made": "made a token for",
    "token.revoked": "revoked a token of",
    "feed.made": "made a feed address for",
    "feed.revoked": "closed the feed of",
    "preference.changed": "changed how to reach",
    "absence.planned": "planned an absence of",
    "absence.changed": "changed an absence of",
    "absence.ended": "ended an absence of",
    "team.added": "added a team",
    "team.changed": "changed a team",
    "account.added": "added an account",
    "account.several_added": "added accounts for",
    "account.changed": "changed an account",
    "account.seat_given": "gave a seat at",
    "account.seat_taken": "took a seat away at",
    "contact.added": "added a contact",
    "contact.changed": "changed a contact",
    "purchase.added": "added a purchase",
    "purchase.changed": "corrected a purchase",
    "purchase.removed": "removed a purchase",
    "organisation.set_up": "set up the organisation",
    "import.applied": "applied the file",
    "import.stopped": "stopped the file",
    "import.discarded": "threw away the file",
    "import.expired": "threw away after a week the file",
}


@require_GET
def page(request: MemberRequest) -> HttpResponse:
    """What was changed, newest first; all of it, or what was changed on one subject (`?of=member:5`)."""
    check(request.actor, Act.SEE_TRACES)
    found, of = Trace.objects.all(), paging.typed(request.GET, "of", 40)
    if of:
        found = found.filter(subject=of)
    rows = paging.newest(found, paging.number(request.GET.get("after")), at="at")
    context = {"page": rows, "rows": [_row(trace) for trace in rows.rows], "of": of, "of_query": f"of={quote(of)}&"}
    return render(request, "people/traces.html", context)


def _row(trace: Trace) -> Row:
    fields = {**trace.after, **trace.before}
    changes = [
        (field.replace("_", " "), _shown(trace.before.get(field)), _shown(trace.after.get(field))) for field in fields
    ]
    return Row(trace, _SAYS.get(trace.act, trace.act), [each for each in changes if each[1] != each[2]])


def _shown(value: Any) -> str:
    match value:
        case None | "" | []:
            return ""
        case bool():
            return "yes" if value else "no"
        case list():
            return ", ".join(map(str, value))
        case dict():
            return "; ".join(f"{name} {_shown(each)}" for name, each in value.items())
        case _:
            return str(value)
