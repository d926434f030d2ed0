"""The database is away for a moment: that passes, and is no fault."""

import pytest

from tests import make, without_database
from tests.api.calling import Caller

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("method", ["get", "post"])
def test_it_is_said_in_a_document_that_one_may_ask_again(method):
    escalation = make.escalation()
    nadia = Caller(escalation.handler)

    with without_database.away():
        answer = getattr(nadia, method)(f"/escalations/{escalation.key}/notes")

    assert answer.status_code == 503
    assert answer["Content-Type"] == "application/problem+json"
    assert answer["Retry-After"] == "5"
    assert answer.json()["type"] == "urn:amends:problem:unavailable"
    assert "ask again" in answer.json()["detail"]
    assert nadia.get(f"/escalations/{escalation.key}/notes").status_code == 200


def test_it_is_said_likewise_to_whoever_comes_with_the_session_of_the_pages(client):
    client.raise_request_exception = False
    client.force_login(make.escalation().handler)

    with without_database.away():
        answer = client.get("/api/v1/escalations")

    assert answer.status_code == 503
    assert answer["Content-Type"] == "application/problem+json"
