"""Bringing in a file on the pages: choose it, say what its columns mean, see what it would do, apply it."""

from __future__ import annotations

import csv
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from amends.directory.actor import Role
from amends.directory.imports import receiving, working
from amends.directory.imports.models import Import
from amends.directory.models import Account
from tests import make
from tests.directory.imports.files import sheet
from tests.lib.test_csv_cells import FORMULAS

pytestmark = pytest.mark.django_db
NOW = make.THURSDAY
WRITTEN = {"decimal": ".", "dates": "dmy", "default_currency": "EUR"}
HEALTH = {"name": "Company", "health": "Health", **WRITTEN}


@pytest.fixture
def ada():
    make.organisation()
    client = Client()
    client.force_login(make.member("Ada Min", Role.ADMINISTRATOR))
    return client


def works():
    working.Worker("here", lambda: NOW).work()


def upload(client, content, *, name="customers.csv", noun="accounts"):
    content = content.encode() if isinstance(content, str) else content
    return client.post(reverse("new_import"), {"noun": noun, "file": SimpleUploadedFile(name, content)})


def url(name, imported=None):
    return reverse(name, args=[(imported or Import.objects.get()).pk])


def test_a_file_is_chosen_its_columns_named_checked_and_applied(ada):
    arrived = upload(ada, "Company;ARR;Owner\nMoss & Co;412.000,50;Ada Min\n")
    asked = ada.get(arrived.url)
    assert 'value="Company" selected' in asked.text
    assert "412.000,50" in asked.text

    checking = ada.post(
        url("check_import"),
        {"name": "Company", "spend": "ARR", "csm": "Owner", "decimal": ",", "dates": "dmy", "default_currency": "CHF"},
        follow=True,
    )
    assert "<progress" in checking.text
    works()
    seen = ada.get(arrived.url).text
    assert "Apply it" in seen
    assert Account.objects.count() == 0

    ada.post(url("apply_import"))
    works()
    account = Account.objects.get()
    assert (account.name, account.spend, account.currency, account.csm.name) == (
        "Moss & Co",
        412000.5,
        "CHF",
        "Ada Min",
    )
    assert "Applied" in ada.get(arrived.url).text
    assert "Moss" not in ada.get(arrived.url).text, "the file itself is gone"
    assert "customers.csv" in ada.get(reverse("imports")).text


def test_a_spreadsheet_of_members_says_that_they_are_to_be_invited(ada):
    upload(
        ada,
        sheet([("Email", "Name", "Role"), ("tom@x.example", "Tom", "CSM")]).getvalue(),
        name="a.xlsx",
        noun="members",
    )
    ada.post(url("check_import"), {"email": "Email", "name": "Name", "role": "Role"})
    works()
    ada.post(url("apply_import"))
    works()

    assert "invite them" in ada.get(url("import")).text


def test_bad_rows_are_shown_and_nothing_can_be_applied(ada):
    upload(ada, "Company,Health\nGood,5\n=Bad,ill\n")
    ada.post(
        url("check_import"),
        HEALTH,
    )
    works()

    page = ada.get(url("import")).text
    refused = ada.post(url("apply_import"))
    assert "“ill” is not a whole number." in page
    assert "Apply it" not in page
    assert refused.status_code == 422
    assert "There are bad rows" in refused.text


def test_bad_rows_come_as_a_file_in_which_nothing_is_a_formula(ada):
    upload(ada, "Company,Health\nMoss,=cmd|' /C calc'!A0\nAsh,-bad\n")
    ada.post(
        url("check_import"),
        HEALTH,
    )
    works()

    answer = ada.get(url("import_mistakes"))
    head, *rows = csv.reader(io.StringIO(answer.content.decode("utf-8-sig")))

    assert answer["Content-Disposition"] == f'attachment; filename="bad-rows-{Import.objects.get().pk}.csv"'
    assert head == ["Line", "Field", "Column", "Value", "Why"]
    assert [row[:4] for row in rows] == [
        ["2", "health", "Health", "'=cmd|' /C calc'!A0"],
        ["3", "health", "Health", "'-bad"],
    ]


def test_no_cell_of_the_bad_rows_is_a_formula(ada):
    upload(ada, "Company,Health\nMoss,5\n")
    for line, bad in enumerate(FORMULAS, start=2):
        Import.objects.get().mistakes.create(line=line, field="health", value=bad, says=bad)

    answer = ada.get(url("import_mistakes"))
    _, *rows = csv.reader(io.StringIO(answer.content.decode("utf-8-sig"), newline=""))

    assert [row[3:] for row in rows] == [[f"'{bad}", f"'{bad}"] for bad in FORMULAS]


@pytest.mark.parametrize(
    ("content", "name", "says"),
    [
        (b"", "a.csv", "empty"),
        (b"Company\n", "a.csv", "only a line of headings"),
        (b"PK\x03\x04", "a.xlsx", "damaged"),
        (b"%PDF", "a.pdf", "PDF"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_at_its_field(ada, content, name, says):
    answer = upload(ada, content, name=name)

    assert answer.status_code == 422
    assert says in answer.text
    assert 'id="id_file-error"' in answer.text
    assert Import.objects.count() == 0


def test_columns_that_say_not_whom_a_row_means_are_refused_at_their_field(ada):
    upload(ada, "Company,ARR\nMoss,5\n")

    answer = ada.post(url("check_import"), {"spend": "ARR", "decimal": ".", "dates": "dmy", "default_currency": "EUR"})

    assert answer.status_code == 422
    assert "Which column is “Name”?" in answer.text
    assert 'value="ARR" selected' in answer.text


def test_how_far_it_is_is_asked_for_until_it_is_over(ada):
    imported = make.imported("Company\n" + "".join(f"C {number}\n" for number in range(300)))
    receiving.check(imported, mapping=imported.mapping, choices={}, by=make.member().as_actor(), now=NOW)

    under_way = ada.get(url("import_progress"))
    works()
    over = ada.get(url("import_progress"))

    assert 'hx-trigger="every 1s"' in under_way.text
    assert "HX-Refresh" not in under_way
    assert over["HX-Refresh"] == "true"
    assert "every 1s" not in over.text


def test_what_is_under_way_can_be_stopped_and_thrown_away(ada):
    imported = make.imported()
    receiving.check(imported, mapping=imported.mapping, choices={}, by=make.member().as_actor(), now=NOW)

    assert "What its columns mean" in ada.post(url("stop_import"), follow=True).text
    assert "thrown away" in ada.post(url("discard_import"), follow=True).text
    assert Import.objects.count() == 0


def test_a_file_that_was_applied_before_is_known_again(ada):
    for _ in range(2):
        upload(ada, "Company\nMoss\n")
        newest = Import.objects.first()
        ada.post(
            url("check_import", newest), {"name": "Company", "decimal": ".", "dates": "dmy", "default_currency": "EUR"}
        )
        works()
        ada.post(url("apply_import", newest))
        works()

    page = ada.get(url("import", newest)).text
    assert "This very file was applied before" in page
    assert "nothing to apply" in page


def test_a_page_takes_as_many_queries_for_many_imports_and_mistakes_as_for_few(ada):
    def queries_with(rows, imports):
        for _ in range(imports):
            make.imported("Company,Health\n" + "".join(f"C {number},ill\n" for number in range(rows)))
        newest = Import.objects.first()
        receiving.check(newest, mapping=newest.mapping, choices={}, by=make.member().as_actor(), now=NOW)
        works()
        with CaptureQueriesContext(connection) as captured:
            assert "Bad rows" in ada.get(url("import", newest)).text
            assert ada.get(reverse("imports")).status_code == 200
        return len(captured)

    assert queries_with(rows=1, imports=1) == queries_with(rows=400, imports=30)
