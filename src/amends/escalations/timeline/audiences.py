"""Who inside hears: from the name of an audience, or of a rung's people, to the members themselves."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from django.db.models import Q

from amends.directory.actor import Role
from amends.directory.models import Absence, Member
from amends.escalations.models import Escalation


class Audience(StrEnum):
    """Those whom a kind of event tells."""

    HANDLER = "handler"
    CSM = "csm"
    PROMISE_OWNER = "owner"
    UPDATE_AUTHOR = "author"
    OPENER = "opener"
    ACCOUNT_TEAM = "account team"
    WATCHERS = "watchers"
    # Those whom the act itself names: mentioned in a note, asked for help, owner of a problem
    NAMED = "named"


@dataclass(frozen=True, slots=True)
class People:
    """The members who matter for some escalations, read at once, for finding them without a query each."""

    by_id: Mapping[int, Member] = field(default_factory=dict)
    executives: tuple[Member, ...] = ()
    administrators: tuple[Member, ...] = ()
    # Who stands in for whom, just now
    stand_ins: Mapping[int, int] = field(default_factory=dict)

    def here(self, member_id: int | None) -> Member | None:
        """That member, or whoever is above them if they have gone; None where there is nobody."""
        seen: set[int] = set()
        while member_id is not None and member_id not in seen:
            seen.add(member_id)
            member = self.by_id.get(member_id)
            if member is None:
                return None
            if member.is_active:
                return member
            member_id = member.reports_to_id
        return None

    def present(self, member_id: int | None) -> Member | None:
        """The same, or who stands in for them while they are away; where all stand-ins are away too, the first."""
        first = member = self.here(member_id)
        seen: set[int] = set()
        while member is not None and member.pk in self.stand_ins and member.pk not in seen:
            seen.add(member.pk)
            member = self.here(self.stand_ins[member.pk])
        return first if member is None or member.pk in seen else member

    def above(self, member_id: int | None) -> Member | None:
        member = self.here(member_id)
        return self.present(member.reports_to_id) if member else None

    def on_a_rung(self, tells: Iterable[str], escalation: Escalation, owner_id: int | None) -> list[Member]:
        """The members whom a rung of a ladder names, each once. Never nobody: the administrators hear at last."""
        found: list[Member | None] = []
        for who in tells:
            match who:
                case "owner":
                    found.append(self.present(owner_id) or self.present(escalation.handler_id))
                case "handler":
                    found.append(self.present(escalation.handler_id))
                case "handler's manager":
                    found.append(self.above(escalation.handler_id))
                case "executives":
                    found.extend(self.present(member.pk) for member in self.executives)
                case "administrators":
                    found.extend(self.present(member.pk) for member in self.administrators)
        members = list(dict.fromkeys(member for member in found if member))
        return members or list(self.administrators)


def everyone(now: dt.datetime) -> People:
    """All members, and who stands in for whom, read in two queries: an organisation has hundreds, not millions."""
    return _people(Member.objects.all(), _away(now))


def around(ids: Iterable[int | None], now: dt.datetime, known: People | None = None) -> People:
    """These members and whoever may hear in their place or above them, with the executives and administrators.

    For those who tell often: two queries, and one for each step beyond a manager, whatever the size of the
    organisation. `known` are those whom the same act has read already: they are not read again.
    """
    asked = {number for number in ids if number is not None}
    away = known.stand_ins if known else _away(now)
    found = dict(known.by_id) if known else _first(asked)
    gone: set[int | None] = {None}
    while missing := (asked | _leads_to(found.values(), away)) - found.keys() - gone:
        gone |= missing
        found |= Member.objects.in_bulk(missing)
    return _people(found.values(), away)


def _first(asked: set[int]) -> dict[int, Member]:
    """Those who are asked for, their managers, and who hears at last."""
    managers = Member.objects.filter(pk__in=asked).values("reports_to")
    read = Member.objects.filter(Q(pk__in=asked) | Q(role__in=_LAST) | Q(pk__in=managers))
    return {member.pk: member for member in read}


# Who hears at last, wherever it comes from.
_LAST = (Role.EXECUTIVE, Role.ADMINISTRATOR)


def _leads_to(members: Iterable[Member], away: Mapping[int, int]) -> set[int | None]:
    return {number for member in members for number in (member.reports_to_id, away.get(member.pk))}


def _away(now: dt.datetime) -> dict[int, int]:
    """Who stands in for whom."""
    standing = Absence.objects.standing(now).order_by("from_at", "id")
    return dict(standing.values_list("member_id", "stand_in_id"))


def _people(members: Iterable[Member], away: Mapping[int, int]) -> People:
    by_id = {member.pk: member for member in members}
    here = [member for member in by_id.values() if member.is_active]
    return People(
        by_id,
        tuple(member for member in here if member.role == Role.EXECUTIVE),
        tuple(member for member in here if member.role == Role.ADMINISTRATOR),
        away,
    )
