"""What ours are told about meetings by the clock, as letters."""

from __future__ import annotations

import datetime as dt

from amends.clock.situations import Due, Tell
from amends.directory.models import Member
from amends.escalations.models import Escalation, Meeting
from amends.escalations.timeline.letters import FOOT, url_of
from amends.escalations.timeline.meeting_briefs import MeetingBrief
from amends.lib import when
from amends.outbox.letters import Act, Letter

TELLS = (Tell.MEETING_BRIEF, Tell.MEETING_UNSETTLED, Tell.MEETING_NOTES_DUE, Tell.MEETING_MISSING)


def brief(found: MeetingBrief, *, to: Member, now: dt.datetime) -> Letter:
    """The page to read before a meeting, for one of those who come."""
    meeting, escalation = found.meeting, found.escalation
    at = when.day_and_time(meeting.starts_at, to.zone, now)
    return Letter(
        subject=f"Before you meet {escalation.account}: {at} ({escalation.key})",
        heading=f"{escalation.account}: {escalation.reason}",
        paragraphs=("One page, so that you know what they have been through before you speak with them.",),
        words=escalation.outcome_wanted,
        facts=found.facts(to, now),
        acts=(Act("Open the meeting", page(meeting)), Act(f"Open {escalation.key}", url_of(escalation))),
        because="You get this once, because you are in the meeting.",
    )


def alarm(escalation: Escalation, due: Due, meeting: Meeting | None, *, to: Member, now: dt.datetime) -> Letter:
    """A ring about a meeting: which, what is asked of it, and the link that ends it."""
    account, at = escalation.account.name, when.day_and_time(due.due_at, to.zone, now)
    what = f"the meeting ({meeting.get_kind_display().lower()})" if meeting else "a meeting"
    says, asks, does, ends = {
        Tell.MEETING_UNSETTLED: (
            f"Was {what} held that was to end {at}?",
            "Say who came, how they were and what was said. If it was not held, give it another time, or call it off.",
            "Say how it was",
            "It stops when somebody has said how it was.",
        ),
        Tell.MEETING_NOTES_DUE: (
            f"Send the notes of {what} by {at}" if due.due_at >= now else f"The notes of {what} were due {at}",
            "They are drafted from the meeting: thanks, what you understood, the plan, when they hear next.",
            "Send the notes",
            "It stops when they are sent, or when somebody says why there are none.",
        ),
        Tell.MEETING_MISSING: (
            f"Nobody has met {account}, or plans to",
            f"They were to be met by {at}. Plan the next meeting: whom to ask and what to speak about is proposed.",
            "Plan a meeting",
            "It stops when one is planned.",
        ),
    }[due.tell]
    url = page(meeting) if meeting else f"{url_of(escalation)}meetings/new/"
    return Letter(
        subject=f"{says} ({account}, {escalation.key})",
        heading=says,
        paragraphs=(asks,),
        acts=(Act(does, url), Act(f"Open {escalation.key}", url_of(escalation))),
        facts=(("Account", account), *((("Handler", escalation.handler.name),) if escalation.handler else ())),
        because=f"{FOOT.format(account=account)} {ends}",
    )


def page(meeting: Meeting) -> str:
    """The meeting's own page."""
    return f"{url_of(meeting.escalation)}meetings/{meeting.pk}/"
