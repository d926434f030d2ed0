"""The first answer: there is a problem, we are on it, you will get an explanation by…"""

from collections.abc import Iterator

from amends.clock.situations import Alarm, Situation, Tell, promise_key


def alarms(situation: Situation) -> Iterator[Alarm]:
    """An acknowledgement that is owed rings by its own ladder."""
    for promise in situation.promises:
        if promise.is_acknowledgement:
            yield Alarm(
                promise_key(promise.id),
                promise.made_at,
                promise.due_at,
                situation.terms.acknowledgement,
                Tell.PROMISE_REMINDED,
                Tell.PROMISE_OVERDUE,
            )
