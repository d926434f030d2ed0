"""Every kind of event: its name, its sentence, who hears of it, which of its words are personal.

Names are for ever. To let people do a new thing, begin here: one line.
"""

from __future__ import annotations

from dataclasses import dataclass

from amends.escalations.timeline.audiences import Audience


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of event. `sentence` follows the actor's name; `{words}` are filled in from the event."""

    name: str
    sentence: str
    tells: tuple[Audience, ...] = ()
    # Words that somebody typed, or that name a person at the customer: kept apart, so that they can be erased.
    personal: frozenset[str] = frozenset()
    icon: str = "dot"


_kinds: dict[str, Kind] = {}


def _kind(
    name: str,
    sentence: str,
    *,
    tells: tuple[Audience, ...] = (),
    personal: tuple[str, ...] = (),
    icon: str = "dot",
) -> Kind:
    kind = _kinds[name] = Kind(name, sentence, tells, frozenset(personal), icon)
    return kind


def by_name(name: str) -> Kind:
    """The kind of a stored event."""
    return _kinds[name]


def every() -> tuple[Kind, ...]:
    return tuple(_kinds.values())


_THE_DESK = (Audience.HANDLER, Audience.CSM)

ESCALATION_OPENED = _kind(
    "escalation.opened",
    "opened this escalation: “{reason}”. {severity}, level {level}, handled by {handler}.",
    tells=_THE_DESK,
    personal=("reason",),
    icon="flag",
)
ESCALATION_IMPORTED = _kind("escalation.imported", "brought this in from {source}.", icon="flag")
ESCALATION_ADOPTED = _kind(
    "escalation.adopted", "adopted this from history; {handler} handles it.", tells=_THE_DESK, icon="flag"
)
ESCALATION_RESOLVED = _kind(
    "escalation.resolved", "marked every problem as solved or declined.", tells=_THE_DESK, icon="check"
)
ESCALATION_REOPENED = _kind(
    "escalation.reopened", "reopened this: {reason}", tells=_THE_DESK, personal=("reason",), icon="flag"
)
ESCALATION_CLOSED = _kind(
    "escalation.closed",
    "closed this as {outcome}. {confirmation}",
    tells=_THE_DESK,
    personal=("confirmation",),
    icon="check",
)
ESCALATION_WITHDRAWN = _kind(
    "escalation.withdrawn", "withdrew this: {reason}", tells=_THE_DESK, personal=("reason",), icon="cross"
)
HANDLER_CHANGED = _kind(
    "handler.changed",
    "gave this to {handler}: {reason}",
    tells=(Audience.HANDLER,),
    personal=("reason",),
    icon="handoff",
)
SEVERITY_CHANGED = _kind(
    "severity.changed",
    "changed the severity from {old} to {new}: {reason}",
    tells=(Audience.HANDLER,),
    personal=("reason",),
    icon="severity",
)
TREND_CHANGED = _kind("trend.changed", "changed the trend from {old} to {new}.", icon="trend")

PROMISE_MADE = _kind(
    "promise.made",
    "promised {contact} “{what}” by {due_at}.",
    tells=(Audience.PROMISE_OWNER,),
    personal=("what", "contact"),
    icon="promise",
)
PROMISE_KEPT = _kind("promise.kept", "kept “{what}” in time.", personal=("what",), icon="check")
PROMISE_KEPT_LATE = _kind(
    "promise.kept_late", "kept “{what}” {late} late; it was due {due_at}.", personal=("what",), icon="check"
)
PROMISE_MOVED = _kind(
    "promise.moved",
    "moved “{what}” from {due_at} to {new_due_at} before it was due: {reason}",
    personal=("what", "reason"),
    icon="move",
)
PROMISE_BROKEN = _kind(
    "promise.broken",
    "marked “{what}”, due {due_at}, as broken: {reason}",
    tells=(Audience.HANDLER,),
    personal=("what", "reason"),
    icon="cross",
)
PROMISE_RELEASED = _kind("promise.released", "released “{what}”: {reason}", personal=("what", "reason"), icon="check")
# The clock's; whom they tell stands in the playbook's ladders.
PROMISE_REMINDED = _kind(
    "promise.reminded", "reminded {told}: “{what}” is due {due_at}.", personal=("what",), icon="bell"
)
PROMISE_OVERDUE = _kind("promise.overdue", "rang {told}: “{what}” was due {due_at}.", personal=("what",), icon="bell")
SILENCE_NOTICED = _kind(
    "silence.noticed", "rang {told}: the customer should have heard from us by {due_at}.", icon="bell"
)
TARGET_NEAR = _kind("target.near", "told {told}: this is to be closed by {due_at}.", icon="bell")
TARGET_PASSED = _kind("target.passed", "told {told}: this was to be closed by {due_at}.", icon="bell")

UPDATE_SENT = _kind("update.sent", "wrote to {contact}.", personal=("contact",), icon="mail")
UPDATE_LOGGED = _kind("update.logged", "told {contact} by {channel}.", personal=("contact",), icon="phone")
UPDATE_HEARD = _kind("update.heard", "heard from {contact} by {channel}.", personal=("contact",), icon="heard")
UPDATE_NOT_DELIVERED = _kind(
    "update.not_delivered",
    "could not deliver the mail to {contact}: {trouble}",
    tells=(Audience.UPDATE_AUTHOR, Audience.HANDLER),
    personal=("contact", "trouble"),
    icon="cross",
)
UPDATE_MAYBE_DELIVERED = _kind(
    "update.maybe_delivered",
    "does not know whether the mail to {contact} left: {trouble}",
    tells=(Audience.UPDATE_AUTHOR, Audience.HANDLER),
    personal=("contact", "trouble"),
    icon="cross",
)
DELIVERY_REPEATED = _kind("delivery.repeated", "sent the mail to {contact} again.", personal=("contact",), icon="mail")
DELIVERY_SETTLED = _kind(
    "delivery.settled",
    "made sure that the mail to {contact} had arrived.",
    personal=("contact",),
    icon="check",
)

PROBLEM_NAMED = _kind("problem.named", "named a problem: “{problem}”", personal=("problem",), icon="plan")
PROBLEM_CHANGED = _kind(
    "problem.changed", "changed “{problem}”: {changes}", personal=("problem", "changes"), icon="plan"
)
PROBLEM_ESTIMATED = _kind(
    "problem.estimated",
    "expects “{problem}” to be solved by {eta_at}. {reason}",
    personal=("problem", "reason"),
    icon="plan",
)
PROBLEM_SOLVED = _kind("problem.solved", "solved “{problem}”.", personal=("problem",), icon="check")
PROBLEM_DECLINED = _kind(
    "problem.declined", "declined “{problem}”: {reason}", personal=("problem", "reason"), icon="cross"
)
PROBLEM_REOPENED = _kind(
    "problem.reopened", "took “{problem}” up again: {reason}", personal=("problem", "reason"), icon="plan"
)
