"""The same thing twice: what comes in again is added to the open one, and two open ones become one."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from django.db import transaction
from django.db.models import Max

from amends.clock.situations import promise_key, request_key
from amends.directory.actor import Actor
from amends.directory.models import Organisation
from amends.escalations.actions import (
    callers,
    decisions,
    hearings,
    holds,
    inside,
    leave_outs,
    plans,
    problems,
    promises,
    updates,
)
from amends.escalations.authority import Act, check
from amends.escalations.errors import KeptInside, Refused
from amends.escalations.hearing import Heard, can_be_so, from_row, propose
from amends.escalations.models import Escalation, Mark, Meeting, Problem, Promise, Request, Update, Watcher
from amends.escalations.situations import keys_of
from amends.escalations.standing import is_under_way
from amends.escalations.terms import acknowledge_by
from amends.escalations.timeline import kinds
from amends.escalations.timeline.record import record

Status = Escalation.Status


@transaction.atomic
def merge(escalation: Escalation, *, into: Escalation, reason: str, by: Actor, now: dt.datetime) -> None:
    """It is the same as another of its account: what is open in it goes there, and it is withdrawn.

    Promises keep their times, and what was told of them is not told anew. What had been merged into it goes on there
    too, so that all that was merged is one step away from what goes on. Raises Refused.
    """
    escalation.lock_with(into, *escalation.merged.all())
    check(by, Act.STEER, escalation)
    check(by, Act.STEER, into)
    _may_be_merged(escalation, into)
    if not reason.strip():
        raise Refused("Say what shows that it is the same.", field="reason")
    _tells_nothing_kept_inside(escalation, into)

    decisions.overtake(escalation, by=by, now=now)
    escalation.status, escalation.merged_into = Status.WITHDRAWN, into
    escalation.closed_at, escalation.next_look_at = now, None
    escalation.save(update_fields=["status", "merged_into", "closed_at", "next_look_at"])
    escalation.merged.update(merged_into=into)
    record(kinds.ESCALATION_MERGED, escalation, by=by, now=now, other=into.key, reason=reason.strip())
    record(kinds.ESCALATION_TOOK_IN, into, by=by, now=now, other=escalation.key, reason=reason.strip())
    _share_what_they_may_know(escalation, into, by, now)
    _move_plan(escalation, into, by, now)
    _move_promises(escalation, into)
    _move_the_rest(escalation, into, now)
    leave_outs.move(escalation, into, by=by, now=now)
    holds.lift(escalation, by=by, now=now)


@transaction.atomic
def add(escalation: Escalation, *, heard: Heard, caller_name: str = "", by: Actor, now: dt.datetime) -> None:
    """They told us of something else, or again: it comes on to the open one, instead of a second escalation.

    Their problems come onto the plan, what they said stands as heard, and a fresh acknowledgement is owed, counted
    from their report. How they are and what it does to them by now takes the place of what was heard of it before.
    The reason is ours: it stands on the timeline alone. A caller of a new name becomes a contact. Raises Refused.
    """
    escalation.lock()
    check(by, Act.OPEN)
    is_under_way(escalation, otherwise="before you add to it")
    heard = callers.named(escalation.account, heard, caller_name, by=by, now=now)
    can_be_so(escalation.account, heard, now)
    told_at, by_now = heard.reported_at or now, _by_now(escalation, heard)
    proposal = propose(escalation.playbook, escalation.account, by_now, now)

    update = None
    if heard.found_by == Escalation.FoundBy.CUSTOMER:
        text, channel = _in_their_words(heard), _CHANNELS[Escalation.Channel(heard.channel)]
        update = updates.take_down(
            escalation, channel=channel, text=text, at=told_at, contact=heard.contact, by=by, now=now
        )
    record(kinds.ESCALATION_ADDED_TO, escalation, by=by, now=now, update=update, reason=heard.reason.strip())
    hearings.fill_in(escalation, by_now, proposal, by=by, now=now)
    problems.add(escalation, heard.problems, by=by, now=now)
    if heard.customer_should_know:
        _owe_an_answer(escalation, told_at, by, now)


def what_moves(escalation: Escalation, now: dt.datetime) -> list[str]:
    """What would go along, counted, in words."""
    unsettled = escalation.problems.exclude(status__in=Problem.SETTLED).count()
    counts = [
        (
            unsettled,
            "problem of the plan, with what was asked of the customer",
            "problems of the plan, with what was asked of the customer",
        ),
        (escalation.promises.open().count(), "promise, at its time", "promises, at their times"),
        (escalation.exit_criteria.filter(met_at__isnull=True).count(), "exit criterion", "exit criteria"),
        (escalation.helps.filter(settled_at__isnull=True).count(), "call for help", "calls for help"),
        (escalation.facts.count(), "fact, with who was told of it", "facts, with who was told of them"),
        (escalation.meetings.planned().count(), "planned meeting", "planned meetings"),
        (
            escalation.leave_outs.standing(now).count(),
            "contact who is left out, until the day that was said",
            "contacts who are left out, until the days that were said",
        ),
        (escalation.watchers.count(), "member who watches", "members who watch"),
    ]
    return [f"{count} {one if count == 1 else many}" for count, one, many in counts if count]


def _may_be_merged(escalation: Escalation, into: Escalation) -> None:
    if escalation.pk == into.pk:
        raise Refused("That is this very escalation. Choose another one.", field="into")
    if escalation.account_id != into.account_id:
        raise Refused(f"{into.key} is of another account, {into.account}.", field="into")
    for one in (escalation, into):
        is_under_way(one, otherwise="before you merge it")
    if into.status == Status.REQUESTED and escalation.status != Status.REQUESTED:
        raise Refused(f"{into.key} still waits for a decision. Merge it into this one instead.", field="into")


def _tells_nothing_kept_inside(escalation: Escalation, into: Escalation) -> None:
    """Refuse where words of one that they were not to know of, theirs once they are, hold what is ours in the other."""
    for one, other in ((escalation, into), (into, escalation)):
        if not other.customer_should_know and inside.is_kept_from(one, _on_their_page(other)):
            raise KeptInside(
                f"In {other.key}, where the customer would read it, stands what was written in {one.key} for some of "
                "us alone. Put it in other words there first.",
                field="into",
            )


def _on_their_page(escalation: Escalation) -> str:
    """What one of us typed and their page would show of it as it stands (`customer_view`)."""
    asked = Request.objects.filter(problem__escalation=escalation, outcome="").values_list("what", flat=True)
    named = escalation.problems.values_list("words", flat=True)
    agreed = escalation.exit_criteria.values_list("words", flat=True)
    promised = escalation.promises.open().exclude(kind=Promise.Kind.LOOK).values_list("what", flat=True)
    return "\n".join([escalation.outcome_wanted, *named, *asked, *agreed, *promised])


def _share_what_they_may_know(escalation: Escalation, into: Escalation, by: Actor, now: dt.datetime) -> None:
    """Where the customer is to know of one of the two, they are to know of what both have become."""
    if escalation.customer_should_know:
        if not into.customer_should_know:
            into.customer_should_know, into.why_not_told, into.to_know_since = True, "", now
            into.save(update_fields=["customer_should_know", "why_not_told", "to_know_since"])
        promises.looked(into, by=by, now=now)
    elif into.customer_should_know:
        promises.looked(escalation, by=by, now=now)


def _move_plan(escalation: Escalation, into: Escalation, by: Actor, now: dt.datetime) -> None:
    """What is still to be solved goes on there, below the rest, with what was asked of the customer."""
    last = into.problems.aggregate(last=Max("rank"))["last"] or 0
    moved = list(escalation.problems.exclude(status__in=Problem.SETTLED))
    for rank, problem in enumerate(moved, last + 1):
        problem.escalation, problem.rank = into, rank
    Problem.objects.bulk_update(moved, ["escalation", "rank"])
    asked = Request.objects.filter(problem__in=moved, outcome="")
    _move_marks(escalation, into, [request_key(request.pk) for request in asked])
    if moved:
        plans.lapse(into, reason=f"{escalation.key} was merged into this one.", by=by, now=now)
        problems.open_again(into, reason=moved[0].words, by=by, now=now)


def _move_promises(escalation: Escalation, into: Escalation) -> None:
    """What is promised is owed there, at its old time; the handler's go to the handler who goes on."""
    moved = list(escalation.promises.open())
    for promise in moved:
        promise.escalation = into
        if promise.owner_id == escalation.handler_id:
            promise.owner_id = into.handler_id
    Promise.objects.bulk_update(moved, ["escalation", "owner"])
    _move_marks(escalation, into, [promise_key(promise.pk) for promise in moved])


def _move_the_rest(escalation: Escalation, into: Escalation, now: dt.datetime) -> None:
    """Exit criteria that are not met, help that is not given, facts; and who watches this one watches that one too."""
    words = set(into.exit_criteria.values_list("words", flat=True))
    last = into.exit_criteria.aggregate(last=Max("rank"))["last"] or 0
    unmet = escalation.exit_criteria.filter(met_at__isnull=True)
    unmet.filter(words__in=words).delete()
    for rank, criterion in enumerate(unmet.all(), last + 1):
        criterion.escalation, criterion.rank = into, rank
        criterion.save(update_fields=["escalation", "rank"])
    escalation.helps.filter(settled_at__isnull=True).update(escalation=into)
    _move_meetings(escalation, into)
    into.last_met_at = max(filter(None, [into.last_met_at, escalation.last_met_at]), default=None)
    into.save(update_fields=["last_met_at"])
    escalation.facts.update(escalation=into)
    escalation.causes.exclude(cause__in=into.causes.values("cause")).update(escalation=into)
    watching = set(into.watchers.values_list("member_id", flat=True))
    Watcher.objects.bulk_create(
        Watcher(escalation=into, member_id=watcher.member_id, by_id=watcher.by_id, at=now)
        for watcher in escalation.watchers.exclude(member__in=watching)
    )


def _move_meetings(escalation: Escalation, into: Escalation) -> None:
    """What is planned is met there, and notes that are awaited are written there. Calendars need know nothing of it."""
    asked = [*escalation.meetings.planned(), *escalation.meetings.awaiting_notes()]
    Meeting.objects.filter(pk__in=[meeting.pk for meeting in asked]).update(escalation=into)
    _move_marks(escalation, into, [key for meeting in asked for key in keys_of(meeting)])


def _move_marks(escalation: Escalation, into: Escalation, keys: list[str]) -> None:
    """What was rung of them was rung: nothing rings anew."""
    Mark.objects.filter(escalation=escalation, key__in=keys).update(escalation=into)


def _owe_an_answer(escalation: Escalation, told_at: dt.datetime, by: Actor, now: dt.datetime) -> None:
    """They told us something and wait. One acknowledgement answers all that they have told us so far."""
    if not escalation.customer_should_know:
        hearings.let_know(escalation, by=by, now=now)
        return
    if escalation.promises.open().filter(kind=Promise.Kind.ACKNOWLEDGEMENT).exists():
        return
    due_at = acknowledge_by(escalation.playbook, escalation.severity, Organisation.current(), told_at)
    promises.owe_acknowledgement(escalation, due_at=due_at, by=by, now=now)


def _by_now(escalation: Escalation, heard: Heard) -> Heard:
    """All that was heard, with what was said anew in its place. What nobody has said this time stays."""
    said = {name: getattr(heard, name) for name in _SAID_ANEW}
    return replace(from_row(escalation), **{name: value for name, value in said.items() if value})


_SAID_ANEW = ("category", "impact", "mood", "patience", "sentiment", "asks_for_level")
_CHANNELS = {
    Escalation.Channel.PHONE: Update.Channel.CALL,
    Escalation.Channel.MAIL: Update.Channel.MAIL,
    Escalation.Channel.MEETING: Update.Channel.MEETING,
    Escalation.Channel.OTHER: Update.Channel.PAGE,
}


def _in_their_words(heard: Heard) -> str:
    """All that was typed of what they said, as one text; blank where nobody wrote down their words."""
    said = [
        *(f"“{words}”" for words in heard.problems),
        f"They expected: {heard.expectation}" if heard.expectation.strip() else "",
        f"They want: {heard.outcome_wanted}" if heard.outcome_wanted.strip() else "",
    ]
    return "\n".join(filter(None, said))
