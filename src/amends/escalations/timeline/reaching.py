"""By which way each member is reached, and when not: their own choice, read for all of them at once.

Nothing is dropped in quiet hours: it is written as always, held until they end, and asked then whether it is still
wanted. Alarms of a severity that is watched day and night come through.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from amends.clock.calendars import ALWAYS, BadCalendar
from amends.clock.quiet import quiet_until
from amends.directory.models import Member, Organisation, Preference
from amends.escalations.models import Escalation
from amends.escalations.terms import calendar
from amends.lib import when
from amends.outbox.claims import TOGETHER
from amends.outbox.letters import Letter
from amends.outbox.models import Channel, Delivery
from amends.outbox.posting import Draft

# How the outbox says why it holds something; what follows is until when.
QUIET_HOURS = "Quiet hours until"


@dataclass(frozen=True, slots=True)
class Quiet:
    """A member is left alone just now."""

    until: dt.datetime
    because: str
    together: str


@dataclass(frozen=True, slots=True)
class Ways:
    """How these members are reached. Who has not said anything is reached by mail, at any hour."""

    now: dt.datetime
    preferences: Mapping[int, Preference] = field(default_factory=dict)

    def drafts(
        self,
        to: Member,
        *,
        identity: str,
        letter: Letter,
        subject: str = "",
        wanted_while: str = "",
        is_alarm: bool = False,
        comes_through: bool = False,
        rests: dt.timedelta = dt.timedelta(),
    ) -> Iterator[Draft]:
        """The same for each way by which they want it. `identity` names no channel; `comes_through` quiet hours.

        `rests`: how long it waits in any case.
        """
        quiet = None if comes_through else self.quiet(to)
        for channel in self._channels(to, is_alarm):
            yield Draft(
                identity=f"{identity}|{channel}",
                channel=channel,
                address=address_of(to, channel),
                name=to.name,
                letter=letter,
                subject=subject,
                wanted_while=wanted_while,
                is_alarm=is_alarm,
                rests=max(quiet.until - self.now, rests) if quiet else rests,
                held_because=quiet.because if quiet else "",
                bundle=quiet.together if quiet and is_alarm else "",
            )

    @property
    def leave_somebody_alone(self) -> bool:
        """Whether any of them has quiet hours at all."""
        return any(preference.quiet_from is not None for preference in self.preferences.values())

    def quiet(self, member: Member) -> Quiet | None:
        """Until when they are left alone; None where they are not."""
        preference = self.preferences.get(member.pk)
        if preference is None or preference.quiet_from is None or preference.quiet_until is None:
            return None
        try:
            until = quiet_until(self.now, begins=preference.quiet_from, ends=preference.quiet_until, zone=member.zone)
        except BadCalendar:
            return None
        if until is None:
            return None
        because = f"{QUIET_HOURS} {when.their_date(until, member.zone, self.now)}"
        return Quiet(until, because[:120], f"{TOGETHER}{member.pk}-{until:%Y%m%dT%H%M}")

    def _channels(self, member: Member, is_alarm: bool) -> tuple[Channel, ...]:
        preference = self.preferences.get(member.pk)
        if preference is None or not preference.chat_url:
            return (Channel.MAIL,)
        chosen = preference.alarms_by if is_alarm else preference.notices_by
        return {
            Preference.Channels.CHAT.value: (Channel.CHAT,),
            Preference.Channels.BOTH.value: (Channel.MAIL, Channel.CHAT),
        }.get(chosen, (Channel.MAIL,))


def of(members: Iterable[Member], now: dt.datetime) -> Ways:
    """How these members are reached just now. One query, however many they are."""
    ids = {member.pk for member in members}
    return Ways(now, Preference.objects.in_bulk(ids) if ids else {})


def address_of(member: Member, channel: str) -> str:
    """Where a channel finds them. A chat address is a secret, which is read only when something is handed over."""
    return member.email if channel == Channel.MAIL else f"member:{member.pk}"


def reader_id(delivery: Delivery) -> int | None:
    """Which member gets it, by its identity; None for what goes to somebody outside."""
    numbers = [part.removeprefix("member:") for part in delivery.identity.split("|") if part.startswith("member:")]
    return int(numbers[-1]) if numbers and numbers[-1].isdecimal() else None


def is_day_and_night(escalation: Escalation, organisation: Organisation) -> bool:
    """Whether the playbook watches its severity day and night, so that its alarms come through quiet hours."""
    try:
        return calendar(escalation.playbook, escalation.severity, organisation) == ALWAYS
    except (LookupError, ValueError, ArithmeticError):
        # A severity that was lost: the clock says so. An alarm too many does less harm than one that waits.
        return True


def in_quiet_hours(deliveries: Sequence[Delivery], now: dt.datetime) -> list[tuple[Quiet, list[Delivery]]]:
    """Of what is about to leave, what has to wait: for whom it was not quiet when it was written, it may be by now.

    What somebody asked for themselves does not wait. One query where nobody is left alone, three otherwise.
    """
    readers = {delivery.pk: reader for delivery in deliveries if (reader := _left_alone(delivery))}
    chosen = Preference.objects.filter(member__in=set(readers.values()), quiet_from__isnull=False)
    preferences = {preference.pk: preference for preference in chosen.select_related("member")}
    ways = Ways(now, preferences)
    quiet = {pk: found for pk, preference in preferences.items() if (found := ways.quiet(preference.member))}
    waits = [delivery for delivery in deliveries if readers.get(delivery.pk) in quiet]
    through = _coming_through(waits)
    held: dict[int, list[Delivery]] = {}
    for delivery in waits:
        if not (delivery.is_alarm and delivery.subject in through):
            held.setdefault(readers[delivery.pk], []).append(delivery)
    return [(quiet[reader], kept) for reader, kept in held.items()]


def asked_for(member: Member) -> str:
    """The subject of what a member asked for themselves: a digest at its time, a test of their chat."""
    return f"preference:{member.pk}"


def _left_alone(delivery: Delivery) -> int | None:
    is_inside = delivery.audience == Delivery.Audience.INSIDE and not delivery.subject.startswith("preference:")
    return reader_id(delivery) if is_inside else None


def _coming_through(waits: Sequence[Delivery]) -> set[str]:
    """The subjects among these whose alarms come at any hour."""
    alarms = [delivery.subject for delivery in waits if delivery.is_alarm]
    ids = [
        int(number)
        for noun, _, number in (each.partition(":") for each in alarms)
        if noun == "escalation" and number.isdecimal()
    ]
    if not ids:
        return set()
    organisation = Organisation.current()
    found: Any = Escalation.objects.filter(pk__in=ids).select_related("playbook")
    return {escalation.subject for escalation in found if is_day_and_night(escalation, organisation)}
