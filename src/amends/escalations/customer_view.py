"""What the customer sees of their case. Their page is fed from here and from nowhere else.

Everything is named that goes out: who is in charge, what was promised to them, what they said themselves, what we
wrote to them. Whatever else there is of a case stays inside, whoever adds it (invariant 11).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.db.models import Prefetch, Q

from amends.directory.models import Contact, Organisation
from amends.escalations import customer_links, mails
from amends.escalations.models import Escalation, Problem, Promise, Request, Update
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
    """Who answers for it on our side."""

    name: str
    email: str


@dataclass(frozen=True, slots=True)
class Promised:
    """What they get from us, by which channel, by when."""

    what: str
    channel: str
    due_at: dt.datetime


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
class Said:
    """Something that passed between us. Of a call or a meeting only that it was: what we wrote down of it is ours."""

    at: dt.datetime
    who: str
    is_ours: bool
    channel: str
    text: str


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
    in_charge: InCharge | None
    promises: Sequence[Promised]
    outcome_wanted: str
    criteria: Sequence[str]
    plan: Sequence[Step]
    confirmed: Confirmed | None
    said: Sequence[Said]
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
    """The page of a contact of the case. Ten queries, whatever the length of the case."""
    promises = [_promised(promise) for promise in _promises(case)]
    over = not case.is_under_way
    return CustomerView(
        organisation=Organisation.current().name,
        account=case.account.name,
        contact=contact.name,
        zone=contact.zone or case.account.zone,
        reported_at=case.reported_at,
        in_charge=InCharge(case.handler.name, case.handler.email) if case.handler else None,
        promises=[] if over else promises,
        outcome_wanted=case.outcome_wanted,
        criteria=list(case.exit_criteria.values_list("words", flat=True)),
        plan=[_step(problem, {promise.due_at for promise in promises}) for problem in _plan(case)],
        confirmed=_confirmed(case),
        said=_said(case, now),
        rated=_rated(case, contact),
        is_resolved=case.status == Escalation.Status.RESOLVED,
        their_word=_their_word(case),
        is_under_way=not over,
        over_since=case.closed_at if over else None,
        ends_at=customer_links.ends(case),
    )


def word_that_it_is_over(case: Escalation) -> str:
    """Who of them said on the page that it is over, since it was resolved last; blank where nobody did."""
    last = case.events.filter(kind__in=_THE_END).select_related("personal").order_by("-id").first()
    if last is None or last.kind != kinds.ESCALATION_CONFIRMED.name:
        return ""
    personal = getattr(last, "personal", None)
    return str(personal.words.get("contact", "")) if personal else ""


def _promises(case: Escalation) -> list[Promise]:
    """What is owed to them; not what we owe to ourselves."""
    return list(case.promises.open().exclude(kind=Promise.Kind.LOOK).order_by("due_at", "id"))


def _promised(promise: Promise) -> Promised:
    is_first = promise.kind == Promise.Kind.ACKNOWLEDGEMENT
    return Promised(_FIRST_WORD if is_first else promise.what, promise.channel, promise.due_at)


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


def _said(case: Escalation, now: dt.datetime) -> list[Said]:
    """What stands of what passed, here and in what was merged into it. A mail only once it has left."""
    here = Q(escalation=case) | Q(escalation__merged_into=case)
    found = Update.objects.standing().filter(here).select_related("by", "contact", "filing", "page_word")
    waiting = _waiting(case)
    newest = found.order_by("-at", "-id")[:_MOST]
    return [_one_said(update, case) for update in newest if update.pk not in waiting and not _rests(update, now)]


def _waiting(case: Escalation) -> set[int]:
    """The mails that are still here, and may be taken back."""
    here = Delivery.objects.filter(
        subject=case.subject, audience=Delivery.Audience.CUSTOMER, state=Delivery.State.WAITING, tries=0
    )
    return {mails.number(identity) for identity in here.order_by("-posted_at").values_list("identity", flat=True)}


def _rests(update: Update, now: dt.datetime) -> bool:
    leaves_at = mails.leaves_at(update)
    return leaves_at is not None and now < leaves_at


def _one_said(update: Update, case: Escalation) -> Said:
    is_ours = update.direction == Update.Direction.OUT
    is_whole = update.is_mailed if is_ours else _wrote_it_themselves(update, case)
    theirs = update.contact.name if update.contact else case.account.name
    return Said(
        update.at,
        (update.by.name if update.by else "") if is_ours else theirs,
        is_ours,
        update.channel,
        update.text if is_whole else "",
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
