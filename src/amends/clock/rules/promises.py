"""Every open promise rings before, at and after its time, until it is kept, moved or given up by a person.

Of a meeting the meeting itself rings: nobody can keep it before its end.
"""

from collections.abc import Iterator

from amends.clock.situations import Alarm, Situation, Tell, promise_key


def alarms(situation: Situation) -> Iterator[Alarm]:
    for promise in situation.promises:
        if not (promise.is_acknowledgement or promise.is_meeting):
            yield Alarm(
                promise_key(promise.id),
                promise.made_at,
                promise.due_at,
                situation.terms.promise,
                Tell.PROMISE_REMINDED,
                Tell.PROMISE_OVERDUE,
            )
