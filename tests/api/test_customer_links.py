"""Links to the customer's page, over HTTP."""

from __future__ import annotations

import pytest
from django.test import Client

from amends.escalations.models import CustomerLink, Escalation
from amends.lib import wall
from tests import make
from tests.api.calling import Caller, says
from tests.escalations.reading import HOUR, letters_to

pytestmark = pytest.mark.django_db


@pytest.fixture
def case() -> Escalation:
    # The page itself reads the clock on the wall.
    return make.escalation(now=wall.now() - HOUR, problems=("Orders arrive twice",))


def test_a_link_is_given_with_its_address_once_and_opens_the_page_until_it_is_revoked(case):
    handler, links = Caller(case.handler), f"/escalations/{case.key}/customer-links"

    given = handler.post(links, {"contact": case.contact.pk}, now=wall.now())
    listed = handler.get(links, now=wall.now()).json()
    path = given.json()["url"].partition("fernhill.example")[2]
    opened = Client().get(path).status_code
    revoked = handler.delete(f"{links}/{given.json()['id']}")

    assert given.status_code == 201 and opened == 200
    assert [(link["id"], link["contact"]["name"]) for link in listed] == [(given.json()["id"], "Maria Duarte")]
    assert "url" not in listed[0] and listed[0]["made_by"]["name"] == case.handler.name
    assert revoked.status_code == 204 and Client().get(path).status_code == 404
    assert handler.get(links).json() == [] and handler.delete(f"{links}/999").status_code == 404


def test_it_is_mailed_where_one_says_so_and_refused_where_it_cannot_be(case):
    handler, links = Caller(case.handler), f"/escalations/{case.key}/customer-links"
    silent = make.contact(case.account, "Rui Teixeira", email="")
    strange = make.contact(make.account("Elsewhere"), "Otto Orlov")

    mailed = handler.post(links, {"contact": case.contact.pk, "mail": True})
    cannot = handler.post(links, {"contact": silent.pk, "mail": True})
    wrong = handler.post(links, {"contact": strange.pk})
    nobody = handler.post(links, {"contact": 999})

    assert mailed.status_code == 201 and len(letters_to(case.contact)) == 1
    assert {"contact"} == set(says(cannot)) == set(says(wrong)) == set(says(nobody))
    assert CustomerLink.objects.get().contact == case.contact
