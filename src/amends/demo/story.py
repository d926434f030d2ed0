"""Fernhill's story, told in acts, with the clock running in between, so that it cannot rot.

Reminders and alarms are there because they rang; mails are there because somebody wrote them.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from django.db import transaction
from django.db.models import Min

from amends.clock.calendars import WorkingCalendar, parse_hours
from amends.demo import rulebook
from amends.demo.cases import CASES, HOUSE
from amends.demo.cast import HOURS, PASSWORD, ZONE, Cast, gather
from amends.demo.moments import Almanac, days_ago
from amends.demo.scenes import Scene, Stage
from amends.directory.actor import COMMAND_LINE
from amends.directory.models import Account, Member, Preference
from amends.escalations.actions import digests, looks
from amends.escalations.models import Escalation
from amends.lib.errors import Refused
from amends.outbox import outcomes
from amends.outbox.models import Delivery
from amends.playbook import versions

SEED = 1042
OFTEN, SELDOM = dt.timedelta(minutes=5), dt.timedelta(hours=1)
# Who looks at the story wonders which digests there were; not which there were three months ago.
MORNINGS_FOR = dt.timedelta(days=7)
# What was posted longer ago than this has been sent.
SENDS_WITHIN = dt.timedelta(minutes=2)
FOUNDED = days_ago(90, "10:00")

Case = Sequence[Scene]


@dataclass(frozen=True, slots=True)
class Login:
    """With what one can look around as whom."""

    name: str
    title: str
    email: str
    password: str


@dataclass(frozen=True, slots=True)
class Told:
    """What there is after the telling."""

    members: list[Member]
    escalations: list[Escalation]
    logins: list[Login]


@transaction.atomic
def tell(*, now: dt.datetime, seed: int = SEED) -> Told:
    """Tell the whole story up to `now`, in an empty house. The same `now` and `seed` tell the same story.

    Raises Refused where there are accounts already.
    """
    if Account.objects.exists():
        raise Refused("The demo needs an empty house, and there are accounts in this one. Use a fresh database.")
    almanac = Almanac(now, WorkingCalendar(ZONE, parse_hours(HOURS), "DE-BE"))
    founded_at = FOUNDED(almanac)
    cast = gather(now=founded_at, today=almanac.today, chance=random.Random(seed))  # noqa: S311 - a story, no secret
    versions.adopt(rulebook.text(), by=COMMAND_LINE, now=founded_at, note=rulebook.NOTE)
    _play(cast, almanac)
    looks.look_at_due(now)
    _send(until=now - SENDS_WITHIN)
    members = list(cast.members.values())
    logins = [Login(member.name, member.title, member.email, PASSWORD) for member in members]
    return Told(members, list(Escalation.objects.order_by("id")), logins)


def _play(cast: Cast, almanac: Almanac) -> None:
    """Every scene of every case in the order of time; between them time passes for all."""
    cases: Sequence[Case] = (*CASES, HOUSE)
    stages = [Stage(cast, almanac, almanac.now) for _ in cases]
    scenes = [
        (scene.at(almanac), place, number) for place, case in enumerate(cases) for number, scene in enumerate(case)
    ]
    last_at = min(scenes)[0]
    for at, place, number in sorted(scenes):
        _run_the_clock(after=last_at, until=at, now=almanac.now)
        stage, scene = stages[place], cases[place][number]
        stage.now = last_at = at
        scene.play(stage)
        stage.is_seen_by(scene.by)
    _run_the_clock(after=last_at, until=almanac.now, now=almanac.now)


def _run_the_clock(*, after: dt.datetime, until: dt.datetime, now: dt.datetime) -> None:
    """Look at what is due: on the hour long ago, every five minutes since yesterday. Who reads tells no difference."""
    every = OFTEN if until > now - dt.timedelta(hours=24) else SELDOM
    since = now - MORNINGS_FOR
    while first := _first_look(mornings_since=since if until >= since else None):
        at = _rounded_up(max(first, after), every)
        if at > until:
            return
        looks.look_at_due(at)
        if at >= since:
            digests.post_due(at)


def _first_look(*, mornings_since: dt.datetime | None) -> dt.datetime | None:
    """When something is due to be looked at: an escalation, or somebody’s morning since then."""
    firsts = [Escalation.objects.aggregate(first=Min("next_look_at"))["first"]]
    if mornings_since and (morning := Preference.objects.aggregate(first=Min("next_look_at"))["first"]):
        firsts.append(max(morning, mornings_since))
    return min(filter(None, firsts), default=None)


def _rounded_up(moment: dt.datetime, to: dt.timedelta) -> dt.datetime:
    return moment + (dt.datetime.min.replace(tzinfo=dt.UTC) - moment) % to


def _send(*, until: dt.datetime) -> None:
    """What was to leave has left a moment later: the story has no mail server, and no backlog either."""
    due = Delivery.objects.filter(state=Delivery.State.WAITING, next_try_at__lte=until)
    waiting = due.defer("letter").order_by("next_try_at", "id")
    for next_try_at, deliveries in groupby(waiting, lambda delivery: delivery.next_try_at):
        outcomes.accepted(list(deliveries), now=next_try_at + dt.timedelta(seconds=3))
