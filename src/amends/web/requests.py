"""What a request of a member carries; `web/middleware.py` puts it there."""

import datetime as dt

from django.http import HttpRequest

from amends.directory.actor import Actor
from amends.directory.models import Member


class MemberRequest(HttpRequest):
    """A request of somebody who is logged in: when it came, who asks, and the zone in which they read times."""

    user: Member
    now: dt.datetime
    actor: Actor
    zone: str
