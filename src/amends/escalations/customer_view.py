"""What the customer sees of their case. Their page is fed from here and from nowhere else.

Everything is named that goes out: who is in charge, what was promised to them, what they said themselves, what we
wrote to them. Whatever else there is of a case stays inside, whoever adds it (invariant 11).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.db.models import CharField, Prefetch, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat

from amends.directory.models import Contact, Organisation
from amends.escalations import also_told, customer_links, mails
from amends.escalations import meetings as planning
from amends.escalations.models import Attachment, Attendance, Escalation, Meeting, Problem, Promise, Request, Update
from amends.escalations.timeline import kinds
from amends.outbox.models import Delivery

# As much of what was said as one reads; older ones are in their mailbox.
_MOST = 60
# What the acknowledgement is called is written for ourselves.
_FIRST_WORD = "Our first word on it"
_WORDS_ON_THE_END = (kinds.ESCALATION_CONFIRMED.name, kinds.ESCALATION_CONTESTED.name)
_THE_END = (*_WORDS_ON_THE_END, kinds.ESCALATION_RESOLVED.name, kinds.ESCALATION_REOPENED.name)


class Standing(StrEnum):
    """How a problem stands, in words for whoever has it."""

    NAMED = "Heard"
    CONFIRMED = "Next in line"
    IN_WORK = "In work"
    YOURS = "Waiting for you"
    WAITING = "In work, waiting for others"
    SOLVED = "Solved"
    DECLINED = "Not taken on"


@dataclass(frozen=True, slots=True)
class InCharge:
    """Who answers for it on our side; `is_asked`: nobody yet, and they decide whether they do."""

    name: str
    email: str
    is_asked: bool


@dataclass(frozen=True, slots=True)
class Promised:
    """What they get from us, by which channel, by when. A meeting is late only when its planned end has passed."""

    what: str
    channel: str
    due_at: dt.datetime
    late_from: dt.datetime


@dataclass(frozen=True, slots=True)
class Asked:
    """What we need from them."""

    id: int
    what: str
    due_at: dt.datetime


@dataclass(frozen=True, slots=True)
class Step:
    """One problem, in their words. `eta_at` only where just that moment is promised to them."""

    id: int
    words: str
    standing: Standing
    asked: Asked | None
    eta_at: dt.datetime | None
    settled_at: dt.datetime | None

    @property
    def is_settled(self) -> bool:
        return self.settled_at is not None


@dataclass(frozen=True, slots=True)
class Confirmed:
    """Their word that the plan is right: whose, and when."""

    by: str
    at: dt.datetime


@dataclass(frozen=True, slots=True)
class Enclosed:
    """A file that went along with a mail of ours."""

    id: int
    name: str
    size: int


@dataclass(frozen=True, slots=True)
class Met:
    """A meeting with them: what the invitation says, and what this very reader answered. Of how it was, that it was.

    `answer` is blank where they are not invited themselves; `proposed_at` is another time that they would like.
    """

    id: int
    title: str
    starts_at: dt.datetime
    ends_at: dt.datetime
    place: str
    agenda: Sequence[str]
    ours: Sequence[str]
    theirs: Sequence[str]
    held_at: dt.datetime | None
    answer: str
    proposed_at: dt.datetime | None

    @property
    def is_held(self) -> bool:
        return self.held_at is not None


@dataclass(frozen=True, slots=True)
class Said:
    """Something that passed between us. Of a call or a meeting only that it was: what we wrote down of it is ours."""

    at: dt.datetime
    who: str
    is_ours: bool
    channel: str
    text: str
    files: Sequence[Enclosed] = ()


@dataclass(frozen=True, slots=True)
class Rated:
    """How far this very reader feels heard, as they said last."""

    heard: int
    at: dt.datetime


@dataclass(frozen=True, slots=True)
class CustomerView:
    """The page of one contact. Moments are in UTC, to be read in `zone`; `said` has the newest first."""

    organisation: str
    account: str
    contact: str
    zone: str
    reported_at: dt.datetime
    # They had it from us before they told us of it
    is_found_by_us: bool
    in_charge: InCharge | None
    promises: Sequence[Promised]
    outcome_wanted: str
    criteria: Sequence[str]
    plan: Sequence[Step]
    confirmed: Confirmed | None
    # Those that are planned, the next one first; then those that were held, the newest first
    meetings: Sequence[Met]
    said: Sequence[Said]
    also_told: Sequence[also_told.AlsoTold]
    rated: Rated | None
    # Whether their word is asked for that it is over; and the one that they gave since it was resolved
    is_resolved: bool
    their_word: bool | None
    is_under_way: bool
    over_since: dt.datetime | None
    ends_at: dt.datetime | None

    @property
    def next(self) -> Promised | None:
        """What they hear next."""
        return self.promises[0] if self.promises else None

    @property
    def order(self) -> str:
        """The plan as they are shown it, by the numbers of its problems: what a confirmation is of."""
        return ",".join(str(step.id) for step in self.plan)

    @property
    def may_confirm(self) -> bool:
        """Whether the plan waits for their word."""
        return self.is_under_way and bool(self.plan) and self.confirmed is None

    @property
    def asked(self) -> Sequence[Asked]:
        """All that we need from them."""
        return [step.asked for step in self.plan if step.asked] if self.is_under_way else []


def of(case: Escalation, contact: Contact, now: dt.datetime) -> CustomerView:
    """The page of a contact of the case. Thirteen queries, whatever the length of the case."""
    promises = [_promised(promise) for promise in _promises(case)]
    over = not case.is_under_way
    return CustomerView(
        organisation=Organisation.current().name,
        account=case.account.name,
        contact=contact.name,
        zone=contact.zone or case.account.zone,
        reported_at=case.reported_at,
        is_found_by_us=case.found_by == Escalation.FoundBy.US,
        in_charge=_in_charge(case),
        promises=[] if over else promises,
        outcome_wanted=case.outcome_wanted,
        criteria=list(case.exit_criteria.values_list("words", flat=True)),
        plan=[_step(problem, {promise.due_at for promise in promises}) for problem in _plan(case)],
        confirmed=_confirmed(case),
        meetings=_meetings(case, contact),
        said=_said(case, now),
        also_told=also_told.of(case, contact),
        rated=_rated(case, contact),
        is_resolved=case.status == Escalation.Status.RESOLVED,
        their_word=_their_word(case),
        is_under_way=not over,
        over_since=case.closed_at if over else None,
        ends_at=customer_links.ends(case),
    )


def _in_charge(case: Escalation) -> InCharge | None:
    if case.handler is None:
        return None
    return InCharge(case.handler.name, case.handler.email, case.status == Escalation.Status.REQUESTED)


def find_file(case: Escalation, pk: int, now: dt.datetime) -> Attachment | None:
    """A file that went along with a mail to them, once that has left; None for any other."""
    found = Attachment.objects.filter(pk=pk, update__in=_updates(case).filter(is_mailed=True)).select_related("update")
    file = found.first() if pk < 2**63 else None
    update = file.update if file else None
    if update is None or update.pk in _waiting(case) or _rests(update, now):
        return None
    return file


def word_that_it_is_over(case: Escalation) -> str:
    """Who of them said on the page that it is over, since it was resolved last; blank where nobody did."""
    last = case.events.filter(kind__in=_THE_END).select_related("personal").order_by("-id").first()
    if last is None or last.kind != kinds.ESCALATION_CONFIRMED.name:
        return ""
    personal = getattr(last, "personal", None)
    return str(personal.words.get("contact", "")) if personal else ""


def _promises(case: Escalation) -> list[Promise]:
    """What is owed to them; not what we owe to ourselves."""
    return list(case.promises.open().exclude(kind=Promise.Kind.LOOK).select_related("meeting").order_by("due_at", "id"))


def _promised(promise: Promise) -> Promised:
    is_first = promise.kind == Promise.Kind.ACKNOWLEDGEMENT
    meeting: Meeting | None = getattr(promise, "meeting", None)
    late_from = meeting.ends_at if meeting else promise.due_at
    return Promised(_FIRST_WORD if is_first else promise.what, promise.channel, promise.due_at, late_from)


def _plan(case: Escalation) -> list[Problem]:
    open_requests = Prefetch("requests", Request.objects.filter(outcome=""), to_attr="asked")
    return list(case.problems.prefetch_related(open_requests))


def _step(problem: Problem, promised: set[dt.datetime]) -> Step:
    asked: list[Request] = problem.asked  # type: ignore[attr-defined]
    is_told = not problem.is_settled and problem.eta_at in promised
    return Step(
        problem.pk,
        problem.words,
        _standing(problem, bool(asked)),
        Asked(asked[0].pk, asked[0].what, asked[0].due_at) if asked else None,
        problem.eta_at if is_told else None,
        problem.settled_at,
    )


def _standing(problem: Problem, is_asked: bool) -> Standing:
    if is_asked:
        return Standing.YOURS
    return {
        Problem.Status.NAMED: Standing.NAMED,
        Problem.Status.CONFIRMED: Standing.CONFIRMED,
        Problem.Status.IN_WORK: Standing.IN_WORK,
        Problem.Status.WAITING: Standing.WAITING,
        Problem.Status.SOLVED: Standing.SOLVED,
        Problem.Status.DECLINED: Standing.DECLINED,
    }[Problem.Status(problem.status)]


def _confirmed(case: Escalation) -> Confirmed | None:
    found = case.plan_confirmations.filter(lapsed_at__isnull=True).first()
    return Confirmed(found.confirmed_by, found.confirmed_at) if found else None


def _meetings(case: Escalation, contact: Contact) -> list[Met]:
    """Those with the customer, here and of what was merged into it. What is off is said in a mail."""
    here = Q(escalation=case) | Q(escalation__merged_into=case)
    there = Prefetch("attendances", Attendance.objects.select_related("contact", "member"), to_attr="there")
    found = Meeting.objects.filter(here).with_the_customer().exclude(state=Meeting.State.CANCELLED)
    newest = list(found.prefetch_related(there).order_by("-starts_at", "-id")[:_MOST])
    planned = [meeting for meeting in reversed(newest) if meeting.is_planned and case.is_under_way]
    return [_met(meeting, contact) for meeting in [*planned, *(each for each in newest if each.held_at)]]


def find_meeting(case: Escalation, number: int) -> Meeting | None:
    """One of the planned meetings that the page shows; None where there is none."""
    if not case.is_under_way or number >= 2**63:
        return None
    found = case.meetings.planned().with_the_customer().select_related("escalation__account", "organised_by")
    return found.filter(pk=number).first()


def _met(meeting: Meeting, contact: Contact) -> Met:
    there: list[Attendance] = meeting.there  # type: ignore[attr-defined]
    own = next((each for each in there if each.contact_id == contact.pk), None)
    was = meeting.held_at is not None
    came = [each for each in there if each.came or not was]
    return Met(
        meeting.pk,
        planning.name(meeting),
        meeting.starts_at,
        meeting.ends_at,
        meeting.place,
        [line for line in meeting.agenda.splitlines() if line.strip()],
        [each.name for each in came if each.is_ours],
        [each.name for each in came if not each.is_ours],
        meeting.held_at,
        own.answer if own else "",
        own.proposed_at if own else None,
    )


def _said(case: Escalation, now: dt.datetime) -> list[Said]:
    """What stands of what passed, here and in what was merged into it. A mail only once it has left."""
    files = Prefetch("attachments", Attachment.objects.filter(update__is_mailed=True), to_attr="enclosed")
    found = _updates(case).select_related("by", "contact", "filing", "page_word").prefetch_related(files)
    waiting = _waiting(case)
    newest = found.order_by("-at", "-id")[:_MOST]
    return [_one_said(update, case) for update in newest if update.pk not in waiting and not _rests(update, now)]


def _updates(case: Escalation) -> QuerySet[Update]:
    """What stands of what passed, here and in what was merged into it."""
    return Update.objects.standing().filter(Q(escalation=case) | Q(escalation__merged_into=case))


def _waiting(case: Escalation) -> set[int]:
    """The mails that are still here, and may be taken back: of the case, and of what was merged into it."""
    cases = Escalation.objects.filter(Q(pk=case.pk) | Q(merged_into=case)).order_by()
    subjects = cases.values_list(Concat(Value("escalation:"), Cast("pk", CharField())))
    here = Delivery.objects.filter(
        subject__in=subjects, audience=Delivery.Audience.CUSTOMER, state=Delivery.State.WAITING, tries=0
    )
    return {mails.number(identity) for identity in here.order_by("-posted_at").values_list("identity", flat=True)}


def _rests(update: Update, now: dt.datetime) -> bool:
    leaves_at = mails.leaves_at(update)
    return leaves_at is not None and now < leaves_at


def _one_said(update: Update, case: Escalation) -> Said:
    is_ours = update.direction == Update.Direction.OUT
    is_whole = update.is_mailed if is_ours else _wrote_it_themselves(update, case)
    files: Sequence[Attachment] = update.enclosed if is_ours and is_whole else ()  # type: ignore[attr-defined]
    theirs = update.contact.name if update.contact else case.account.name
    return Said(
        update.at,
        (update.by.name if update.by else "") if is_ours else theirs,
        is_ours,
        update.channel,
        update.text if is_whole else "",
        [Enclosed(file.pk, file.name, file.size) for file in files],
    )


def _wrote_it_themselves(update: Update, case: Escalation) -> bool:
    """A mail of theirs as it came, or what they wrote on the page: not what one of us wrote down of it."""
    if update.contact is None or update.contact.account_id != case.account_id:
        return False
    return hasattr(update, "filing") or hasattr(update, "page_word")


def _rated(case: Escalation, contact: Contact) -> Rated | None:
    found = case.ratings.filter(contact=contact).first()
    return Rated(found.heard, found.at) if found else None


def _their_word(case: Escalation) -> bool | None:
    """Whether they said, since it was resolved, that it is over (True) or not (False); None before they did."""
    last = case.events.filter(kind__in=_THE_END).order_by("-id").values_list("kind", flat=True).first()
    return None if last not in _WORDS_ON_THE_END else last == kinds.ESCALATION_CONFIRMED.name
