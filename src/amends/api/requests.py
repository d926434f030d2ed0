"""What a request carries once somebody has been let in."""

from __future__ import annotations

import datetime as dt

from django.http import HttpRequest

from amends.directory.actor import Actor
from amends.directory.models import Member


class Request(HttpRequest):
    """A request by a member. `keys` sets these before any endpoint runs; `now` is aware and in UTC."""

    actor: Actor
    member: Member
    now: dt.datetime
