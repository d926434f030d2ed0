"""`amends init`: unattended, twice, and with what cannot be."""

import sqlite3

import pytest

from tests.cli.commands import PASSWORD, SET_UP, Machine

SAID = dict(option.split("=") for option in SET_UP)


def rows(machine: Machine, query: str) -> list[tuple]:
    with sqlite3.connect(machine.home / "amends.sqlite3") as connection:
        return connection.execute(query).fetchall()


def test_one_command_sets_everything_up(machine):
    assert rows(machine, "SELECT name, zone, holidays, mail_from FROM directory_organisation") == [
        ("Oakfield", "Europe/Berlin", "DE-BE", "desk@oakfield.example")
    ]
    assert rows(machine, "SELECT name, email, role, zone FROM directory_member") == [
        ("Dana Whitlock", "dana@oakfield.example", "administrator", "Europe/Berlin")
    ]
    assert rows(machine, "SELECT number FROM playbook_playbookversion") == [(1,)]


def test_what_lies_in_the_data_folder_is_for_its_owner_alone(machine):
    modes = {file.name: file.stat().st_mode & 0o077 for file in machine.home.iterdir() if "-lock" not in file.name}

    assert modes == dict.fromkeys(modes, 0)


def test_running_it_again_changes_nothing(machine):
    before = rows(machine, "SELECT * FROM directory_organisation"), rows(machine, "SELECT * FROM directory_member")

    once_more = machine.amends("init")
    with_the_same = machine.amends("init", *SET_UP, AMENDS_ADMINISTRATOR_PASSWORD="another one entirely")

    assert (once_more.code, with_the_same.code) == (0, 0)
    assert "Oakfield is set up already (Europe/Berlin; mon-fri 09:00-17:00)." in once_more.out
    assert "Dana Whitlock <dana@oakfield.example> is an administrator already." in with_the_same.out
    assert (
        rows(machine, "SELECT * FROM directory_organisation"),
        rows(machine, "SELECT * FROM directory_member"),
    ) == before
    assert rows(machine, "SELECT count(*) FROM playbook_playbookversion") == [(1,)]


def test_one_option_changes_one_thing(machine):
    machine.amends("init", "--zone", "Europe/Lisbon")

    assert rows(machine, "SELECT name, zone, holidays, mail_from FROM directory_organisation") == [
        ("Oakfield", "Europe/Lisbon", "DE-BE", "desk@oakfield.example")
    ]


def test_with_nobody_to_ask_it_says_which_option_is_missing(bare):
    for option in ("--organisation", "--mail-from", "--name", "--email"):
        options = [word for word in SET_UP if not word.startswith(option)]

        assert option in bare.amends("init", *options, AMENDS_ADMINISTRATOR_PASSWORD=PASSWORD).sentence


@pytest.mark.parametrize(
    ("option", "says"),
    [
        ("--zone=Europe/Atlantis", "“Europe/Atlantis” is not a time zone"),
        ("--hours=whenever", "“whenever” is no time of the week"),
        ("--hours=mon-fri 9-5", "“9-5” is not a stretch of hours"),
        ("--holidays=XX", "holidays of “XX” are not known"),
        ("--mail-from=desk", "“desk” is not a mail address"),
    ],
)
def test_what_cannot_be_is_one_sentence(machine, option, says):
    assert says in machine.amends("init", option).sentence


def test_a_weak_password_leaves_no_administrator_behind(bare):
    answer = bare.amends("init", *SET_UP, AMENDS_ADMINISTRATOR_PASSWORD="short")

    assert "too short" in answer.sentence
    assert rows(bare, "SELECT count(*) FROM directory_member") == [(0,)]


def test_a_test_mail_arrives(machine, mailbox):
    answer = machine.amends("init", "--test-mail-to=dana@oakfield.example", AMENDS_SMTP_URL=mailbox.url)

    (mail,) = mailbox.take(1)
    assert (mail.to, mail.subject) == ("dana@oakfield.example", "Amends can write to you")
    assert "accepted the test mail to dana@oakfield.example (250)" in answer.out


def test_what_the_mail_server_refuses_is_said_in_its_words(machine, mailbox):
    mailbox.answers["RCPT"] = "550 No such person here"

    answer = machine.amends("init", "--test-mail-to=nobody@oakfield.example", AMENDS_SMTP_URL=mailbox.url)

    assert "550 No such person here" in answer.sentence


def test_a_test_mail_without_a_server_is_refused(machine):
    assert "AMENDS_SMTP_URL" in machine.amends("init", "--test-mail-to=dana@oakfield.example").sentence


@pytest.mark.parametrize(
    ("surroundings", "says"),
    [
        ({"DATABASE_URL": "postgresql://me:s3cret@127.0.0.1:1/amends"}, "The database does not answer"),
        ({"DATABASE_URL": "mysql://db/amends"}, "DATABASE_URL is “mysql://db/amends”. Write postgresql://"),
        ({"AMENDS_MAIL_PER_MINUTE": "many"}, "AMENDS_MAIL_PER_MINUTE is “many”. Write a whole number"),
        ({"AMENDS_URL": "desk"}, "AMENDS_URL is “desk”. Write the address"),
        ({"AMENDS_SMTP_URL": "mail"}, "AMENDS_SMTP_URL is “mail”. Write a mail server"),
    ],
)
@pytest.mark.parametrize("command", ["init", "clock"])
def test_surroundings_that_cannot_be_are_one_sentence(bare, command, surroundings, says):
    sentence = bare.amends(command, **surroundings).sentence

    assert says in sentence
    assert "s3cret" not in sentence


def test_a_folder_that_cannot_be_is_one_sentence(bare):
    nowhere = {"AMENDS_HOME": "/dev/null/amends"}

    assert "The data folder cannot be written" in bare.amends("init", **nowhere).sentence
    assert "Amends is not set up here (/dev/null/amends/amends.sqlite3)" in bare.amends("clock", **nowhere).sentence


@pytest.mark.parametrize(
    "command",
    [
        ("report", "promises"),
        ("backup", "all.tar.gz"),
        ("playbook", "adopt", "playbook.yaml"),
        ("member", "add", "Tom", "tom@oakfield.example"),
        ("import", "history", "history.jsonl"),
        ("import", "accounts", "accounts.csv"),
        ("clock",),
        ("sender",),
        ("check-schema",),
        ("doctor", "--watch"),
    ],
    ids=" ".join,
)
def test_what_does_not_set_up_makes_no_database(bare, command):
    (bare.home.parent / "accounts.csv").write_text("name\nBrightwater\n")

    sentence = bare.amends(*command).sentence

    assert f"Amends is not set up here ({bare.home}/amends.sqlite3)" in sentence
    assert "AMENDS_HOME" in sentence and "DATABASE_URL" in sentence
    assert not bare.home.exists()
    assert not (bare.home.parent / "all.tar.gz").exists()


def test_a_database_without_an_organisation_is_nobodys_to_write_into(bare):
    bare.amends("prepare")

    assert "Amends is not set up here" in bare.amends("backup", "all.tar.gz").sentence
    assert bare.amends("check-schema").code == 0


def test_an_empty_database_elsewhere_is_not_filled_by_the_way(bare, tmp_path):
    (tmp_path / "elsewhere.sqlite3").touch()

    for file in ("elsewhere.sqlite3", "nowhere.sqlite3"):
        sentence = bare.amends("report", "promises", DATABASE_URL=f"sqlite:///{tmp_path}/{file}").sentence
        assert f"Amends is not set up here ({tmp_path}/{file})" in sentence
    assert not (tmp_path / "nowhere.sqlite3").exists()


def test_the_doctor_looks_for_a_database_and_makes_none(bare):
    answer = bare.amends("doctor")

    assert (answer.code, "Amends is not set up here" in answer.out) == (1, True)
    assert not bare.home.exists()


def test_a_file_that_is_no_database_is_left_alone(bare):
    bare.home.mkdir()
    (bare.home / "amends.sqlite3").write_text("These are my notes.\n" * 200)

    assert "is not a database of Amends" in bare.amends("init", *SET_UP).sentence
    assert (bare.home / "amends.sqlite3").read_text().startswith("These are my notes.")


def test_of_two_that_start_at_once_one_migrates(bare):
    starts_twice_at_once(bare)


def test_on_postgresql_other_commands_wait_until_init_has_migrated_once(with_postgresql):
    assert "Run `amends init`" in with_postgresql.amends("clock").sentence
    assert "Run `amends init`" in with_postgresql.amends("report", "promises").sentence

    starts_twice_at_once(with_postgresql)

    assert with_postgresql.amends("report", "promises").out == "Nothing has been promised yet.\n"


def starts_twice_at_once(machine: Machine) -> None:
    both = [machine.start("init", *SET_UP[:5], AMENDS_LOG="ERROR") for _ in range(2)]

    printed = [process.communicate(timeout=60)[0] for process in both]

    assert all("✓ The database is up to date." in text for text in printed), printed
    assert all("Traceback" not in text for text in printed), printed


def test_a_schema_from_before_the_first_release_is_left_alone(machine):
    with sqlite3.connect(machine.home / "amends.sqlite3") as connection:
        connection.execute("DELETE FROM django_migrations WHERE app = 'directory' AND name LIKE '000%'")
        connection.execute(
            "INSERT INTO django_migrations (app, name, applied) VALUES ('directory', '0001_initial', '2026-11-22')"
        )

    assert "from before its first release" in machine.amends("clock").sentence


def test_a_schema_of_steps_that_have_been_folded_is_as_it_should_be(machine):
    with sqlite3.connect(machine.home / "amends.sqlite3") as connection:
        connection.execute("DELETE FROM django_migrations WHERE name = '0001_the_desk'")

    assert machine.amends("report", "promises").out == "Nothing has been promised yet.\n"


def test_a_schema_of_a_newer_amends_is_left_alone(machine):
    with sqlite3.connect(machine.home / "amends.sqlite3") as connection:
        connection.execute(
            "INSERT INTO django_migrations (app, name, applied) VALUES ('outbox', '0099_later', '2036-11-22')"
        )

    assert "newer Amends" in machine.amends("clock").sentence
