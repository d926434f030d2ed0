"""Who may do what. This table is the whole truth: actions ask it, pages hide by it, tests enumerate it."""

from __future__ import annotations

from enum import StrEnum

from amends.directory.actor import Actor, Role
from amends.escalations.models import Escalation
from amends.lib.errors import Forbidden


class Act(StrEnum):
    """What one may be allowed to do; the value finishes the sentence "You may not …"."""

    SEE_EVERY_ESCALATION = "see every escalation"
    OPEN = "open an escalation"
    HEAR = "complete what was heard"
    DECIDE = "decide on this request"
    TELL = "tell the customer, or promise them something"
    PLAN = "change the plan"
    STATE_FACTS = "state facts, confirm or refute them"
    DISPUTE_FACTS = "dispute a fact for your team"
    STEER = "steer this escalation"
    CLOSE = "close, reopen or withdraw this escalation"
    NOTE = "write notes and attach files"
    WATCH = "watch escalations"
    SEE_ACCOUNTS = "see accounts"
    CHANGE_ACCOUNTS = "change accounts"
    ADD_INSIGHTS = "add insights on an account"
    SEE_CAUSES = "see causes"
    CHANGE_CAUSES = "change causes"
    SEND_CAUSE_NOTICE = "send a notice to the accounts of a cause"
    SEE_HOLDS = "see holds on outreach"
    SEE_OVERVIEW = "see the executive overview"
    SEE_MAIL = "see the mail that waits to be sorted"
    SORT_MAIL = "sort the mail that came in"
    SEE_OUTBOX = "see the outbox"
    MEND_OUTBOX = "mend the outbox"
    SEE_REPORTS = "see reports"
    SEE_PEOPLE = "see people and teams"
    CHANGE_PEOPLE = "change people and teams"
    SEE_TRACES = "see who changed what"
    SEE_HEALTH = "see how the system runs"
    SETTLE_CLOCK = "settle the clock"
    BRING_IN_HISTORY = "bring in history"
    SEE_IMPORTS = "see what was brought in"
    BRING_IN_DIRECTORY = "bring in accounts, contacts and people"
    SEE_PLAYBOOK = "see the playbook"
    ADOPT_PLAYBOOK = "change the playbook"


EVERYONE = frozenset(Role)
_CSM, _MANAGER, _EXECUTIVE = Role.CSM, Role.MANAGER, Role.EXECUTIVE
_RESPONDER, _SALES, _ADMINISTRATOR = Role.RESPONDER, Role.SALES, Role.ADMINISTRATOR

# Rows are acts, columns are roles. Besides, the handler of an escalation, or who stands in for
# them, may HEAR, DECIDE on it, TELL, PLAN, STATE FACTS, STEER and CLOSE it; and whoever opened it, likewise, may HEAR.
TABLE: dict[Act, frozenset[Role]] = {
    Act.SEE_EVERY_ESCALATION: frozenset({_CSM, _MANAGER, _EXECUTIVE, _ADMINISTRATOR}),
    Act.OPEN: EVERYONE,
    Act.HEAR: frozenset({_CSM, _MANAGER, _EXECUTIVE, _ADMINISTRATOR}),
    Act.DECIDE: frozenset({_MANAGER, _EXECUTIVE, _ADMINISTRATOR}),
    Act.TELL: frozenset({_CSM, _MANAGER, _EXECUTIVE, _ADMINISTRATOR}),
    Act.PLAN: frozenset({_CSM, _MANAGER, _EXECUTIVE, _RESPONDER, _ADMINISTRATOR}),
    Act.STATE_FACTS: frozenset({_CSM, _MANAGER, _EXECUTIVE, _RESPONDER, _ADMINISTRATOR}),
    Act.DISPUTE_FACTS: EVERYONE,
    Act.STEER: frozenset({_CSM, _MANAGER, _EXECUTIVE, _ADMINISTRATOR}),
    Act.CLOSE: frozenset({_MANAGER, _EXECUTIVE, _ADMINISTRATOR}),
    Act.NOTE: EVERYONE,
    Act.WATCH: EVERYONE,
    Act.SEE_ACCOUNTS: EVERYONE,
    Act.CHANGE_ACCOUNTS: frozenset({_CSM, _MANAGER, _ADMINISTRATOR}),
    Act.ADD_INSIGHTS: EVERYONE,
    Act.SEE_CAUSES: EVERYONE,
    Act.CHANGE_CAUSES: frozenset({_CSM, _MANAGER, _ADMINISTRATOR}),
    Act.SEND_CAUSE_NOTICE: frozenset({_MANAGER, _ADMINISTRATOR}),
    Act.SEE_HOLDS: EVERYONE,
    Act.SEE_OVERVIEW: frozenset({_MANAGER, _EXECUTIVE, _ADMINISTRATOR}),
    Act.SEE_MAIL: frozenset({_CSM, _MANAGER, _ADMINISTRATOR}),
    Act.SORT_MAIL: frozenset({_CSM, _MANAGER, _ADMINISTRATOR}),
    Act.SEE_OUTBOX: frozenset({_MANAGER, _EXECUTIVE, _ADMINISTRATOR}),
    Act.MEND_OUTBOX: frozenset({_MANAGER, _ADMINISTRATOR}),
    Act.SEE_REPORTS: frozenset({_CSM, _MANAGER, _EXECUTIVE, _ADMINISTRATOR}),
    Act.SEE_PEOPLE: EVERYONE,
    Act.CHANGE_PEOPLE: frozenset({_ADMINISTRATOR}),
    Act.SEE_TRACES: frozenset({_ADMINISTRATOR}),
    Act.SEE_HEALTH: frozenset({_MANAGER, _EXECUTIVE, _ADMINISTRATOR}),
    Act.SETTLE_CLOCK: frozenset({_ADMINISTRATOR}),
    Act.BRING_IN_HISTORY: frozenset({_ADMINISTRATOR}),
    Act.SEE_IMPORTS: frozenset({_ADMINISTRATOR}),
    Act.BRING_IN_DIRECTORY: frozenset({_ADMINISTRATOR}),
    Act.SEE_PLAYBOOK: EVERYONE,
    Act.ADOPT_PLAYBOOK: frozenset({_ADMINISTRATOR}),
}
HANDLER_TOO = frozenset({Act.HEAR, Act.DECIDE, Act.TELL, Act.PLAN, Act.STATE_FACTS, Act.STEER, Act.CLOSE})
# What was not said on the phone is filled in by whoever was on it.
OPENER_TOO = frozenset({Act.HEAR})
# What one may do without changing anything: the acts that a read-only token keeps.
READING = frozenset(
    {
        Act.SEE_EVERY_ESCALATION,
        Act.SEE_ACCOUNTS,
        Act.SEE_CAUSES,
        Act.SEE_HOLDS,
        Act.SEE_OVERVIEW,
        Act.SEE_MAIL,
        Act.SEE_OUTBOX,
        Act.SEE_REPORTS,
        Act.SEE_PEOPLE,
        Act.SEE_TRACES,
        Act.SEE_HEALTH,
        Act.SEE_IMPORTS,
        Act.SEE_PLAYBOOK,
    }
)


def may(actor: Actor, act: Act, escalation: Escalation | None = None) -> bool:
    """Whether the table allows it. The system itself may do anything."""
    if actor.is_system:
        return True
    if act not in READING and not actor.may_write:
        return False
    if escalation is not None and act in HANDLER_TOO and escalation.handler_id in actor.stands_for:
        return True
    if escalation is not None and act in OPENER_TOO and escalation.opened_by_id in actor.stands_for:
        return True
    return actor.role in TABLE[act]


def check(actor: Actor, act: Act, escalation: Escalation | None = None) -> None:
    """Raise Forbidden, in a sentence that says who to ask, unless the table allows it."""
    if may(actor, act, escalation):
        return
    if act not in READING and not actor.may_write:
        raise Forbidden("This token may only read. Make one that may write.")
    allowed = ", ".join(role.label.lower() if role is not Role.CSM else "CSM" for role in Role if role in TABLE[act])
    raise Forbidden(f"You may not {act.value}. These roles may: {allowed}.")
