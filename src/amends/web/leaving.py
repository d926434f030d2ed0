"""Whether mail leaves, what has not arrived yet of an escalation's, and what of it can still be taken back.

Without a mail server, or while all mail is paused, nothing leaves: no page then says that it does.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import QuerySet

from amends.escalations import invites, mails
from amends.escalations.models import Escalation, Meeting, Update
from amends.escalations.timeline.reaching import in_quiet_hours
from amends.lib import when
from amends.outbox.models import Channel, Delivery, Pause

# As many mails stand on the page of a case, and as many receivers of each are looked for, roughly.
_MOST, _RECEIVERS = 6, 10
State = Delivery.State
# Not left, or nobody knows; what waits is said too, because somebody has just sent it.
_UNDELIVERED = (State.WAITING, State.HANDING_OVER, State.DEAD, State.MAYBE)
_LOST = (State.DEAD, State.MAYBE)
# Not left yet, whyever
HERE = (State.WAITING, State.HANDING_OVER)
_NO_SERVER = "no mail server is set up yet"


def has_server() -> bool:
    """Whether there is a mail server at all."""
    return bool(settings.SMTP_URL)


def says(goes: str, waits: str) -> str:
    """What is said of a mail that was written just now: `goes` where mail leaves, else that it `waits`, and why.

    `waits` ends with its verb: “The invitation waits”. One query at most.
    """
    why = "" if has_server() else _NO_SERVER
    if not why and Pause.objects.filter(channel=Channel.MAIL).exists():
        why = "all mail is paused"
    return f"{waits} in the outbox: {why}." if why else goes


@dataclass(frozen=True, slots=True)
class Leaving:
    """A mail that has not arrived for sure: to one receiver, or to all for whom it waits, the newest delivery first.

    `update`: the one that can be taken back, while no sender has any of it.
    """

    deliveries: Sequence[Delivery]
    update: int | None

    @property
    def delivery(self) -> Delivery:
        return self.deliveries[0]

    @property
    def names(self) -> str:
        """Whom it goes to, as they were chosen."""
        return ", ".join(delivery.name for delivery in reversed(self.deliveries))

    @property
    def about(self) -> str:
        """Its subject: of a meeting it says whether that changed, or is off."""
        return str(self.delivery.letter.get("subject", ""))

    @property
    def takes_back(self) -> bool:
        """Whether it is offered to take it back: what calendars read is changed, or called off."""
        return self.update is not None and not self.delivery.letter.get("calendar")

    @property
    def trouble(self) -> str:
        """Why it has not left."""
        found = dict.fromkeys(delivery.trouble for delivery in self.deliveries if delivery.trouble)
        return " ".join(found) or ("" if has_server() else f"{_NO_SERVER}.")


@dataclass(frozen=True, slots=True)
class Resting:
    """An update in the seconds before it leaves."""

    update: int
    leaves_at: dt.datetime
    seconds: int
    names: str


def context(escalation: Escalation, now: dt.datetime) -> dict[str, Any]:
    """`undelivered`, newest first; and apart from it what is `resting` before it leaves."""
    found = _mails(_undelivered(escalation), now)
    rests = [_resting(each, now) for each in found] if has_server() else []
    resting = [each for each in rests if each]
    updates = {each.update for each in resting}
    return {"resting": resting, "undelivered": [each for each in found if each.update not in updates]}


def _mails(deliveries: Iterable[Delivery], now: dt.datetime) -> list[Leaving]:
    """What waits of one update is one mail; all else stands for itself."""
    mails_of: dict[str, list[Delivery]] = {}
    for delivery in deliveries:
        update = mails.number(delivery.identity) if delivery.state in HERE else 0
        mails_of.setdefault(f"update:{update}" if update else delivery.identity, []).append(delivery)
    found = [Leaving(several, _can_be_taken_back(several, now)) for several in mails_of.values()]
    return found[:_MOST]


def _resting(mail: Leaving, now: dt.datetime) -> Resting | None:
    leaves_at = min(delivery.next_try_at for delivery in mail.deliveries)
    if mail.update is None or leaves_at <= now:
        return None
    return Resting(mail.update, leaves_at, math.ceil((leaves_at - now).total_seconds()), mail.names)


def _can_be_taken_back(deliveries: Sequence[Delivery], now: dt.datetime) -> int | None:
    update = mails.number(deliveries[0].identity)
    return update if update and all(_is_untouched(delivery, now) for delivery in deliveries) else None


def _is_untouched(delivery: Delivery, now: dt.datetime) -> bool:
    is_leased = delivery.leased_until is not None and delivery.leased_until > now
    return delivery.state == State.WAITING and delivery.tries == 0 and not is_leased


def _undelivered(escalation: Escalation) -> list[Delivery]:
    """Mails to the customer that have not arrived for sure, and mails inside that never will.

    What was lost before they were told something else stands on the timeline alone.
    """
    found = Delivery.objects.filter(subject=escalation.subject)
    outside = found.filter(audience=Delivery.Audience.CUSTOMER, state__in=_UNDELIVERED)
    if escalation.last_said_at:
        outside = outside.exclude(state=State.DEAD, settled_at__lt=escalation.last_said_at)
    lost_inside = found.filter(audience=Delivery.Audience.INSIDE, state__in=_LOST)
    return list((outside | lost_inside).order_by("-posted_at", "-id")[: _MOST * _RECEIVERS])


def states(update: Update) -> set[str]:
    """How far the mails of an update are. One query."""
    found = _about(update.escalation_id).filter(identity__startswith=mails.identity(update))
    return set(found.values_list("state", flat=True))


def is_here(update: Update) -> bool:
    """Whether a mail of it has not left yet. One query."""
    return not states(update).isdisjoint(HERE)


def of_meeting(meeting: Meeting, zone: str, now: dt.datetime) -> str:
    """Whom an invitation to it, or a change of it, has not left for yet, and what holds it; blank where all has left.

    Until when one of ours is left alone is said by the clock of `zone`. Six queries at most.
    """
    updates = set(meeting.invitations.values_list("pk", flat=True))
    waits = _about(meeting.escalation_id).filter(state__in=HERE).order_by("posted_at", "id")
    ours = invites.identity(meeting)
    mine = [each for each in waits if mails.number(each.identity) in updates or each.identity.startswith(ours)]
    held = {delivery.name: quiet.until for quiet, alone in in_quiet_hours(mine, now) for delivery in alone}
    names = list(dict.fromkeys(each.name for each in mine if each.name not in held))
    goes = says(f"Mail is on its way to {', '.join(names)}.", f"Mail to {', '.join(names)} waits") if names else ""
    rests = [
        f"Mail to {name} is held until {when.local(until, zone, now)}, quiet hours." for name, until in held.items()
    ]
    return " ".join([goes, *rests] if goes else rests)


def _about(escalation: int) -> QuerySet[Delivery]:
    return Delivery.objects.filter(subject=Escalation(pk=escalation).subject)
