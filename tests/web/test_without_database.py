"""The database is away for a moment: the page says so, and what to do."""

import pytest

from tests import make, without_database

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_page_says_that_it_passes(client, caplog):
    escalation = make.escalation()
    client.raise_request_exception = False
    client.force_login(escalation.handler)

    with without_database.away():
        for address in ("/", "/login/", f"/escalations/{escalation.key}/", "/healthz"):
            answer = client.get(address)
            assert answer.status_code in (200, 503), address
            if address == "/":
                assert answer["Retry-After"] == "5"
                assert "Back in a moment" in answer.content.decode()

    assert {(line.levelname, line.name) for line in caplog.records} <= {("WARNING", "amends.web")}
    assert sum("GET /: the database" in line.getMessage() for line in caplog.records) == 1
    assert client.get("/").status_code == 200
