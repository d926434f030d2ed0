"""A backup of a running desk, and the way back."""

import json
import shutil
import sqlite3
import tarfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from tests.cli.commands import PASSWORD, SET_UP, Machine, moved_in, until

NEXT = '{"key": "one", "account": "Brightwater", "reason": "Late", "reported_at": "2026-03-02T09:00:00Z", '
PAST = NEXT + '"opened_at": "2026-03-02T09:30:00Z", "closed_at": "2026-03-09T09:00:00Z", "outcome": "recovered"}\n'
COUNTED = (
    "directory_member",
    "directory_account",
    "escalations_escalation",
    "escalations_event",
    "escalations_passage",
)


@pytest.fixture(scope="module")
def _desk_once(_set_up_once: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of a machine with something on it, events and a file among it; its backup lies beside it."""
    home = tmp_path_factory.mktemp("desk") / "home"
    shutil.copytree(_set_up_once, home)
    machine = Machine(home)
    bring_in(machine)
    keep_a_file(machine)
    answer = machine.amends("backup", str(home.parent / "desk.tar.gz"))
    assert answer.code == 0, answer
    return home


@pytest.fixture
def desk(tmp_path: Path, _desk_once: Path) -> Iterator[Machine]:
    with moved_in(_desk_once, tmp_path) as machine:
        yield machine


@pytest.fixture
def backup(tmp_path: Path, _desk_once: Path) -> Path:
    """The desk's backup."""
    return shutil.copy2(_desk_once.parent / "desk.tar.gz", tmp_path)


@pytest.fixture
def desk_on_postgresql(with_postgresql: Machine) -> Machine:
    answer = with_postgresql.amends("init", *SET_UP, AMENDS_ADMINISTRATOR_PASSWORD=PASSWORD)
    assert answer.code == 0, answer
    bring_in(with_postgresql)
    return with_postgresql


def bring_in(machine: Machine) -> None:
    file = machine.home.parent / "past.jsonl"
    file.write_text(PAST)
    answer = machine.amends("import", "history", str(file))
    assert answer.code == 0, answer


def query(machine: Machine, statement: str) -> list[tuple]:
    if url := machine.environment.get("DATABASE_URL"):
        with psycopg.connect(url) as connection:
            return connection.execute(statement).fetchall()
    with closing(sqlite3.connect(machine.home / "amends.sqlite3")) as connection, connection:
        return connection.execute(statement).fetchall()


def keep_a_file(machine: Machine) -> None:
    """As the act writes it; the command has no way to attach one."""
    columns = "escalation_id, name, kind, size, fingerprint, at"
    query(
        machine,
        f"INSERT INTO escalations_attachment ({columns}) VALUES "
        f"((SELECT min(id) FROM escalations_escalation), 'a.txt', 'text/plain', 4, 'f', '2026-03-02 10:00:00+00') "
        "RETURNING id",
    )
    query(
        machine,
        "INSERT INTO escalations_filecontent (attachment_id, content) "
        f"SELECT id, {BYTES[bool(machine.environment.get('DATABASE_URL'))]} FROM escalations_attachment "
        "RETURNING attachment_id",
    )


def say_inside_what_was_taken_back(machine: Machine) -> None:
    """A mail that never left holds what was then written for us alone; when rows come back, the part is there first."""
    case = "(SELECT min(id) FROM escalations_escalation)"
    words = "Their renewal is in March, and nobody mentions it."
    query(
        machine,
        "INSERT INTO escalations_update (escalation_id, direction, channel, at, logged_at, subject, text, is_mailed, "
        f"has_news, why_struck, struck_at) VALUES ({case}, 'out', 'mail', now(), now(), 'x', '{words}', true, true, "
        "'x', now()) RETURNING id",
    )
    query(
        machine,
        "INSERT INTO outbox_delivery (identity, audience, channel, address, name, subject, wanted_while, is_alarm, "
        "letter, message_id, state, posted_at, next_try_at, tries, trouble, held_because, leased_by, bundle, "
        "may_have_gone, settled_at) "
        f"SELECT 'update:1', 'customer', 'mail', 'a@b.example', '', 'escalation:' || {case}, '', false, "
        f"jsonb_build_object('paragraphs', jsonb_build_array('{words}'::text)), '<1@b>', 'not needed', now(), now(), "
        "0, '', '', '', '', false, now() RETURNING id",
    )
    query(
        machine,
        "INSERT INTO escalations_insidepart (update_id, audience, text) "
        f"SELECT max(id), 'team', '{words}' FROM escalations_update RETURNING id",
    )


# 00 ff 0a 0d: nothing that text would survive
BYTES = {False: "x'00ff0a0d'", True: "decode('00ff0a0d', 'hex')"}
KEPT = "SELECT content FROM escalations_filecontent"


def counts(machine: Machine) -> list[int]:
    return [query(machine, f"SELECT count(*) FROM {table}")[0][0] for table in COUNTED]


def test_a_running_desk_is_backed_up_and_comes_back_elsewhere_as_it_was(desk, tmp_path: Path):
    desk.start("clock")
    until(lambda: query(desk, "SELECT count(*) FROM pulse_pulse") == [(1,)])
    file = tmp_path / "desk.tar.gz"
    elsewhere = Machine(tmp_path / "elsewhere")

    made = desk.amends("backup", str(file))
    back = elsewhere.amends("restore", str(file))

    assert (made.code, back.code) == (0, 0), (made, back)
    assert counts(elsewhere) == counts(desk)
    assert counts(elsewhere)[2] == 1
    assert file.stat().st_mode & 0o077 == 0
    with tarfile.open(file) as tar:
        assert sorted(tar.getnames()) == ["amends.sqlite3", "manifest.json"]
        manifest = json.load(tar.extractfile("manifest.json"))
    assert manifest["rows"]["escalations_escalation"] == 1
    # Files come back byte by byte, and events are guarded as before.
    assert [bytes(content) for (content,) in query(elsewhere, KEPT)] == [b"\x00\xff\n\r"]
    with pytest.raises(sqlite3.IntegrityError, match="never deleted"):
        query(elsewhere, "DELETE FROM escalations_event")


def test_a_restore_refuses_while_anything_runs(desk, backup):
    clock = desk.start("clock")
    until(lambda: query(desk, "SELECT count(*) FROM pulse_pulse") == [(1,)])

    assert "Amends is running" in desk.amends("restore", str(backup), "--replace").sentence

    clock.kill()
    clock.wait()
    assert desk.amends("restore", str(backup), "--replace").code == 0


def test_a_restore_spares_what_is_there_unless_told(desk, backup):
    desk.amends("member", "add", "Tom Okafor", "tom@oakfield.example")

    assert "--replace" in desk.amends("restore", str(backup)).sentence
    assert counts(desk)[0] == 2
    answer = desk.amends("restore", str(backup), "--replace")

    assert counts(desk)[0] == 1
    (kept,) = desk.home.glob("*.replaced")
    assert str(kept) in answer.out
    with closing(sqlite3.connect(kept)) as connection:
        assert connection.execute("SELECT count(*) FROM directory_member").fetchone() == (2,)


def test_a_backup_never_overwrites(desk, tmp_path):
    (tmp_path / "desk.tar.gz").write_text("precious")

    assert "is there already" in desk.amends("backup", str(tmp_path / "desk.tar.gz")).sentence
    assert (tmp_path / "desk.tar.gz").read_text() == "precious"


def test_a_damaged_backup_is_refused_and_changes_nothing(desk, backup, tmp_path):
    inside = tmp_path / "inside"
    with tarfile.open(backup) as tar:
        tar.extractall(inside)
    with (inside / "amends.sqlite3").open("r+b") as database:
        database.seek(9000)
        database.write(b"\xff" * 64)
    damaged = tmp_path / "damaged.tar.gz"
    with tarfile.open(damaged, "w:gz") as tar:
        for name in ("manifest.json", "amends.sqlite3"):
            tar.add(inside / name, arcname=name)

    assert "is damaged" in desk.amends("restore", str(damaged), "--replace").sentence
    assert counts(desk)[2] == 1


@pytest.mark.parametrize(
    ("content", "says"), [(None, "There is no file"), (b"", "no backup"), (b"Dear diary", "no backup")]
)
def test_what_is_no_backup_is_refused(machine, tmp_path, content, says):
    file = tmp_path / "file"
    if content is not None:
        file.write_bytes(content)

    assert says in machine.amends("restore", str(file)).sentence


def test_postgresql_is_backed_up_and_comes_back_while_nothing_runs(desk_on_postgresql, tmp_path):
    desk = desk_on_postgresql
    file = tmp_path / "desk.tar.gz"
    keep_a_file(desk)
    say_inside_what_was_taken_back(desk)
    before = counts(desk)
    made = desk.amends("backup", str(file))
    desk.amends("member", "add", "Tom Okafor", "tom@oakfield.example")

    assert made.code == 0, made
    assert "--replace" in desk.amends("restore", str(file)).sentence
    clock = desk.start("clock")
    until(lambda: query(desk, "SELECT count(*) FROM pulse_pulse") == [(1,)])
    assert "Amends is running" in desk.amends("restore", str(file), "--replace").sentence
    clock.kill()
    clock.wait()
    back = desk.amends("restore", str(file), "--replace")

    assert back.code == 0, back
    assert counts(desk) == before
    assert [bytes(content) for (content,) in query(desk, KEPT)] == [b"\x00\xff\n\r"]
    # The next number is free, and events are guarded as before.
    added = desk.amends("member", "add", "Tom Okafor", "tom@oakfield.example")
    assert added.code == 0, added
    with pytest.raises(psycopg.errors.RaiseException, match="never changed"):
        query(desk, "DELETE FROM escalations_event RETURNING id")
    with pytest.raises(psycopg.errors.CheckViolation, match="for us alone"):
        query(desk, "UPDATE outbox_delivery SET letter = letter RETURNING id")


def test_a_backup_of_one_database_is_not_for_the_other(backup, with_postgresql):
    assert "is of the embedded database" in with_postgresql.amends("restore", str(backup)).sentence
