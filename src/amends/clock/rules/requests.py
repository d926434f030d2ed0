"""What we asked of the customer, with a date: when it passes, ours are told, and our own updates go on."""

from collections.abc import Iterator

from amends.clock.situations import Alarm, Situation, Tell, request_key


def alarms(situation: Situation) -> Iterator[Alarm]:
    """One for each request that the customer has not answered."""
    for request in situation.requests:
        yield Alarm(
            request_key(request.id),
            request.made_at,
            request.due_at,
            situation.terms.request,
            Tell.REQUEST_OVERDUE,
            Tell.REQUEST_OVERDUE,
        )
