"""The loops of the clock and the sender: begin, work, beat, wait; recover from whatever happens."""

from __future__ import annotations

import datetime as dt
import logging
import os
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection

from amends.lib import wall
from amends.outbox import claims
from amends.outbox.chat import ChatServices
from amends.outbox.smtp import MailServer
from amends.pulse import beats
from amends.worker.bringing_in import bringing_in
from amends.worker.chat import ChatSender, beside_mail
from amends.worker.deliver import Sender
from amends.worker.mailbox import ComingIn
from amends.worker.telling import telling
from amends.worker.tick import tick
from amends.worker.tidying import FORGETS, Tidying
from amends.worker.waiting import wait
from amends.worker.watch import Watch

log = logging.getLogger("amends.worker")

# A promise falls due without anybody saying so: an idle loop looks again after so many seconds at the latest.
IDLE = 0.5
# What falls due while much is looked at waits no longer than this for the next pass.
TICK_FOR = dt.timedelta(seconds=1)


def place(number: int | None = None) -> str:
    """A process here, by host and number (this one's, if none is given): the name on its leases and its pulse."""
    return f"{socket.gethostname()}:{number or os.getpid()}"


def run_clock(stop: threading.Event) -> None:
    """Tick until asked to stop. When the host's clock jumps, telling stops and the banner says so.

    Files that are brought in, notices that go to many, and mail that comes in, are seen to beside it.
    """
    here, watch = place(), Watch(wall.now(), time.monotonic())
    files, notices, tidying = bringing_in(here, stop), telling(here, stop, watch.doubt), Tidying(FORGETS)
    finish_mailbox = _begin_mailbox(here, stop)

    def work() -> tuple[int, str]:
        now = wall.now()
        trouble = watch.check(now, time.monotonic())
        if trouble:
            cleared = beats.cleared_at("clock", here)
            trouble = watch.check(now, time.monotonic(), cleared_at=cleared)
        looked = 0 if trouble else tick(now, at_most=TICK_FOR)
        files.look(now)
        if not trouble:
            notices.look(now)
            tidying.look(now)
        return looked, trouble

    _loop("clock", here, work, stop)
    files.finish()
    notices.finish()
    finish_mailbox()


def _begin_mailbox(here: str, stop: threading.Event) -> Callable[[], None]:
    """Read what comes in, where anything does; says how to wait for the mail in hand at the end."""
    if not settings.MAIL_COMES_IN:
        return lambda: None
    coming_in = ComingIn(settings.IMAP_URL, here, stop)
    coming_in.begin()
    return coming_in.finish


def run_sender(stop: threading.Event, *, succeeds: int | None = None) -> None:
    """Send until asked to stop, by mail and by chat. Without a mail server mail stays where it is.

    `succeeds` is the number of a sender here that is dead: what it had in hand need not wait until its leases end.
    """
    here = place()
    if succeeds:
        with suppress(DatabaseError, InterfaceError):  # they end by themselves, only later
            claims.end_leases_of(place(succeeds), now=wall.now())
    chat = beside_mail(ChatSender(ChatServices(settings.CHAT_SCHEMES), f"{here} chat", wall.now), stop)
    servers = [MailServer(settings.SMTP_URL) for _ in range(settings.MAIL_CONNECTIONS if settings.SMTP_URL else 0)]
    sender = None
    if servers:
        sender = Sender(servers[0], here, wall.now, settings.MAIL_PER_MINUTE, further=servers[1:])

    def work() -> tuple[int, str]:
        chat.look(wall.now())
        return (sender.deliver(), sender.trouble) if sender else (0, "")

    _loop("sender", here, work, stop)
    chat.finish()
    if sender:
        with suppress(DatabaseError, InterfaceError):  # whoever has it next knows that it may have gone
            sender.finish()
    for server in servers:
        server.close()


def _loop(part: str, here: str, work: Callable[[], tuple[int, str]], stop: threading.Event) -> None:
    """Work, beat and wait, over and over. What fails is logged and tried again; nothing ends the loop but `stop`."""
    beaten: float | None = None
    told = ""
    while not stop.is_set():
        try:
            if beaten is None:  # the first pass may be a long one
                beats.begin(part, here, now=wall.now())
                beaten = time.monotonic()
            done, trouble = work()
            if trouble != told or time.monotonic() - beaten >= beats.BEAT_EVERY.total_seconds():
                beats.beat(part, here, now=wall.now(), trouble=trouble)
                beaten, told = time.monotonic(), trouble
            if not done:
                wait(stop, at_most=IDLE)
        except (DatabaseError, InterfaceError) as error:
            log.warning("The database does not answer (%s); the %s tries again.", error, part)
            connection.close()
            stop.wait(1)
        except Exception:
            log.exception("A pass of the %s failed; it goes on.", part)
            stop.wait(1)
    _say_goodbye(part, here)


def _say_goodbye(part: str, here: str) -> None:
    try:
        beats.stop(part, here)
    except (DatabaseError, InterfaceError):
        log.warning("The %s stops without saying so: the database does not answer.", part)
    connection.close()
