"""Who is away and who stands in, in words, wherever somebody is named."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from amends.directory.models import Absence, Member
from amends.escalations.timeline.audiences import everyone
from amends.lib import when


def away(members: Iterable[Member | None], *, zone: str, now: dt.datetime) -> dict[int, str]:
    """Of these members, those who are away: "away until Thu 3 Dec; Tom Okafor stands in". One query where nobody is."""
    ids = {member.pk for member in members if member}
    found = list(Absence.objects.standing(now).filter(member__in=ids).select_related("stand_in")) if ids else []
    if not found:
        return {}
    people = everyone(now)
    says = {}
    for absence in found:
        present = people.present(absence.member_id) or absence.stand_in
        says[absence.member_id] = f"away until {when.day(absence.until_at, zone, now)}; {present} stands in"
    return says


def away_one(member: Member | None, *, zone: str, now: dt.datetime) -> str:
    """The same of one; blank where they are here, or nobody."""
    return away([member], zone=zone, now=now).get(member.pk, "") if member else ""
