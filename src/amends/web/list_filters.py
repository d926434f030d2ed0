"""The filters of the list as the address says them, as chips, and as the choices of the form."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Any

from django.db.models import Exists, OuterRef
from django.http import QueryDict

from amends.directory.models import Account, Member
from amends.escalations import access
from amends.escalations.filtering import VIEWS, WAITING, Filter
from amends.escalations.models import Escalation
from amends.playbook import versions
from amends.playbook.document import Document
from amends.web.paging import number, typed
from amends.web.requests import MemberRequest

_LONGEST = 120


@dataclass(frozen=True, slots=True)
class Chip:
    """One filter that is on: what it says, and the address without it."""

    says: str
    without: str


def read(query: QueryDict) -> Filter:
    """The filter that an address asks for; what it cannot mean is left out."""
    view, waiting = query.get("view", "open"), query.get("waiting", "")
    return Filter(
        view=view if view in VIEWS else "open",
        status=tuple(status for status in query.getlist("status") if status in Escalation.Status.values),
        severity=typed(query, "severity", _LONGEST),
        handler=number(query.get("handler")),
        account=number(query.get("account")),
        trend=typed(query, "trend", _LONGEST),
        level=_level(query.get("level")),
        category=typed(query, "category", _LONGEST),
        overdue=query.get("overdue", "") in ("1", "yes", "on"),
        waiting=waiting if waiting in WAITING else "",
        text=typed(query, "text", _LONGEST),
        after=query.get("after", ""),
    )


def write(wanted: Filter) -> str:
    """The filter as it stands in an address: "view=open&severity=high". The page one is on is left out."""
    query = QueryDict(mutable=True)
    for field in fields(wanted):
        value = getattr(wanted, field.name)
        if field.name == "after" or not value:
            continue
        query.setlist(field.name, list(value) if isinstance(value, tuple) else ["1" if value is True else str(value)])
    return query.urlencode()


def address(wanted: Filter) -> str:
    """Where the filter is shown, on the page that it names."""
    query = QueryDict(mutable=True)
    if wanted.after:
        query["after"] = wanted.after
    return f"?{write(wanted)}{'&' if wanted.after else ''}{query.urlencode()}"


def choices(request: MemberRequest, document: Document | None) -> dict[str, Any]:
    """What the form offers. Handlers are those of escalations that one may see."""
    theirs = access.visible_to(request.actor).order_by().filter(handler=OuterRef("pk"))
    return {
        "severities": document.severities if document else (),
        "levels": document.levels if document else (),
        "categories": document.categories if document else (),
        "statuses": Escalation.Status.choices,
        "trends": Escalation.Trend.choices,
        "waits": WAITING.items(),
        # Asked of each member by an index, however many escalations there are.
        "handlers": list(Member.objects.filter(Exists(theirs)).values_list("pk", "name")),
    }


def chips(wanted: Filter, offered: dict[str, Any]) -> list[Chip]:
    """What narrows the view, each with the way to take it away again."""
    handlers = dict(offered["handlers"])
    said = {
        "text": f"“{wanted.text}”",
        "severity": f"Severity: {_called(offered['severities'], wanted.severity)}",
        "handler": f"Handler: {handlers.get(wanted.handler or 0, 'somebody else')}",
        "account": f"Account: {_account(wanted.account)}" if wanted.account else "",
        "trend": f"Trend: {dict(offered['trends']).get(wanted.trend, wanted.trend)}",
        "level": f"Level: {_level_name(offered['levels'], wanted.level)}",
        "category": f"Category: {_called(offered['categories'], wanted.category)}",
        "overdue": "Overdue promise",
        "waiting": WAITING.get(wanted.waiting, ""),
    }
    none = Filter(view=wanted.view)
    found = [
        Chip(f"Status: {dict(offered['statuses'])[status]}", _without_status(wanted, status))
        for status in wanted.status
    ]
    return found + [
        Chip(says, address(replace(wanted, after="", **{name: getattr(none, name)})))
        for name, says in said.items()
        if getattr(wanted, name)
    ]


def is_narrow(wanted: Filter) -> bool:
    """Whether one of the filters is on that the form folds away."""
    return bool(wanted.status or wanted.trend or wanted.level or wanted.category or wanted.waiting or wanted.overdue)


def in_force() -> Document | None:
    """The playbook's names for what is offered; None before there is a playbook."""
    playbook = versions.current()
    return playbook.document if playbook else None


def _without_status(wanted: Filter, status: str) -> str:
    others = tuple(other for other in wanted.status if other != status)
    return address(replace(wanted, after="", status=others))


def _account(number: int) -> str:
    name = Account.objects.filter(pk=number).values_list("name", flat=True).first()
    return name or f"number {number}"


def _called(offered: Any, key: str) -> str:
    return next((each.name for each in offered if each.key == key), key)


def _level_name(offered: Any, level: int | None) -> str:
    return next((each.name for each in offered if each.level == level), str(level))


def _level(text: str | None) -> int | None:
    found = number(text)
    return found if found and found < 100 else None
