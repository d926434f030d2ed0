"""Lists, a page at a time: each can be walked to its end, whatever it is ordered by."""

from __future__ import annotations

import datetime as dt
from typing import Any
from urllib.parse import parse_qsl

import pytest

from amends.api.door import ROOT, api
from amends.directory import insights, purchases, tokens
from amends.directory.actor import COMMAND_LINE, Role
from amends.escalations.actions import (
    cause_notices,
    causes,
    files,
    holds,
    meetings,
    notes,
    problems,
    promises,
    requests,
    saved_views,
    watchers,
)
from amends.escalations.meetings import Invited
from amends.escalations.models import Attendance
from tests import make
from tests.api.calling import Caller
from tests.api.ground import LATER, Ground, another_playbook, checked, lay
from tests.api.operations import OPERATIONS

pytestmark = pytest.mark.django_db
# What leads to the following page: lists go on after their last row, the timeline goes back in time.
LEADS_ON = {"after", "before"}


def lists() -> dict[str, str]:
    """The operations that answer with a page at a time, each with what leads to the following one."""
    found = {}
    for methods in api.get_openapi_schema(path_prefix=ROOT)["paths"].values():
        for operation in methods.values():
            if leads := LEADS_ON.intersection(each["name"] for each in operation.get("parameters", ())):
                found[operation["operationId"]] = leads.pop()
    return found


def two_of_everything() -> Ground:
    """The ground of every operation, with one more of each noun that it has once."""
    ground = lay(make.member("Ada Min", Role.ADMINISTRATOR))
    escalation, account = ground.escalation, ground.escalation.account
    by, now = ground.caller.as_actor(), make.THURSDAY
    ahead = dt.datetime.fromisoformat(LATER)
    make.account("Fern & Co", csm=ground.caller)
    make.contact(account, "Rui Costa")
    make.absence(make.member("Away Ash"), ground.caller, begins=dt.timedelta(days=30))
    make.team()
    holds.place(escalation, by=by, now=now)
    holds.place(make.escalation(of=account), by=by, now=now)
    for what in ("A list", "A table"):
        promises.make(escalation, what=what, due_at=ahead, kind="deliverable", owner=ground.caller, by=by, now=now)
    labels = problems.name(escalation, words="The labels too", by=by, now=now)
    requests.make(labels, what="A label", due_at=ahead, by=by, now=now)
    watchers.add(escalation, member=ground.caller, by=by, now=now)
    for text in ("Look, @Ada Min", "Look again, @Ada Min"):
        notes.write(escalation, text=text, by=ground.other.as_actor(), now=now)
    files.attach(escalation, name="b.txt", content=b"b", by=by, now=now)
    insights.add(account, kind="helps", text="Charts", by=by, now=now)
    purchases.add(account, what="The first seats", on=dt.date(2019, 4, 1), by=by, now=now)
    saved_views.keep(name="Grave", query="severity=high", by=by, now=now)
    make.cause("Orders are lost", now=now)
    cause_notices.stop(ground.cause_notice, by=COMMAND_LINE, now=now)
    causes.mark(ground.cause, [make.account()], how_we_know="The same gateway", by=COMMAND_LINE, now=now)
    ground.cause_notice = make.cause_notice(ground.cause, now=now)
    ours = [Invited(ground.caller, Attendance.Part.LEADS)]
    meetings.plan(escalation, kind="internal", starts_at=ahead, minutes=30, members=ours, by=by, now=now)
    tokens.make(ground.caller, name="Another", scope="read", by=COMMAND_LINE, now=now)
    another_playbook(ground)
    ground.imported = make.imported("Company,Health\nMoss & Co,ill\nFern & Co,ill\n")
    checked(ground)
    return ground


def walked(caller: Caller, url: str, leads: str) -> list[Any]:
    """The rows of all pages, each of one row."""
    rows: list[Any] = []
    path, _, asked = url.partition("?")
    following: dict[str, Any] = {}
    while following.get(leads, "") is not None:
        answer = caller.get(path, limit=1, **dict(parse_qsl(asked)), **following)
        assert answer.status_code == 200, (url, answer.content)
        rows += answer.json()["items"]
        following = {leads: answer.json()["next"]}
    return rows


def test_every_list_can_be_walked_row_by_row_and_shows_each_row_once():
    ground = two_of_everything()
    caller = Caller(ground.caller)

    for name, leads in lists().items():
        url = OPERATIONS[name].url(ground)
        whole = caller.get(url).json()["items"]
        assert len(whole) > 1, f"{name}: make one more of them above."
        assert walked(caller, url, leads) == whole, name

    assert len(lists()) > 20
