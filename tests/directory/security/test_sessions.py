"""Sessions: whose they are, how they end, and that they end."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.test import Client

from amends.directory import feeds, members
from amends.directory.actor import COMMAND_LINE, Role
from amends.directory.models import Member, Session
from amends.directory.security import sessions
from amends.web.accounts import password_link
from tests import make

pytestmark = pytest.mark.django_db
PASSWORD = make.PASSWORD
ANOTHER = "a quiet harbour at dawn"
NOW = make.THURSDAY
DAY = dt.timedelta(days=1)
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"


@pytest.fixture
def clock():
    with time_machine.travel(NOW, tick=False) as moved:
        yield moved


def logged_in(member: Member, agent: str = FIREFOX) -> Client:
    """Through the login, in a browser of their own."""
    client = Client(headers={"User-Agent": agent})
    client.get("/login/")
    client.post("/login/", {"login": member.email, "password": PASSWORD})
    assert is_in(client)
    return client


def is_in(client: Client) -> bool:
    return client.get("/you/tokens/").status_code == 200


def key_of(client: Client) -> str:
    return client.cookies["sessionid"].value


def test_a_session_knows_whose_it_is_since_when_and_in_which_browser(clock):
    tom = make.member()

    logged_in(tom)
    row = Session.objects.get()

    assert (row.member, row.began_at, row.seen_at, row.browser) == (tom, NOW, NOW, "Firefox on Linux")
    assert (row.expire_date - NOW) == sessions.LASTS


def test_a_login_takes_no_session_over_that_was_there_before():
    tom, client = make.member(), Client()
    session = client.session
    session["planted"] = "by somebody else"
    session.save()
    client.cookies["sessionid"] = session.session_key

    client.post("/login/", {"login": tom.email, "password": PASSWORD})

    assert key_of(client) != session.session_key
    assert not Session.objects.filter(session_key=session.session_key).exists()


def test_logging_out_ends_the_session_itself_and_clears_what_the_browser_keeps():
    client = logged_in(make.member())
    stolen = key_of(client)

    said = client.post("/logout/")
    thief = Client()
    thief.cookies["sessionid"] = stolen

    assert said["Clear-Site-Data"] == '"cache"'
    assert not is_in(thief)
    assert not Session.objects.filter(member__isnull=False).exists()


def test_a_session_that_was_not_used_for_three_days_is_over(clock):
    client = logged_in(make.member())

    clock.shift(2.9 * DAY)
    assert is_in(client)
    clock.shift(2.9 * DAY)
    assert is_in(client)
    clock.shift(3.1 * DAY)

    assert not is_in(client)


def test_a_session_that_is_used_every_day_is_over_after_two_weeks(clock):
    client = logged_in(make.member())

    for _ in range(14):
        assert is_in(client)
        clock.shift(DAY)
    clock.shift(dt.timedelta(seconds=1))

    assert not is_in(client)


def test_a_page_that_only_watches_keeps_nobody_logged_in(clock):
    client = logged_in(make.member())

    for _ in range(4):
        clock.shift(0.9 * DAY)
        client.get("/live/")

    assert not is_in(client)


@pytest.mark.parametrize("how", ["changed", "set through a letter", "set on the command line"])
def test_a_new_password_logs_one_out_in_every_other_browser(how):
    tom = make.member()
    here, elsewhere = logged_in(tom), logged_in(tom)

    if how == "changed":
        here.post("/password/", {"oldpassword": PASSWORD, "password1": ANOTHER, "password2": ANOTHER})
    elif how == "set on the command line":
        members.set_password(tom, password=ANOTHER, by=COMMAND_LINE, now=NOW)
    else:
        # The link is of how they stand now.
        tom.refresh_from_db()
        form = Client()
        shown = form.get(password_link(tom).partition("example")[2], follow=True)
        form.post(shown.redirect_chain[-1][0], {"password1": ANOTHER, "password2": ANOTHER})

    assert is_in(here) is (how == "changed")
    assert not is_in(elsewhere)
    assert Session.objects.filter(member=tom).count() == (how == "changed")


def test_who_has_left_is_logged_out_and_stays_so_when_they_return():
    tom = make.member()
    client, key = logged_in(tom), feeds.make(tom, by=COMMAND_LINE, now=NOW)

    members.deactivate(tom, by=COMMAND_LINE, now=NOW)
    assert not is_in(client)
    members.reactivate(tom, by=COMMAND_LINE, now=NOW)

    assert not is_in(client)
    assert feeds.find(key) is None


def test_another_role_counts_from_the_next_click():
    nadia = make.member("Nadia Brandt", Role.MANAGER)
    client = logged_in(nadia)
    assert client.get("/outbox/").status_code == 200

    members.change(nadia, role=Role.SALES, by=COMMAND_LINE, now=NOW)

    assert client.get("/outbox/").status_code == 403


def test_one_sees_where_one_is_logged_in_and_ends_it_there_but_nobody_elses():
    tom, ann = make.member("Tom"), make.member("Ann")
    here, phone, hers = logged_in(tom), logged_in(tom, "Mozilla/5.0 (iPhone) Safari/604.1"), logged_in(ann)

    page = here.get("/you/sessions/").content.decode()
    assert "Firefox on Linux" in page and "Safari on an iPhone" in page
    assert key_of(here) not in page and key_of(phone) not in page

    assert here.post(f"/you/sessions/{sessions.mark(key_of(hers))}/end/").status_code == 404
    here.post(f"/you/sessions/{sessions.mark(key_of(phone))}/end/")

    assert is_in(here) and is_in(hers)
    assert not is_in(phone)


def test_one_logs_out_everywhere_else():
    tom = make.member()
    here, there = logged_in(tom), logged_in(tom)

    here.post("/you/sessions/end/")

    assert is_in(here)
    assert not is_in(there)


def test_an_administrator_logs_somebody_out_everywhere():
    tom, ada = make.member(), make.member("Ada Min", Role.ADMINISTRATOR)
    theirs, desk = logged_in(tom), logged_in(ada)

    desk.post(f"/people/{tom.pk}/log-out/")

    assert not is_in(theirs)
    assert is_in(desk)


def test_sessions_that_are_over_are_forgotten(clock):
    logged_in(make.member())

    sessions.forget(NOW + 2.9 * DAY)
    assert Session.objects.filter(member__isnull=False).count() == 1
    sessions.forget(NOW + 3.1 * DAY)

    assert not Session.objects.filter(member__isnull=False).exists()
