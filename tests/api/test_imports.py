"""Imports over HTTP: a file comes in, is checked, and applied."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from amends.directory.actor import Role
from amends.directory.imports import working
from amends.directory.models import Account
from tests import make
from tests.api.calling import NOW, Caller, Upload, says
from tests.directory.imports.files import sheet

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada():
    make.organisation()
    return Caller(make.member("Ada Min", Role.ADMINISTRATOR))


def upload(caller, content, *, name="a.csv", noun="accounts"):
    content = content.encode() if isinstance(content, str) else content
    return caller.post("/imports", Upload(noun=noun, file=SimpleUploadedFile(name, content)))


def arrived(caller, *lines):
    """Where a file of these lines is found."""
    return f"/imports/{upload(caller, chr(10).join(lines)).json()['id']}"


def works():
    working.Worker("here", lambda: NOW).work()


@pytest.mark.parametrize(
    "content", ["Firm,ARR\nMoss & Co,5\n", sheet([("Firm", "ARR"), ("Moss & Co", 5)]).getvalue()], ids=["csv", "xlsx"]
)
def test_a_file_is_brought_in_checked_and_applied(ada, content):
    arrived = upload(ada, content)
    path = f"/imports/{arrived.json()['id']}"
    assert arrived.status_code == 201
    assert (arrived.json()["mapping"], arrived.json()["sample"]) == ({"spend": "ARR"}, [["Moss & Co", "5"]])

    checking = ada.post(f"{path}/check", {"mapping": {"name": "Firm", "spend": "ARR"}, "default_currency": "CHF"})
    works()
    checked = ada.get(path).json()
    applying = ada.post(f"{path}/apply")
    works()

    assert (checking.json()["state"], checked["state"], checked["to_add"]) == ("checking", "checked", 1)
    assert (applying.json()["state"], ada.get(path).json()["state"]) == ("applying", "applied")
    assert Account.objects.values_list("name", "spend", "currency").get() == ("Moss & Co", 5, "CHF")
    assert [row["id"] for row in ada.get("/imports").json()["items"]] == [arrived.json()["id"]]


def test_mistakes_come_by_line_and_page_by_page(ada):
    path = arrived(ada, "Company,Health", *(f"C {number},ill" for number in range(30)))
    ada.post(f"{path}/check", {})
    works()

    first = ada.get(f"{path}/mistakes", limit=20).json()
    second = ada.get(f"{path}/mistakes", limit=20, after=first["next"]).json()
    refused = ada.post(f"{path}/apply")

    assert [row["line"] for row in first["items"] + second["items"]] == list(range(2, 32))
    assert first["items"][0] == {"line": 2, "field": "health", "value": "ill", "says": "“ill” is not a whole number."}
    assert refused.status_code == 422
    assert "bad rows" in refused.json()["detail"]


def test_what_cannot_be_brought_in_is_refused_at_its_field(ada):
    assert set(says(upload(ada, "Company\n"))) == {"file"}
    assert set(says(upload(ada, b"PK\x03\x04", name="a.xlsx"))) == {"file"}
    assert set(says(upload(ada, "Company\nMoss\n", noun="cakes"))) == {"noun"}
    assert set(says(ada.post("/imports", Upload(noun="accounts")))) == {"file"}
    path = arrived(ada, "Firm,ARR", "Moss,5")
    assert set(says(ada.post(f"{path}/check", {}))) == {"name"}
    assert set(says(ada.post(f"{path}/check", {"mapping": {"name": "Nowhere"}}))) == {"name"}
    assert set(says(ada.post(f"{path}/check", {"mapping": {"name": "Firm"}, "dates": "ymd"}))) == {"dates"}
    assert ada.post(f"{path}/stop").status_code == 422
    assert ada.get("/imports/999").status_code == 404


def test_a_file_is_thrown_away(ada):
    path = arrived(ada, "Company,ARR", "Moss,5")

    assert ada.delete(path).status_code == 204
    assert ada.get(path).status_code == 404
