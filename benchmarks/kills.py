"""What is lost when clock and sender are killed (`kill -9`) in mid-burst, over and over: counted at the mail server.

Each of many people is owed one alarm. Every so many mails one of the two is killed, by turns, and started again.
What a dead sender had leased waits for the end of its lease, as in real life.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Hashable, Iterable, Iterator
from contextlib import ExitStack
from functools import partial

from amends.escalations.models import Event
from benchmarks import crowds
from benchmarks.figures import Figure
from benchmarks.mail_server import MailServer, serving
from benchmarks.place import Place

PARTS = ("clock", "sender")


def measure(place: Place) -> Iterator[Figure]:
    """A burst with twenty kills in it, and the count at its end."""
    count, kills = place.size(5_000, 200), place.size(20, 4)
    with serving(place.home) as server:
        promises, _ = crowds.falls_due(count, crowds.owners(count, "owner"), within=dt.timedelta(seconds=1))
        _with_kills(place, server, kills, every=count // (2 * kills))
        with crowds.at_work(place, server, *PARTS):
            crowds.until(lambda: not crowds.is_waiting() and server.count() >= count, every=0.25)
        arrivals = server.arrivals()
    identities: dict[str, set[str]] = {}
    for mail in arrivals:
        identities.setdefault(mail.to, set()).add(mail.identity)
    owners = {promise.owner.email for promise in promises if promise.owner}
    # Each promise has an escalation of its own, and one alarm until long after the burst.
    told = Event.objects.filter(once__isnull=False).values_list("escalation", flat=True)
    yield Figure(f"lost by {kills} kills: people who never heard", len(owners - identities.keys()), "", aim=0)
    yield Figure("told twice: on the timeline", once_more(told), "", aim=0)
    yield Figure("heard under two identities", sum(len(each) > 1 for each in identities.values()), "", aim=0)
    # What a killed sender had a yes for since its last commit; see decision record 0016.
    yield Figure("mails repeated under the same identity", once_more((mail.to, mail.identity) for mail in arrivals), "")


def once_more(found: Iterable[Hashable]) -> int:
    """How many came besides the first of each. What is missing makes up for none of them."""
    return sum(times - 1 for times in Counter(found).values())


def _have_arrived(server: MailServer, wanted: int) -> bool:
    return server.count() >= wanted


def _with_kills(place: Place, server: MailServer, kills: int, *, every: int) -> None:
    """Kill one of the two after so many more mails, by turns."""
    with ExitStack() as running:
        started = {part: running.enter_context(place.running(part, AMENDS_SMTP_URL=server.url)) for part in PARTS}
        for number in range(kills):
            wanted = (number + 1) * every
            crowds.until(partial(_have_arrived, server, wanted))
            part = PARTS[number % 2]
            started[part].kill()
            started[part] = running.enter_context(place.running(part, AMENDS_SMTP_URL=server.url))
        for process in started.values():
            process.kill()
