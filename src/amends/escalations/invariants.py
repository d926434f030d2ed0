"""What must always be true, asked of the whole database. `amends doctor` and the tests ask it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.db.models import Count, Exists, F, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce, Upper

from amends.directory.models import Contact, Member
from amends.escalations.models import (
    AffectedAccount,
    Attendance,
    Cause,
    CauseCase,
    CauseNotice,
    CauseNoticePart,
    Citation,
    Decision,
    Escalation,
    ExitCriterion,
    Fact,
    Help,
    Hold,
    Meeting,
    Problem,
    Promise,
    Request,
)
from amends.escalations.timeline.audiences import everyone
from amends.outbox.models import Delivery

# What is under way may take so long.
_WHILE = dt.timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Breach:
    """Something that should never be so."""

    invariant: str
    subject: str
    says: str


def breaches(now: dt.datetime) -> list[Breach]:
    """Every breach of the invariants of the domain. None is the only good answer."""
    return [breach for check in _CHECKS for breach in check(now)]


def _has_a_handler_who_is_here(now: dt.datetime) -> Iterator[Breach]:
    for escalation in Escalation.objects.live().filter(Q(handler__isnull=True) | Q(handler__is_active=False)):
        yield Breach("1", escalation.key, "Its handler is not here. Give it to somebody who is.")


def _has_a_handler_who_is_present(now: dt.datetime) -> Iterator[Breach]:
    people = everyone(now)
    for escalation in Escalation.objects.live().filter(handler__in=people.stand_ins):
        present = people.present(escalation.handler_id)
        if present is None or present.pk in people.stand_ins:
            yield Breach("1", escalation.key, "Its handler is away, and nobody who stands in is here. Hand it on.")


def _promises_something(now: dt.datetime) -> Iterator[Breach]:
    promised = Promise.objects.open().filter(escalation=OuterRef("pk"))
    for escalation in Escalation.objects.live().filter(~Exists(promised)):
        yield Breach("1", escalation.key, "Nothing is promised to the customer. Promise the next update.")


def _is_looked_at(now: dt.datetime) -> Iterator[Breach]:
    asleep = Q(next_look_at__isnull=True) | Q(next_look_at__gt=now + dt.timedelta(hours=25))
    for escalation in Escalation.objects.live().filter(asleep):
        yield Breach("1", escalation.key, "The clock does not look at it within a day.")


def _over_leaves_no_open_promise(now: dt.datetime) -> Iterator[Breach]:
    over = Promise.objects.open().exclude(escalation__status__in=Escalation.UNDER_WAY)
    for promise in over.filter(escalation__imported_key__isnull=True).select_related("escalation"):
        yield Breach("closing", promise.escalation.key, f"It is over, and “{promise.what}” is still open.")


def _solved_before_resolved(now: dt.datetime) -> Iterator[Breach]:
    unsettled = Problem.objects.exclude(status__in=Problem.SETTLED).filter(escalation=OuterRef("pk"))
    done = Escalation.objects.filter(status__in=[Escalation.Status.RESOLVED, Escalation.Status.CLOSED])
    for escalation in done.filter(Exists(unsettled), imported_key__isnull=True):
        yield Breach("8", escalation.key, f"It is {escalation.status}, and a problem is neither solved nor declined.")


def _kept_by_what_stands(now: dt.datetime) -> Iterator[Breach]:
    for promise in Promise.objects.filter(kept_by__struck_at__isnull=False).select_related("escalation"):
        yield Breach("kept", promise.escalation.key, f"“{promise.what}” is kept by a word that was struck.")


def _moved_by_what_stands(now: dt.datetime) -> Iterator[Breach]:
    moved = Promise.objects.filter(status=Promise.Status.MOVED, moved_to__made_with__struck_at__isnull=False)
    for promise in moved.select_related("escalation"):
        yield Breach("moved", promise.escalation.key, f"“{promise.what}” was moved by a word that was struck.")


def _a_request_is_decided_on(now: dt.datetime) -> Iterator[Breach]:
    """One that is requested waits for somebody's decision, or was given back; nothing else waits for one."""
    pending = Decision.objects.filter(escalation=OuterRef("pk"), verdict="")
    latest = Decision.objects.filter(escalation=OuterRef("pk")).order_by("-asked_at", "-id").values("verdict")[:1]
    found = Escalation.objects.annotate(latest=Coalesce(Subquery(latest), Value("")))
    requested = Q(status=Escalation.Status.REQUESTED)
    for escalation in found.filter(requested).filter(~Exists(pending), ~Q(latest=Decision.Verdict.GIVEN_BACK)):
        yield Breach("request", escalation.key, "It is requested, and nobody is asked to decide on it.")
    for escalation in found.filter(Exists(pending)).exclude(requested):
        yield Breach("request", escalation.key, f"It is {escalation.status}, and a decision is still asked for.")


def _nothing_hangs_on_a_merged_one(now: dt.datetime) -> Iterator[Breach]:
    merged = Escalation.objects.filter(merged_into__isnull=False)
    hangs = {
        "a promise": Promise.objects.open(),
        "a problem": Problem.objects.exclude(status__in=Problem.SETTLED),
        "an exit criterion": ExitCriterion.objects.filter(met_at__isnull=True),
        "help": Help.objects.filter(settled_at__isnull=True),
        "a meeting": Meeting.objects.planned(),
    }
    for what, rows in hangs.items():
        for escalation in merged.filter(Exists(rows.filter(escalation=OuterRef("pk")))):
            yield Breach("merging", escalation.key, f"It was merged into another, and {what} is still open on it.")


def _merged_where_it_goes_on(now: dt.datetime) -> Iterator[Breach]:
    """What was merged is one step away from what goes on: its inside parts, mails and links are looked for there."""
    further = Escalation.objects.filter(merged_into__merged_into__isnull=False)
    for escalation in further.select_related("merged_into"):
        at = escalation.merged_into
        says = f"It was merged into {at.key if at else ''}, which has gone on in {at.merged_key if at else ''} since."
        yield Breach("merging", escalation.key, f"{says} It should say so itself.")


def _held_while_under_way(now: dt.datetime) -> Iterator[Breach]:
    standing = Hold.objects.filter(escalation=OuterRef("pk"), lifted_at__isnull=True)
    for escalation in Escalation.objects.live().filter(~Exists(standing)):
        yield Breach("hold", escalation.key, "Sales outreach is not on hold, though it is under way.")
    for escalation in Escalation.objects.exclude(status__in=Escalation.UNDER_WAY).filter(Exists(standing)):
        yield Breach("hold", escalation.key, "It is over, and sales outreach is still on hold for it.")


def _waits_for_what_was_asked(now: dt.datetime) -> Iterator[Breach]:
    asked = Exists(Request.objects.filter(problem=OuterRef("pk"), outcome=""))
    waits = Q(waits_on=Problem.WaitsOn.CUSTOMER)
    for problem in Problem.objects.filter((waits & ~asked) | (~waits & asked)).select_related("escalation"):
        says = f"“{problem.words}” waits for the customer and nothing is asked of them, or the other way about."
        yield Breach("plan", problem.escalation.key, says)


def _meetings_are_sound(now: dt.datetime) -> Iterator[Breach]:
    """A meeting and its promise say the same; somebody is in it; its time is of a change that was."""
    with_them = Meeting.objects.with_the_customer().select_related("escalation", "promise")
    for meeting in with_them.filter(promise__status=Promise.Status.OPEN):
        key = meeting.escalation.key
        if meeting.state == Meeting.State.CANCELLED:
            yield Breach("meeting", key, "A meeting was called off, and is still promised.")
        elif meeting.state == Meeting.State.HELD:
            yield Breach("meeting", key, "A meeting was held, and is still promised.")
        elif meeting.is_planned and meeting.promise and meeting.promise.due_at != meeting.starts_at:
            yield Breach("meeting", key, "A meeting is planned at another time than it is promised.")
        elif meeting.promise and meeting.promise.escalation_id != meeting.escalation_id:
            yield Breach("meeting", key, "A meeting is of one case, and its promise of another.")
    asked = Attendance.objects.filter(meeting=OuterRef("pk"))
    for meeting in Meeting.objects.filter(~Exists(asked)).select_related("escalation"):
        yield Breach("meeting", meeting.escalation.key, "Nobody is in a meeting.")
    for meeting in Meeting.objects.filter(time_sequence__gt=F("sequence")).select_related("escalation"):
        yield Breach("meeting", meeting.escalation.key, "A meeting has its time since a change that never was.")
    over = Meeting.objects.planned().with_the_customer().filter(escalation__status__in=Escalation.OVER)
    for meeting in over.select_related("escalation"):
        yield Breach("meeting", meeting.escalation.key, "It is over, and a meeting with the customer is still planned.")


def _facts_contradict_nothing(now: dt.datetime) -> Iterator[Breach]:
    """Of a fact and what stands in its place one alone is confirmed; both are of one case."""
    instead = Fact.objects.filter(corrects__isnull=False).select_related("escalation", "corrects")
    both = Q(state=Fact.State.CONFIRMED, corrects__state=Fact.State.CONFIRMED)
    for fact in instead.filter(both | ~Q(escalation=F("corrects__escalation"))):
        key, words = fact.escalation.key, f"“{fact.words}” stands in place of “{fact.corrects}”"
        if fact.corrects and fact.corrects.escalation_id != fact.escalation_id:
            yield Breach("facts", key, f"{words}, which is of another case.")
        else:
            yield Breach("facts", key, f"{words}, and both are confirmed. Refute one.")


def _what_was_told_is_of_the_case(now: dt.datetime) -> Iterator[Breach]:
    """A fact that an update told is of its case, or of the one that its case was merged into, over however many."""
    elsewhere = Citation.objects.exclude(update__escalation=F("fact__escalation"))
    found = list(elsewhere.select_related("update__escalation", "fact__escalation"))
    merged = _merged() if found else {}
    for citation in found:
        case: int | None = citation.update.escalation_id
        while case is not None and case != citation.fact.escalation_id:
            case = merged.get(case)
        if case is None:
            says = f"“{citation.words}” was told there, and is a fact of {citation.fact.escalation.key}."
            yield Breach("facts", citation.update.escalation.key, says)


def _merged() -> dict[int, int | None]:
    """Which case was merged into which."""
    return dict(Escalation.objects.filter(merged_into__isnull=False).values_list("pk", "merged_into"))


def _put_right_where_it_says_so(now: dt.datetime) -> Iterator[Breach]:
    """What an update put right it told: the fact as still open, or what stands in its place, over however many steps.

    Else it is still owed.
    """
    in_it = Citation.objects.filter(update=OuterRef("corrected_in"))
    says_so = in_it.filter(Q(fact=OuterRef("fact"), was_confirmed=False) | Q(fact__corrects=OuterRef("fact")))
    found = Citation.objects.filter(~Exists(says_so), corrected_in__isnull=False).select_related("update__escalation")
    quiet = list(found)
    before = _before() if quiet else {}
    cited = Citation.objects.filter(update__in=[citation.corrected_in_id for citation in quiet])
    put_right = set()
    for update, fact in cited.values_list("update", "fact"):
        wrong = before.get(fact)
        while wrong is not None:
            put_right.add((update, wrong))
            wrong = before.get(wrong)
    for citation in quiet:
        if (citation.corrected_in_id, citation.fact_id) not in put_right:
            says = f"“{citation.words}” counts as put right by an update that says nothing of it."
            yield Breach("facts", citation.update.escalation.key, says)


def _before() -> dict[int, int | None]:
    """Which fact stands in the place of which."""
    return dict(Fact.objects.filter(corrects__isnull=False).values_list("pk", "corrects"))


def _nobody_of_ours_is_a_contact(now: dt.datetime) -> Iterator[Breach]:
    """No contact has the address of a member: what one of ours writes would count as theirs, and go out to them."""
    ours = Member.objects.filter(is_active=True).values(address=Upper("email"))
    contacts = Contact.objects.annotate(address=Upper("email")).filter(address__in=ours, has_left=False)
    for contact in contacts.select_related("account"):
        says = f"{contact.email} is the address of {contact} there, and of one of us. Take it off the contact."
        yield Breach("contact", contact.account.name, says)


def _linked_is_affected(now: dt.datetime) -> Iterator[Breach]:
    """Whose case comes of a cause was marked as affected by it, even where somebody found later that it is not."""
    marked = AffectedAccount.objects.filter(cause=OuterRef("cause"), account=OuterRef("escalation__account"))
    for case in CauseCase.objects.filter(~Exists(marked)).select_related("cause", "escalation__account"):
        says = f"{case.escalation.key} comes of it, and {case.escalation.account} is not marked as affected."
        yield Breach("cause", case.cause.key, says)


def _told_in_a_case_of_theirs(now: dt.datetime) -> Iterator[Breach]:
    """Who was told by a notice was told in their own case, by an update that stands there with a promise of its own."""
    promised = Promise.objects.filter(made_with=OuterRef("update"))
    told = CauseNoticePart.objects.filter(outcome=CauseNoticePart.Outcome.TOLD)
    astray = ~Q(update__escalation=F("escalation")) | ~Q(escalation__account=F("account"))
    for part in told.filter(astray).select_related("notice__cause", "account"):
        yield Breach("notice", part.notice.cause.key, f"{part.account} counts as told in a case that is not theirs.")
    for part in told.filter(~Exists(promised), update__struck_at__isnull=True).select_related(
        "notice__cause", "account"
    ):
        says = f"{part.account} was told, and nothing was promised to them with it. Promise what comes next."
        yield Breach("notice", part.notice.cause.key, says)


def _notices_end(now: dt.datetime) -> Iterator[Breach]:
    """One that has gone out left nobody waiting, and is in nobody's hands; of a cause one goes out at a time."""
    waiting = CauseNoticePart.objects.filter(notice=OuterRef("pk"), outcome=CauseNoticePart.Outcome.WAITING)
    over = CauseNotice.objects.exclude(state__in=CauseNotice.UNDER_WAY).select_related("cause")
    for notice in over.filter(Exists(waiting), state=CauseNotice.State.DONE):
        yield Breach("notice", notice.cause.key, f"“{notice.subject}” has gone out, and some were not told by it.")
    unread = CauseNoticePart.objects.filter(notice=OuterRef("pk"), outcome=CauseNoticePart.Outcome.TOLD)
    # Their letters are written after it is over, some at a time.
    for notice in over.filter(Exists(unread.filter(pk__gt=OuterRef("announced_to"))), ended_at__lte=now - _WHILE):
        says = f"“{notice.subject}” is over, and who handles the cases that it opened had no letter of some."
        yield Breach("notice", notice.cause.key, says)
    for notice in over.exclude(ended_at__isnull=False, leased_by=""):
        yield Breach("notice", notice.cause.key, f"“{notice.subject}” is over, and somebody is still at it.")
    going = Count("notices", filter=Q(notices__state__in=CauseNotice.UNDER_WAY))
    for cause in Cause.objects.annotate(going=going).filter(going__gt=1):
        yield Breach("notice", cause.key, "Two notices of it go out at once. Stop one.")


def _leases_end(now: dt.datetime) -> Iterator[Breach]:
    stuck = Delivery.objects.filter(state=Delivery.State.HANDING_OVER, leased_until__lt=now - _WHILE)
    for delivery in stuck:
        yield Breach("5", delivery.identity, "It has been at the door for over five minutes. Does the sender run?")


_CHECKS: tuple[Callable[[dt.datetime], Iterator[Breach]], ...] = (
    _has_a_handler_who_is_here,
    _has_a_handler_who_is_present,
    _promises_something,
    _is_looked_at,
    _over_leaves_no_open_promise,
    _solved_before_resolved,
    _kept_by_what_stands,
    _moved_by_what_stands,
    _a_request_is_decided_on,
    _nothing_hangs_on_a_merged_one,
    _merged_where_it_goes_on,
    _held_while_under_way,
    _waits_for_what_was_asked,
    _meetings_are_sound,
    _facts_contradict_nothing,
    _what_was_told_is_of_the_case,
    _put_right_where_it_says_so,
    _nobody_of_ours_is_a_contact,
    _linked_is_affected,
    _told_in_a_case_of_theirs,
    _notices_end,
    _leases_end,
)
