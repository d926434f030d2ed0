"""Which accounts sales leaves alone just now, and whom one asks. Reads only; `actions/holds.py` places and lifts.

That an account is on hold, since when, for which escalation and who handles that may be known to everybody who may
see holds. What it is about may be read only by those who may see the escalation.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet

from amends.directory.actor import Actor
from amends.directory.models import Account, Member
from amends.escalations import access
from amends.escalations.models import Hold
from amends.escalations.timeline.audiences import People, everyone

# How long what was lifted stays on the page, and how many changes the feed tells of.
RECENTLY = dt.timedelta(days=14)
MOST_LIFTED = 20
MOST_TOLD = 100


@dataclass(frozen=True, slots=True)
class Standing:
    """One account on hold: since when, for which escalations."""

    account: Account
    holds: Sequence[Reason]

    @property
    def since(self) -> dt.datetime:
        return min(reason.hold.since for reason in self.holds)

    @property
    def until(self) -> dt.datetime:
        """When the last of them is to be over: the target, not a promise."""
        return max(reason.hold.escalation.target_at for reason in self.holds)

    @property
    def ask(self) -> Member | None:
        """Whoever handles the first of them, or stands in."""
        return next((reason.ask for reason in self.holds if reason.ask), None)


@dataclass(frozen=True, slots=True)
class Reason:
    """An escalation for which an account is on hold. `is_seen`: the reader may know what it is about."""

    hold: Hold
    ask: Member | None
    stands_in_for: Member | None
    is_seen: bool


@dataclass(frozen=True, slots=True)
class Change:
    """A hold was placed, or lifted; what a feed tells. `others`: the account is on hold for another escalation."""

    hold: Hold
    at: dt.datetime
    is_lifted: bool
    ask: Member | None
    others: bool


def on_hold(found: QuerySet[Account]) -> QuerySet[Account]:
    """Of these accounts, those on hold."""
    return found.filter(pk__in=Hold.objects.filter(lifted_at__isnull=True).values("account"))


def mine(found: QuerySet[Account], actor: Actor) -> QuerySet[Account]:
    """Of these accounts, those which one serves, or somebody for whom one stands in."""
    us = actor.stands_for
    return found.filter(Q(csm__in=us) | Q(pk__in=Account.objects.filter(seats__member__in=us).values("pk")))


def standing(accounts: Iterable[Account], *, seen_by: Actor, now: dt.datetime) -> list[Standing]:
    """How each of these accounts is on hold; those that are not are left out. Four queries, however many."""
    ordered = list(accounts)
    holds = Hold.objects.filter(account__in=[account.pk for account in ordered], lifted_at__isnull=True)
    found = list(holds.select_related("escalation__handler").order_by("since", "id"))
    if not found:
        return []
    people = everyone(now)
    seen = set(
        access.visible_to(seen_by).filter(pk__in=[hold.escalation_id for hold in found]).values_list("pk", flat=True)
    )
    reasons: dict[int, list[Reason]] = defaultdict(list)
    for hold in found:
        reasons[hold.account_id].append(_reason(hold, people, is_seen=hold.escalation_id in seen))
    return [Standing(account, reasons[account.pk]) for account in ordered if account.pk in reasons]


def recently_lifted(found: QuerySet[Account], now: dt.datetime) -> list[Hold]:
    """The holds lifted last, where the account is on hold for nothing else; one an account."""
    still = Hold.objects.filter(account=OuterRef("account"), lifted_at__isnull=True)
    newer = Hold.objects.filter(account=OuterRef("account"), lifted_at__gt=OuterRef("lifted_at"))
    lifted = Hold.objects.filter(lifted_at__gt=now - RECENTLY, account__in=found.values("pk"))
    ended = lifted.filter(~Exists(still), ~Exists(newer)).select_related("account", "escalation")
    return list(ended.order_by("-lifted_at", "-id")[:MOST_LIFTED])


def changes(now: dt.datetime) -> list[Change]:
    """What was placed and lifted last, the newest first. Four queries."""
    holds = Hold.objects.select_related("account", "escalation__handler")
    placed = holds.order_by("-since", "-id")[:MOST_TOLD]
    lifted = holds.filter(lifted_at__isnull=False).order_by("-lifted_at", "-id")[:MOST_TOLD]
    people = everyone(now)
    told = [_change(hold, hold.since, people) for hold in placed]
    told += [_change(hold, hold.lifted_at, people, is_lifted=True) for hold in _with_others(lifted) if hold.lifted_at]
    return sorted(told, key=lambda change: (change.at, change.hold.pk, change.is_lifted), reverse=True)[:MOST_TOLD]


def _with_others(lifted: QuerySet[Hold]) -> QuerySet[Hold]:
    """Each with whether the account was on hold for something else when this one was lifted."""
    at_the_time = Hold.objects.filter(account=OuterRef("account"), since__lte=OuterRef("lifted_at"))
    on = Q(lifted_at__isnull=True) | Q(lifted_at__gt=OuterRef("lifted_at"))
    return lifted.annotate(others=Exists(at_the_time.filter(on)))


def _change(hold: Hold, at: dt.datetime, people: People, *, is_lifted: bool = False) -> Change:
    ask = people.present(hold.escalation.handler_id)
    return Change(hold, at, is_lifted, ask, bool(getattr(hold, "others", False)))


def _reason(hold: Hold, people: People, *, is_seen: bool) -> Reason:
    ask = people.present(hold.escalation.handler_id)
    handler = hold.escalation.handler
    return Reason(hold, ask, handler if handler and ask and ask.pk != handler.pk else None, is_seen)
