"""Chat: one pass of the sender over what members want to read there.

Where a chat does not take it, it goes by mail instead, and soon: an alarm that waits for a chat helps nobody.
"""

from __future__ import annotations

import datetime as dt
import logging
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial

from django.db import connection

from amends.directory.actor import SENDER
from amends.directory.models import Organisation, Preference
from amends.escalations.actions.deliveries import chat_failed
from amends.escalations.timeline.reaching import reader_id
from amends.outbox import claims
from amends.outbox.chat import ChatServices
from amends.outbox.letters import Letter, bundle
from amends.outbox.models import Channel
from amends.worker.accepted import Group
from amends.worker.passes import Passes

log = logging.getLogger("amends.sender")

# Tries are half a minute, a minute and two minutes apart.
TRIES = 4
# How long a sender that is asked to stop waits for the message in hand; it goes again where it was cut off.
PATIENCE = 5.0


class ChatSender(Passes[ChatServices]):
    """Posts to members' chats from one process."""

    channel = Channel.CHAT
    tries = TRIES

    def _send(self, server: ChatServices, wanted: Group, letters: Sequence[Letter], organisation: Organisation) -> bool:
        chosen = Preference.objects.filter(member=reader_id(wanted[0])).values_list("chat_url", flat=True)
        letter = letters[0] if len(letters) == 1 else bundle(letters)
        url = chosen.first() or ""
        return server.hand_over(letter, url=url, at_the_door=partial(self._may_go, wanted))

    def _unknown(self, deliveries: Group, why: str) -> None:
        """Only members read it: once too often does less harm than not at all."""
        self._failed(deliveries, why)

    def _tell_of(self, deliveries: Group, trouble: str, *, is_known: bool) -> None:
        for delivery in deliveries:
            chat_failed(delivery, trouble, by=SENDER, now=self.wall())


@dataclass(slots=True)
class BesideMail:
    """Chat, in a thread that lives as long as there is some to post, so that no mail waits behind a slow service."""

    sender: ChatSender
    stop: threading.Event
    _thread: threading.Thread | None = field(default=None)

    def look(self, now: dt.datetime) -> None:
        """See whether chat is due and nobody is at it, and begin. Returns at once."""
        if (self._thread and self._thread.is_alive()) or not claims.is_due(now, channel=Channel.CHAT):
            return
        self._thread = threading.Thread(target=self._work, name="chat", daemon=True)
        self._thread.start()

    def finish(self) -> None:
        """Wait for the message in hand."""
        if self._thread:
            self._thread.join(PATIENCE)

    def _work(self) -> None:
        try:
            while not self.stop.is_set() and self.sender.deliver():
                pass
        except Exception:
            log.exception("A pass over chat failed; what it had in hand is tried again.")
            # The next look would find the same trouble at once.
            self.stop.wait(1)
        finally:
            connection.close()
