"""Machines to run commands on: bare, set up, and with PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import postgresql
from tests.cli.commands import PASSWORD, SET_UP, Machine, moved_in


@pytest.fixture
def bare(tmp_path: Path) -> Iterator[Machine]:
    """A machine on which Amends has never run."""
    machine = Machine(tmp_path / "home")
    yield machine
    machine.stop_everything()


@pytest.fixture(scope="session")
def _set_up_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("amends") / "home"
    answer = Machine(home, from_nothing=True).amends("init", *SET_UP, AMENDS_ADMINISTRATOR_PASSWORD=PASSWORD)
    assert answer.code == 0, answer
    return home


@pytest.fixture
def machine(tmp_path: Path, _set_up_once: Path) -> Iterator[Machine]:
    """A machine on which `amends init` has run."""
    with moved_in(_set_up_once, tmp_path) as machine:
        yield machine


@pytest.fixture(scope="session")
def _server() -> Iterator[str]:
    with postgresql.running() as url:
        yield url


@pytest.fixture
def with_postgresql(tmp_path: Path, _server: str) -> Iterator[Machine]:
    """A machine whose DATABASE_URL names an empty database on PostgreSQL."""
    with postgresql.fresh_database(_server) as url:
        machine = Machine(tmp_path / "home", {"DATABASE_URL": url})
        yield machine
        machine.stop_everything()
