"""Every kind of event: its name, its sentence, who hears of it, which of its words are personal.

Names are for ever. To let people do a new thing, begin here: one line. What belongs to a thing of its own stands in a
file of its own beside this one, and is brought in at the top.
"""

from __future__ import annotations

from typing import Any

from amends.escalations.timeline.audiences import Audience
from amends.escalations.timeline.cause_kinds import CAUSE_FOUND_FIRST as CAUSE_FOUND_FIRST
from amends.escalations.timeline.cause_kinds import CAUSE_LINKED as CAUSE_LINKED
from amends.escalations.timeline.cause_kinds import CAUSE_REOPENED as CAUSE_REOPENED
from amends.escalations.timeline.cause_kinds import CAUSE_SOLVED as CAUSE_SOLVED
from amends.escalations.timeline.cause_kinds import CAUSE_UNLINKED as CAUSE_UNLINKED
from amends.escalations.timeline.fact_kinds import DISPUTE_SETTLED as DISPUTE_SETTLED
from amends.escalations.timeline.fact_kinds import FACT_CHANGED as FACT_CHANGED
from amends.escalations.timeline.fact_kinds import FACT_CONFIRMED as FACT_CONFIRMED
from amends.escalations.timeline.fact_kinds import FACT_CORRECTED as FACT_CORRECTED
from amends.escalations.timeline.fact_kinds import FACT_DISPUTED as FACT_DISPUTED
from amends.escalations.timeline.fact_kinds import FACT_REFUTED as FACT_REFUTED
from amends.escalations.timeline.fact_kinds import FACT_REOPENED as FACT_REOPENED
from amends.escalations.timeline.fact_kinds import FACT_STATED as FACT_STATED
from amends.escalations.timeline.kind import Kind as Kind
from amends.escalations.timeline.kind import by_name as by_name
from amends.escalations.timeline.kind import every as every
from amends.escalations.timeline.kind import kind as _kind
from amends.escalations.timeline.meeting_kinds import MEETING_ANSWERED as MEETING_ANSWERED
from amends.escalations.timeline.meeting_kinds import MEETING_ANSWERED_BY_THEM as MEETING_ANSWERED_BY_THEM
from amends.escalations.timeline.meeting_kinds import MEETING_ANSWERED_INSIDE as MEETING_ANSWERED_INSIDE
from amends.escalations.timeline.meeting_kinds import MEETING_BRIEF as MEETING_BRIEF
from amends.escalations.timeline.meeting_kinds import MEETING_CALLED_OFF as MEETING_CALLED_OFF
from amends.escalations.timeline.meeting_kinds import MEETING_CHANGED as MEETING_CHANGED
from amends.escalations.timeline.meeting_kinds import MEETING_HELD as MEETING_HELD
from amends.escalations.timeline.meeting_kinds import MEETING_MISSING as MEETING_MISSING
from amends.escalations.timeline.meeting_kinds import MEETING_NOTES_DUE as MEETING_NOTES_DUE
from amends.escalations.timeline.meeting_kinds import MEETING_NOTES_SENT as MEETING_NOTES_SENT
from amends.escalations.timeline.meeting_kinds import MEETING_NOTES_WAIVED as MEETING_NOTES_WAIVED
from amends.escalations.timeline.meeting_kinds import MEETING_OPEN_AGAIN as MEETING_OPEN_AGAIN
from amends.escalations.timeline.meeting_kinds import MEETING_PLANNED as MEETING_PLANNED
from amends.escalations.timeline.meeting_kinds import MEETING_TIME_PROPOSED as MEETING_TIME_PROPOSED
from amends.escalations.timeline.meeting_kinds import MEETING_UNSETTLED as MEETING_UNSETTLED
from amends.escalations.timeline.telling_kinds import BESIDE as BESIDE
from amends.escalations.timeline.telling_kinds import CONTACT_LEFT_OUT as CONTACT_LEFT_OUT
from amends.escalations.timeline.telling_kinds import CONTACT_TOLD_AGAIN as CONTACT_TOLD_AGAIN
from amends.escalations.timeline.telling_kinds import EXECUTIVES_TOLD as EXECUTIVES_TOLD
from amends.escalations.timeline.telling_kinds import TEAM_TOLD as TEAM_TOLD

_THE_DESK = (Audience.HANDLER, Audience.CSM)
# Everybody inside whom it concerns: at the opening, at major changes, at the end.
_ALL = (*_THE_DESK, Audience.ACCOUNT_TEAM, Audience.WATCHERS)

# What a customer said themselves; and what of ours did not reach them.
_FROM_THEM: Any = {"tells": _THE_DESK, "personal": ("contact", "text"), "icon": "heard"}
_NOT_THERE: Any = {
    "tells": (Audience.UPDATE_AUTHOR, Audience.HANDLER),
    "personal": ("contact", "trouble"),
    "icon": "cross",
}

ESCALATION_OPENED = _kind(
    "escalation.opened",
    "opened this escalation: “{reason}”. {severity}, level {level}, handled by {handler}.",
    tells=_ALL,
    personal=("reason", "problems"),
    icon="flag",
)
ESCALATION_REQUESTED = _kind(
    "escalation.requested",
    "asked {handler} to decide on this: “{reason}”. {severity}, level {level}.",
    tells=(Audience.HANDLER, Audience.CSM, Audience.ACCOUNT_TEAM),
    personal=("reason", "problems"),
    icon="flag",
)
ESCALATION_ACCEPTED = _kind("escalation.accepted", "accepted this.", tells=(*_ALL, Audience.OPENER), icon="check")
ESCALATION_DECLINED = _kind(
    "escalation.declined",
    "declined this: {reason}",
    tells=(*_ALL, Audience.OPENER),
    personal=("reason",),
    icon="cross",
)
ESCALATION_GIVEN_BACK = _kind(
    "escalation.given_back",
    "gave this back to {asker}. Next steps: {steps}",
    tells=(Audience.OPENER, Audience.CSM),
    personal=("steps",),
    icon="handoff",
)
ESCALATION_ASKED_AGAIN = _kind(
    "escalation.asked_again",
    "asked {handler} again: {done}",
    tells=(Audience.HANDLER,),
    personal=("done",),
    icon="flag",
)
DECISION_DUE = _kind("decision.due", "told {told}: this waits for a decision, due {due_at}.", icon="bell")
LOOKED = _kind(
    "heard.looked", "looked whether the customer needs to know: not yet. {reason}", personal=("reason",), icon="promise"
)
HEARD_COMPLETED = _kind("heard.completed", "completed what was heard: {changes}", personal=("changes",), icon="plan")
ESCALATION_ADDED_TO = _kind(
    "escalation.added_to",
    "added what they told us besides: “{reason}”",
    tells=_THE_DESK,
    personal=("reason",),
    icon="heard",
)
ESCALATION_MERGED = _kind(
    "escalation.merged",
    "found this to be the same as {other}, which goes on: {reason}",
    tells=_ALL,
    personal=("reason",),
    icon="handoff",
)
ESCALATION_TOOK_IN = _kind(
    "escalation.took_in", "took in {other}: {reason}", tells=_THE_DESK, personal=("reason",), icon="handoff"
)
ESCALATION_IMPORTED = _kind("escalation.imported", "brought this in from {source}.", icon="flag")
ESCALATION_ADOPTED = _kind(
    "escalation.adopted", "adopted this from history; {handler} handles it.", tells=_ALL, icon="flag"
)
ESCALATION_RESOLVED = _kind(
    "escalation.resolved", "marked every problem as solved or declined.", tells=_ALL, icon="check"
)
ESCALATION_REOPENED = _kind(
    "escalation.reopened", "reopened this: {reason}", tells=_ALL, personal=("reason",), icon="flag"
)
ESCALATION_CLOSED = _kind(
    "escalation.closed",
    "closed this as {outcome}. {confirmation}",
    tells=_ALL,
    personal=("confirmation",),
    icon="check",
)
ESCALATION_WITHDRAWN = _kind(
    "escalation.withdrawn", "withdrew this: {reason}", tells=_ALL, personal=("reason",), icon="cross"
)
HANDLER_CHANGED = _kind(
    "handler.changed",
    "gave this to {handler}: {reason}",
    tells=_ALL,
    personal=("reason",),
    icon="handoff",
)
SEVERITY_CHANGED = _kind(
    "severity.changed",
    "changed the severity from {old} to {new}: {reason}",
    tells=_ALL,
    personal=("reason",),
    icon="severity",
)
PLAYBOOK_CHANGED = _kind(
    "playbook.changed",
    "moved this from version {old} of the playbook to version {new}: {reason}",
    tells=(Audience.HANDLER,),
    personal=("reason",),
    icon="check",
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
UPDATE_ARRIVED = _kind("update.arrived", "brought a mail from {contact}.", **_FROM_THEM)
UPDATE_ARRIVED_AFTERWARDS = _kind(
    "update.arrived_afterwards",
    "brought a mail from {contact}. This is over, and stays so unless somebody reopens it.",
    **_FROM_THEM,
)
# What they do on their page: whoever acts is the contact, by name.
UPDATE_WRITTEN = _kind("update.written", "wrote on their page.", **_FROM_THEM)
UPDATE_SOMETHING_MISSING = _kind(
    "update.something_missing", "says on their page that something is missing from the plan.", **_FROM_THEM
)
UPDATE_TIMES_PROPOSED = _kind("update.times_proposed", "proposes times for a call.", **_FROM_THEM)
ESCALATION_CONFIRMED = _kind("escalation.confirmed", "says on their page that it is over. {text}", **_FROM_THEM)
ESCALATION_CONTESTED = _kind("escalation.contested", "says on their page that it is not over: {text}", **_FROM_THEM)
RATING_GIVEN = _kind("rating.given", "feels heard: {heard}. {text}", **_FROM_THEM)
CUSTOMER_LINK_GIVEN = _kind("link.given", "gave {contact} a link to their page.", personal=("contact",), icon="people")
CUSTOMER_LINK_REVOKED = _kind(
    "link.revoked", "took the link to their page from {contact}.", personal=("contact",), icon="people"
)
CUSTOMER_LINK_OPENED = _kind("link.opened", "opened their page for the first time.", icon="people")
CUSTOMER_LINK_ASKED = _kind("link.asked", "asked for the link to their page again.", icon="people")
MACHINE_ANSWERED = _kind(
    "machine.answered",
    "brought an automatic answer from {contact}: {text}",
    tells=(Audience.HANDLER,),
    personal=("contact", "text"),
    icon="heard",
)
UPDATE_CAME_BACK = _kind("update.came_back", "brought back the mail to {contact}: {trouble}", **_NOT_THERE)
UPDATE_NOT_DELIVERED = _kind("update.not_delivered", "could not deliver the mail to {contact}: {trouble}", **_NOT_THERE)
UPDATE_MAYBE_DELIVERED = _kind(
    "update.maybe_delivered", "does not know whether the mail to {contact} left: {trouble}", **_NOT_THERE
)
DELIVERY_REPEATED = _kind("delivery.repeated", "sent the mail to {contact} again.", personal=("contact",), icon="mail")
DELIVERY_SETTLED = _kind(
    "delivery.settled",
    "made sure that the mail to {contact} had arrived.",
    personal=("contact",),
    icon="check",
)

# Of these two hears whoever is given the problem.
PROBLEM_NAMED = _kind(
    "problem.named", "named a problem: “{problem}”", tells=(Audience.NAMED,), personal=("problem",), icon="plan"
)
PROBLEM_CHANGED = _kind(
    "problem.changed",
    "changed “{problem}”: {changes}",
    tells=(Audience.NAMED,),
    personal=("problem", "changes"),
    icon="plan",
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
TICKET_LINKED = _kind("ticket.linked", "linked {ticket} to “{problem}”.", personal=("problem", "ticket"), icon="plan")
TICKET_UNLINKED = _kind(
    "ticket.unlinked", "took the link {ticket} off “{problem}”.", personal=("problem", "ticket"), icon="plan"
)
PLAN_REORDERED = _kind("plan.reordered", "put the plan into another order: {order}", personal=("order",), icon="plan")
PLAN_CONFIRMED = _kind(
    "plan.confirmed",
    "wrote down that {contact} confirmed the plan and its order {how}, {confirmed_at}.",
    personal=("contact",),
    icon="check",
)
PLAN_CONFIRMED_BY_THEM = _kind(
    "plan.confirmed_by_them",
    "confirmed the plan and its order {how}.",
    tells=_THE_DESK,
    personal=("contact",),
    icon="check",
)
PLAN_LAPSED = _kind(
    "plan.lapsed",
    "found that the customer’s word on the plan no longer holds: {reason}",
    tells=(Audience.HANDLER,),
    personal=("reason",),
    icon="plan",
)
REQUEST_MADE = _kind(
    "request.made",
    "asked {contact} for “{what}” by {due_at}.",
    personal=("contact", "what"),
    icon="promise",
)
REQUEST_ANSWERED = _kind(
    "request.answered",
    "got an answer to “{what}”: {answer}",
    tells=(Audience.HANDLER, Audience.NAMED),
    personal=("what", "answer"),
    icon="heard",
)
# Those at the desk hear it with the words that they wrote: see UPDATE_WRITTEN.
REQUEST_ANSWERED_BY_THEM = _kind(
    "request.answered_by_them",
    "answered “{what}”: {answer}",
    tells=(Audience.NAMED,),
    personal=("what", "answer"),
    icon="heard",
)
REQUEST_WITHDRAWN = _kind(
    "request.withdrawn", "no longer asks for “{what}”: {answer}", personal=("what", "answer"), icon="cross"
)
REQUEST_OVERDUE = _kind(
    "request.overdue",
    "told {told}: the customer was to answer “{what}” by {due_at}.",
    personal=("what",),
    icon="bell",
)

UPDATE_RECALLED = _kind(
    "update.recalled",
    "took back the mail to {contact} before it left.",
    tells=(Audience.UPDATE_AUTHOR,),
    personal=("contact",),
    icon="cross",
)
UPDATE_STRUCK = _kind(
    "update.struck",
    "struck what was written down as told or heard {said_at}: {reason}",
    tells=(Audience.HANDLER, Audience.UPDATE_AUTHOR),
    personal=("reason",),
    icon="cross",
)
UPDATE_CORRECTED = _kind(
    "update.corrected",
    "corrected what was written down: {reason}",
    tells=(Audience.HANDLER, Audience.NAMED),
    personal=("contact", "reason"),
    icon="check",
)
PROMISE_OPEN_AGAIN = _kind(
    "promise.open_again",
    "opened “{what}”, due {due_at}, again: what settled it does not count any more.",
    tells=(Audience.PROMISE_OWNER,),
    personal=("what",),
    icon="promise",
)

NOTE_WRITTEN = _kind("note.written", "noted: {text}", tells=(Audience.NAMED,), personal=("text",), icon="note")
FILE_ATTACHED = _kind("file.attached", "attached {file}.", personal=("file",), icon="file")
WATCHING_BEGUN = _kind("watching.begun", "watches this from now on.", icon="people")
WATCHING_ENDED = _kind("watching.ended", "watches this no longer.", icon="people")
WATCHER_ADDED = _kind("watcher.added", "has {member} watch this.", tells=(Audience.NAMED,), icon="people")
WATCHER_REMOVED = _kind("watcher.removed", "lets {member} watch this no longer.", icon="people")
# Sales hears of the hold with the opening, and that it is lifted on its own.
HOLD_PLACED = _kind("hold.placed", "put sales outreach to the account on hold.", icon="hold")
HOLD_REMAINS = _kind(
    "hold.remains", "left sales outreach on hold: another escalation of the account goes on.", icon="hold"
)
HOLD_LIFTED = _kind("hold.lifted", "lifted the hold on sales outreach.", tells=(Audience.ACCOUNT_TEAM,), icon="check")
HELP_ASKED = _kind(
    "help.asked",
    "needs help from {whom}: {what}",
    tells=(Audience.NAMED,),
    personal=("what",),
    icon="flag",
)
HELP_GIVEN = _kind(
    "help.given",
    "helped with “{what}”: {answer}",
    tells=(Audience.HANDLER, Audience.NAMED),
    personal=("what", "answer"),
    icon="check",
)
HELP_WITHDRAWN = _kind(
    "help.withdrawn",
    "no longer needs help with “{what}”: {answer}",
    tells=(Audience.NAMED,),
    personal=("what", "answer"),
    icon="cross",
)
CRITERION_ADDED = _kind("criterion.added", "agreed an exit criterion: “{words}”", personal=("words",), icon="plan")
CRITERION_MET = _kind("criterion.met", "found an exit criterion met: “{words}”", personal=("words",), icon="check")
CRITERION_UNMET = _kind(
    "criterion.unmet", "found an exit criterion not met after all: “{words}”", personal=("words",), icon="cross"
)
CRITERION_REMOVED = _kind(
    "criterion.removed", "no longer asks for “{words}”: {reason}", personal=("words", "reason"), icon="cross"
)

# Whose mails bring the one-page brief, and whose ask for a decision while it is requested.
WITH_A_BRIEF = (ESCALATION_OPENED, ESCALATION_REQUESTED, ESCALATION_ASKED_AGAIN)
ASKING = (ESCALATION_REQUESTED, ESCALATION_ASKED_AGAIN, HANDLER_CHANGED)
