"""What comes in by mail, beside the clock: fetched from the mailbox and read, in a thread of its own.

A mail is kept before it is marked as seen, and its place in the mailbox is kept with it: killed at any moment, it is
fetched once. What a provider posts is kept by the web server, and read here where that could not.
"""

from __future__ import annotations

import datetime as dt
import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from django.db import DatabaseError, InterfaceError, OperationalError, connection

from amends.directory.actor import MAILBOX
from amends.escalations.actions import incoming, mailboxes
from amends.escalations.models import Mailbox
from amends.inbox.imap import ImapServer, Listed, Unreachable
from amends.lib import wall
from amends.pulse import beats

log = logging.getLogger("amends.mailbox")

# How many seconds lie between two looks into the mailbox; and how long it is left alone when it does not answer.
EVERY, REST = 5.0, 30.0
# So many mails, and about so many bytes, are fetched before they are read, and a sign of life is given.
AT_ONCE, MOST_AT_ONCE = 50, 50_000_000
PATIENCE = 5.0
# Where the numbers of a mailbox are new ones, it is read from this long before the last look: days are the server's.
BACK = dt.timedelta(days=2)


@dataclass(slots=True)
class Fetching:
    """Fetches from one mailbox in one process."""

    server: ImapServer
    place: str
    wall: Callable[[], dt.datetime]

    def look(self) -> int:
        """Fetch what is new, and read what nobody has read yet; says how many mails were fetched.

        Raises Unreachable, and what the database raises.
        """
        # Before all else: what was kept does not wait for a server that is away.
        incoming.read_all(now=self.wall)
        mailbox = mailboxes.lease(self.server.name, place=self.place, now=self.wall())
        count = self._fetch_all(mailbox) if mailbox else 0
        incoming.read_all(now=self.wall)
        return count

    def _fetch_all(self, mailbox: Mailbox) -> int:
        self._find_the_place(mailbox)
        listed = self.server.after(mailbox.read_up_to, at_most=AT_ONCE, unseen_below=mailbox.begins_at)
        left = MOST_AT_ONCE
        for number, each in enumerate(listed):
            if left < 0 or not self._fetch(mailbox, each):
                return number
            left -= each.size
        if not listed:
            mailboxes.all_fetched(mailbox, now=self.wall())
        return len(listed)

    def _find_the_place(self, mailbox: Mailbox) -> None:
        """Where to read on, where its numbers are not those that we know."""
        folder = self.server.folder()
        if folder.validity == mailbox.validity:
            return
        known = self.server.first_since((mailbox.looked_at - BACK).date()) if mailbox.looked_at else None
        mailboxes.begin(mailbox, validity=folder.validity, at=known or folder.next_uid)

    def _fetch(self, mailbox: Mailbox, listed: Listed) -> bool:
        is_whole = listed.size <= incoming.limits().most_bytes
        raw = self.server.content(listed.uid) if is_whole else self.server.headers(listed.uid)
        if not mailboxes.fetched(
            mailbox, listed.uid, raw=raw, size=listed.size, is_whole=is_whole, by=MAILBOX, now=self.wall()
        ):
            return False
        # What is too large stays as it is, for whoever looks for it there.
        if raw is not None and is_whole:
            self.server.mark_seen(listed.uid)
        return True


@dataclass(slots=True)
class ComingIn:
    """The thread: begins with the clock's process, and ends with it. Without a `url` it reads what was posted."""

    url: str
    place: str
    stop: threading.Event
    every: float = EVERY
    rest: float = REST
    _thread: threading.Thread | None = field(default=None)

    def begin(self) -> None:
        """Start the thread."""
        self._thread = threading.Thread(target=self._work, name="mailbox", daemon=True)
        self._thread.start()

    def finish(self) -> None:
        """Wait for the mail in hand."""
        if self._thread:
            self._thread.join(PATIENCE)

    def _work(self) -> None:
        server = ImapServer(self.url) if self.url else None
        fetching = Fetching(server, self.place, wall.now) if server else None
        while not self.stop.is_set():
            pause, trouble = self._look(fetching)
            self._beat(trouble)
            self.stop.wait(pause)
        self._say_goodbye(server)

    def _look(self, fetching: Fetching | None) -> tuple[float, str]:
        """How many seconds to rest now, and what is the trouble, if any."""
        try:
            if fetching is None:
                incoming.read_all(now=wall.now)
            elif fetching.look():
                return 0, ""
        except Unreachable as error:
            return self.rest, str(error)
        except (OperationalError, InterfaceError) as error:
            log.warning("The database does not answer (%s); the mailbox is looked into again.", error)
            connection.close()
        except Exception as fault:
            log.exception("A look into the mailbox failed; it goes on.")
            connection.close()
            return (
                self.rest,
                f"A look into the mailbox failed ({type(fault).__name__}). The log of the clock says more.",
            )
        return self.every, ""

    def _beat(self, trouble: str) -> None:
        if not self.url:
            return
        try:
            beats.beat("mailbox", self.place, now=wall.now(), trouble=trouble[:300])
        except (DatabaseError, InterfaceError):
            connection.close()

    def _say_goodbye(self, server: ImapServer | None) -> None:
        try:
            if server:
                mailboxes.let_go(server.name, place=self.place)
                beats.stop("mailbox", self.place)
        except (DatabaseError, InterfaceError):
            log.warning("The mailbox stops without saying so: the database does not answer.")
        if server:
            server.close()
        connection.close()
