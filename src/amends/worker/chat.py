"""Chat: one pass of the sender over what members want to read there.

Where a chat does not take it, it goes by mail instead, and soon: an alarm that waits for a chat helps nobody.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from functools import partial

from amends.directory.actor import SENDER
from amends.directory.models import Organisation, Preference
from amends.escalations.actions.deliveries import chat_failed
from amends.escalations.timeline.reaching import reader_id
from amends.outbox import claims
from amends.outbox.chat import ChatServices
from amends.outbox.letters import Letter, bundle
from amends.outbox.models import Channel
from amends.worker.accepted import Group
from amends.worker.beside import Beside
from amends.worker.passes import Passes

# Tries are half a minute, a minute and two minutes apart.
TRIES = 4


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


def beside_mail(sender: ChatSender, stop: threading.Event) -> Beside:
    """Chat, beside the sender's own pass, so that no mail waits behind a slow service."""

    def work() -> None:
        while not stop.is_set() and sender.deliver():
            pass

    return Beside("chat messages", partial(claims.is_due, channel=Channel.CHAT), work, stop)
