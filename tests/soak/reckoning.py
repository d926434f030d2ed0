"""Afterwards: what was said yes to is there, what left has arrived, and nothing was silent."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Q

from amends.escalations.actions.deliveries import is_struck
from amends.escalations.models import (
    Escalation,
    Event,
    EventWords,
    Help,
    Mark,
    Note,
    Problem,
    Promise,
    Update,
)
from amends.outbox.models import Delivery
from amends.outbox.posting import message_id
from tests.mailbox import Mail
from tests.soak.ledger import Deed, Ledger

MARK = re.compile(r"soak-\d{6}")
# Where an act's words are kept, once: which rows, and which of their columns.
KEPT: dict[str, tuple[Any, str]] = {
    "escalations": (Escalation.objects, "reason"),
    "updates": (Update.objects, "text"),
    # One that was moved lives on in another, with the same words.
    "promises": (Promise.objects.filter(moved_from__isnull=True), "what"),
    "notes": (Note.objects, "text"),
    "problems": (Problem.objects, "words"),
    "helps": (Help.objects, "what"),
}
# A promise that was kept later than this after its time has had its alarm; clocks were dead for a while, too.
SURELY_TOLD = dt.timedelta(minutes=90)
# Besides what is lost in a trouble, in all: a lease is a second here, and where this machine keeps two senders of four
# connections each waiting for longer, each connection may lose one.
KEPT_WAITING = 8
# One message is in hand at one trouble, by bad luck at the next one too, and broken off once besides: no more often.
MOST_OFTEN = 4
State = Delivery.State
Span = tuple[float, float]
Key = tuple[str, str]


def faults(ledger: Ledger, mails: list[Mail], now: dt.datetime, *, lost: Sequence[Span] = ()) -> list[str]:
    """Everything that is not as it should be, a sentence each. `mails`: all that the mail server has taken. `lost`: the
    spans of its time in which a sender may have lost what it had in hand.
    """
    return [
        *ledger.faults,
        *_of_another_time(now),
        *_acts(ledger.deeds),
        *_mail(mails, lost),
        *_promises(now),
        *_nothing_waits(now),
    ]


def _of_another_time(now: dt.datetime) -> Iterator[str]:
    """A process that does not live in the invented time tests nothing of what time does."""
    newest = Event.objects.order_by("-at").values_list("at", flat=True).first()
    if newest and newest > now:
        yield f"Something happened at {newest:%a %d %b %H:%M}, and it is only {now:%a %d %b %H:%M}."


# What the API said


def _acts(deeds: list[Deed]) -> Iterator[str]:
    """What was said yes to is there, once; what was refused is not; of what nobody knows there is at most one."""
    kept = {where: _marks(rows.values_list(column, flat=True)) for where, (rows, column) in KEPT.items()}
    words = _marks(json.dumps(words) for words in EventWords.objects.values_list("words", flat=True))
    for deed in deeds:
        if deed.where in kept:
            found = kept[deed.where][deed.mark]
            if deed.answer.is_yes and found != 1:
                yield f"{deed}: it is there {found} times."
            if deed.answer.is_unknown and found > 1:
                yield f"{deed}: it is there {found} times."
        else:
            found = words[deed.mark]
        if deed.where == "words" and deed.answer.is_yes and not found:
            yield f"{deed}: it is not on the timeline."
        if (
            MARK.fullmatch(deed.mark)
            and not (deed.answer.is_yes or deed.answer.is_unknown)
            and (found or words[deed.mark])
        ):
            yield f"{deed}: it was refused, and is there."
        if deed.where == "kinds" and deed.answer.is_yes and not _happened(deed):
            yield f"{deed}: it is not on the timeline."


def _marks(texts: Any) -> Counter[str]:
    return Counter(mark for text in texts for mark in set(MARK.findall(text)))


def _happened(deed: Deed) -> bool:
    number = int(deed.escalation.removeprefix("ESC-"))
    meanwhile = (deed.asked_at - dt.timedelta(minutes=1), deed.answered_at)
    found = Event.objects.filter(kind=deed.mark, by=deed.by, at__range=meanwhile)
    return any(event.escalation.key == f"ESC-{number}" for event in found.select_related("escalation"))


# What left


@dataclass(frozen=True)
class Sent:
    """A delivery as far as the mail server can know it."""

    identity: str
    state: str
    is_customers: bool
    own: Key
    bundled: Key | None

    @property
    def arrives_as(self) -> Key:
        return self.bundled or self.own


def _mail(mails: list[Mail], lost: Sequence[Span]) -> Iterator[str]:
    """The mail server's ledger and the outbox's are the same."""
    arrived = Counter((mail.message_id, mail.to) for mail in mails)
    all_sent = [sent(delivery) for delivery in Delivery.objects.filter(channel="mail")]
    for one in all_sent:
        came = arrived[one.arrives_as]
        if one.state == State.SENT and not came:
            yield f"{one.identity} is sent, and has not arrived."
        if one.is_customers and came > 1:
            yield f"{one.identity} came to a customer {came} times."
        if one.is_customers and came and one.state != State.SENT:
            yield f"{one.identity} came to a customer, and is {one.state}."
        if one.bundled and arrived[one.own]:
            yield f"{one.identity} came alone and then in a bundle: twice, under two identities."
    known = {key for one in all_sent for key in (one.own, one.bundled) if key}
    for key in arrived.keys() - known:
        yield f"Nobody knows of a message {key[0]} to {key[1]} that arrived."
    customers = {one.own for one in all_sent if one.is_customers}
    yield from _repeats([mail for mail in mails if (mail.message_id, mail.to) not in customers], lost)


def _repeats(inside: list[Mail], lost: Sequence[Span]) -> Iterator[str]:
    """Word inside comes once more where its sender lost it with the server's yes, and not otherwise."""
    for (identity, to), times in Counter((mail.message_id, mail.to) for mail in inside).items():
        if times > MOST_OFTEN:
            yield f"{identity} came to {to} {times} times."
    in_hand = sum(any(began <= mail.at <= ended for began, ended in lost) for mail in inside)
    if (again := repeated(inside)) > in_hand + KEPT_WAITING:
        yield f"{again} messages inside came once more; of {in_hand} a sender may have lost the answer."


def sent(delivery: Delivery) -> Sent:
    host = delivery.message_id.rpartition("@")[2].rstrip(">")
    return Sent(
        identity=delivery.identity,
        state=delivery.state,
        is_customers=delivery.audience == Delivery.Audience.CUSTOMER,
        own=(delivery.message_id, delivery.address),
        bundled=(message_id(delivery.bundle, host), delivery.address) if delivery.bundle else None,
    )


def story(delivery: Delivery) -> str:
    """How far one has come, for whoever looks after what went wrong."""
    lease = f", leased by {delivery.leased_by} until {delivery.leased_until:%H:%M:%S}" if delivery.leased_until else ""
    tries = f"tries {delivery.tries}, next {delivery.next_try_at:%H:%M:%S}{lease}, bundle “{delivery.bundle}”"
    return f"{delivery.identity} is {delivery.state}: {tries}. {delivery.trouble or delivery.held_because}"


def repeated(mails: list[Mail]) -> int:
    """How many messages came once more under the same identity; only inside notices may."""
    return sum(times - 1 for times in Counter((mail.message_id, mail.to) for mail in mails).values())


# Nothing silent


def _promises(now: dt.datetime) -> Iterator[str]:
    """Whatever is past its time was told of: its alarm rang, and its mark is there."""
    late = Q(status=Promise.Status.OPEN, due_at__lt=now - dt.timedelta(minutes=2))
    late |= Q(settled_at__gt=F("due_at") + SURELY_TOLD)
    under_way = Promise.objects.filter(late, made_at__lt=F("due_at"), escalation__imported_key__isnull=True)
    told = set(Mark.objects.filter(key__startswith="promise:").values_list("key", flat=True))
    rung = {
        (escalation, once.rpartition(":")[0])
        for escalation, once in Event.objects.filter(kind="promise.overdue").values_list("escalation", "once")
    }
    for promise in under_way.select_related("escalation"):
        key = f"promise:{promise.pk}"
        is_live = promise.status != Promise.Status.OPEN or promise.escalation.status in Escalation.UNDER_WAY
        if is_live and (key not in told or (promise.escalation_id, key) not in rung):
            says = f"due {promise.due_at:%d %H:%M}, {promise.status} {promise.settled_at or ''}"
            yield f"{promise.escalation.key}: promise {promise.pk} was never told to be overdue ({says})."


def _nothing_waits(now: dt.datetime) -> Iterator[str]:
    """Nothing that is due is unsent."""
    overdue = Delivery.objects.filter(state=State.WAITING, next_try_at__lt=now - dt.timedelta(minutes=1))
    for delivery in [*overdue, *unsettled()]:
        yield f"{story(delivery)}"


def unsettled() -> list[Delivery]:
    """At the door, in doubt, or failed; but for what reached nobody and was struck, which nobody may send again."""
    found = Delivery.objects.filter(state__in=[State.HANDING_OVER, State.MAYBE, State.DEAD])
    return [delivery for delivery in found if delivery.state == State.HANDING_OVER or not is_struck(delivery)]
