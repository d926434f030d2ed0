"""What the worker's tests stand on: a sender beside the clock, and the mailbox that it hands over to."""

from __future__ import annotations

import pytest

from amends.worker.deliver import Sender
from tests import make
from tests.mailbox import Mailbox
from tests.world import World


@pytest.fixture
def sender(world: World, mailbox: Mailbox) -> Sender:
    make.organisation()
    return world.mail_goes_to(mailbox.url)
