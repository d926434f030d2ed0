"""What was heard, completed: what could not be said on the phone is filled in later.

What follows from it follows at once: the severity, where no person has chosen it, and whether the customer is owed
a word. Due times never move by themselves.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.db import models, transaction

from amends.directory.actor import Actor
from amends.directory.models import Organisation
from amends.escalations.actions import callers, inside, problems, promises
from amends.escalations.authority import Act, check
from amends.escalations.errors import Refused
from amends.escalations.hearing import Heard, Proposal, can_be_so, columns, from_row, propose
from amends.escalations.models import Escalation
from amends.escalations.standing import is_under_way
from amends.escalations.terms import acknowledge_by
from amends.escalations.timeline import kinds
from amends.escalations.timeline.record import record
from amends.lib import when
from amends.playbook.assess import Assessment


@transaction.atomic
def complete(
    escalation: Escalation, *, said: Mapping[str, Any], caller_name: str = "", by: Actor, now: dt.datetime
) -> None:
    """Fill in what was heard: what is `said` now, under the names of `Heard`, while all that is not named stays.

    Its problems come onto the plan. Whoever told us may be named: somebody new becomes a contact. The severity
    follows where no person has chosen it. Raises Refused for what cannot have been heard.
    """
    escalation.lock()
    check(by, Act.HEAR, escalation)
    is_under_way(escalation, otherwise="before you add to what was heard")
    heard = callers.named(escalation.account, replace(from_row(escalation), **said), caller_name, by=by, now=now)
    same_contact = heard.contact is not None and heard.contact.pk == escalation.contact_id
    can_be_so(escalation.account, replace(heard, contact=None) if same_contact else heard, now)
    proposal = propose(escalation.playbook, escalation.account, heard, now)
    was_to_know = escalation.customer_should_know

    fill_in(escalation, heard, proposal, by=by, now=now)
    problems.add(escalation, heard.problems, by=by, now=now)
    if heard.customer_should_know and not was_to_know:
        _owe_a_word(escalation, by, now)
    elif was_to_know and not heard.customer_should_know:
        promises.release_routine(escalation, reason=escalation.why_not_told, by=by, now=now)
        promises.owe_next(escalation, by=by, now=now)


@transaction.atomic
def fill_in(escalation: Escalation, heard: Heard, proposal: Proposal, *, by: Actor, now: dt.datetime) -> None:
    """Write down all that was heard by now, and let the severity follow. Part of completing and of adding.

    What they want stands on their page: it holds nothing that was written for some of us alone.
    """
    escalation.lock()
    if heard.outcome_wanted.strip() != escalation.outcome_wanted:
        inside.tells_nothing_of_it(escalation, outcome_wanted=heard.outcome_wanted)
    changes = _changes(escalation, heard, now)
    for name, value in columns(heard).items():
        setattr(escalation, name, value)
    escalation.qualifies_by = [name for name, _ in proposal.qualification.holds]
    escalation.save(update_fields=[*columns(heard), "qualifies_by"])
    if changes:
        record(kinds.HEARD_COMPLETED, escalation, by=by, now=now, changes="; ".join(changes).rstrip(".") + ".")
    _follow(escalation, proposal, by, now)


@transaction.atomic
def may_know(escalation: Escalation, *, by: Actor, now: dt.datetime) -> None:
    """Say that the customer may know of it by now. An acknowledgement is owed at once. Nothing, where they may."""
    escalation.lock()
    check(by, Act.HEAR, escalation)
    is_under_way(escalation, otherwise="before you add to what was heard")
    let_know(escalation, by=by, now=now)


@transaction.atomic
def let_know(escalation: Escalation, *, by: Actor, now: dt.datetime) -> None:
    """The same as part of another act: who may do that is not asked again."""
    escalation.lock()
    if escalation.customer_should_know:
        return

    escalation.customer_should_know, escalation.why_not_told = True, ""
    escalation.save(update_fields=["customer_should_know", "why_not_told"])
    record(kinds.HEARD_COMPLETED, escalation, by=by, now=now, changes="need to know: yes.")
    _owe_a_word(escalation, by, now)


@transaction.atomic
def look_again(escalation: Escalation, *, why_not_told: str, by: Actor, now: dt.datetime) -> None:
    """Somebody looked, and the customer still need not know. By the severity's cadence it is looked at again."""
    escalation.lock()
    check(by, Act.HEAR, escalation)
    is_under_way(escalation, otherwise="first")
    if escalation.customer_should_know:
        raise Refused("The customer is to know of it. Tell them.")
    if not why_not_told.strip():
        raise Refused("Say why the customer still need not know.", field="why_not_told")

    escalation.why_not_told = why_not_told.strip()
    escalation.save(update_fields=["why_not_told"])
    record(kinds.LOOKED, escalation, by=by, now=now, reason=escalation.why_not_told)
    promises.looked(escalation, by=by, now=now)
    promises.owe_next(escalation, by=by, now=now)


def _follow(escalation: Escalation, proposal: Proposal, by: Actor, now: dt.datetime) -> None:
    """Let the severity follow what the playbook now makes of it, unless a person has chosen one."""
    proposed = proposal.assessment
    is_chosen = bool(escalation.severity_reason) or escalation.severity != escalation.proposed_severity
    old, escalation.proposed_severity = escalation.severity, proposed.severity
    escalation.because = _because(escalation, proposed)
    if not is_chosen:
        escalation.severity = proposed.severity
    escalation.save(update_fields=["severity", "proposed_severity", "because"])
    if escalation.severity != old:
        document = escalation.playbook.document
        record(
            kinds.SEVERITY_CHANGED,
            escalation,
            by=by,
            now=now,
            old=document.severity(old).name,
            new=document.severity(escalation.severity).name,
            reason=proposed.severity_because,
        )


def _owe_a_word(escalation: Escalation, by: Actor, now: dt.datetime) -> None:
    """They may know from now on: the look is over, and the acknowledgement is owed, counted from now."""
    escalation.to_know_since = now
    escalation.save(update_fields=["to_know_since"])
    promises.looked(escalation, by=by, now=now)
    due_at = acknowledge_by(escalation.playbook, escalation.severity, Organisation.current(), now)
    promises.owe_acknowledgement(escalation, due_at=due_at, by=by, now=now)


def _because(escalation: Escalation, proposed: Assessment) -> list[str]:
    """Why it stands as it does. Who handles it does not change by hearing more, and it says so."""
    sentences = list(proposed.because)
    if proposed.level != escalation.level:
        sentences[1] = (
            f"Level {escalation.level}, as it was opened. By what is known now the playbook would say: "
            f"{proposed.level_because}"
        )
    return sentences


# What each column is called in a list of changes; those that are not here go without saying.
_LABELS = {
    "reason": "what has happened",
    "contact": "who told us",
    "category": "what it is about",
    "impact": "what it does to them",
    "mood": "mood",
    "patience": "patience",
    "sentiment": "their CSM is",
    "channel": "came by",
    "found_by": "found first by",
    "expectation": "what they expected",
    "outcome_wanted": "what they want",
    "affects_customer": "affects them",
    "since_at": "since",
    "until_at": "until",
    "customer_should_know": "need to know",
    "why_not_told": "why they need not know",
    "asks_for_level": "they ask for level",
    "tried_first": "tried first",
    "tried": "also tried",
    "why_unqualified": "why all the same",
}
_LONGEST = 120


def _changes(escalation: Escalation, heard: Heard, now: dt.datetime) -> list[str]:
    """What is different from before, each in a few words, on the customer's clock."""
    new = columns(heard)
    return [
        f"{label}: {_said(escalation, name, new[name], now)}"
        for name, label in _LABELS.items()
        if getattr(escalation, name) != new[name]
    ]


def _said(escalation: Escalation, name: str, value: object, now: dt.datetime) -> str:
    document = escalation.playbook.document
    match value:
        case bool():
            return "yes" if value else "no"
        case dt.datetime():
            return when.their_date(value, escalation.account.zone, now)
        case list():
            return ", ".join(value) or "nothing"
        case None | "":
            return "nothing said"
    if name == "impact":
        return document.impact(str(value)).name
    if name == "category":
        return document.category(str(value)).name
    field = Escalation._meta.get_field(name)
    assert isinstance(field, models.Field)
    says = dict(field.flatchoices).get(value, value)
    return says if len(says := str(says)) <= _LONGEST else f"{says[:_LONGEST]}…"
