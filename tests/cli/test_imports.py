"""`amends import accounts|contacts|members`: what an operator types, and what they get to read."""

import sqlite3

from tests.directory.imports.files import sheet

ACCOUNTS = "Company;ARR;Owner\nMoss & Co;412.000,50;Dana Whitlock\nAsh;;\n"


def rows(machine, query):
    with sqlite3.connect(machine.home / "amends.sqlite3") as database:
        return database.execute(query).fetchall()


def written(machine, name, content):
    file = machine.home.parent / name
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    return name


def test_accounts_contacts_and_members_come_in_and_a_second_time_nothing_changes(machine):
    accounts = written(machine, "accounts.csv", ACCOUNTS)
    contacts = written(machine, "contacts.xlsx", sheet([("Account", "Name"), ("Moss & Co", "Maria")]).getvalue())
    members = written(machine, "members.csv", "Email,Name,Role,Manager\ntom@x.example,Tom,CSM,dana@oakfield.example\n")

    first = machine.amends("import", "accounts", accounts, "--map", "csm=Owner", "--currency", "CHF")
    again = machine.amends("import", "accounts", accounts, "--map", "csm=Owner")
    others = [machine.amends("import", "contacts", contacts), machine.amends("import", "members", members)]

    assert [answer.code for answer in (first, again, *others)] == [0, 0, 0, 0], (first, again, others)
    assert "2 rows: 2 to add, 0 to change, 0 as they are." in first.out
    assert "2 rows of accounts.csv are in." in first.out
    assert "nothing was written" in again.out
    assert rows(machine, "select name, spend, currency from directory_account order by name") == [
        ("Ash", None, "CHF"),
        ("Moss & Co", 412000.5, "CHF"),
    ]
    assert rows(machine, "select name from directory_contact") == [("Maria",)]
    assert rows(machine, "select noun, state from directory_import order by id") == [
        ("accounts", "applied"),
        ("contacts", "applied"),
        ("members", "applied"),
    ]


def test_bad_rows_are_listed_with_line_field_and_why_and_nothing_is_written(machine):
    file = written(machine, "accounts.csv", "Company,Health\nGood,5\nMoss,ill\n")

    answer = machine.amends("import", "accounts", file)

    assert answer.code == 1
    line = next(line for line in answer.out.splitlines() if line.startswith("3 "))
    assert "health" in line
    assert "“ill” is not a whole number." in line
    assert "1 of 2 rows are bad, so nothing was written." in answer.out
    assert rows(machine, "select count(*) from directory_account") == [(0,)]
    assert rows(machine, "select count(*) from directory_import") == [(0,)]


def test_a_dry_run_says_what_would_happen_and_leaves_nothing(machine):
    file = written(machine, "accounts.csv", ACCOUNTS)

    answer = machine.amends("import", "accounts", file, "--dry-run")

    assert answer.code == 0
    assert "2 to add" in answer.out
    assert "Nothing was written." in answer.out
    assert rows(machine, "select (select count(*) from directory_account), count(*) from directory_import") == [(0, 0)]


def test_what_cannot_be_read_or_meant_is_one_sentence(machine):
    empty = written(machine, "empty.csv", "Company\n")
    good = written(machine, "good.csv", ACCOUNTS)

    assert "only a line of headings" in machine.amends("import", "accounts", empty).sentence
    assert (
        "No column of this file is called “Firm”"
        in machine.amends("import", "accounts", good, "--map", "name=Firm").sentence
    )
    assert "names no column" in machine.amends("import", "accounts", good, "--map", "name").sentence
    assert rows(machine, "select count(*) from directory_import") == [(0,)]
