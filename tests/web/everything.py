"""One of everything that a page can be of, for tests that open every address."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace

from amends.directory import calendars, feeds, insights, purchases, tokens
from amends.directory.actor import COMMAND_LINE, Role
from amends.escalations.actions import (
    criteria,
    customer_links,
    facts,
    helps,
    meetings,
    notes,
    requests,
    saved_views,
    tickets,
    updates,
)
from amends.escalations.actions.files import File
from amends.escalations.customer_links import token as token_of
from amends.escalations.meetings import Invited
from amends.outbox.models import Delivery
from tests import make
from tests.escalations.mail.writing import answer_address, arrives

NOW = make.THURSDAY
DAY = dt.timedelta(days=1)


def one_of_everything() -> SimpleNamespace:
    """One of everything, and somebody of each role who serves the account, so that all of them see its case."""
    escalation = make.escalation(problems=("Every order arrives twice",), now=NOW)
    account = escalation.account
    people = {role: make.member(f"{role.label} Of Us", role) for role in Role}
    seats = [make.seat(account, member) for member in people.values()]
    told = updates.log(
        escalation, channel="call", text="We are on it.", at=NOW, by=people[Role.CSM].as_actor(), now=NOW
    )
    noted = notes.write(escalation, text="A note", files=[File("a.txt", b"x")], by=people[Role.CSM].as_actor(), now=NOW)
    meeting = meetings.plan(
        escalation,
        kind="internal",
        starts_at=NOW + DAY,
        minutes=30,
        members=[Invited(make.member("Ina Meeting"))],
        by=COMMAND_LINE,
        now=NOW,
    )
    Delivery.objects.update(state=Delivery.State.MAYBE, settled_at=NOW)
    problem, planner = escalation.problems.get(), people[Role.CSM].as_actor()
    asked = requests.make(problem, what="The count", due_at=NOW + DAY, by=planner, now=NOW)
    ticket = tickets.link(problem, url="https://tracker.example/1", by=planner, now=NOW)
    # It is still ahead on the clock on the wall as well, which the pages read.
    away = make.absence(make.member("Somebody Else"), people[Role.CSM], begins=dt.timedelta(days=9000))
    fact = facts.state(escalation, words="No order was lost", by=planner, now=NOW)
    link = customer_links.give(escalation, contact=escalation.contact, by=planner, now=NOW)
    cause = make.cause(of=escalation, now=NOW)
    return SimpleNamespace(
        people=people,
        cause=cause.key,
        affected=cause.affected.get().pk,
        cause_notice=make.cause_notice(cause, now=NOW).pk,
        key=escalation.key,
        link=link.pk,
        page=token_of(link),
        account=account.pk,
        contact=account.contacts.get().pk,
        seat=seats[0].pk,
        member=away.member_id,
        team=make.team().pk,
        delivery=Delivery.objects.filter(state=Delivery.State.MAYBE).values_list("pk", flat=True).first(),
        problem=problem.pk,
        fact=fact.pk,
        dispute=facts.dispute(fact, words="Two were", team=make.team(), by=COMMAND_LINE, now=NOW).pk,
        asked=asked.pk,
        ticket=ticket.pk,
        criterion=criteria.add(escalation, words="No order doubled", by=planner, now=NOW).pk,
        help=helps.ask(escalation, what="A call", asked_of=people[Role.EXECUTIVE], by=planner, now=NOW).pk,
        promise=escalation.promises.open().get().pk,
        update=told.pk,
        imported=make.imported().pk,
        meeting=meeting.pk,
        attendance=meeting.attendances.get().pk,
        calendar=calendars.make(people[Role.SALES], by=COMMAND_LINE, now=NOW),
        feed=feeds.make(people[Role.SALES], by=COMMAND_LINE, now=NOW),
        absence=away.pk,
        insight=insights.add(account, kind="helps", text="Numbers", by=COMMAND_LINE, now=NOW).pk,
        purchase=purchases.add(account, what="Seats", on=NOW.date(), by=COMMAND_LINE, now=NOW).pk,
        filed=arrives(to=answer_address(escalation)).pk,
        waiting=arrives(sender="Otto <otto@elsewhere.example>").pk,
        note=noted.pk,
        file=noted.attachments.get().pk,
        view=saved_views.keep(name="Grave", query="severity=high", by=people[Role.SALES].as_actor(), now=NOW).pk,
        token=tokens.make(people[Role.SALES], name="Mine", scope="read", by=COMMAND_LINE, now=NOW)[0].pk,
        version=1,
        uid="abc",
        provider="postmark",
        asset="amends.css",
    )
