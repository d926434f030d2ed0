"""The escalation itself: opened, handed on, steered. How it ends stands in `endings`."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from amends.directory.actor import PLAYBOOK, Actor
from amends.directory.models import Account, Member, Organisation
from amends.escalations import handlers
from amends.escalations.actions import callers, criteria, decisions, holds, problems, promises
from amends.escalations.authority import Act, check, may
from amends.escalations.errors import Refused
from amends.escalations.hearing import Heard, can_be_so, columns, in_force, propose
from amends.escalations.models import Escalation
from amends.escalations.models.escalation import EPOCH
from amends.escalations.standing import is_under_way, present
from amends.escalations.terms import calendar
from amends.escalations.timeline import kinds
from amends.escalations.timeline.audiences import People
from amends.escalations.timeline.record import record
from amends.playbook.assess import Assessment, Qualification
from amends.playbook.models import PlaybookVersion

Status = Escalation.Status


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
    caller_name: str = "",
    is_request: bool = False,
    is_decided: bool = False,
    is_told: bool = False,
) -> Escalation:
    """Open an escalation: the right person takes charge at once, and an acknowledgement is owed.

    The playbook proposes severity, level and handler. Another severity needs a reason, and so does what does not
    qualify. Where the playbook asks for a decision it is requested first, and so is what nobody of us has weighed yet
    (`is_request`); not where whoever opens it may decide and does (`is_decided`). A caller of a new name becomes a
    contact. Where it `is_told` by another letter that it was opened, nobody gets a mail of it besides. Raises Refused.
    """
    check(by, Act.OPEN)
    heard = callers.named(account, heard, caller_name, by=by, now=now)
    can_be_so(account, heard, now)
    if handler is not None:
        present(handler, "handler", now)
    playbook = in_force()
    proposal = propose(playbook, account, heard, now)
    proposed = proposal.assessment
    chosen = _chosen_severity(playbook, proposed, severity, severity_reason)
    _may_be_opened(proposal.qualification, heard)
    _may_take_it_on(handler, playbook, proposal.qualification)
    people, organisation = handlers.candidates(account, by, now), Organisation.current()
    handler = handler or handlers.choose(proposed.handler, account, by, now, known=people)
    if not (is_decided and may(by, Act.DECIDE)):
        is_decided = not (is_request or asks_for_decision(playbook, proposal.qualification, handler, by))
    escalation = Escalation.objects.create(
        **columns(heard),
        account=account,
        status=Status.OPEN if is_decided else Status.REQUESTED,
        qualifies_by=[name for name, _ in proposal.qualification.holds],
        severity=chosen,
        proposed_severity=proposed.severity,
        because=list(proposed.because),
        severity_reason=severity_reason.strip(),
        level=proposed.level,
        handler=handler,
        opened_by_id=by.member_id,
        playbook=playbook,
        reported_at=heard.reported_at or now,
        opened_at=now,
        accepted_at=now if is_decided else None,
        target_at=target(playbook, chosen, organisation, now),
        next_look_at=EPOCH,
    )
    _begin(escalation, heard, people, organisation, by, now, is_told)
    return escalation


@transaction.atomic
def hand_to(escalation: Escalation, *, handler: Member, reason: str, by: Actor, now: dt.datetime) -> None:
    """Give the escalation, and what its last handler still owed, to another handler."""
    escalation.lock()
    check(by, Act.STEER, escalation)
    is_under_way(escalation, otherwise="first")
    present(handler, "handler", now)
    if handler.pk == escalation.handler_id:
        raise Refused(f"{handler} handles it already.", field="handler")
    if not reason.strip():
        raise Refused("Say why; the new handler will ask.", field="reason")
    if escalation.status == Status.REQUESTED:
        # Else whoever asks could name themselves, and decide.
        check(by, Act.DECIDE, escalation)

    escalation.promises.open().filter(owner_id=escalation.handler_id).update(owner=handler)
    escalation.handler = handler
    escalation.save(update_fields=["handler"])
    if decisions.overtake(escalation, by=by, now=now):
        decisions.ask(escalation, by=by, now=now)
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


def _first_word_due(escalation: Escalation, organisation: Organisation, now: dt.datetime) -> dt.datetime:
    """When the customer hears from us first: the acknowledgement, counted from their report."""
    if not escalation.customer_should_know:
        # Nothing is owed to who is not to be told; the cadence still asks us to look at it.
        return promises.next_owed(escalation, now)
    within = escalation.playbook.document.severity(escalation.severity).acknowledge_within
    hours = calendar(escalation.playbook, escalation.severity, organisation)
    return within.after(escalation.reported_at, hours)


def _begin(
    escalation: Escalation,
    heard: Heard,
    people: People,
    organisation: Organisation,
    by: Actor,
    now: dt.datetime,
    is_told: bool,
) -> None:
    """What opening causes: all are told, outreach is held, the plan and the first word owed are written down."""
    first_word_at = _first_word_due(escalation, organisation, now)
    if escalation.status == Status.REQUESTED:
        decisions.ask(escalation, by=by, now=now)
    record(
        kinds.ESCALATION_REQUESTED if escalation.status == Status.REQUESTED else kinds.ESCALATION_OPENED,
        escalation,
        by=by,
        now=now,
        known=people,
        # Who has to decide is asked in any case.
        is_told=is_told and escalation.status == Status.OPEN,
        reason=escalation.reason,
        severity=escalation.playbook.document.severity(escalation.severity).name,
        level=escalation.level,
        handler=str(escalation.handler),
        first_word_at=first_word_at,
        problems=[words.strip() for words in heard.problems if words.strip()],
    )
    if by.is_theirs:
        # They asked; what that brings about is our doing.
        by = PLAYBOOK
    holds.place(escalation, by=by, now=now)
    criteria.begin(escalation)
    problems.begin(escalation, heard.problems, by=by, now=now)
    if escalation.customer_should_know:
        promises.owe_acknowledgement(escalation, due_at=first_word_at, by=by, now=now)
    else:
        promises.owe_next(escalation, by=by, now=now)


def _may_be_opened(qualification: Qualification, heard: Heard) -> None:
    """Whatever does not qualify can be opened all the same, with a reason that stands on it."""
    if not qualification.qualifies and not heard.why_unqualified.strip():
        raise Refused(f"{qualification.because} Say why it should be opened all the same.", field="why_unqualified")


def asks_for_decision(playbook: PlaybookVersion, found: Qualification, handler: Member, by: Actor) -> bool:
    """Whether somebody must take it on first. Who opens what they handle themselves has decided."""
    return _needs_a_decision(playbook, found) and not (by.is_system or handler.pk in by.stands_for)


def _needs_a_decision(playbook: PlaybookVersion, found: Qualification) -> bool:
    decision = playbook.document.decision
    if decision is None:
        return False
    return decision.asked == "always" or (decision.asked == "when it does not qualify" and not found.qualifies)


def _may_take_it_on(named: Member | None, playbook: PlaybookVersion, found: Qualification) -> None:
    """Whoever is named instead of the playbook's choice cannot be one who could not decide for others."""
    if named and _needs_a_decision(playbook, found) and not may(named.as_actor(), Act.DECIDE):
        raise Refused(
            f"This needs a decision, and {named} cannot make it. Name a manager, or leave it to the playbook.",
            field="handler",
        )


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


def target(playbook: PlaybookVersion, severity: str, organisation: Organisation, now: dt.datetime) -> dt.datetime:
    """By when it is to be closed, counted from `now`."""
    within = playbook.document.target_for(severity)
    return within.after(now, calendar(playbook, severity, organisation))
