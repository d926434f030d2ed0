"""How late alarms are when promises fall due all the time: spread evenly over a minute, each somebody else's.

From the moment of each promise to the moment when the mail server has taken the mail that tells of it: a real clock, a
real sender and a mail server in a process of its own, which share the cores.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from benchmarks import crowds
from benchmarks.figures import Figure, percentile, spread
from benchmarks.mail_server import serving
from benchmarks.place import Place

MINUTE = dt.timedelta(minutes=1)


def measure(place: Place) -> Iterator[Figure]:
    """One minute, and how late each of its mails was. The floor is the pause of a loop that finds nothing."""
    count = place.size(10_000, 300)
    within = MINUTE if not place.is_quick else MINUTE / 10
    owners = crowds.owners(count, "owner")
    with serving(place.home) as server, crowds.at_work(place, server, "clock", "sender"):
        promises, _ = crowds.falls_due(count, owners, within=within)
        due = {promise.owner.email: crowds.steady(promise.due_at) for promise in promises if promise.owner}
        crowds.until(lambda: server.count() >= len(promises), every=0.25)
        late = [mail.at - due[mail.to] for mail in server.arrivals()]
    assert len(late) == len(promises), "Somebody heard twice."
    yield Figure(
        f"from due to told, {count / within.total_seconds():.0f} a second, p99",
        percentile(late, 0.99),
        "s",
        aim=1,
        details=spread(late),
    )
