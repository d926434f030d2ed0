"""The escalation itself: opened, handed on, resolved, closed, reopened, withdrawn."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.db import transaction

from amends.directory.actor import Actor
from amends.directory.models import Account, Contact, Member, Organisation
from amends.escalations import handlers
from amends.escalations.actions import problems, promises
from amends.escalations.authority import Act, check
from amends.escalations.errors import Refused
from amends.escalations.models import Closure, Escalation
from amends.escalations.models.escalation import EPOCH
from amends.escalations.standing import (
    every_problem_is_settled,
    is_somebodys,
    is_under_way,
    may_hear,
    not_long_ago,
    nothing_is_owed,
    present,
)
from amends.escalations.terms import calendar
from amends.escalations.timeline import kinds
from amends.escalations.timeline.record import record
from amends.playbook import versions
from amends.playbook.assess import Assessment, assess
from amends.playbook.models import PlaybookVersion
from amends.playbook.verdicts import Intake, Worth

Status = Escalation.Status


@dataclass(frozen=True, slots=True)
class Heard:
    """What was heard when it came in. Only the reason is required; blank is what nobody has said yet."""

    reason: str
    problems: tuple[str, ...] = ()
    contact: Contact | None = None
    impact: str = ""
    mood: str = ""
    channel: str = Escalation.Channel.PHONE
    found_by: str = Escalation.FoundBy.CUSTOMER
    expectation: str = ""
    outcome_wanted: str = ""
    affects_customer: bool = True
    since_at: dt.datetime | None = None
    customer_should_know: bool = True
    why_not_told: str = ""
    # When they told us, if that was before now
    reported_at: dt.datetime | None = None
    asks_for_level: int | None = None


def propose(account: Account, heard: Heard, now: dt.datetime) -> Assessment:
    """What the playbook in force makes of it: severity, level and clocks, each with its because."""
    return _propose(_playbook(), account, heard, now)


@transaction.atomic
def open(
    account: Account,
    *,
    heard: Heard,
    by: Actor,
    now: dt.datetime,
    severity: str = "",
    severity_reason: str = "",
    handler: Member | None = None,
) -> Escalation:
    """Open an escalation: the right person takes charge at once, and an acknowledgement is owed.

    The playbook proposes severity, level and handler. Another severity needs a reason. Raises Refused.
    """
    check(by, Act.OPEN)
    _is_well_heard(account, heard, now)
    if handler is not None:
        present(handler, "handler")
    playbook = _playbook()
    proposed = _propose(playbook, account, heard, now)
    chosen = _chosen_severity(playbook, proposed, severity, severity_reason)
    reported_at = heard.reported_at or now
    escalation = Escalation.objects.create(
        account=account,
        reason=heard.reason.strip(),
        affects_customer=heard.affects_customer,
        since_at=heard.since_at,
        customer_should_know=heard.customer_should_know,
        why_not_told=heard.why_not_told.strip(),
        channel=heard.channel,
        found_by=heard.found_by,
        mood=heard.mood,
        expectation=heard.expectation.strip(),
        outcome_wanted=heard.outcome_wanted.strip(),
        contact=heard.contact,
        impact=heard.impact,
        severity=chosen,
        proposed_severity=proposed.severity,
        because=list(proposed.because),
        severity_reason=severity_reason.strip(),
        level=proposed.level,
        handler=handler or handlers.choose(proposed.handler, account, by),
        opened_by_id=by.member_id,
        playbook=playbook,
        reported_at=reported_at,
        opened_at=now,
        target_at=_target(playbook, chosen, now),
        next_look_at=EPOCH,
    )
    record(
        kinds.ESCALATION_OPENED,
        escalation,
        by=by,
        now=now,
        reason=escalation.reason,
        severity=playbook.document.severity(chosen).name,
        level=escalation.level,
        handler=str(escalation.handler),
        first_word_at=_first_word_due(escalation, now),
    )
    _begin(escalation, heard, by, now)
    return escalation


@transaction.atomic
def hand_to(escalation: Escalation, *, handler: Member, reason: str, by: Actor, now: dt.datetime) -> None:
    """Give the escalation, and what its last handler still owed, to another handler."""
    escalation.lock()
    check(by, Act.STEER, escalation)
    is_under_way(escalation, otherwise="first")
    present(handler, "handler")
    if handler.pk == escalation.handler_id:
        raise Refused(f"{handler} handles it already.", field="handler")
    if not reason.strip():
        raise Refused("Say why; the new handler will ask.", field="reason")

    escalation.promises.open().filter(owner_id=escalation.handler_id).update(owner=handler)
    escalation.handler = handler
    escalation.save(update_fields=["handler"])
    record(kinds.HANDLER_CHANGED, escalation, by=by, now=now, handler=handler.name, reason=reason.strip())


@transaction.atomic
def change_severity(escalation: Escalation, *, severity: str, reason: str, by: Actor, now: dt.datetime) -> None:
    """A person knows better than the matrix, and says why. Promises already made keep their times."""
    escalation.lock()
    check(by, Act.STEER, escalation)
    is_under_way(escalation, otherwise="first")
    document = escalation.playbook.document
    new = _severity_named(escalation.playbook, severity)
    if severity == escalation.severity:
        raise Refused("That is its severity now.", field="severity")
    if not reason.strip():
        raise Refused("Say why it is graver, or less grave, than the playbook has it.", field="reason")

    old = document.severity(escalation.severity).name
    escalation.severity, escalation.severity_reason = severity, reason.strip()
    escalation.save(update_fields=["severity", "severity_reason"])
    record(kinds.SEVERITY_CHANGED, escalation, by=by, now=now, old=old, new=new, reason=reason.strip())


@transaction.atomic
def set_trend(escalation: Escalation, *, trend: str, by: Actor, now: dt.datetime) -> None:
    """Improving, same or declining, as the handler sees it."""
    escalation.lock()
    check(by, Act.STEER, escalation)
    is_under_way(escalation, otherwise="first")
    if trend not in Escalation.Trend.values:
        raise Refused("The trend is improving, same or declining.", field="trend")
    if trend == escalation.trend:
        return

    old, escalation.trend = escalation.trend, Escalation.Trend(trend)
    escalation.save(update_fields=["trend"])
    record(kinds.TREND_CHANGED, escalation, by=by, now=now, old=old, new=trend)


@transaction.atomic
def resolve(escalation: Escalation, *, by: Actor, now: dt.datetime) -> None:
    """Every problem is solved or declined; now the customer is asked whether it is over."""
    escalation.lock()
    check(by, Act.STEER, escalation)
    is_somebodys(escalation)
    if escalation.status != Status.OPEN:
        raise Refused("Only an open escalation can be resolved.")
    every_problem_is_settled(escalation)

    escalation.status = Status.RESOLVED
    escalation.resolved_at = escalation.resolved_at or now
    escalation.save(update_fields=["status", "resolved_at"])
    record(kinds.ESCALATION_RESOLVED, escalation, by=by, now=now)


@transaction.atomic
def close(
    escalation: Escalation,
    *,
    outcome: str,
    by: Actor,
    now: dt.datetime,
    confirmed_by: str = "",
    confirmed_how: str = "",
    why_unconfirmed: str = "",
    note: str = "",
) -> Closure:
    """End it: resolved, confirmed by the customer or with the reason why not, nothing promised left to keep.

    Routine updates still ahead are released, missed ones broken; anything else must be kept or given up first.
    """
    escalation.lock()
    check(by, Act.CLOSE, escalation)
    is_somebodys(escalation)
    _may_be_closed(escalation, outcome, confirmed_by, why_unconfirmed)

    promises.release_all(escalation, reason="The escalation is closed.", by=by, now=now)
    confirmed_at = now if confirmed_by.strip() else None
    closure = Closure.objects.create(
        escalation=escalation,
        outcome=outcome,
        confirmed_by=confirmed_by.strip(),
        confirmed_how=confirmed_how,
        confirmed_at=confirmed_at,
        why_unconfirmed=why_unconfirmed.strip(),
        note=note.strip(),
        closed_by_id=by.member_id,
        closed_at=now,
    )
    escalation.status, escalation.closed_at = Status.CLOSED, now
    escalation.confirmed_at = escalation.confirmed_at or confirmed_at
    escalation.next_look_at = None
    escalation.save(update_fields=["status", "closed_at", "confirmed_at", "next_look_at"])
    record(
        kinds.ESCALATION_CLOSED,
        escalation,
        by=by,
        now=now,
        outcome=outcome,
        confirmation=f"Confirmed by {closure.confirmed_by}."
        if confirmed_at
        else f"Not confirmed: {closure.why_unconfirmed}",
    )
    return closure


@transaction.atomic
def reopen(escalation: Escalation, *, reason: str, by: Actor, now: dt.datetime) -> None:
    """It was not over after all, or it came back. The thirty days begin anew; the next update is promised."""
    escalation.lock()
    check(by, Act.CLOSE, escalation)
    if escalation.status not in (Status.RESOLVED, Status.CLOSED):
        raise Refused("Only a resolved or closed escalation can be reopened.")
    is_somebodys(escalation)
    if not reason.strip():
        raise Refused("Say what came back.", field="reason")

    if escalation.status == Status.CLOSED:
        escalation.target_at = _target(escalation.playbook, escalation.severity, now)
        escalation.closed_at, escalation.reopened_at = None, now
    if escalation.handler is None or not escalation.handler.is_active:
        level = escalation.playbook.document.level(escalation.level)
        escalation.handler = handlers.choose(level.handler, escalation.account, by)
    escalation.status, escalation.next_look_at = Status.OPEN, EPOCH
    escalation.save(update_fields=["status", "closed_at", "reopened_at", "target_at", "handler", "next_look_at"])
    record(kinds.ESCALATION_REOPENED, escalation, by=by, now=now, reason=reason.strip())
    promises.owe_next(escalation, by=by, now=now)


@transaction.atomic
def withdraw(escalation: Escalation, *, reason: str, by: Actor, now: dt.datetime) -> None:
    """It was no escalation after all. What was promised is released."""
    escalation.lock()
    check(by, Act.CLOSE, escalation)
    is_somebodys(escalation)
    if escalation.status != Status.OPEN:
        raise Refused("Only an open escalation can be withdrawn.")
    if not reason.strip():
        raise Refused("Say why it is withdrawn.", field="reason")

    promises.release_all(escalation, reason="The escalation is withdrawn.", by=by, now=now, missed_too=True)
    escalation.status, escalation.next_look_at = Status.WITHDRAWN, None
    escalation.closed_at = now
    escalation.save(update_fields=["status", "closed_at", "next_look_at"])
    record(kinds.ESCALATION_WITHDRAWN, escalation, by=by, now=now, reason=reason.strip())


def _first_word_due(escalation: Escalation, now: dt.datetime) -> dt.datetime:
    """When the customer hears from us first: the acknowledgement, counted from their report."""
    if not escalation.customer_should_know:
        # Nothing is owed to who is not to be told; the cadence still asks us to look at it.
        return promises.next_owed(escalation, now)
    within = escalation.playbook.document.severity(escalation.severity).acknowledge_within
    hours = calendar(escalation.playbook, escalation.severity, Organisation.current())
    return within.after(escalation.reported_at, hours)


def _begin(escalation: Escalation, heard: Heard, by: Actor, now: dt.datetime) -> None:
    """The plan's first lines, and the first word that is owed: who may open may cause both."""
    problems.begin(escalation, heard.problems, by=by, now=now)
    if escalation.customer_should_know:
        promises.owe_acknowledgement(escalation, due_at=_first_word_due(escalation, now), by=by, now=now)
    else:
        promises.owe_next(escalation, by=by, now=now)


def _playbook() -> PlaybookVersion:
    found = versions.current()
    if found is None:
        raise Refused("No playbook is in force yet. Run `amends init`, or adopt one.")
    return found


def _propose(playbook: PlaybookVersion, account: Account, heard: Heard, now: dt.datetime) -> Assessment:
    worth = Worth(
        account=account.name,
        spend=account.spend,
        currency=account.currency,
        potential=account.potential,
        is_strategic=account.is_strategic,
        is_advocate=account.is_advocate,
        health=account.health,
        renewal_on=account.renewal_on,
        industry=account.industry,
        presence=account.presence,
    )
    today = now.astimezone(ZoneInfo(account.zone)).date()
    try:
        return assess(playbook.document, worth, Intake(heard.impact, heard.mood, today, heard.asks_for_level))
    except LookupError as error:
        raise Refused(str(error), field="impact") from error


def _chosen_severity(playbook: PlaybookVersion, proposed: Assessment, severity: str, reason: str) -> str:
    if not severity or severity == proposed.severity:
        return proposed.severity
    _severity_named(playbook, severity)
    if not reason.strip():
        raise Refused("The playbook proposes another severity. Say why yours is right.", field="severity_reason")
    return severity


def _severity_named(playbook: PlaybookVersion, key: str) -> str:
    try:
        return playbook.document.severity(key).name
    except LookupError as error:
        raise Refused(str(error), field="severity") from error


def _target(playbook: PlaybookVersion, severity: str, now: dt.datetime) -> dt.datetime:
    within = playbook.document.target_for(severity)
    return within.after(now, calendar(playbook, severity, Organisation.current()))


def _is_well_heard(account: Account, heard: Heard, now: dt.datetime) -> None:
    if not heard.reason.strip():
        raise Refused("Say in a few words what it is about.", field="reason")
    if heard.reported_at and heard.reported_at > now:
        raise Refused("They cannot have reported it in the future.", field="reported_at")
    not_long_ago(heard.reported_at, now, "reported_at")
    not_long_ago(heard.since_at, now, "since_at")
    may_hear(heard.contact, account, "contact")
    if not heard.customer_should_know and not heard.why_not_told.strip():
        raise Refused("Say why the customer need not know.", field="why_not_told")
    for field, value, allowed in (
        ("mood", heard.mood, ["", *Escalation.Mood.values]),
        ("channel", heard.channel, Escalation.Channel.values),
        ("found_by", heard.found_by, Escalation.FoundBy.values),
    ):
        if value not in allowed:
            raise Refused(f"“{value}” is none of: {', '.join(filter(None, allowed))}.", field=field)


def _may_be_closed(escalation: Escalation, outcome: str, confirmed_by: str, why_unconfirmed: str) -> None:
    if escalation.status != Status.RESOLVED:
        raise Refused("Resolve it first: every problem solved or declined.")
    every_problem_is_settled(escalation)
    if outcome not in Escalation.Outcome.values:
        raise Refused("Say how it ended: recovered or lost.", field="outcome")
    if bool(confirmed_by.strip()) == bool(why_unconfirmed.strip()):
        raise Refused("Say who at the customer confirmed that it is over, or why nobody could.", field="confirmed_by")
    nothing_is_owed(escalation)
