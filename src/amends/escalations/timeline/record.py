"""The one way onto the timeline: for what people do one at a time, for what the clock tells in bulk."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import F

from amends.clock.situations import Due, Tell
from amends.directory.actor import CLOCK, Actor
from amends.directory.models import Member, Organisation
from amends.escalations import reply_addresses
from amends.escalations.authority import TABLE, Act
from amends.escalations.models import Escalation, Event, EventWords, Mark, Meeting, Notice, Promise, Request, Update
from amends.escalations.models.escalation import EPOCH
from amends.escalations.timeline import briefs, kinds, letters, meeting_briefs, meeting_letters, reaching
from amends.escalations.timeline.audiences import Audience, People, around
from amends.outbox import bulk
from amends.outbox.letters import Letter
from amends.outbox.posting import Draft, post
from amends.outbox.waking import wake

HOST = urlsplit(settings.URL).hostname or "localhost"


def record(
    kind: kinds.Kind,
    escalation: Escalation,
    *,
    by: Actor,
    now: dt.datetime,
    promise: Promise | None = None,
    update: Update | None = None,
    named: Iterable[Member] = (),
    known: People | None = None,
    invited: Collection[int] = (),
    is_told: bool = False,
    **words: Any,
) -> Event:
    """Write one event, post to those whom its kind tells, and wake the clock.

    Call it last in an act, inside its transaction. Moments among the words are stored as ISO text. `named` are
    those whom the act itself names; they hear where the kind tells them. `known`: whom the act has read already.
    `invited` get an invitation by mail, which says it all, and only the receipt of this; as all do where it
    `is_told` by something else that happens with it.
    """
    ids = {"promise": promise.pk if promise else None, "update": update.pk if update else None}
    words = {key: value.isoformat() if isinstance(value, dt.datetime) else value for key, value in words.items()}
    event = Event.objects.create(
        escalation=escalation,
        kind=kind.name,
        at=now,
        by_id=by.member_id,
        by_name=by.name,
        words={key: pk for key, pk in ids.items() if pk}
        | {key: value for key, value in words.items() if key not in kind.personal},
    )
    if personal := {key: value for key, value in words.items() if key in kind.personal}:
        EventWords.objects.create(event=event, words=personal)
    named = list(named)
    if named or set(kind.tells) - {Audience.NAMED}:
        parts = _parts(kind, escalation, promise, update)
        further = _further(kind, escalation, named)
        # A handler's own promise tells nobody, so that nobody need be read.
        if further or any(parts.values()) or Audience.UPDATE_AUTHOR in parts:
            people = around([escalation.handler_id, *parts.values(), *further], now, known)
            members = _heard_of(escalation, parts, further, people)
            decides = _asked_to_decide(kind, escalation, people)
            invited = [member.pk for member in members] if is_told else invited
            _tell(event, kind, members, escalation, words, by, now, decides, update, invited)
    if escalation.is_under_way and not escalation.is_history:
        escalation.next_look_at = EPOCH
    escalation.version += 1
    Escalation.objects.filter(pk=escalation.pk).update(next_look_at=escalation.next_look_at, version=F("version") + 1)
    wake()
    return event


def record_on_all(
    kind: kinds.Kind, escalations: Sequence[Escalation], *, by: Actor, now: dt.datetime, **words: Any
) -> dict[Member, list[Escalation]]:
    """Write the same event on many escalations under way, which are held: in a constant number of statements.

    Answers with the handlers and CSMs whom the kind tells, and of which cases. Each has a notice of each case; the
    act posts one letter to each of them.
    """
    if not escalations:
        return {}
    desks = [number for escalation in escalations for number in (escalation.handler_id, escalation.account.csm_id)]
    people = around(desks, now)
    public = {key: value for key, value in words.items() if key not in kind.personal}
    events = [
        Event(escalation=escalation, kind=kind.name, at=now, by_id=by.member_id, by_name=by.name, words=public)
        for escalation in escalations
    ]
    bulk.insert(events)
    if personal := {key: value for key, value in words.items() if key in kind.personal}:
        as_json = bulk.words()
        bulk.insert_values(EventWords, ("event_id", "words"), [(event.pk, as_json(personal)) for event in events])
    told: dict[Member, list[Escalation]] = {}
    for escalation in escalations:
        for member in _heard_of(escalation, _parts(kind, escalation, None, None), (), people):
            if member.pk != by.member_id:
                told.setdefault(member, []).append(escalation)
    event_of = {event.escalation_id: event for event in events}
    bulk.insert(
        Notice(event=event_of[escalation.pk], escalation=escalation, member=member, told_at=now)
        for member, cases in told.items()
        for escalation in cases
    )
    numbers = [escalation.pk for escalation in escalations]
    Escalation.objects.filter(pk__in=numbers).update(next_look_at=EPOCH, version=F("version") + 1)
    wake()
    return told


def _parts(
    kind: kinds.Kind, escalation: Escalation, promise: Promise | None, update: Update | None
) -> dict[Audience, int | None]:
    """Who has which part in it, of the kind's audiences that are one member each."""
    owner_id = promise.owner_id if promise else None
    parts = {
        Audience.HANDLER: escalation.handler_id,
        Audience.CSM: escalation.account.csm_id,
        # The handler sees every promise of theirs anyway; others hear when one is laid upon them.
        Audience.PROMISE_OWNER: owner_id if owner_id != escalation.handler_id else None,
        Audience.UPDATE_AUTHOR: update.by_id if update else None,
        Audience.OPENER: escalation.opened_by_id,
    }
    return {audience: parts[audience] for audience in kind.tells if audience in parts}


def _further(kind: kinds.Kind, escalation: Escalation, named: Iterable[Member]) -> list[int]:
    """Who else hears, of the kind's audiences that are many."""
    further: list[int] = []
    if Audience.ACCOUNT_TEAM in kind.tells:
        further += escalation.account.seats.order_by("id").values_list("member_id", flat=True)
    if Audience.WATCHERS in kind.tells:
        further += escalation.watchers.values_list("member_id", flat=True)
    if Audience.NAMED in kind.tells:
        further += [member.pk for member in named]
    return further


def _heard_of(
    escalation: Escalation, parts: Mapping[Audience, int | None], further: Iterable[int], people: People
) -> list[Member]:
    """The members of the kind's audiences, each once; for who has a part in it but is away, who stands in."""
    members = []
    for audience, member_id in parts.items():
        member = people.present(member_id)
        if audience is Audience.UPDATE_AUTHOR and (member is None or member.pk != member_id):
            # Who stands in for the author may not see it; who handles it does.
            member = people.present(escalation.handler_id)
        members.append(member)
    members += [people.by_id[pk] for pk in further if people.by_id[pk].is_active]
    return list(dict.fromkeys(member for member in members if member))


def _tell(
    event: Event,
    kind: kinds.Kind,
    members: Iterable[Member],
    escalation: Escalation,
    words: dict[str, Any],
    by: Actor,
    now: dt.datetime,
    decides: Mapping[int, int],
    update: Update | None,
    invited: Collection[int],
) -> None:
    """A notice to each, with a receipt to be signed by reading it; but not to the one who did it.

    What is told beside an update leaves when that does, and not at all where it was taken back before.
    """
    beside = update if kind in kinds.BESIDE else None
    others = [member for member in members if member.pk != by.member_id]
    Notice.objects.bulk_create(
        Notice(event=event, escalation=escalation, member=member, told_at=now) for member in others
    )
    others = [member for member in others if member.pk not in invited]
    brief = briefs.of(escalation, words) if kind in kinds.WITH_A_BRIEF else None
    ways = reaching.of(others, now)
    organisation = Organisation.current() if settings.MAIL_COMES_IN and others else None
    post(
        [
            draft
            for member in others
            for draft in ways.drafts(
                member,
                identity=f"event:{event.pk}|notice|member:{member.pk}",
                letter=letters.notice(
                    kind,
                    escalation,
                    words,
                    by=by.name,
                    to=member,
                    now=now,
                    brief=brief,
                    decides=decides.get(member.pk),
                    reply_to=reply_addresses.reply_to(organisation, escalation, member) if organisation else "",
                    told=beside.text if beside else "",
                ),
                subject=escalation.subject,
                wanted_while=f"update:{beside.pk}" if beside else "",
                rests=dt.timedelta(seconds=settings.RECALL_SECONDS) if beside else dt.timedelta(),
            )
        ],
        host=HOST,
        now=now,
    )


def _asked_to_decide(kind: kinds.Kind, escalation: Escalation, people: People) -> dict[int, int]:
    """Who can decide from this very mail, and on what: the member who is asked, or who stands in for them."""
    if kind not in kinds.ASKING or escalation.status != Escalation.Status.REQUESTED:
        return {}
    asked = people.present(escalation.handler_id)
    decision = escalation.decisions.filter(verdict="").values_list("pk", flat=True).first()
    return {asked.pk: decision} if asked and decision else {}


@dataclass(frozen=True, slots=True)
class Ring:
    """One telling of the clock, with the rows that it is about."""

    escalation: Escalation
    due: Due
    promise: Promise | None = None
    request: Request | None = None
    meeting: Meeting | None = None

    @property
    def what(self) -> str:
        """The promise or request in words; blank where it is about neither."""
        return self.promise.what if self.promise else self.request.what if self.request else ""

    @property
    def owner_id(self) -> int | None:
        """Who answers for it."""
        owner_id = None
        if self.promise:
            owner_id = self.promise.owner_id
        elif self.request:
            owner_id = self.request.problem.owner_id
        elif self.meeting:
            owner_id = self.meeting.organised_by_id
        return owner_id or self.escalation.handler_id


def record_many(rings: Sequence[Ring], *, now: dt.datetime) -> None:
    """Write what the clock tells of many escalations: events, marks and alarms, in a constant number of statements.

    Its own events do not wake their subject. A ring whose mark is already there fails the whole transaction;
    the caller holds the rows, so that cannot happen but by a fault.
    """
    if not rings:
        return
    people = around({number for ring in rings for number in (ring.owner_id, ring.escalation.handler_id)}, now)
    before = [ring.meeting.pk for ring in rings if ring.meeting and ring.due.tell is Tell.MEETING_BRIEF]
    read = meeting_briefs.read(before) if before else {}
    told = [(ring, _heard_by(ring, people, read)) for ring in rings]
    events = [_event(ring, members, now) for ring, members in told]
    bulk.insert(events)
    as_json, at = bulk.words(), bulk.moment(now)
    bulk.insert_values(
        EventWords,
        ("event_id", "words"),
        [(event.pk, as_json({"what": ring.what})) for event, ring in zip(events, rings, strict=True) if ring.what],
    )
    bulk.insert_values(
        Mark,
        ("escalation_id", "key", "rung", "told_at"),
        [(ring.escalation.pk, ring.due.key, ring.due.rung, at) for ring in rings],
        where_there="ON CONFLICT (escalation_id, key) DO UPDATE SET rung = excluded.rung, told_at = excluded.told_at",
    )
    post(_drafts(told, people, read, now), host=HOST, now=now)


Briefs = Mapping[int, meeting_briefs.MeetingBrief]


def _heard_by(ring: Ring, people: People, read: Briefs) -> list[Member]:
    """Those whom its rung names; a brief is for who is in the meeting."""
    if ring.meeting and ring.due.tell is Tell.MEETING_BRIEF:
        return [each.member for each in read[ring.meeting.pk].readers() if each.member]
    return people.on_a_rung(ring.due.tells, ring.escalation, ring.owner_id)


def _event(ring: Ring, members: Sequence[Member], now: dt.datetime) -> Event:
    words: dict[str, Any] = {
        "due_at": ring.due.due_at.isoformat(),
        "rung": ring.due.rung,
        "told": _names(members),
        "members": [member.pk for member in members],
    }
    if ring.promise:
        words["promise"] = ring.promise.pk
    if ring.request:
        words["request"] = ring.request.pk
    if ring.meeting:
        words["meeting"] = ring.meeting.pk
        if ring.due.tell is Tell.MEETING_BRIEF:
            words["due_at"] = ring.meeting.starts_at.isoformat()
    return Event(
        escalation=ring.escalation,
        kind=ring.due.tell.value,
        at=now,
        by_name=CLOCK.name,
        words=words,
        once=ring.due.once,
    )


def _drafts(
    told: Sequence[tuple[Ring, list[Member]]], people: People, read: Briefs, now: dt.datetime
) -> Iterable[Draft]:
    ways = reaching.of((member for _, members in told for member in members), now)
    some_are_left_alone, organisation = ways.leave_somebody_alone, Organisation.current()
    for ring, members in told:
        comes_through = some_are_left_alone and reaching.is_day_and_night(ring.escalation, organisation)
        for member in members:
            yield from ways.drafts(
                member,
                identity=f"{ring.escalation.subject}|{ring.due.once}|member:{member.pk}",
                letter=_letter(ring, member, people, read, now),
                subject=ring.escalation.subject,
                wanted_while=_wanted_while(ring),
                # Of a bundle of alarms one reads the subjects alone.
                is_alarm=ring.due.tell is not Tell.MEETING_BRIEF,
                comes_through=comes_through,
            )


def _letter(ring: Ring, to: Member, people: People, read: Briefs, now: dt.datetime) -> Letter:
    if ring.meeting and ring.due.tell is Tell.MEETING_BRIEF:
        return meeting_letters.brief(read[ring.meeting.pk], to=to, now=now)
    if ring.due.tell in meeting_letters.TELLS:
        return meeting_letters.alarm(ring.escalation, ring.due, ring.meeting, to=to, now=now)
    may_decide = _may_decide(to, ring.escalation, people)
    return letters.alarm(ring.escalation, ring.due, ring.promise, ring.request, to=to, now=now, may_decide=may_decide)


def _may_decide(member: Member, escalation: Escalation, people: People) -> bool:
    """Whether the table lets them: by role, as the handler, or for a handler who is away."""
    return member.role in TABLE[Act.DECIDE] or people.present(escalation.handler_id) == member


def _wanted_while(ring: Ring) -> str:
    """What must still hold when the alarm leaves: the promise is open, the silence lasts, or it is under way."""
    if ring.promise:
        return ring.promise.subject
    if ring.due.tell is Tell.SILENCE_NOTICED:
        return f"{ring.due.key}:{ring.escalation.pk}"
    if ring.due.tell in (Tell.DECISION_DUE, Tell.REQUEST_OVERDUE, Tell.MEETING_NOTES_DUE):
        return ring.due.key
    if ring.meeting:
        return ring.meeting.subject
    if ring.due.tell is Tell.MEETING_MISSING:
        return f"{ring.due.key}:{ring.escalation.pk}"
    return ring.escalation.subject


def _names(members: Sequence[Member]) -> str:
    names = [member.name for member in members]
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names) or "nobody"
