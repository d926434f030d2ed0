"""It ends within its days: a warning ahead of the target date, and word when it passes."""

from collections.abc import Iterator

from amends.clock.situations import Alarm, Situation, Tell, target_key


def alarms(situation: Situation) -> Iterator[Alarm]:
    """Always one: the target date of this escalation."""
    yield Alarm(
        target_key(situation.target_at),
        situation.opened_at,
        situation.target_at,
        situation.terms.target,
        Tell.TARGET_NEAR,
        Tell.TARGET_PASSED,
    )
