"""Causes: what lies behind several escalations, and which accounts it affects, escalated or not.

A cause is held before the escalations that come of it. What is done to it leaves a trace, as in the directory; what
it means for a case stands on the timeline of that case.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypedDict, Unpack

from django.db import transaction

from amends.directory import checks
from amends.directory.actor import Actor
from amends.directory.models import Account, Member, Team
from amends.directory.security import traces
from amends.escalations.authority import Act, check
from amends.escalations.errors import Refused
from amends.escalations.hearing import in_force
from amends.escalations.models import AffectedAccount, Cause, CauseCase, Escalation
from amends.escalations.standing import is_under_way
from amends.escalations.timeline import kinds, letters, reaching
from amends.escalations.timeline.record import HOST, record, record_on_all
from amends.outbox.posting import post

MOST_KNOWN = 5_000
# So many accounts are marked at once.
MOST_MARKED = 2_000
# Without its key: whoever sees the cause need not see the case.
_THEY_ESCALATED = "They escalated."
_TOLD_OF = ("name", "what_we_know", "category", "team")


class Fields(TypedDict, total=False):
    """What may be said of a cause. The name is read by customers, what we know by ourselves."""

    name: str
    what_we_know: str
    category: str
    team: Team | None


@transaction.atomic
def name(*, by: Actor, now: dt.datetime, **fields: Unpack[Fields]) -> Cause:
    """Name what may lie behind several escalations, in words that a customer may read."""
    check(by, Act.CHANGE_CAUSES)
    cause = Cause(by_id=by.member_id, at=now)
    _write(cause, {"name": "", **fields})
    traces.leave("cause.named", cause, by=by, now=now, after=traces.picture(cause, _TOLD_OF))
    return cause


@transaction.atomic
def change(cause: Cause, *, by: Actor, now: dt.datetime, **fields: Unpack[Fields]) -> Cause:
    """Say it better, or more of it; what is not named stays as it is. What was told stays as it was told."""
    check(by, Act.CHANGE_CAUSES)
    cause = held(cause)
    before = traces.picture(cause, _TOLD_OF)
    _write(cause, fields)
    traces.leave("cause.changed", cause, by=by, now=now, before=before, after=traces.picture(cause, _TOLD_OF))
    return cause


@transaction.atomic
def link(cause: Cause, escalation: Escalation, *, by: Actor, now: dt.datetime) -> CauseCase:
    """This escalation comes of it. Its account is affected thereby; handler and CSM hear of it."""
    check(by, Act.CHANGE_CAUSES)
    cause = held(cause)
    _is_open(cause, "before you link anything to it")
    escalation.lock()
    is_under_way(escalation, otherwise="before you link it")
    if escalation.causes.filter(cause=cause).exists():
        raise Refused(f"{escalation.key} is linked to {cause.key} already.", field="cause")
    return linked(cause, escalation, by=by, now=now)


def linked(
    cause: Cause, escalation: Escalation, *, by: Actor, now: dt.datetime, is_told_first: bool = False
) -> CauseCase:
    """The link alone, of an escalation that is held. Part of acts that have asked already.

    `is_told_first`: it was opened just now, so that its account hears of the cause from us.
    """
    case = CauseCase.objects.create(cause=cause, escalation=escalation, by_id=by.member_id, at=now)
    if not is_told_first:
        _affects(cause, [escalation.account_id], _THEY_ESCALATED, by, now)
    kind = kinds.CAUSE_FOUND_FIRST if is_told_first else kinds.CAUSE_LINKED
    record(kind, escalation, by=by, now=now, cause=cause.key, name=cause.name)
    return case


@transaction.atomic
def unlink(cause: Cause, escalation: Escalation, *, reason: str, by: Actor, now: dt.datetime) -> None:
    """It comes of something else after all. Whether its account is affected is another question, and stays as it is."""
    check(by, Act.CHANGE_CAUSES)
    cause = held(cause)
    escalation.lock()
    if not reason.strip():
        raise Refused("Say what shows that it comes of something else.", field="reason")
    count, _ = escalation.causes.filter(cause=cause).delete()
    if not count:
        raise Refused(f"{escalation.key} is not linked to {cause.key}.")
    record(kinds.CAUSE_UNLINKED, escalation, by=by, now=now, cause=cause.key, reason=reason.strip())


@transaction.atomic
def mark(cause: Cause, accounts: Sequence[Account], *, how_we_know: str, by: Actor, now: dt.datetime) -> int:
    """These accounts are affected, and how we know; says how many newly. Those that were cleared are so again."""
    check(by, Act.CHANGE_CAUSES)
    cause = held(cause)
    _is_open(cause, "before you mark anybody as affected")
    if not accounts:
        raise Refused("Choose at least one account.", field="accounts")
    if len(accounts) > MOST_MARKED:
        raise Refused(f"Up to {MOST_MARKED:,} accounts at once. Mark the others after these.", field="accounts")
    known = checks.line(
        how_we_know, "how_we_know", at_most=300, missing="Say how we know: a log, a release, a version they run."
    )
    count = _affects(cause, [account.pk for account in accounts], known, by, now)
    if count:
        traces.leave("cause.accounts_marked", cause, by=by, now=now, after={"accounts": count, "how_we_know": known})
    return count


@transaction.atomic
def clear(affected: AffectedAccount, *, reason: str, by: Actor, now: dt.datetime) -> None:
    """This account is not affected after all. What it was told stays as it was told."""
    check(by, Act.CHANGE_CAUSES)
    held(affected.cause)
    affected.refresh_from_db()
    if affected.cleared_at:
        raise Refused(f"{affected.account} was found not to be affected already.")
    why = checks.line(reason, "reason", at_most=300, missing="Say what shows that they are not affected.")
    affected.cleared_at, affected.cleared_by_id, affected.why_cleared = now, by.member_id, why
    affected.save(update_fields=["cleared_at", "cleared_by", "why_cleared"])
    told = {"account": affected.account.name, "reason": why}
    traces.leave("cause.account_cleared", affected.cause, by=by, now=now, after=told)


@transaction.atomic
def solve(cause: Cause, *, done: str, by: Actor, now: dt.datetime) -> None:
    """It is solved, and how. It stands on each case under way, and their handlers and CSMs hear of it."""
    check(by, Act.CHANGE_CAUSES)
    cause = held(cause)
    _is_open(cause, "first")
    what = checks.line(done, "done", at_most=500, missing="Say what was done; the handlers tell it on.")
    cause.state, cause.what_was_done = Cause.State.SOLVED, what
    cause.solved_at, cause.solved_by_id = now, by.member_id
    cause.save(update_fields=["state", "what_was_done", "solved_at", "solved_by"])
    traces.leave("cause.solved", cause, by=by, now=now, after={"done": what})
    cases = _under_way(cause)
    _tell(cause, record_on_all(kinds.CAUSE_SOLVED, cases, by=by, now=now, cause=cause.key, done=what), by, now)


@transaction.atomic
def reopen(cause: Cause, *, reason: str, by: Actor, now: dt.datetime) -> None:
    """It is not solved after all, or is back. It stands on each case under way, and their people hear of it."""
    check(by, Act.CHANGE_CAUSES)
    cause = held(cause)
    if cause.is_open:
        raise Refused(f"{cause.key} is open.")
    why = checks.line(reason, "reason", at_most=300, missing="Say what shows that it is not solved.")
    before = {"done": cause.what_was_done}
    cause.state, cause.what_was_done, cause.solved_at, cause.solved_by = Cause.State.OPEN, "", None, None
    cause.save(update_fields=["state", "what_was_done", "solved_at", "solved_by"])
    traces.leave("cause.reopened", cause, by=by, now=now, before=before, after={"reason": why})
    cases = _under_way(cause)
    _tell(cause, record_on_all(kinds.CAUSE_REOPENED, cases, by=by, now=now, cause=cause.key, reason=why), by, now)


def held(cause: Cause) -> Cause:
    """The cause as it is now, held until the transaction ends; others may go on writing rows that name it."""
    return Cause.objects.select_for_update(no_key=True).get(pk=cause.pk)


def _write(cause: Cause, fields: Mapping[str, Any]) -> None:
    checks.no_others(fields, Fields.__annotations__)
    for field, value in fields.items():
        setattr(cause, field, _CHECKS[field](value))
    cause.save()


def _known(text: str) -> str:
    if len(text) > MOST_KNOWN:
        raise Refused(f"This is longer than {MOST_KNOWN:,} characters. Shorten it.", field="what_we_know")
    return text.strip()


def _category(key: str) -> str:
    try:
        return in_force().document.category(key).key if key else ""
    except LookupError as error:
        raise Refused(str(error), field="category") from error


_CHECKS: dict[str, Callable[[Any], Any]] = {
    "name": lambda text: checks.line(
        text, "name", at_most=160, missing="Say what is wrong, in words that a customer may read."
    ),
    "what_we_know": _known,
    "category": _category,
    "team": lambda team: team,
}


def _is_open(cause: Cause, otherwise: str) -> None:
    if not cause.is_open:
        raise Refused(f"{cause.key} is solved. Take it up again {otherwise}.")


def _affects(cause: Cause, accounts: Sequence[int], known: str, by: Actor, now: dt.datetime) -> int:
    """How many of them are affected newly, or again."""
    there = dict(cause.affected.filter(account__in=accounts).values_list("account", "cleared_at"))
    cleared = [number for number in accounts if there.get(number)]
    cause.affected.filter(account__in=cleared).update(
        how_we_know=known, by=by.member_id, at=now, cleared_at=None, cleared_by=None, why_cleared=""
    )
    new = [number for number in dict.fromkeys(accounts) if number not in there]
    AffectedAccount.objects.bulk_create(
        AffectedAccount(cause=cause, account_id=number, how_we_know=known, by_id=by.member_id, at=now) for number in new
    )
    return len(new) + len(cleared)


def _under_way(cause: Cause) -> list[Escalation]:
    """Its cases under way, held in the order of their numbers."""
    held_ones = Escalation.objects.live().filter(causes__cause=cause).select_for_update(of=("self",))
    return list(held_ones.select_related("account").order_by("pk"))


def _tell(cause: Cause, told: Mapping[Member, Sequence[Escalation]], by: Actor, now: dt.datetime) -> None:
    """One letter to each, whatever the number of their cases."""
    ways = reaching.of(told, now)
    post(
        [
            draft
            for member, cases in told.items()
            for draft in ways.drafts(
                member,
                identity=f"cause:{cause.pk}|{cause.state}|{now.isoformat()}|member:{member.pk}",
                letter=letters.cause(cause, cases, by=by.name),
                subject=f"cause:{cause.pk}",
            )
        ],
        host=HOST,
        now=now,
    )
