"""Playbooks, history, reports, people, tokens and the doctor, as an operator uses them."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.cli.commands import Machine, until
from tests.cli.test_backing_up import PAST

PLAYBOOKS = Path(__file__).parents[2] / "playbooks"


def test_a_playbook_that_can_be_adopted_is_said_to_be(machine):
    answer = machine.amends("playbook", "check", str(PLAYBOOKS / "gitlab.yaml"))

    assert answer.code == 0
    assert "can be adopted" in answer.out


def test_every_mistake_in_a_playbook_has_its_line_and_place(machine, tmp_path):
    text = (PLAYBOOKS / "gitlab.yaml").read_text().replace("cadence: every", "cadence: evry")
    file = tmp_path / "mine.yaml"
    file.write_text(text + "\ncolour: red\n")

    for command in ("check", "adopt"):
        answer = machine.amends("playbook", command, str(file))

        assert answer.code == 1
        assert "severities[0].cadence" in answer.out
        assert f"line {text.count(chr(10)) + 2}, colour" in answer.out
    assert "version 1" in machine.amends("playbook", "show").out


def test_an_adopted_playbook_is_in_force_and_shown_as_written(machine):
    text = (PLAYBOOKS / "gitlab.yaml").read_text()

    adopted = machine.amends("playbook", "adopt", str(PLAYBOOKS / "gitlab.yaml"), "--note", "Trying it.")
    again = machine.amends("playbook", "adopt", str(PLAYBOOKS / "gitlab.yaml"))

    assert "version 2 is in force" in adopted.out
    assert "already" in again.out
    assert machine.amends("playbook", "show").out.partition("\n")[2] == text


def test_what_would_change_is_said_before_and_what_changed_afterwards(machine, tmp_path):
    file = tmp_path / "mine.yaml"
    text = machine.amends("playbook", "show").out.partition("\n")[2]
    file.write_text(text.replace("within: 30 days", "within: 20 days"))

    checked = machine.amends("playbook", "check", str(file))
    machine.amends("playbook", "adopt", str(file))
    again = machine.amends("playbook", "check", str(file))
    changed = machine.amends("playbook", "changes", "1", "2")

    assert "It changes" in checked.out and "Target: within 20 days instead of 30 days" in checked.out
    assert "It says the same as" in again.out
    assert "Target: within 20 days instead of 30 days" in changed.out
    assert "no version 7" in machine.amends("playbook", "changes", "1", "7").sentence


def test_checking_a_playbook_makes_no_database(tmp_path):
    elsewhere = Machine(tmp_path / "home")

    assert elsewhere.amends("playbook", "check", str(PLAYBOOKS / "gitlab.yaml")).code == 0
    assert list(elsewhere.home.glob("*.sqlite3")) == []


@pytest.mark.parametrize("command", [("playbook", "check"), ("import", "history"), ("playbook", "adopt")])
def test_a_file_that_is_not_there_is_one_sentence(machine, command):
    assert "No such file" in machine.amends(*command, "nowhere.file").sentence


def test_history_is_brought_in_once(machine, tmp_path):
    file = tmp_path / "past.jsonl"
    file.write_text(PAST)

    checked = machine.amends("import", "history", "--check", str(file))
    first = machine.amends("import", "history", str(file))
    second = machine.amends("import", "history", str(file))

    assert "can be brought in: 1 escalation," in checked.out
    assert "Brought in 1 of 1 escalations" in first.out
    assert "Brought in 0 of 1 escalations" in second.out


def test_bad_lines_of_history_or_none_at_all_are_reported_and_nothing_is_brought_in(machine, tmp_path):
    file = tmp_path / "past.jsonl"
    file.write_text(PAST + "nonsense\n" + '{"key": "two"}\n')

    answer = machine.amends("import", "history", str(file))

    assert answer.code == 1
    assert "line 2: This is not JSON" in answer.out
    assert "line 3, account" in answer.out
    assert "2 lines cannot come in, so nothing was brought in." in answer.out
    assert "Brought in 1 of 1" not in answer.out

    file.write_text("\n")
    assert "There is no escalation in" in machine.amends("import", "history", "--check", str(file)).sentence


def test_the_report_is_for_people_and_for_machines(machine, tmp_path):
    past = json.loads(PAST)
    promise = {"kind": "next_update", "what": "News", "zone": "Europe/Lisbon"}
    times = {"made_at": "2026-03-02T10:00:00Z", "due_at": "2026-03-02T12:00:00Z", "kept_at": "2026-03-02T12:03:00Z"}
    file = tmp_path / "past.jsonl"
    file.write_text(json.dumps(past | {"promises": [promise | times]}) + "\n")
    machine.amends("import", "history", str(file))

    (rates,) = json.loads(machine.amends("report", "promises", "--json").out)

    assert (rates["kind"], rates["due"], rates["kept"], rates["within_five_minutes"]) == ("next_update", 1, 0, 1)
    assert "Next update" in machine.amends("report", "promises").out
    assert json.loads(machine.amends("report", "promises", "--json", "--since", "2026-03-03").out) == []


def test_a_key_is_printed_once_and_never_kept(machine):
    answer = machine.amends("token", "ci", "--member", "dana@oakfield.example", "--scope", "write")

    key = answer.out.strip()
    assert key.startswith("amends_")
    with closing(sqlite3.connect(machine.home / "amends.sqlite3")) as connection:
        ((name, scope, kept),) = connection.execute("SELECT name, scope, fingerprint FROM directory_token")
    assert (name, scope) == ("ci", "write")
    assert kept not in key
    assert key not in (machine.home / "amends.sqlite3").read_bytes().decode("latin-1")


def test_a_key_of_nobody_or_for_anything_is_refused(machine):
    assert "No member" in machine.amends("token", "ci", "--member", "nobody@oakfield.example").sentence
    assert "not a scope" in machine.amends("token", "ci", "--member", "dana@oakfield.example", "--scope", "x").sentence


def test_a_member_is_added_with_the_link_to_set_a_password(machine):
    answer = machine.amends(
        *("member", "add", "Tom Okafor", "tom@oakfield.example", "--role", "csm"),
        *("--reports-to", "dana@oakfield.example"),
        AMENDS_URL="https://desk.oakfield.example",
    )

    assert answer.code == 0, answer
    assert "https://desk.oakfield.example/password/" in answer.out
    assert "already" in machine.amends("member", "add", "Tom", "TOM@oakfield.example").sentence


def test_the_doctor_names_what_is_not_well(machine):
    answer = machine.amends("doctor")

    assert answer.code == 1
    assert "The clock does not run." in answer.out
    assert "AMENDS_SMTP_URL" in answer.out
    assert "✓ The organisation is set up" in answer.out
    assert "? Not known: the mail server takes our mail" in answer.out


def test_the_doctor_counts_what_could_not_be_delivered_long_ago(machine):
    at = "2026-01-05 10:00:00"
    values = {"identity": "old", "audience": "inside", "channel": "mail", "address": "a@b.example", "letter": "{}"}
    values |= {"state": "dead", "posted_at": at, "next_try_at": at, "settled_at": at, "trouble": "No such user"}
    values |= dict.fromkeys(
        ("name", "subject", "wanted_while", "message_id", "held_because", "leased_by", "bundle"), ""
    )
    values |= dict.fromkeys(("is_alarm", "tries", "may_have_gone"), 0)
    with closing(sqlite3.connect(machine.home / "amends.sqlite3")) as connection:
        places = ", ".join(f":{name}" for name in values)
        connection.execute(f"INSERT INTO outbox_delivery ({', '.join(values)}) VALUES ({places})", values)
        connection.commit()

    says = machine.amends("doctor").out

    assert "✓ Mail and chat are delivered\n•   1 could not be delivered more than 7 days ago; see Outbox." in says


def test_the_doctor_stops_where_there_is_nothing_to_look_at(machine):
    answer = machine.amends("doctor", DATABASE_URL="postgresql://me@127.0.0.1:1/amends")

    assert answer.code == 1
    assert "The database does not answer" in answer.out
    assert "organisation" not in answer.out


def test_a_desk_that_works_is_well(machine, mailbox):
    machine.environment["AMENDS_SMTP_URL"] = mailbox.url
    machine.start("clock")
    machine.start("sender")
    until(lambda: _beats(machine) == 2)

    answer = machine.amends("doctor")

    assert answer.code == 0, answer
    assert answer.out.endswith("All that was looked at is well.\n")
    assert "✓ The mail server takes our mail" in answer.out
    assert "? Not known: the world can tell" in answer.out
    assert "oakfield.example is no domain of the world" in answer.out
    assert mailbox.take(0) == []

    mailbox.refused_addresses.add("desk@oakfield.example")
    answer = machine.amends("doctor", "--mail-to=dana@oakfield.example")
    assert (answer.code, "(250)" in answer.out) == (0, True), answer
    (mail,) = mailbox.take(1)
    assert (mail.to, mail.subject) == ("dana@oakfield.example", "Amends can write to you")

    answer = machine.amends("doctor")
    assert answer.code == 1
    assert "It refuses a mail from desk@oakfield.example" in answer.out
    assert "550 No such user here" in answer.out

    mailbox.goes_down()
    answer = machine.amends("doctor")
    assert "✗ The mail server takes our mail" in answer.out
    assert "cannot be reached: Connection refused" in answer.out
    assert "Traceback" not in answer.out + answer.says


def test_help_is_there_without_a_database(bare):
    answer = bare.amends("--help", AMENDS_URL="nonsense")

    assert answer.code == 0
    assert not bare.home.exists()


def _beats(machine: Machine) -> int:
    with closing(sqlite3.connect(machine.home / "amends.sqlite3")) as connection:
        return connection.execute("SELECT count(*) FROM pulse_pulse").fetchone()[0]
