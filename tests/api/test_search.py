"""Search and saved views over HTTP, and the list's filters."""

from __future__ import annotations

import pytest

from amends.directory.actor import Role
from amends.escalations.models import Escalation
from tests import make
from tests.api.calling import Caller, says

pytestmark = pytest.mark.django_db


def test_what_was_found_comes_noun_by_noun_with_the_words_marked():
    escalation = make.escalation(of=make.account("Müller Foods"), reason="Orders doubled")
    petra = Caller(make.member("Petra", Role.EXECUTIVE))

    found = petra.get("/search", q="muller orders").json()

    assert found["exact"] is None
    (group,) = found["groups"]
    (hit,) = group["hits"]
    assert (group["noun"], group["has_more"]) == ("escalation", False)
    assert hit["title"] == f"{escalation.key} Müller Foods: Orders doubled"
    assert hit["marked"] == ["Müller", "Orders"]
    assert hit["escalation"] == escalation.key
    assert petra.get("/search", q=escalation.key).json()["exact"] == escalation.key


def test_nothing_is_found_that_one_may_not_see():
    escalation = make.escalation(of=make.account("Moss"), reason="Orders doubled")
    ben = Caller(make.member("Ben Castell", Role.SALES))

    assert ben.get("/search", q="orders").json() == {"exact": None, "groups": []}
    assert ben.get("/search", q=escalation.key).json()["exact"] is None


def test_words_and_limits_have_bounds():
    petra = Caller(make.member("Petra", Role.EXECUTIVE))

    assert petra.get("/search").status_code == 422
    assert petra.get("/search", q="x" * 201).status_code == 422
    assert petra.get("/search", q="x", noun="cake").status_code == 422
    assert petra.get("/search", q='"; NEAR( *').status_code == 200


def test_a_view_is_saved_shared_seen_by_another_and_deleted():
    nadia, tom = Caller(make.member("Nadia Brandt")), Caller(make.member("Tom Okafor"))

    view = nadia.post("/saved-views", {"name": "Grave", "query": "view=open&severity=high"})
    hidden = tom.get("/saved-views").json()["items"]
    nadia.patch(f"/saved-views/{view.json()['id']}", {"is_shared": True})

    assert view.status_code == 201 and hidden == []
    assert [each["member"]["name"] for each in tom.get("/saved-views").json()["items"]] == ["Nadia Brandt"]
    assert tom.delete(f"/saved-views/{view.json()['id']}").status_code == 403
    assert nadia.delete(f"/saved-views/{view.json()['id']}").status_code == 204
    assert tom.delete(f"/saved-views/{view.json()['id']}").status_code == 404
    assert "name" in says(nadia.post("/saved-views", {"name": " ", "query": ""}))


def test_the_list_has_the_filters_of_the_page():
    one, other = make.escalation(reason="Four depots are down"), make.escalation(reason="A typo")
    Escalation.objects.filter(pk=one.pk).update(trend="declining", category="outage", level=2)
    Escalation.objects.filter(pk=other.pk).update(level=1)
    petra = Caller(make.member("Petra", Role.EXECUTIVE))

    for asked in ({"trend": "declining"}, {"category": "outage"}, {"level": 2}, {"search": "depots dow"}):
        assert [each["key"] for each in petra.get("/escalations", **asked).json()["items"]] == [one.key]
    assert len(petra.get("/escalations", view="open").json()["items"]) == 2
    assert petra.get("/escalations", overdue="true").json()["items"] == []
