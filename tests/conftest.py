"""What every test stands on: how tables are cleared, and a world in which time passes."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.core.management.commands import flush
from django.db import connection

from amends.escalations import immutable
from tests import chatroom as chatrooms
from tests import imap
from tests.chatroom import Chatroom
from tests.mailbox import Mailbox, opened
from tests.world import World


def pytest_collection_finish() -> None:
    """What has been loaded stays to the end: not looking at it again and again saves a fifth of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 20, 100)


@pytest.fixture(autouse=True, scope="session")
def _tests_may_clear_events() -> Iterator[None]:
    """Events are for ever, which on SQLite stops the test runner's clearing too: here it is told how, once."""
    original = flush.Command.handle

    def clear(self: flush.Command, **options: Any) -> Any:
        if connection.vendor == "postgresql":  # TRUNCATE does not ask row triggers
            return original(self, **options)
        with connection.schema_editor() as schema:
            immutable.unprotect(apps, schema)
        try:
            return original(self, **options)
        finally:
            with connection.schema_editor() as schema:
                immutable.protect(apps, schema)

    flush.Command.handle = clear
    yield
    flush.Command.handle = original


@pytest.fixture
def world(db: None) -> World:
    """A world at ten on a Thursday morning in Berlin, in which time passes only when a test says so."""
    return World()


@pytest.fixture
def chatroom() -> Iterator[Chatroom]:
    """A real chat service."""
    with chatrooms.opened() as room:
        yield room


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    """A real mail server. Any message that the test did not take fails it."""
    with opened() as box:
        yield box


@pytest.fixture
def imap_box() -> imap.Box:
    """An empty mailbox on a real IMAP server. Where there is none, the test is skipped, and says so."""
    try:
        return imap.server().box()
    except imap.Absent as absent:
        pytest.skip(str(absent))
