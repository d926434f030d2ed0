"""What every crash stands on: a machine to crash on, an organisation, and the time as it is."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from amends.lib import wall
from tests import make
from tests.crash.processes import Machine, machine
from tests.mailbox import Mailbox
from tests.world import World


@pytest.fixture
def real(transactional_db: None) -> World:
    """A world whose time is the real one, for it is shared with real processes."""
    make.organisation()
    return World(now=wall.now())


@pytest.fixture
def host(real: World, mailbox: Mailbox, tmp_path: Path) -> Iterator[Machine]:
    with machine(tmp_path, mailbox.url) as made:
        yield made
