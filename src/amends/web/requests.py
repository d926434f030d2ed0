"""What a request of a member carries; `web/middleware.py` puts it there."""

import datetime as dt
from collections.abc import Callable
from typing import Any, TypeVar

from django.http import HttpRequest

from amends.directory.actor import Actor
from amends.directory.models import Member

View = TypeVar("View", bound=Callable[..., Any])


def asks_aside(view: View) -> View:
    """For a view that a page asks while somebody types: logged out, it is a 401, and the page stays as it is."""
    view.asks_aside = True  # type: ignore[attr-defined]
    return view


def is_looking_ahead(request: HttpRequest) -> bool:
    """Whether only a browser asks, which fetches what somebody might open next."""
    says = (request.headers.get(name, "") for name in ("Sec-Purpose", "Purpose", "X-Moz"))
    return any("prefetch" in each.lower() for each in says)


class MemberRequest(HttpRequest):
    """A request of somebody who is logged in: when it came, who asks, and the zone in which they read times."""

    user: Member
    now: dt.datetime
    actor: Actor
    zone: str
    # An open page renews itself: what is said once is kept for a page that is opened
    is_live: bool = False
