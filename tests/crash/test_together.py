"""Many at once: several clocks, several senders, twenty people. One outcome, one message."""

import datetime as dt
import re
import threading
from collections import Counter
from collections.abc import Callable

import pytest
from django.db import connection
from django.db.models import Count

from amends.escalations.actions import promises, updates
from amends.escalations.errors import Refused
from amends.escalations.models import Event, Mark, Promise
from amends.lib import wall
from amends.outbox.models import Delivery
from amends.outbox.smtp import MailServer
from amends.worker.deliver import Sender
from amends.worker.tick import tick
from tests import crowd, make

pytestmark = [pytest.mark.crash, pytest.mark.django_db(transaction=True)]
HOUR = dt.timedelta(hours=1)


def together(*works: Callable[[], object]) -> list[object]:
    """Run all of these at the same time, each on a connection of its own; what each returned or raised."""
    start, results = threading.Barrier(len(works)), []

    def run(work: Callable[[], object]) -> None:
        start.wait(20)
        try:
            results.append(work())
        except Exception as error:  # noqa: BLE001  (the test looks at it)
            results.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(300)
    assert len(results) == len(works), "somebody hangs"
    return results


def test_two_clocks_and_two_senders_over_thousands_due_tell_each_once(real, mailbox):
    """F9: no duplicate event, mark, delivery or message."""
    # On SQLite two clocks do the same work twice over, of which one is thrown away; fewer show it as well.
    count = 4_000 if connection.vendor == "postgresql" else 2_000
    owners = crowd.members(count // 100)
    crowd.promises(count, due_at=real.now - HOUR, made_at=real.now - 4 * HOUR, owners=owners)

    looked = together(lambda: tick(real.now), lambda: tick(real.now))

    assert all(isinstance(count, int) for count in looked), looked
    if connection.vendor == "postgresql":
        assert min(looked) > 0, "one of them did it all"
    assert Event.objects.count() == Mark.objects.count() == Delivery.objects.count() == count
    assert not Event.objects.values("escalation").annotate(n=Count("id")).filter(n__gt=1)

    def sends(place: str) -> Callable[[], None]:
        sender = Sender(MailServer(mailbox.url), place, wall.now)

        def until_nothing_is_left() -> None:
            while Delivery.objects.filter(state=Delivery.State.WAITING).exists():
                sender.deliver()

        return until_nothing_is_left

    assert together(sends("one"), sends("two")) == [None, None]

    assert set(Delivery.objects.values_list("state", flat=True)) == {Delivery.State.SENT}
    mails = mailbox.take_all()
    assert set(Counter(mail.message_id for mail in mails).values()) == {1}
    named = Counter(
        what
        for mail in mails
        for what in set(re.findall(r"Promise \d+", mail.text)) | set(re.findall(r"Promise \d+", mail.subject))
    )
    assert len(named) == count
    assert set(named.values()) == {1}


def an_escalation(now: dt.datetime) -> tuple:
    escalation = make.escalation(now=now)
    handler = escalation.handler.as_actor()
    promise = promises.make(escalation, what="The cause", due_at=now + HOUR, by=handler, now=now)
    Delivery.objects.all().delete()
    return escalation, promise, handler


@pytest.mark.parametrize("acts", ["twenty send the update", "twenty give up", "all sorts"])
def test_twenty_at_once_on_one_promise_are_one_outcome(real, acts):
    """F30."""
    escalation, promise, handler = an_escalation(real.now)
    now = real.now + dt.timedelta(minutes=1)

    def fresh() -> Promise:
        return Promise.objects.select_related("escalation").get(pk=promise.pk)

    def send() -> str:
        mine = fresh()
        updates.send(mine.escalation, text="Dear Maria,", to=[escalation.contact], keeps=[mine], by=handler, now=now)
        return "sent"

    def give_up() -> str:
        promises.give_up(fresh(), reason="It cannot be known.", by=handler, now=now)
        return "given up"

    def release() -> str:
        promises.release(fresh(), reason="Waived.", by=handler, now=now)
        return "released"

    works = {
        "twenty send the update": [send] * 20,
        "twenty give up": [give_up] * 20,
        "all sorts": [send, give_up, release, send] * 5,
    }[acts]
    results = together(*works)

    done = [result for result in results if isinstance(result, str)]
    assert len(done) == 1, results
    assert all(isinstance(result, Refused) for result in results if result is not done[0]), results
    ended = Event.objects.filter(kind__in=["promise.kept", "promise.broken", "promise.released"])
    assert ended.filter(words__promise=promise.pk).count() == 1
    customers = Delivery.objects.filter(audience=Delivery.Audience.CUSTOMER)
    assert customers.count() == (1 if done == ["sent"] else 0)


def test_a_clock_and_twenty_people_never_deadlock_and_never_tell_of_what_is_over(real):
    """F30 and F10: everybody acts on promises that fall due at this very moment."""
    due = crowd.promises(40, due_at=real.now + HOUR, made_at=real.now, owners=crowd.members(1))
    now = due[0].due_at
    actor = due[0].owner.as_actor()

    def give_up(promise: Promise) -> Callable[[], None]:
        return lambda: promises.give_up(
            Promise.objects.select_related("escalation").get(pk=promise.pk), reason="No.", by=actor, now=now
        )

    results = together(lambda: tick(now), *[give_up(promise) for promise in due[:20]])

    assert not [result for result in results if isinstance(result, Exception)], results
    for promise in due[:20]:
        last = Event.objects.filter(escalation=promise.escalation).order_by("-id").values_list("kind", flat=True)
        assert "promise.overdue" not in list(last)[: list(last).index("promise.broken")]
    assert (
        Event.objects.filter(kind="promise.overdue", escalation__in=[one.escalation for one in due[20:]]).count() == 20
    )
