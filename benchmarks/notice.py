"""One notice tells the accounts of a cause, each in a case of its own, while a real clock and a real sender run.

Nobody has escalated, so each account gets a case, a promise and a mail. The mails wait ten seconds, in which they can
be taken back.
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Iterator

from django.conf import settings

from amends.directory.models import Account, Contact
from amends.escalations.actions import cause_notices, causes
from amends.escalations.models import CauseNotice, CauseNoticePart
from amends.lib import wall
from amends.outbox.models import Delivery
from benchmarks import crowds, floors
from benchmarks.figures import Figure, percentile, spread
from benchmarks.mail_server import serving
from benchmarks.place import Place
from tests import make

TEXT = "Dear {contact},\n\nyour orders may arrive twice since today. We stop it, and {account} hears by {next_by}."
TOMORROW = dt.timedelta(days=1)
HELD_FOR = dt.timedelta(seconds=settings.RECALL_SECONDS)


def measure(place: Place) -> Iterator[Figure]:
    """From the moment at which somebody says send, until all are told, and until the last mail has arrived."""
    count = place.size(500, 20)
    make.playbook()
    nadia = make.chain()[1]
    accounts = _accounts(count)
    by = nadia.as_actor()
    cause = causes.name(name="Orders are sent twice", by=by, now=wall.now())
    causes.mark(cause, accounts, how_we_know="They run 4.2", by=by, now=wall.now())
    customers = Delivery.objects.filter(audience=Delivery.Audience.CUSTOMER)
    with serving(place.home) as server, crowds.at_work(place, server, "clock", "sender"):
        began = time.monotonic()
        notice = cause_notices.begin(
            cause,
            accounts,
            subject="Your orders may arrive twice",
            text=TEXT,
            next_what="That it is mended",
            next_at=wall.now() + TOMORROW,
            by=by,
            now=wall.now(),
        )
        told = crowds.until(lambda: CauseNotice.objects.filter(pk=notice.pk, state="done").exists(), every=0.1)
        crowds.until(lambda: customers.filter(state="sent").count() == count, every=0.1)
        theirs = set(customers.values_list("address", flat=True))
        came = {each.to: each.at for each in server.arrivals() if each.to in theirs}
        assert len(came) == count == notice.parts.filter(outcome="told").count()
        behind_the_wall = wall.now().timestamp() - time.monotonic()
        posted = customers.values_list("address", "posted_at")
        waited = [came[address] + behind_the_wall - (at + HELD_FOR).timestamp() for address, at in posted]
        ready = floors.mails(server, b"Subject: Orders\r\n\r\nYour orders may arrive twice.\r\n", sorted(theirs))
    yield Figure(
        "told, each with a case and a promise",
        count / (told - began),
        "accounts/s",
        _commits(place, notice),
        "one raw commit for each",
        details={"accounts": count, "all told after s": told - began},
    )
    yield Figure(
        "their mails, from the first to the last",
        count / (max(came.values()) - min(came.values())),
        "mails/s",
        ready,
        "ready mails by smtplib",
        details={"the last after s": max(came.values()) - began},
    )
    yield Figure("a mail leaves after its ten seconds, p95", percentile(waited, 0.95), "s", details=spread(waited))


def _accounts(count: int) -> list[Account]:
    """Of ten CSMs, each with one contact."""
    csms = [make.member(f"Csm{number} Of Ours") for number in range(10)]
    accounts = Account.objects.bulk_create(
        Account(name=f"Account {number}", csm=csms[number % len(csms)]) for number in range(count)
    )
    Contact.objects.bulk_create(
        Contact(account=account, name="Ivo Martin", email=f"ivo@{account.pk}.example") for account in accounts
    )
    return accounts


def _commits(place: Place, notice: CauseNotice) -> float:
    ids = list(CauseNoticePart.objects.filter(notice=notice).values_list("pk", flat=True))
    raw = floors.Raw(place)
    began = time.monotonic()
    for pk in ids:
        raw.one("UPDATE escalations_causenoticepart SET why = why WHERE id = ?", (pk,))
    seconds = time.monotonic() - began
    raw.close()
    return len(ids) / seconds
