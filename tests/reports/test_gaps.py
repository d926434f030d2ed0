"""Where nobody would be there."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client

from amends.directory.actor import Role
from amends.directory.models import Absence, Account, Member, Seat
from amends.reports import gaps
from tests import make

pytestmark = pytest.mark.django_db
NOW = make.THURSDAY
DAY = dt.timedelta(days=1)


def found(now: dt.datetime = NOW) -> dict[str, list[tuple[str, str]]]:
    return {group.key: [(gap.name, gap.says) for gap in group.gaps] for group in gaps.find(now)}


def test_where_everybody_is_there_nothing_is_missing():
    make.playbook()
    account = make.account()
    make.escalation(of=account)
    for part in (Seat.Part.SALES, Seat.Part.SUPPORT, Seat.Part.SPONSOR):
        make.seat(account, make.member(role=Role.MANAGER), part)

    assert found() == {}
    assert gaps.count(NOW) == 0


def test_accounts_without_a_csm_and_those_whose_csm_has_left():
    tom = make.chain()[0]
    make.account("Ash", csm=tom)
    make.account("Beech", csm=make.member("Ole Lund", reports_to=tom.reports_to, is_active=False))
    Account.objects.create(name="Cedar")

    assert found() == {
        "without_csm": [("Cedar", "nobody looks after them")],
        "csm_has_left": [("Beech", "their CSM has left")],
    }


def test_csms_without_somebody_to_escalate_to():
    tom, nadia, ruth = make.chain()
    ole = make.member("Ole Lund", Role.MANAGER, is_active=False)
    make.member("Ada Fern", reports_to=ole)
    make.member("Bea Fern")
    make.member("Cyd Fern", Role.RESPONDER)
    make.account(csm=make.member("Dot Fern", Role.RESPONDER))
    # No act lets it come to this; rows that somebody wrote by hand might.
    Member.objects.filter(pk=ruth.pk).update(reports_to=nadia)

    assert found()["no_lead"] == [
        ("Ada Fern", "reports to Ole Lund, who has left"),
        ("Bea Fern", "reports to nobody"),
        ("Dot Fern", "reports to nobody"),
        ("Tom Okafor", "reports to Nadia Brandt, and above them it goes in a circle"),
    ]
    assert tom.reports_to == nadia


def test_only_escalated_accounts_need_every_part_in_their_team():
    tom = make.chain()[0]
    make.account("Ash", csm=tom)
    beech = make.account("Beech", csm=tom)
    make.seat(beech, tom, Seat.Part.SUPPORT)
    make.escalation(of=beech)

    assert found() == {"seats": [("Beech", "nobody from sales, no executive sponsor")]}


def test_levels_of_the_playbook_that_find_nobody():
    make.playbook()
    nadia = make.member("Nadia Brandt", Role.MANAGER)
    make.member("Tom Okafor", reports_to=nadia)

    assert found() == {
        "levels": [
            ("Level 2, Director", "asks for the manager's manager, and there is none"),
            ("Level 3, Executive", "asks for an executive, and there is none"),
        ]
    }


def test_who_is_away_without_anybody_who_is_here_to_stand_in():
    tom, nadia, ruth = make.chain()
    sami = make.member("Sami Haddad", Role.MANAGER)
    make.absence(tom, sami)
    make.absence(nadia, ruth, begins=DAY)
    Absence.objects.create(member=sami, stand_in=tom, from_at=NOW, until_at=NOW + DAY)
    Member.objects.filter(pk=ruth.pk).update(is_active=False)

    says = dict(found()["not_covered"])

    assert says["Tom Okafor"].endswith("and Sami Haddad, who should stand in, is away too")
    assert says["Nadia Brandt"].endswith("and Ruth Adeyemi, who should stand in, has left")


def test_of_many_the_first_are_named_and_all_are_counted(django_assert_num_queries: Any):
    Account.objects.bulk_create(Account(name=f"Account {number:03}") for number in range(120))
    make.playbook()

    with django_assert_num_queries(9):
        group = next(group for group in gaps.find(NOW) if group.key == "without_csm")

    assert (group.count, len(group.gaps), group.left_out) == (120, 50, 70)
    assert group.gaps[0].name == "Account 000"


def test_the_page_leads_to_where_one_mends_it_those_who_may(client: Client):
    cedar, ada = Account.objects.create(name="Cedar"), make.member("Ada Min", Role.ADMINISTRATOR)
    bea = make.member("Bea Fern")
    client.force_login(ada)

    people = client.get("/people/").content.decode()
    hers = client.get("/people/gaps/").content.decode()
    client.force_login(bea)
    beas = client.get("/people/gaps/").content.decode()

    assert "2 gaps" in people
    assert f'href="/accounts/{cedar.pk}/change/"' in hers and f'href="/people/{bea.pk}/"' in hers
    assert f'href="/accounts/{cedar.pk}/change/"' in beas and f'href="/people/{bea.pk}/"' not in beas
