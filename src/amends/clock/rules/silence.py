"""Never silent: longer without a word than the severity's cadence allows rings, whatever was promised for later."""

from collections.abc import Iterator

from amends.clock.situations import Alarm, Situation, Tell, silence_key


def alarms(situation: Situation) -> Iterator[Alarm]:
    """One alarm a silence, unless a promise rings before it would; none where the customer need not know."""
    if situation.may_be_silent:
        return
    since = situation.silent_since
    terms = situation.terms
    allowed_until = terms.cadence.after_speaking(since, calendar=terms.calendar, zone=situation.zone)
    if any(promise.due_at <= allowed_until for promise in situation.promises):
        return
    yield Alarm(
        silence_key(since),
        since,
        allowed_until,
        terms.silence,
        Tell.SILENCE_NOTICED,
        Tell.SILENCE_NOTICED,
    )
