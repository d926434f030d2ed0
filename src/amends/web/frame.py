"""What stands around every page: the places of the house, and the red banner when something has stopped."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, cast

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

from amends.escalations import letterbox, told
from amends.escalations.authority import Act, may
from amends.escalations.boards import overdue_count
from amends.lib import when
from amends.pulse import beats
from amends.web.requests import MemberRequest


@dataclass(frozen=True, slots=True)
class Place:
    """A page that the bar on top leads to, for those who may see it.

    `is_rest`: it stands in the menu.
    """

    route: str
    label: str
    icon: str
    key: str = ""
    is_rest: bool = False
    act: Act | None = None


@dataclass(frozen=True, slots=True)
class Alarm:
    """A sentence for the red banner: what has stopped, and what that means."""

    title: str
    says: str


PLACES = (
    Place("today", "Today", "today", "g t"),
    Place("notices", "Notices", "bell", "g n"),
    Place("escalations", "Escalations", "list", "g e"),
    Place("overview", "Overview", "star", "g o", act=Act.SEE_OVERVIEW),
    Place("accounts", "Accounts", "account", act=Act.SEE_ACCOUNTS),
    Place("causes", "Causes", "link", is_rest=True, act=Act.SEE_CAUSES),
    Place("mail", "Mail", "mail", "g m", act=Act.SEE_MAIL),
    Place("promises_report", "Promises", "chart", is_rest=True, act=Act.SEE_REPORTS),
    Place("endings_report", "Endings", "chart", is_rest=True, act=Act.SEE_REPORTS),
    Place("holds", "Holds", "held", is_rest=True, act=Act.SEE_HOLDS),
    Place("people", "People", "people", is_rest=True, act=Act.SEE_PEOPLE),
    Place("playbook", "Playbook", "fact", is_rest=True, act=Act.SEE_PLAYBOOK),
    Place("outbox", "Outbox", "outbox", is_rest=True, act=Act.SEE_OUTBOX),
    Place("health", "Health", "pulse", is_rest=True, act=Act.SEE_HEALTH),
)
_STOPPED = {
    "clock": "nobody has been reminded and no alarm has rung.",
    "sender": "nothing has left. It is all kept, and goes out once the sender runs again.",
    "mailbox": "no mail has been fetched. It is all kept there, and comes in once the mailbox is read again.",
}


def frame(request: HttpRequest) -> dict[str, Any]:
    """Context of every page: `places`, each with its address and whether one is there, `alarms`, `may_see_health`."""
    # The very request that logs one in began with nobody.
    if getattr(request, "actor", None) is None:
        return {}
    member = cast(MemberRequest, request)
    once = {"messages": ()} if getattr(request, "is_live", False) else {}
    return once | {
        "places": [
            placed
            for place in PLACES
            if (place.act is None or may(member.actor, place.act)) and (placed := _placed(place, request.path))
        ],
        "overdue_count": overdue_count(member.actor, member.now),
        "notice_count": told.unseen_count(member.actor),
        "most_counted": told.MOST_COUNTED,
        "mail_count": letterbox.waiting_count(member.actor),
        "may_see_health": may(member.actor, Act.SEE_HEALTH),
        "alarms": alarms(beats.vitals(member.now), zone=member.zone, now=member.now),
    }


def alarms(vitals: Iterable[beats.Vital], *, zone: str, now: dt.datetime) -> list[Alarm]:
    """One alarm for each part that does not do its work; times in the reader's zone."""
    return [_alarm(vital, zone, now) for vital in vitals if not vital.is_well]


def _alarm(vital: beats.Vital, zone: str, now: dt.datetime) -> Alarm:
    if vital.is_running:
        return Alarm(f"The {vital.part} is running but cannot do its work.", vital.trouble)
    since = f"Since {when.local(vital.beat_at, zone, now)}" if vital.beat_at else "So far"
    return Alarm(f"The {vital.part} has stopped.", f"{since} {_STOPPED[vital.part]}")


def _placed(place: Place, path: str) -> dict[str, Any] | None:
    try:
        href = reverse(place.route)
    except NoReverseMatch:  # a place without a page yet is not shown
        return None
    is_here = path == href or (href != "/" and path.startswith(href.rstrip("/") + "/"))
    return {"place": place, "href": href, "is_here": is_here}
