"""Meetings: a page to read before, the question how it was, the notes of it; and that a customer is met at all."""

import datetime as dt
from collections.abc import Iterator

from amends.clock.ladders import Ladder, Rung
from amends.clock.situations import (
    Alarm,
    MeetingSeen,
    MeetingTerms,
    Situation,
    Tell,
    brief_at,
    brief_key,
    meeting_key,
    met_by,
    notes_key,
    unmet_key,
)
from amends.clock.spans import Span

# Who reads it is whoever is in the meeting; it is told once, so that nothing follows.
_ONCE = Ladder((Rung("when due", ("handler",)),), Span(1, "working days"))


def alarms(situation: Situation) -> Iterator[Alarm]:
    """For each meeting what is due of it; for a case without one, that it has none."""
    terms = situation.terms.meetings
    if terms is None:
        return
    for meeting in situation.meetings:
        if meeting.held_at is None:
            yield from _planned(meeting, situation, terms)
        elif meeting.notes_due_at is not None:
            key = notes_key(meeting.id, meeting.held_at)
            yield _same(key, meeting.held_at, meeting.notes_due_at, terms.notes, Tell.MEETING_NOTES_DUE)
    if situation.met_since is None or any(each.held_at is None and not each.is_internal for each in situation.meetings):
        return
    if due_at := met_by(situation.met_since, situation.terms):
        yield _same(unmet_key(situation.met_since), situation.met_since, due_at, terms.asks, Tell.MEETING_MISSING)


def _planned(meeting: MeetingSeen, situation: Situation, terms: MeetingTerms) -> Iterator[Alarm]:
    key = meeting_key(meeting.id)
    yield _same(key, meeting.made_at, meeting.ends_at, terms.asks, Tell.MEETING_UNSETTLED)
    if not meeting.is_briefed:
        return
    # One that is moved to another day gets a fresh one.
    due_at = brief_at(meeting.made_at, meeting.starts_at, situation.terms)
    told = situation.marks.get(brief_key(meeting.id))
    if due_at and (told is None or told.told_at < due_at):
        yield _same(brief_key(meeting.id), meeting.made_at, due_at, _ONCE, Tell.MEETING_BRIEF)


def _same(key: str, made_at: dt.datetime, due_at: dt.datetime, ladder: Ladder, tell: Tell) -> Alarm:
    return Alarm(key, made_at, due_at, ladder, tell, tell)
