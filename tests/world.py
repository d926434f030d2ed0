"""A world in which time passes: the clock ticks, and mail goes out where there is a mailbox for it."""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import dataclass

from amends.directory.actor import CLOCK
from amends.directory.models import Preference
from amends.escalations.models import Escalation, Event
from amends.outbox.chat import ChatServices
from amends.outbox.models import Delivery
from amends.outbox.smtp import MailServer
from amends.worker.chat import ChatSender
from amends.worker.deliver import Sender
from amends.worker.tick import tick
from tests import make

BARELY = dt.timedelta(microseconds=1)


@dataclass
class World:
    """Where it is `now`, and where the real clock runs, and the real sender once mail goes somewhere.

    Time moves only here. While it passes, clock and sender run whenever there is something for them to do;
    while the world sleeps, nothing runs until the end.
    """

    now: dt.datetime = make.THURSDAY
    sender: Sender | None = None
    chat: ChatSender | None = None

    def mail_goes_to(self, url: str, *, per_minute: int = 0, place: str = "post room") -> Sender:
        """From now on a sender runs beside the clock, and hands over to the server at `url`."""
        self.sender = Sender(MailServer(url), place, lambda: self.now, per_minute, random.Random(7))
        return self.sender

    def chat_goes_out(self, *, schemes: tuple[str, ...] = ("json",), answers_within: float = 2.0) -> ChatSender:
        """From now on chat goes out as well, to services of these kinds."""
        services = ChatServices(schemes, answers_within=answers_within)
        self.chat = ChatSender(services, "chat room", lambda: self.now, chance=random.Random(7))
        return self.chat

    def passes(self, **span: float) -> None:
        """Time goes by (`hours=4`), and whatever falls due in it is done at its own moment."""
        until = self.now + dt.timedelta(**span)
        self.works()
        while (moment := self._next_moment()) and moment <= until:
            self.now = max(moment, self.now + BARELY)
            self.works()
        self.now = until
        self.works()

    def sleeps(self, **span: float) -> None:
        """Nothing runs for a while (`days=30`); then everything starts again."""
        self.now += dt.timedelta(**span)
        self.works()

    def works(self) -> None:
        """Clock and sender do all that there is to do at this moment."""
        tick(self.now)
        while (self.sender and self.sender.deliver()) or (self.chat and self.chat.deliver()):
            pass

    def _next_moment(self) -> dt.datetime | None:
        """When there is something to do next, for the clock or for the sender."""
        looks = Escalation.objects.filter(next_look_at__isnull=False).order_by("next_look_at")
        moments = list(looks.values_list("next_look_at", flat=True)[:1])
        digests = Preference.objects.filter(next_look_at__isnull=False).order_by("next_look_at")
        moments += digests.values_list("next_look_at", flat=True)[:1]
        if self.sender or self.chat:
            tries = Delivery.objects.filter(state=Delivery.State.WAITING, next_try_at__gt=self.now)
            moments += tries.order_by("next_try_at").values_list("next_try_at", flat=True)[:1]
        return min(moments, default=None)


def told(escalation: Escalation) -> list[str]:
    """What the clock has told of an escalation, kind by kind, oldest first."""
    return [event.kind for event in rings(escalation)]


def rings(escalation: Escalation) -> list[Event]:
    """The clock's own events of an escalation, oldest first."""
    return list(escalation.events.filter(by_name=CLOCK.name).order_by("at", "id"))
