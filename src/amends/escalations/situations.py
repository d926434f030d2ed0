"""From rows to the frozen picture that the clock decides by. Many at once, in a constant number of queries."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db.models import Exists, OuterRef

from amends.clock.situations import (
    DecisionDue,
    MeetingSeen,
    PromiseDue,
    RequestDue,
    Situation,
    brief_key,
    decision_key,
    meeting_key,
    notes_key,
    request_key,
    silence_key,
    target_key,
    unmet_key,
)
from amends.clock.situations import Mark as Told
from amends.directory.models import Organisation
from amends.escalations.meetings import met_since
from amends.escalations.models import Attendance, Decision, Escalation, Mark, Meeting, Promise, Request
from amends.escalations.models.meeting import Meetings
from amends.escalations.terms import terms
from amends.playbook.models import PlaybookVersion

# Reading all sixty columns of ten thousand rows takes longer than deciding.
_OF_AN_ESCALATION = (
    "account__name",
    "account__zone",
    "reason",
    "status",
    "severity",
    "handler__name",
    "playbook",
    "opened_at",
    "target_at",
    "customer_should_know",
    "imported_key",
    "next_look_at",
    "last_met_at",
    *Escalation.SPOKEN_AT,
)
_OF_A_MEETING = (
    *(
        "escalation",
        "kind",
        "state",
        "starts_at",
        "ends_at",
        "time_sequence",
        "made_at",
        "zone",
        "settled_at",
        "held_at",
        "notes_due_at",
    ),
    *("why_no_notes", "notes_update__struck_at", "promise", "organised_by"),
)
_OF_A_PROMISE = ("escalation", "kind", "what", "owner__name", "made_at", "due_at", "zone", "to__name")


@dataclass(slots=True)
class Picture:
    """The rows about one escalation; `situation()` freezes them."""

    escalation: Escalation
    organisation: Organisation
    promises: list[Promise] = field(default_factory=list)
    decision: Decision | None = None
    requests: list[Request] = field(default_factory=list)
    meetings: list[Meeting] = field(default_factory=list)
    marks: dict[str, Told] = field(default_factory=dict)

    def situation(self) -> Situation:
        """What the clock sees. Raises where the rows make no sense (an unknown zone, a lost severity)."""
        escalation = self.escalation
        of_meetings = {meeting.promise_id for meeting in self.meetings if meeting.is_planned}
        return Situation(
            id=escalation.pk,
            is_open=escalation.is_under_way and not escalation.is_history,
            opened_at=escalation.opened_at,
            silent_since=escalation.silent_since,
            may_be_silent=not escalation.customer_should_know,
            target_at=escalation.target_at,
            zone=escalation.account.zone,
            terms=terms(escalation.playbook, escalation.severity, self.organisation),
            promises=tuple(
                PromiseDue(
                    promise.pk,
                    promise.made_at,
                    promise.due_at,
                    promise.kind == Promise.Kind.ACKNOWLEDGEMENT,
                    promise.pk in of_meetings,
                )
                for promise in self.promises
            ),
            decision=DecisionDue(self.decision.pk, self.decision.asked_at, self.decision.due_at)
            if self.decision
            else None,
            requests=tuple(RequestDue(request.pk, request.made_at, request.due_at) for request in self.requests),
            meetings=tuple(_seen(meeting) for meeting in self.meetings if meeting.is_planned or meeting.awaits_notes),
            met_since=self.met_since,
            marks=self.marks,
        )

    @property
    def met_since(self) -> dt.datetime | None:
        """Since when nobody has met the customer, where somebody is to."""
        held = [each.held_at for each in self.meetings if each.held_at and not each.is_internal]
        return met_since(self.escalation, max(held, default=None))

    def promise(self, key: str) -> Promise | None:
        """The promise that a due thing is about, if it is about one."""
        return next((promise for promise in self.promises if promise.subject == key), None)

    def request(self, key: str) -> Request | None:
        """What the customer was asked for, where a due thing is about that."""
        return next((request for request in self.requests if request_key(request.pk) == key), None)

    def meeting(self, key: str) -> Meeting | None:
        """The meeting that a due thing is about, if it is about one."""
        return next((meeting for meeting in self.meetings if key in keys_of(meeting)), None)


def read(ids: Sequence[int]) -> dict[int, Picture]:
    """The rows about these escalations, in eight queries however many they are: what the clock asks, or tells."""
    organisation = Organisation.current()
    rows = Escalation.objects.filter(pk__in=ids).select_related("account", "handler").only(*_OF_AN_ESCALATION)
    escalations = list(rows)
    # Long, and the same for nearly all
    versions = PlaybookVersion.objects.in_bulk({escalation.playbook_id for escalation in escalations})
    for escalation in escalations:
        escalation.playbook = versions[escalation.playbook_id]
    pictures = {escalation.pk: Picture(escalation, organisation) for escalation in escalations}
    promises = Promise.objects.open().filter(escalation__in=ids).select_related("to", "owner").only(*_OF_A_PROMISE)
    for promise in promises:
        pictures[promise.escalation_id].promises.append(promise)
    for decision in Decision.objects.filter(escalation__in=ids, verdict=""):
        pictures[decision.escalation_id].decision = decision
    requests = Request.objects.filter(problem__escalation__in=ids, outcome="").select_related("problem", "to")
    for request in requests:
        pictures[request.problem.escalation_id].requests.append(request)
    for meeting in meetings_of(ids):
        picture = pictures[meeting.escalation_id]
        # The page that a ring links to is below its case.
        meeting.escalation = picture.escalation
        picture.meetings.append(meeting)
    for mark in Mark.objects.filter(escalation__in=ids).filter(key__in=_keys(pictures)):
        pictures[mark.escalation_id].marks[mark.key] = Told(mark.rung, mark.told_at)
    return pictures


def one(
    escalation: Escalation,
    *,
    organisation: Organisation | None = None,
    promises: Sequence[Promise] | None = None,
    requests: Sequence[Request] | None = None,
    meetings: Sequence[Meeting] | None = None,
) -> Situation:
    """The picture of one escalation, for pages that show what comes next.

    What such a page has read already (open promises, requests without an answer, `meetings_of` it) need not be read
    again.
    """
    if organisation is None or promises is None or requests is None:
        return read([escalation.pk])[escalation.pk].situation()
    decision = Decision.objects.filter(escalation=escalation, verdict="").first()
    seen = meetings_of([escalation.pk]) if meetings is None else meetings
    picture = Picture(escalation, organisation, list(promises), decision, list(requests), list(seen))
    for mark in escalation.marks.filter(key__in=_keys({escalation.pk: picture})):
        picture.marks[mark.key] = Told(mark.rung, mark.told_at)
    return picture.situation()


def meetings_of(ids: Sequence[int]) -> Meetings:
    """The meetings of these escalations that the clock looks at: planned, or held; whether anybody reads a brief."""
    briefed = Attendance.objects.filter(meeting=OuterRef("pk"), member__isnull=False)
    briefed = briefed.exclude(part=Attendance.Part.LEADS)
    found = Meeting.objects.filter(escalation__in=ids).exclude(state=Meeting.State.CANCELLED)
    found = found.annotate(is_briefed=Exists(briefed)).select_related("notes_update", "organised_by")
    return found.only(*_OF_A_MEETING, "organised_by__name").order_by("starts_at", "id")


def _seen(meeting: Meeting) -> MeetingSeen:
    return MeetingSeen(
        meeting.pk,
        meeting.made_at,
        meeting.starts_at,
        meeting.ends_at,
        meeting.is_internal,
        bool(getattr(meeting, "is_briefed", False)),
        meeting.settled_at if not meeting.is_planned else None,
        meeting.notes_due_at if not meeting.is_planned else None,
    )


def keys_of(meeting: Meeting) -> list[str]:
    """Under which keys something is told of it."""
    notes = [notes_key(meeting.pk, meeting.settled_at)] if meeting.settled_at else []
    return [meeting_key(meeting.pk), brief_key(meeting.pk), *notes]


def _keys(pictures: dict[int, Picture]) -> list[str]:
    """Only marks of what can still ring are read; old ones stay where they are."""
    keys: set[str] = set()
    for picture in pictures.values():
        keys.update(promise.subject for promise in picture.promises)
        keys.update(request_key(request.pk) for request in picture.requests)
        for meeting in picture.meetings:
            if meeting.is_planned or meeting.awaits_notes:
                keys.update(keys_of(meeting))
        if since := picture.met_since:
            keys.add(unmet_key(since))
        if picture.decision:
            keys.add(decision_key(picture.decision.pk))
        keys.add(silence_key(picture.escalation.silent_since))
        keys.add(target_key(picture.escalation.target_at))
    return list(keys)
