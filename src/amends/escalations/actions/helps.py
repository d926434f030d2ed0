"""Help that a handler needs, asked of somebody by name: what an executive reads first."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from amends.directory.actor import Actor
from amends.directory.models import Member, Team
from amends.escalations import authority
from amends.escalations.authority import Act, check
from amends.escalations.errors import Refused
from amends.escalations.models import Escalation, Help
from amends.escalations.standing import is_under_way, present, read_anew
from amends.escalations.timeline import kinds
from amends.escalations.timeline.record import record
from amends.lib.errors import Forbidden


@transaction.atomic
def ask(
    escalation: Escalation,
    *,
    what: str,
    by: Actor,
    now: dt.datetime,
    asked_of: Member | None = None,
    team: Team | None = None,
) -> Help:
    """Ask a member, or a team, for something that is needed here. They are told at once."""
    escalation.lock()
    check(by, Act.STEER, escalation)
    is_under_way(escalation, otherwise="before you ask for help")
    if not what.strip():
        raise Refused("Say what is needed.", field="what")
    if (asked_of is None) == (team is None):
        raise Refused("Ask one member, or one team.", field="asked_of")
    if asked_of is not None:
        present(asked_of, "asked_of", now)

    help_ = Help.objects.create(
        escalation=escalation, what=what.strip(), asked_of=asked_of, team=team, by_id=by.member_id, asked_at=now
    )
    record(
        kinds.HELP_ASKED,
        escalation,
        by=by,
        now=now,
        named=_asked(help_),
        whom=str(asked_of or team),
        what=help_.what,
        help_id=help_.pk,
    )
    return help_


@transaction.atomic
def give(help_: Help, *, answer: str, by: Actor, now: dt.datetime) -> None:
    """It is there; say what was done. Whoever was asked may, and whoever steers."""
    escalation = help_.escalation
    escalation.lock()
    check_may_settle(help_, by)
    _settle(help_, answer, "Say what was done.", now, is_given=True)
    asker = [help_.by] if help_.by else []
    record(
        kinds.HELP_GIVEN,
        escalation,
        by=by,
        now=now,
        named=asker,
        what=help_.what,
        answer=help_.answer,
        help_id=help_.pk,
    )


@transaction.atomic
def withdraw(help_: Help, *, reason: str, by: Actor, now: dt.datetime) -> None:
    """It is needed no longer; those who were asked hear that."""
    escalation = help_.escalation
    escalation.lock()
    check(by, Act.STEER, escalation)
    _settle(help_, reason, "Say why it is needed no longer.", now, is_given=False)
    record(
        kinds.HELP_WITHDRAWN,
        escalation,
        by=by,
        now=now,
        named=_asked(help_),
        what=help_.what,
        answer=help_.answer,
        help_id=help_.pk,
    )


def needed(escalation: Escalation, actor: Actor) -> list[tuple[Help, bool]]:
    """What is still needed here, the oldest first, and whether the actor may say that it is there."""
    found = escalation.helps.filter(settled_at__isnull=True).select_related("asked_of", "team", "by")
    teams = set(Team.objects.filter(members=actor.member_id).values_list("pk", flat=True)) if found else set()
    steers = authority.may(actor, Act.STEER, escalation)
    return [(help_, steers or _is_asked(help_, actor, teams)) for help_ in found]


def check_may_settle(help_: Help, actor: Actor) -> None:
    """Raise Forbidden for whoever may not say that it is there: who was asked may, or is of the team, or steers."""
    teams = Team.objects.filter(members=actor.member_id, pk=help_.team_id or 0).values_list("pk", flat=True)
    if authority.may(actor, Act.STEER, help_.escalation) or _is_asked(help_, actor, set(teams)):
        return
    raise Forbidden(f"You may not say that: {help_.asked_of or help_.team} may, and who steers this escalation.")


def _is_asked(help_: Help, actor: Actor, teams: set[int]) -> bool:
    return actor.may_write and (help_.asked_of_id in actor.stands_for or help_.team_id in teams)


def _settle(help_: Help, answer: str, otherwise: str, now: dt.datetime, *, is_given: bool) -> None:
    read_anew(help_, help_.escalation)
    if help_.settled_at:
        raise Refused("That is settled already.")
    if not answer.strip():
        raise Refused(otherwise, field="answer")
    help_.settled_at, help_.answer, help_.is_given = now, answer.strip(), is_given
    help_.save(update_fields=["settled_at", "answer", "is_given"])


def _asked(help_: Help) -> list[Member]:
    if help_.asked_of:
        return [help_.asked_of]
    return list(help_.team.members.filter(is_active=True)) if help_.team else []
