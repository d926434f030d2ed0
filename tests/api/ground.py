"""What the operations of the API are called on, and what must be so before some of them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from amends.directory import insights, purchases
from amends.directory.actor import COMMAND_LINE
from amends.directory.imports import receiving, working
from amends.directory.imports.models import Import
from amends.directory.models import Absence, Contact, Insight, Member, Preference, Purchase, Seat, Team, Token
from amends.escalations.actions import (
    cause_notices,
    causes,
    citations,
    criteria,
    customer_links,
    decisions,
    endings,
    facts,
    files,
    helps,
    leave_outs,
    meetings,
    problems,
    promises,
    requests,
    saved_views,
    tickets,
    updates,
)
from amends.escalations.meetings import Invited
from amends.escalations.models import (
    Attachment,
    Attendance,
    Cause,
    CauseNotice,
    CustomerLink,
    Dispute,
    Escalation,
    ExitCriterion,
    Fact,
    Help,
    Incoming,
    Meeting,
    Problem,
    Promise,
    Request,
    SavedView,
    Ticket,
    Update,
)
from amends.outbox.models import Delivery
from amends.playbook import versions
from tests import make
from tests.api.calling import NOW
from tests.escalations.mail.writing import answer_address, arrives

LATER = "2026-11-24T16:00:00Z"


@dataclass
class Ground:
    """What the operations are called on. `caller` sees the escalation as one of its account team."""

    escalation: Escalation
    promise: Promise
    problem: Problem
    request: Request
    link: CustomerLink
    ticket: Ticket
    criterion: ExitCriterion
    sent: Update
    logged: Update
    delivery: Delivery
    team: Team
    contact: Contact
    other: Member
    seat: Seat
    caller: Member
    file: Attachment
    token: Token
    view: SavedView
    imported: Import
    help: Help
    fact: Fact
    doubted: Fact
    dispute: Dispute
    insight: Insight
    purchase: Purchase
    absence: Absence
    filed: Incoming
    waiting: Incoming
    cause: Cause
    cause_notice: CauseNotice
    meeting: Meeting
    attendance: Attendance


def lay(caller: Member) -> Ground:
    """An escalation under way, with something of every noun, handled by somebody else than the caller."""
    escalation = make.escalation(problems=("Every order arrives twice",))
    handler = escalation.handler.as_actor()
    promise = promises.make(
        escalation, what="The cause", due_at=NOW.replace(day=23), kind="deliverable", by=handler, now=make.THURSDAY
    )
    sent = updates.send(escalation, text="We are on it.", to=[escalation.contact], by=handler, now=make.THURSDAY)
    Delivery.objects.update(state="maybe", settled_at=make.THURSDAY)
    make.seat(escalation.account, caller)
    other = make.member("Other Oak")
    problem = escalation.problems.get()
    escalation.exit_criteria.all().delete()
    shown = {"source": "Order journal", "evidence": "A query"}
    doubted = facts.state(escalation, words="214 came twice", **shown, by=handler, now=make.THURSDAY)
    team = make.team()
    cause = make.cause(of=escalation)
    meeting = _a_meeting(escalation, other)
    return Ground(
        escalation=escalation,
        meeting=meeting,
        attendance=meeting.attendances.get(),
        cause=cause,
        cause_notice=make.cause_notice(cause),
        promise=promise,
        problem=problem,
        request=requests.make(problem, what="A count", due_at=NOW.replace(day=23), by=handler, now=make.THURSDAY),
        link=customer_links.give(escalation, contact=escalation.contact, by=handler, now=make.THURSDAY),
        ticket=tickets.link(problem, url="https://tracker.example/1", by=handler, now=make.THURSDAY),
        criterion=criteria.add(escalation, words="No order doubled", by=handler, now=make.THURSDAY),
        sent=sent,
        logged=updates.log(escalation, channel="call", text="Spoke.", at=make.THURSDAY, by=handler, now=make.THURSDAY),
        delivery=Delivery.objects.filter(audience="customer").latest("pk"),
        team=team,
        contact=escalation.contact,
        other=other,
        seat=make.seat(escalation.account, other),
        caller=caller,
        file=files.attach(escalation, name="a.txt", content=b"a", by=handler, now=make.THURSDAY),
        view=saved_views.keep(name="Mine", query="view=open", by=caller.as_actor(), now=make.THURSDAY),
        token=Token.objects.create(
            member=caller, name="Own", scope="read", fingerprint=f"own {caller.pk}", made_at=make.THURSDAY
        ),
        insight=insights.add(escalation.account, kind="helps", text="Numbers", by=handler, now=make.THURSDAY),
        purchase=purchases.add(
            escalation.account, what="Seats", on=make.THURSDAY.date(), by=handler, now=make.THURSDAY
        ),
        absence=make.absence(other, escalation.account.csm, begins=dt.timedelta(days=30)),
        imported=make.imported(),
        filed=arrives(to=answer_address(escalation), now=make.THURSDAY),
        waiting=arrives(sender="Otto <otto@elsewhere.example>", now=make.THURSDAY),
        fact=facts.state(escalation, words="No order was lost", **shown, by=handler, now=make.THURSDAY),
        doubted=doubted,
        dispute=facts.dispute(doubted, words="180 did", team=team, by=COMMAND_LINE, now=make.THURSDAY),
        help=helps.ask(escalation, what="A call", asked_of=other, by=handler, now=make.THURSDAY),
    )


def cause_solved(ground: Ground) -> None:
    causes.solve(ground.cause, done="Rolled back", by=COMMAND_LINE, now=NOW)


def notice_stopped(ground: Ground) -> None:
    cause_notices.stop(ground.cause_notice, by=COMMAND_LINE, now=NOW)


def _a_meeting(escalation: Escalation, member: Member) -> Meeting:
    """Among ourselves, so that it promises nothing; its time is over by now."""
    return meetings.plan(
        escalation,
        kind="internal",
        starts_at=make.THURSDAY + dt.timedelta(minutes=20),
        minutes=20,
        members=[Invited(member)],
        by=COMMAND_LINE,
        now=make.THURSDAY,
    )


def notes_awaited(ground: Ground) -> None:
    """It was with the customer, and they have no notes of it yet."""
    held = {"state": "held", "held_at": NOW, "settled_at": NOW, "notes_due_at": NOW + dt.timedelta(hours=1)}
    Meeting.objects.filter(pk=ground.meeting.pk).update(kind="status", **held)


def answered(ground: Ground) -> None:
    requests.answer(ground.request, answer="214", by=ground.escalation.handler.as_actor(), now=NOW)


def solved(ground: Ground) -> None:
    problems.solve(ground.problem, by=ground.escalation.handler.as_actor(), now=NOW)


def resolved(ground: Ground) -> None:
    solved(ground)
    promises.release(ground.promise, reason="Waived", by=ground.escalation.handler.as_actor(), now=NOW)
    endings.resolve(ground.escalation, by=ground.escalation.handler.as_actor(), now=NOW)


def confirmed(ground: Ground) -> None:
    facts.confirm(ground.fact, by=ground.escalation.handler.as_actor(), now=NOW)


def told_otherwise(ground: Ground) -> None:
    """The customer was told as certain what is so no longer."""
    confirmed(ground)
    by = ground.escalation.handler.as_actor()
    citations.cite(ground.sent, [ground.fact], by=by, now=NOW)
    facts.refute(ground.fact, evidence="Two were", by=by, now=NOW)


def of_the_team(ground: Ground) -> None:
    ground.team.members.add(ground.caller)


def somebody_left_out(ground: Ground) -> None:
    leave_outs.leave_out(
        ground.escalation,
        contact=ground.contact,
        reason="Away",
        until=dt.date(2026, 11, 24),
        by=COMMAND_LINE,
        now=NOW,
    )


def still_here(ground: Ground) -> None:
    Delivery.objects.filter(audience="customer").update(state="waiting", settled_at=None)


def requested(ground: Ground) -> None:
    """It was only asked for, and waits for its handler's decision."""
    Escalation.objects.filter(pk=ground.escalation.pk).update(status="requested", accepted_at=None)
    ground.escalation.refresh_from_db()
    decisions.ask(ground.escalation, by=COMMAND_LINE, now=NOW)


def given_back(ground: Ground) -> None:
    requested(ground)
    decisions.give_back(ground.escalation, steps="Ring them", by=COMMAND_LINE, now=NOW)


def another_open(ground: Ground) -> None:
    """A second one of the account, in the same hands."""
    other = make.escalation(of=ground.escalation.account)
    Escalation.objects.filter(pk=other.pk).update(handler=ground.escalation.handler)


def key_of_another(ground: Ground) -> str:
    """Of the second one, where it has been opened."""
    other = Escalation.objects.exclude(pk=ground.escalation.pk).first()
    return other.key if other else "ESC-4711"


def otherwise() -> str:
    """The shipped playbook with another rhythm."""
    return versions.shipped().replace("weekly on Tuesday", "weekly on Monday")


def another_playbook(ground: Ground) -> None:
    versions.adopt(otherwise(), by=COMMAND_LINE, now=NOW)


def checking(ground: Ground) -> None:
    mapping = ground.imported.mapping
    receiving.check(ground.imported, mapping=mapping, choices={}, by=ground.other.as_actor(), now=NOW)


def checked(ground: Ground) -> None:
    checking(ground)
    working.Worker("here", lambda: NOW).work()


def chatting(ground: Ground) -> None:
    Preference.objects.create(member=ground.caller, chat_url="slack://token-a/token-b/token-c")
