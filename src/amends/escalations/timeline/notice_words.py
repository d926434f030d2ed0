"""What a notice says to each who gets it: what it means for them, and why they hear of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from amends.directory.models import Member
from amends.escalations.models import Escalation
from amends.escalations.timeline import kinds
from amends.escalations.timeline.audiences import Audience
from amends.lib import when

_HEADLINES = {
    kinds.NOTE_WRITTEN: "{by} mentioned you",
    kinds.WATCHER_ADDED: "{by} has you watch it",
    kinds.HOLD_LIFTED: "outreach may go on",
    kinds.PROBLEM_NAMED: "{by} gave you a problem",
    kinds.PROBLEM_CHANGED: "{by} gave you a problem",
    kinds.ESCALATION_CLOSED: "closed as {outcome}",
    kinds.UPDATE_ARRIVED: "{contact} wrote",
    kinds.UPDATE_ARRIVED_AFTERWARDS: "{contact} wrote, after the end",
    kinds.UPDATE_CAME_BACK: "the mail to {contact} came back",
    kinds.UPDATE_WRITTEN: "{contact} wrote on their page",
    kinds.UPDATE_SOMETHING_MISSING: "{contact} says that something is missing",
    kinds.UPDATE_TIMES_PROPOSED: "{contact} proposes times for a call",
    kinds.ESCALATION_CONFIRMED: "{contact} says that it is over",
    kinds.ESCALATION_CONTESTED: "{contact} says that it is not over",
    kinds.RATING_GIVEN: "{contact} feels heard: {heard}",
    kinds.PLAN_CONFIRMED_BY_THEM: "{contact} confirmed the plan",
    kinds.REQUEST_ANSWERED_BY_THEM: "{by} answered “{what}”",
    kinds.FACT_CONFIRMED: "a fact is confirmed",
    kinds.FACT_REFUTED: "a fact is refuted",
    kinds.FACT_REOPENED: "a fact is in question again",
    kinds.FACT_DISPUTED: "{team} disputes a fact",
    kinds.DISPUTE_SETTLED: "a dispute is settled",
    kinds.CAUSE_LINKED: "{cause} is behind it",
    kinds.MEETING_PLANNED: "{by} planned a meeting",
    kinds.MEETING_CHANGED: "a meeting has changed",
    kinds.MEETING_CALLED_OFF: "a meeting is off",
    kinds.MEETING_ANSWERED_BY_THEM: "{contact} says {answer} to the meeting",
    kinds.MEETING_TIME_PROPOSED: "{contact} proposes another time",
    kinds.MEETING_ANSWERED_INSIDE: "{by} says {answer} to the meeting",
    kinds.MEETING_HELD: "{by} says how a meeting was",
    kinds.MEETING_NOTES_WAIVED: "no notes of a meeting",
    kinds.MACHINE_ANSWERED: "an automatic answer from {contact}",
    kinds.TEAM_TOLD: "{by} wrote to them, and to the account team",
    kinds.EXECUTIVES_TOLD: "{by} wrote to them, and to executives",
    kinds.CONTACT_LEFT_OUT: "{contact} is left out for a while",
}
# With `cited_at` among their words, where the customer was told it as certain.
_LESS_CERTAIN = (kinds.FACT_REFUTED, kinds.FACT_REOPENED, kinds.FACT_DISPUTED)
# In letters of a customer's mail.
_READ_AT_ONCE = 1_500
# What the customer wrote is not in the sentence: it stands below it, as theirs.
_WITH_THEIR_WORDS = (
    kinds.UPDATE_ARRIVED,
    kinds.UPDATE_ARRIVED_AFTERWARDS,
    kinds.UPDATE_WRITTEN,
    kinds.UPDATE_SOMETHING_MISSING,
    kinds.UPDATE_TIMES_PROPOSED,
)
_FOR_US_ALONE = "This is for us alone. What the customer was told stands below."
_BEGINS = (kinds.ESCALATION_OPENED, kinds.ESCALATION_REQUESTED, kinds.ESCALATION_ADOPTED)


def headline(kind: kinds.Kind, words: Mapping[str, Any], *, by: str) -> str:
    """What happened, for the subject of a mail."""
    if kind in _LESS_CERTAIN and "cited_at" in words:
        return "the customer was told what is certain no longer"
    if kind in _HEADLINES:
        return _HEADLINES[kind].format_map({**words, "by": by})
    return kind.name.replace(".", " ").replace("_", " ")


def paragraphs(
    kind: kinds.Kind, escalation: Escalation, words: Mapping[str, Any], sentence: str, *, to: Member, now: dt.datetime
) -> tuple[str, ...]:
    """What happened, and what it means for who reads it."""
    if kind is kinds.NOTE_WRITTEN:
        return _parts(words)
    if kind in kinds.BESIDE:
        return (*_parts(words), _FOR_US_ALONE)
    of_it = _how_it_was(words, to, now) if kind is kinds.MEETING_HELD else []
    return (sentence, *of_it, *_means(kind, escalation, to, now), *_told_otherwise(kind, words, to, now))


def _parts(words: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(part.strip() for part in str(words["text"]).split("\n\n") if part.strip())


def theirs(kind: kinds.Kind, words: Mapping[str, Any]) -> str:
    """What the customer wrote, so that it can be read at once: its beginning, if it is long."""
    text = str(words.get("text", "")) if kind in _WITH_THEIR_WORDS else ""
    return text if len(text) <= _READ_AT_ONCE else f"{text[:_READ_AT_ONCE].rsplit(maxsplit=1)[0]} …"


def because(kind: kinds.Kind, escalation: Escalation, *, to: Member) -> str:
    """Why they get it."""
    account = escalation.account
    if to.pk == escalation.handler_id:
        return f"You get this because you handle {escalation.key}."
    if kind in kinds.BESIDE:
        return f"You get this because you have a part in the escalation of {account}, or answer for it."
    if kind.tells == (Audience.NAMED,):
        return "You get this because you are named in it. You may see the case from now on."
    if to.pk == account.csm_id:
        return f"You get this because you are the CSM of {account}."
    if to.pk == escalation.opened_by_id:
        return f"You get this because you opened {escalation.key}."
    return f"You get this because you have a part in the escalation of {account}, or watch it."


def _how_it_was(words: Mapping[str, Any], to: Member, now: dt.datetime) -> list[str]:
    """Of a meeting that was held: how they were, and what is owed now."""
    says = [f"They were {words['mood']}."] if words.get("mood") else []
    if due_at := words.get("notes_due_at"):
        by = when.day_and_time(dt.datetime.fromisoformat(due_at), to.zone, now)
        says.append(f"Its notes are to be with the customer by {by}.")
    return says


def _told_otherwise(kind: kinds.Kind, words: Mapping[str, Any], to: Member, now: dt.datetime) -> list[str]:
    """Where the customer was told it as certain: that they are owed a word."""
    if kind not in _LESS_CERTAIN or "cited_at" not in words:
        return []
    at = when.day_and_time(dt.datetime.fromisoformat(words["cited_at"]), to.zone, now)
    cite = (
        "what is right instead" if kind is kinds.FACT_REFUTED else "it as still looked into, or what is right instead"
    )
    return [
        f"The customer was told this as certain: {at}. Correct it: cite {cite} in an update. Where they heard it in "
        "another way, write that down at the fact."
    ]


def _means(kind: kinds.Kind, escalation: Escalation, to: Member, now: dt.datetime) -> list[str]:
    """What follows from it for one reader."""
    is_handler, handler, account = to.pk == escalation.handler_id, escalation.handler, escalation.account
    if kind in _BEGINS and not is_handler:
        asks = f"{handler} speaks for all of us: ask them before you talk to {account}, and tell them what you hear."
        if kind is kinds.ESCALATION_REQUESTED:
            asks = f"It waits for {handler} to decide. Until then, tell them what you hear from {account}."
        return [
            asks,
            f"Sales outreach to {account} is on hold from now on: no offers, no campaigns, no calls about a renewal. "
            "You will get a mail when that is over.",
        ]
    if kind is kinds.ESCALATION_OPENED:
        return ["You handle it. The first word to them is yours, and it is short: we know, we are on it, you hear by…"]
    if kind is kinds.HANDLER_CHANGED and is_handler:
        return [f"You handle it from now on, with everything that was still promised to {account}."]
    if kind is kinds.WATCHER_ADDED:
        return ["You will hear when it changes and how it ends. There is nothing else for you to do."]
    if kind is kinds.ESCALATION_CLOSED:
        days = escalation.day(now)
        return [f"It took {days} days." if days > 1 else "It took less than a day."]
    if kind in (kinds.PROBLEM_NAMED, kinds.PROBLEM_CHANGED):
        return ["It is yours now. Say how it stands and by when it will be solved, on the plan of the case."]
    if kind is kinds.HOLD_LIFTED:
        return [f"Outreach to {account} may go on as usual. Read first how it ended, and what they were upset about."]
    return []
