"""A request waits for somebody's decision; it must not wait for ever."""

from collections.abc import Iterator

from amends.clock.situations import Alarm, Situation, Tell, decision_key


def alarms(situation: Situation) -> Iterator[Alarm]:
    """One while a decision is asked for and not made."""
    if decision := situation.decision:
        yield Alarm(
            decision_key(decision.id),
            decision.asked_at,
            decision.due_at,
            situation.terms.decision,
            Tell.DECISION_DUE,
            Tell.DECISION_DUE,
        )
