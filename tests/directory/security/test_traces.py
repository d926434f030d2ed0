"""Traces: who changed what in the directory, in the transaction that changed it, and never a secret."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from amends.directory import (
    absences,
    accounts,
    contacts,
    feeds,
    members,
    organisation,
    preferences,
    purchases,
    teams,
    tokens,
)
from amends.directory.actor import Actor, Role
from amends.directory.imports import receiving
from amends.directory.models import Member, Trace
from amends.directory.security import traces
from amends.lib.errors import Refused
from amends.web import traced
from tests import make

pytestmark = pytest.mark.django_db
NOW = make.THURSDAY
DAY = dt.timedelta(days=1)


def left(act: str) -> Trace:
    return Trace.objects.filter(act=act).latest("id")


@pytest.fixture
def ada() -> Actor:
    make.organisation()
    return make.member("Ada Min", Role.ADMINISTRATOR).as_actor()


def test_a_change_of_role_says_who_when_from_what_to_what(ada: Actor):
    tom = make.member("Tom Okafor", Role.CSM)

    members.change(tom, role=Role.ADMINISTRATOR, title="", by=ada, now=NOW)
    trace = left("member.changed")

    assert (trace.at, trace.by_id, trace.by_name) == (NOW, ada.member_id, "Ada Min")
    assert (trace.subject, trace.name) == (f"member:{tom.pk}", "Tom Okafor")
    assert (trace.before, trace.after) == ({"role": "csm"}, {"role": "administrator"})


def test_what_changes_nothing_and_what_is_refused_leaves_no_trace(ada: Actor):
    tom = make.member("Tom Okafor")

    members.change(tom, name="Tom Okafor", by=ada, now=NOW)
    with pytest.raises(Refused):
        members.deactivate(Member.objects.get(pk=ada.member_id), by=ada, now=NOW)

    assert not Trace.objects.exists()


def everything(by: Actor) -> None:
    """Each act on the directory, once at least."""
    tom, ann = make.member("Tom Okafor"), make.member("Ann Lee")
    added = members.add(name="Rex Pond", email="rex@fernhill.example", role="csm", by=by, now=NOW)
    members.change(added, role="sales", by=by, now=NOW)
    members.set_password(added, password="a quiet harbour at dawn", by=by, now=NOW)
    members.log_out(added, by=by, now=NOW)
    token, _ = tokens.make(added, name="Script", scope="write", by=by, now=NOW)
    tokens.revoke(token, by=by, now=NOW)
    feeds.make(added, by=by, now=NOW)
    members.deactivate(added, by=by, now=NOW)
    members.reactivate(added, by=by, now=NOW)
    preferences.change(tom, chat_url="slack://token-a/token-b/token-c", by=by, now=NOW)
    away = absences.plan(tom, from_at=NOW, until_at=NOW + 9 * DAY, stand_in=ann, why="The knee", by=by, now=NOW)
    absences.change(away, until_at=NOW + 5 * DAY, by=by, now=NOW)
    absences.end(away, by=by, now=NOW)
    team = teams.add(name="Night shift", kind="support", members=[ann], by=by, now=NOW)
    teams.change(team, members=[ann, tom], by=by, now=NOW)
    account = accounts.add(name="Brightwater", by=by, now=NOW)
    accounts.found_or_added(["Brightwater", "Fjordline"], by=by, now=NOW)
    accounts.change(account, spend=Decimal(5), by=by, now=NOW)
    accounts.unseat(accounts.seat(account, member=ann, part="sales", by=by, now=NOW), by=by, now=NOW)
    contact = contacts.add(account, name="Maria", by=by, now=NOW)
    contacts.change(contact, has_left=True, by=by, now=NOW)
    bought = purchases.add(account, what="Seats", on=NOW.date(), by=by, now=NOW)
    purchases.change(bought, what="More seats", by=by, now=NOW)
    purchases.remove(bought, by=by, now=NOW)
    organisation.set_up(name="Fernhill & Sons", zone="Europe/Berlin", by=by, now=NOW)
    receiving.discard(make.imported(), by=by, now=NOW)


def test_every_act_leaves_one_and_the_page_has_words_for_it(ada: Actor):
    everything(ada)
    client = Client()
    client.force_login(Member.objects.get(pk=ada.member_id))

    acts = set(Trace.objects.values_list("act", flat=True))
    page = client.get("/people/changes/").content.decode()

    assert len(acts) > 24
    assert set(Trace.objects.values_list("by_name", flat=True)) == {"Ada Min"}
    assert "changed a team" in page and "members: Ann Lee → Ann Lee, Tom Okafor" in page
    assert not [act for act in acts if act in page]


def test_the_page_says_it_in_peoples_words_and_on_the_readers_clock(ada: Actor):
    everything(ada)
    preferences.change(make.member("Una"), quiet_from=dt.time(22), quiet_until=dt.time(7), by=ada, now=NOW)

    lines = [
        f"{field}: {was} > {is_now}"
        for trace in Trace.objects.all()
        for field, was, is_now in traced.changes(trace, zone="Asia/Tokyo", now=NOW)
    ]

    assert {"until: Sat 28 Nov, 18:00 > Tue 24 Nov, 18:00", "role: CSM > Sales", "it may:  > Read and write"} <= {
        *lines
    }
    assert {"quiet from:  > 22:00", "day:  > 19 Nov 2026", "as:  > Sales", "they spend a year:  > 5.00"} <= {*lines}
    assert not [line for line in lines if re.search(r"_|\dT\d|\d{4}-\d\d|:\d\d:|[{}\[\]]", line)]


def test_no_trace_holds_a_secret(ada: Actor):
    everything(ada)
    tom = Member.objects.get(name="Tom Okafor")
    preferences.change(tom, chat_url="slack://token-x/token-y/token-z", by=ada, now=NOW)

    told = " ".join(map(str, Trace.objects.values_list("before", "after")))

    assert left("preference.changed").after == {"chat_url": "another address"}
    assert not [secret for secret in ("token-", "harbour", "amends_", "feed_", "knee") if secret in told]


def test_a_trace_goes_with_the_act_that_was_undone(ada: Actor):
    with transaction.atomic():
        members.change(make.member("Tom"), role="sales", by=ada, now=NOW)
        transaction.set_rollback(True)

    assert not Trace.objects.exists()


def test_the_database_refuses_to_change_a_trace(ada: Actor):
    members.change(make.member("Tom"), role="sales", by=ada, now=NOW)

    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        Trace.objects.update(by_name="Somebody else")


def test_traces_are_kept_for_three_years(ada: Actor):
    members.change(make.member("Tom"), role="sales", by=ada, now=NOW)

    traces.forget(NOW + traces.KEPT)
    assert Trace.objects.exists()
    traces.forget(NOW + traces.KEPT + DAY)

    assert not Trace.objects.exists()


def test_the_page_asks_as_much_for_many_as_for_few_and_shows_one_subject_alone(ada: Actor):
    client, tom = Client(), make.member("Tom")
    client.force_login(Member.objects.get(pk=ada.member_id))
    members.change(tom, role="sales", by=ada, now=NOW)
    members.change(make.member("Ann"), role="sales", by=ada, now=NOW)

    with CaptureQueriesContext(connection) as few:
        client.get("/people/changes/")
    for number in range(60):
        members.change(tom, title=f"Number {number}", by=ada, now=NOW)
    with CaptureQueriesContext(connection) as many:
        page = client.get("/people/changes/").content.decode()
    alone = client.get(f"/people/changes/?of=member:{tom.pk}").content.decode()

    assert len(many) == len(few)
    assert "Number 59" in page and "after=" in page
    assert ">Ann<" not in alone and f"of=member%3A{tom.pk}&amp;after=" in alone


def test_a_file_that_nobody_applies_is_thrown_away_after_a_week_and_one_that_was_applied_is_kept():
    lying, applied, checked = make.imported(), make.imported(), make.imported()
    type(applied).objects.filter(pk=applied.pk).update(state="applied")
    type(checked).objects.filter(pk=checked.pk).update(state="checked", checked_at=NOW + 5 * DAY)

    assert receiving.expire(NOW + 7 * DAY) == 0
    assert receiving.expire(NOW + 7 * DAY + dt.timedelta(seconds=1)) == 1

    assert set(type(lying).objects.values_list("pk", flat=True)) == {applied.pk, checked.pk}
    assert not lying.pieces.exists()
    assert left("import.expired").by_name == "The clock"
    assert receiving.expire(NOW + 13 * DAY) == 1
