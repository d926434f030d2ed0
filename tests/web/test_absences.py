"""Being away, on the pages: planned, changed, ended, and said wherever somebody is named."""

from __future__ import annotations

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client

from amends.directory.actor import Role
from amends.directory.models import Absence, Member
from amends.escalations.models import Escalation
from amends.lib import wall, when
from tests import make

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


@pytest.fixture
def tom(client: Client) -> Member:
    """A CSM, logged in."""
    member = make.chain()[0]
    client.force_login(member)
    return member


@pytest.fixture
def sami() -> Member:
    return make.member("Sami Haddad", Role.MANAGER)


def typed(stand_in: Member | None, *, begins: int = 1, lasts: int = 5, **other: Any) -> dict[str, Any]:
    """A form as the browser sends it, on Berlin's clocks."""
    here = ZoneInfo("Europe/Berlin")
    from_at = wall.now() + begins * DAY
    return {
        "from_at": f"{from_at.astimezone(here):%Y-%m-%dT%H:%M}",
        "until_at": f"{(from_at + lasts * DAY).astimezone(here):%Y-%m-%dT%H:%M}",
        "stand_in": stand_in.pk if stand_in else "",
        **other,
    }


def until(absence: Absence) -> str:
    return when.day(absence.until_at, "Europe/Berlin", wall.now())


def test_one_plans_changes_and_ends_ones_own_absence(client: Client, tom: Member, sami: Member):
    path = f"/people/{tom.pk}/absences/"
    assert path in client.get("/you/").content.decode()

    planned = client.post(path, typed(sami, why="On leave"), follow=True)
    absence = Absence.objects.get()
    ida = make.member("Ida Berg")
    changed = client.post(f"{path}{absence.pk}/", typed(ida), follow=True).content.decode()
    ended = client.post(f"{path}{absence.pk}/end/", follow=True).content.decode()

    assert "Sami Haddad stands in for Tom Okafor from" in planned.content.decode()
    assert "On leave" in planned.content.decode()
    assert "Ida Berg stands in" in changed
    assert "You are here, and nothing is planned." in ended
    assert not Absence.objects.exists()


def test_what_cannot_be_stands_at_its_field_and_nothing_typed_is_lost(client: Client, tom: Member, sami: Member):
    path = f"/people/{tom.pk}/absences/"

    nobody = client.post(path, typed(None, why="On leave"))
    backwards = client.post(path, typed(sami, lasts=-1))

    assert (nobody.status_code, backwards.status_code) == (422, 422)
    assert 'value="On leave"' in nobody.content.decode()
    assert nobody.context["form"].errors.keys() == {"stand_in"}
    assert backwards.context["form"].errors == {"until_at": ["The end lies before the beginning, or has passed."]}
    assert not Absence.objects.exists()


def test_the_lead_plans_it_too_and_others_do_not(client: Client, tom: Member, sami: Member):
    nadia = tom.reports_to
    theirs = f"/people/{nadia.pk}/absences/"

    assert client.get(theirs).status_code == client.post(theirs, typed(sami)).status_code == 403
    client.force_login(nadia)

    assert client.post(f"/people/{tom.pk}/absences/", typed(sami)).status_code == 302
    assert f"/people/{tom.pk}/absences/" in client.get("/people/").content.decode()


def test_people_you_and_the_member_say_who_stands_in(client: Client, tom: Member, sami: Member):
    absence = make.absence(tom, sami, now=wall.now())
    says = f"away until {until(absence)}; Sami Haddad stands in"

    assert says in client.get("/people/").content.decode()
    assert f"You are {says}" in client.get("/you/").content.decode()
    client.force_login(sami)
    assert "You stand in for Tom Okafor" in client.get("/you/").content.decode()
    client.force_login(make.member("Ada Min", Role.ADMINISTRATOR))
    assert f"Tom Okafor is {says}" in client.get(f"/people/{tom.pk}/").content.decode()


def test_the_case_says_that_its_handler_is_away_and_who_stands_in(client: Client, tom: Member, sami: Member):
    escalation = make.escalation(of=make.account(csm=tom), now=wall.now())
    absence = make.absence(escalation.handler, sami, now=wall.now())

    page = client.get(f"/escalations/{escalation.key}/").content.decode()

    assert f"away until {until(absence)}; Sami Haddad stands in" in page


def test_today_holds_what_those_promised_for_whom_one_stands_in(client: Client, tom: Member):
    escalation = make.escalation(of=make.account(csm=tom), now=wall.now() - 5 * DAY)
    rex = make.member("Rex Pond", Role.RESPONDER)
    make.absence(escalation.handler, rex, now=wall.now())
    client.force_login(rex)

    page = client.get("/").content.decode()

    assert escalation.key in page and f"for {escalation.handler}" in page
    assert '<span class="count-bubble">1<' in page
    assert "Send update" in page, "Whoever stands in may do what the handler may."


@pytest.mark.parametrize("path", ["handler/", "promises/new/", "problems/new/"])
def test_where_one_chooses_somebody_who_is_away_it_says_so(client: Client, tom: Member, sami: Member, path: str):
    escalation = make.escalation(of=make.account(csm=tom), now=wall.now())
    absence = make.absence(make.member("Ida Berg"), sami, now=wall.now())

    page = client.get(f"/escalations/{escalation.key}/{path}").content.decode()

    assert f"Ida Berg (away until {until(absence)}: Sami Haddad stands in)" in page


def test_handing_on_to_who_is_away_comes_back_with_who_stands_in(client: Client, tom: Member, sami: Member):
    escalation = make.escalation(of=make.account(csm=tom), now=wall.now())
    ida = make.member("Ida Berg")
    make.absence(ida, sami, now=wall.now())

    answer = client.post(f"/escalations/{escalation.key}/handler/", {"handler": ida.pk, "reason": "Knows them"})

    assert answer.status_code == 422
    assert "Choose Sami Haddad, who stands in." in answer.content.decode()
    assert "Knows them" in answer.content.decode()
    assert Escalation.objects.get().handler != ida
