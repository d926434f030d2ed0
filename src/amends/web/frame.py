"""What stands around every page: the places of the house, and the red banner when something has stopped."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, cast

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

from amends.lib import when
from amends.pulse import beats
from amends.web.requests import MemberRequest


@dataclass(frozen=True, slots=True)
class Place:
    """A page that the bar on top leads to. `is_rest`: it gives way to the menu where room is short."""

    route: str
    label: str
    icon: str
    key: str = ""
    is_rest: bool = False


@dataclass(frozen=True, slots=True)
class Alarm:
    """A sentence for the red banner: what has stopped, and what that means."""

    title: str
    says: str


PLACES = (
    Place("today", "Today", "today", "g t"),
    Place("escalations", "Escalations", "list", "g e"),
    Place("accounts", "Accounts", "account"),
    Place("promises_report", "Promises", "chart"),
    Place("people", "People", "people", is_rest=True),
    Place("outbox", "Outbox", "outbox", is_rest=True),
    Place("health", "Health", "pulse", is_rest=True),
)
_STOPPED = {
    "clock": "nobody has been reminded and no alarm has rung.",
    "sender": "nothing has left. It is all kept, and goes out once the sender runs again.",
}


def frame(request: HttpRequest) -> dict[str, Any]:
    """Context of every page: `places`, each with its address and whether one is there, and `alarms`."""
    if not request.user.is_authenticated:
        return {}
    member = cast(MemberRequest, request)
    return {
        "places": [placed for place in PLACES if (placed := _placed(place, request.path))],
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
