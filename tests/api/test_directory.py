"""Accounts, contacts, members and teams over HTTP."""

import pytest

from amends.directory.actor import Role
from amends.directory.models import Account, Member
from tests import make
from tests.api.calling import Caller, says

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada():
    return Caller(make.member("Ada Min", Role.ADMINISTRATOR))


def test_an_account_is_added_changed_and_given_a_team(ada):
    tom = make.member("Tom Okafor")

    added = ada.post("/accounts", {"name": "Moss & Co", "spend": "12000.50", "currency": "GBP", "csm": tom.pk})
    path = f"/accounts/{added.json()['id']}"
    changed = ada.patch(path, {"renewal_on": "2027-01-31", "health": 40, "csm": None})
    seat = ada.post(f"{path}/seats", {"member": tom.pk, "part": "sales"})

    assert added.status_code == seat.status_code == 201
    assert added.json()["spend"] == "12000.50"
    # What was left out stays as it was.
    assert (changed.json()["currency"], changed.json()["spend"], changed.json()["csm"]) == ("GBP", "12000.50", None)
    assert changed.json()["renewal_on"] == "2027-01-31"
    assert ada.get(path).json()["team"] == [seat.json()]
    assert ada.delete(f"{path}/seats/{seat.json()['id']}").status_code == 204
    assert ada.delete(f"{path}/seats/{seat.json()['id']}").status_code == 404
    assert ada.get(path).json()["team"] == []


def test_accounts_are_searched_and_paged_by_name(ada):
    for name in ("Ash", "Beech", "Birch", "Cedar"):
        make.account(name)

    first = ada.get("/accounts", limit=3).json()
    second = ada.get("/accounts", limit=3, after=first["next"]).json()

    assert [row["name"] for row in first["items"] + second["items"]] == ["Ash", "Beech", "Birch", "Cedar"]
    assert first["count"] == 4
    assert [row["name"] for row in ada.get("/accounts", search="ch").json()["items"]] == ["Beech", "Birch"]
    assert ada.get("/accounts", csm=Account.objects.get(name="Ash").csm_id).json()["count"] == 1


def test_an_account_takes_as_many_queries_with_a_large_team_as_with_a_small_one(ada, django_assert_num_queries):
    account = make.account("Ash")
    seats = [make.seat(account, make.member()) for _ in range(9)]

    for path, queries in ((f"/accounts/{account.pk}", 6), ("/accounts", 7)):
        with django_assert_num_queries(queries):
            shown = ada.get(path)
        assert shown.status_code == 200
    assert len(ada.patch(f"/accounts/{account.pk}", {"health": 40}).json()["team"]) == len(seats)


def test_what_an_account_cannot_be_is_refused_at_its_field(ada):
    make.account("Moss & Co")

    assert set(says(ada.post("/accounts", {"name": "moss & co"}))) == {"name"}
    assert set(says(ada.post("/accounts", {"name": " "}))) == {"name"}
    assert set(says(ada.post("/accounts", {"name": "A", "zone": "Mars/Base"}))) == {"zone"}
    assert set(says(ada.post("/accounts", {"name": "A", "spend": -1, "health": 101}))) == {"spend", "health"}
    assert set(says(ada.post("/accounts", {"name": "A", "spend": 1e300}))) == {"spend"}
    assert set(says(ada.post("/accounts", {"name": "A", "csm": 999}))) == {"csm"}
    assert set(says(ada.post("/accounts", {"name": "A", "renewal_on": 17}))) == {"renewal_on"}
    assert set(says(ada.patch(f"/accounts/{Account.objects.get().pk}", {"name": None}))) == {"name"}
    assert Account.objects.count() == 1


def test_a_contact_is_added_and_leaves(ada):
    account = make.account()

    added = ada.post(f"/accounts/{account.pk}/contacts", {"name": "Maria Duarte", "email": "maria@moss.example"})
    path = f"/contacts/{added.json()['id']}"
    left = ada.patch(path, {"has_left": True})

    assert added.status_code == 201
    assert (left.json()["has_left"], left.json()["email"]) == (True, "maria@moss.example")
    assert ada.get(path).json() == left.json()
    assert ada.get(f"/accounts/{account.pk}/contacts").json()["items"] == [left.json()]
    assert set(says(ada.patch(path, {"email": "nonsense"}))) == {"email"}
    assert ada.get("/accounts/999/contacts").status_code == 404


def test_a_member_is_added_changed_and_leaves_and_their_token_with_them(ada):
    ruth = make.member("Ruth Adeyemi", Role.EXECUTIVE)

    added = ada.post(
        "/members",
        {"name": "Tom Okafor", "email": "tom@fernhill.example", "role": "csm", "reports_to": ruth.pk},
    )
    path = f"/members/{added.json()['id']}"
    tom = Caller(Member.objects.get(name="Tom Okafor"))
    changed = ada.patch(path, {"title": "Lead"})

    assert added.status_code == 201, added.json()
    assert changed.json()["reports_to"] == {"id": ruth.pk, "name": "Ruth Adeyemi"}
    assert tom.get("/members/me").json()["title"] == "Lead"
    assert "password" not in changed.json()
    assert set(says(ada.patch(path, {"role": "king"}))) == {"role"}

    assert ada.post(f"{path}/leave").json()["is_active"] is False
    assert tom.get("/members/me").status_code == 401
    assert ada.get("/members", is_active="false").json()["count"] == 1
    assert ada.post(f"{path}/return").json()["is_active"] is True
    assert tom.get("/members/me").status_code == 401


def test_a_team_is_added_and_its_people_change(ada):
    rex, tess = make.member("Rex Pond"), make.member("Tess Hill")

    added = ada.post("/teams", {"name": "Orders", "kind": "development", "members": [rex.pk]})
    path = f"/teams/{added.json()['id']}"
    renamed = ada.patch(path, {"name": "Order flow"})
    changed = ada.patch(path, {"members": [tess.pk]})

    assert added.status_code == 201
    assert [each["name"] for each in renamed.json()["members"]] == ["Rex Pond"]
    assert [each["name"] for each in changed.json()["members"]] == ["Tess Hill"]
    assert ada.get(path).json() == changed.json()
    assert ada.get("/teams").json()["items"] == [changed.json()]
    assert set(says(ada.patch(path, {"members": [999]}))) == {"members"}


@pytest.mark.parametrize("path", ["/accounts", "/members", "/teams"])
def test_a_list_takes_as_many_queries_for_two_hundred_rows_as_for_ten(ada, path, django_assert_num_queries):
    tom = make.member("Tom Okafor")

    def grow(rows):
        for number in range(rows):
            account = make.account(f"Account {rows} {number}", csm=tom)
            make.seat(account, tom)
            make.team(f"Team {rows} {number}").members.add(tom)
            make.member(f"Member {rows} {number}", reports_to=tom)

    expected = {"/accounts": 7, "/members": 4, "/teams": 4}[path]
    for rows in (10, 190):
        grow(rows)
        with django_assert_num_queries(expected):
            assert len(ada.get(path, limit=200).json()["items"]) >= rows
