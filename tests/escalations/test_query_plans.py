"""No list reads a whole table: the plans of what the real pages ask.

SQLite plans by the shape of a query alone, so a few rows show what it does with many. PostgreSQL plans by what it knows
of the rows, so there the history is really there, copied by the database itself: so long that reading all of it is
never the cheaper way, and over so many accounts and teams that a responder’s are few.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import cycle
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client

from amends.demo import crowd
from amends.directory.actor import Role
from amends.directory.models import Account, Member, Team
from amends.escalations.actions import looks
from amends.escalations.filtering import VIEWS, WAITING
from amends.escalations.models import Escalation, EventWords, Hold, Problem
from amends.escalations.search.nouns import BY_NAME
from amends.lib import wall
from amends.outbox import claims
from amends.outbox.models import Delivery
from tests import archive

pytestmark = pytest.mark.django_db
ESCALATIONS, ACCOUNTS, TEAMS = 20_000, 2_000, 100
# These grow with the years; accounts, members and what belongs to them do not.
GROWING = {
    "escalations_escalation",
    "escalations_event",
    "escalations_eventwords",
    "escalations_notice",
    "escalations_passage",
    "escalations_problem",
    "escalations_promise",
    "escalations_update",
    "escalations_hold",
    "escalations_closure",
    "outbox_delivery",
}
FILTERS = ("severity=high", "handler={handler}", "account={account}", "trend=declining", "level=2", "category=data")
FILTERS += ("overdue=1", "text=orders", *(f"waiting={who}" for who in WAITING))
# The newest first, one after another until a page is full: what narrows an archive has no index of its own.
NEWEST_FIRST = re.compile(r'ORDER BY "?\w+"?\."id" DESC LIMIT \d+$|ORDER BY 1 DESC LIMIT \d+$')
# An index of only those rows that are open, waiting or standing is no whole table.
_PARTIAL = {
    index.name for model in apps.get_models() for index in model._meta.indexes if getattr(index, "condition", None)
}
COUNTS_ALL = re.compile(r'^SELECT COUNT\(\*\) AS "__count" FROM "escalations_escalation"')


@dataclass
class Asked:
    """What the pages asked, each once, by the page that asked it first."""

    queries: dict[str, tuple[str, Sequence[Any] | None]] = field(default_factory=dict)

    @contextmanager
    def by(self, page: str) -> Iterator[None]:
        def note(execute: Callable[..., Any], sql: str, words: Any, many: bool, context: Any) -> Any:
            if sql.startswith(("SELECT", "WITH")):
                self.queries.setdefault(sql, (page, words))
            return execute(sql, words, many, context)

        with connection.execute_wrapper(note):
            yield


def test_no_list_reads_a_whole_table(client):
    now = wall.now()
    _history(now)
    reader = Member.objects.filter(role=Role.MANAGER).order_by("pk")[0]
    responder = Member.objects.create(name="Rita Roth", email="rita@x.example", role=Role.RESPONDER, joined_at=now)
    case, asked = Escalation.objects.filter(handler=reader).order_by("pk")[0], Asked()
    # Thereby they see it, and nothing else.
    case.problems.update(owner=responder)

    for member in (reader, responder):
        client.force_login(member)
        _ask_pages(client, asked, case)
    with asked.by("the clock"):
        looks.look_at_due(now)
    with asked.by("the sender"):
        claims.claim(by="here", now=now, limit=200)

    found = [
        f"{page} reads all of {', '.join(tables)}: {sql}"
        for sql, (page, words) in asked.queries.items()
        if (tables := _read_whole(sql, words))
    ]
    assert len(asked.queries) > 60
    assert not found, "\n".join(found)


def _ask_pages(client: Client, asked: Asked, case: Escalation) -> None:
    narrowed = [each.format(handler=case.handler_id, account=case.account_id) for each in FILTERS]
    lists = [f"/escalations/?view={view}" for view in VIEWS]
    pages = [
        *("/", "/?whose=team", "/?whose=all", "/live/", "/escalations/live/", "/notices/", "/overview/"),
        *lists,
        *(f"/escalations/?view={view}&{each}" for view in ("open", "all") for each in narrowed),
        *("/search/?q=orders", "/search/?q=customer+3", "/search/palette/", "/search/palette/?q=or"),
        *(f"/escalations/{case.key}/", f"/escalations/{case.key}/timeline/?before=400"),
        *("/outbox/", "/outbox/?state=waiting", "/outbox/?state=sent"),
    ]
    for page in pages:
        with asked.by(page):
            answer = client.get(page)
        assert answer.status_code in (200, 204, 403), page
        if further := re.search(r'href="([^"]+)" rel="next"', answer.content.decode()):
            address = page.partition("?")[0] + further[1].replace("&amp;", "&")
            with asked.by(address):
                assert client.get(address).status_code == 200
    for page in (
        "escalations?",
        "escalations?view=all&",
        f"escalations/{case.key}/timeline?",
        "notices?",
        "deliveries?",
    ):
        with asked.by(page):
            answer = client.get(f"/api/v1/{page}limit=5")
        if answer.status_code == 200 and (following := answer.json().get("next")):
            with asked.by(f"{page}after=…"):
                assert client.get(f"/api/v1/{page}limit=5", {"after": following}).status_code == 200


def _history(now: dt.datetime) -> None:
    crowd.tell(120 if connection.vendor == "sqlite" else 400, now=now)
    looks.look_at_due(now)
    if connection.vendor == "sqlite":
        return
    csm = Member.objects.filter(role=Role.CSM).order_by("pk")[0]
    accounts = Account.objects.bulk_create(Account(name=f"Firm {number}", csm=csm) for number in range(ACCOUNTS))
    teams = Team.objects.bulk_create(Team(name=f"Team {number}", kind="support") for number in range(TEAMS))
    teams[0].members.set(Member.objects.all())
    problems = list(Problem.objects.order_by("pk"))
    for problem, team in zip(problems, cycle(teams), strict=False):
        problem.team = team
    Problem.objects.bulk_update(problems, ["team"])
    copies = ESCALATIONS // Escalation.objects.exclude(status__in=Escalation.UNDER_WAY).count()
    with connection.cursor() as cursor:
        # What it knows of the tables is of the tests before: copying by that may take minutes.
        cursor.execute("ANALYZE")
        # Neither triggers nor references are asked about rows that are copies of right ones.
        cursor.execute("SET session_replication_role = replica")
        last = Escalation.objects.order_by("-pk").values_list("pk", flat=True)[0]
        archive.grow(copies, without=(EventWords, Hold), accounts=accounts)
        cursor.execute(
            "INSERT INTO escalations_passage (id, account_id, escalation_id, name, words)"
            f" SELECT {BY_NAME['escalation'].first} + id, account_id, id, 'Firm', repeat('Late again. ', 40) || id"
            f" FROM escalations_escalation WHERE id > {last}"
        )
        for statement in _notices_and_deliveries(last):
            cursor.execute(statement)
        cursor.execute("SET session_replication_role = DEFAULT")
        cursor.execute("ANALYZE")
        # As on a disk without moving parts: what jumps costs little more than what reads on.
        cursor.execute("SET random_page_cost = 1.1")


def _notices_and_deliveries(last: int) -> Iterator[str]:
    """Of every opening that was copied its handler heard, and has seen it since; a mail left."""
    opened = "FROM escalations_event event JOIN escalations_escalation case_ ON case_.id = event.escalation_id"
    opened += f" WHERE event.kind = 'escalation.opened' AND event.escalation_id > {last}"
    yield (
        "INSERT INTO escalations_notice (event_id, escalation_id, member_id, told_at, seen_at)"
        f" SELECT event.id, case_.id, case_.handler_id, event.at, event.at {opened}"
    )
    columns = [field.column for field in Delivery._meta.concrete_fields if field.column != "id"]
    said = {
        "identity": "'copy:' || event.id",
        "subject": "'escalation:' || case_.id",
        "state": "'sent'",
        "posted_at": "event.at",
        "next_try_at": "event.at",
        "settled_at": "event.at",
        "leased_until": "NULL::timestamptz",
        "tries": "1",
        "returns": "0",
        "is_alarm": "false",
        "may_have_gone": "false",
        "letter": "'{}'::jsonb",
    }
    yield (
        f"INSERT INTO outbox_delivery ({', '.join(columns)})"
        f" SELECT {', '.join(said.get(column, chr(39) * 2) for column in columns)} {opened}"
    )


def _read_whole(sql: str, words: Sequence[Any] | None) -> list[str]:
    """The growing tables that the database reads from end to end to answer this."""
    if COUNTS_ALL.match(sql):
        return []
    is_newest_first = bool(NEWEST_FIRST.search(sql))
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(f"EXPLAIN QUERY PLAN {sql}", words)
            called = {alias: table for table, alias in re.findall(r'"?(\w+)"? (?:AS )?([UVT]\d+)\b', sql)}
            plan = "\n".join(row[3] for row in cursor.fetchall())
            if is_newest_first:
                # Whoever finds by status alone, and then puts in order, reads all that is over.
                by_status = "escalation_by_status (status=?)" in plan and Escalation.Status.CLOSED in (words or ())
                return ["escalations_escalation"] if by_status and "FOR ORDER BY" in plan else []
            found = re.findall(r"^SCAN (\w+)(?: USING (?:COVERING )?INDEX (\w+))?", plan, re.MULTILINE)
            # In the order of an index until a page is full
            is_walk = sql.rstrip("1234567890").endswith(" LIMIT ") and "TEMP B-TREE" not in plan
            parts = [name for name, index in found if not (index in _PARTIAL or (index and is_walk))]
            return sorted(GROWING & {called.get(name, name) for name in parts})
        if is_newest_first:
            return []
        cursor.execute(f"EXPLAIN (FORMAT JSON) {sql}", words)
        plan = cursor.fetchone()[0]
        plan = json.loads(plan) if isinstance(plan, str) else plan
        return sorted(GROWING & set(_scanned(plan[0]["Plan"])))


def _scanned(plan: dict[str, Any]) -> Iterator[str]:
    if plan["Node Type"] == "Seq Scan":
        yield plan["Relation Name"]
    for part in plan.get("Plans", ()):
        yield from _scanned(part)
