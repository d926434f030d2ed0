"""What the customer sees, and that it is all: whatever is typed inside is on none of their pages and mails."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.db import models
from django.test import Client

from amends.directory import insights
from amends.directory.actor import COMMAND_LINE
from amends.directory.models import Account, Contact, Insight, Member
from amends.escalations import customer_links, customer_view
from amends.escalations.actions import (
    citations,
    corrections,
    criteria,
    customer_answers,
    facts,
    files,
    helps,
    merges,
    notes,
    plans,
    problems,
    promises,
    requests,
    tickets,
    updates,
)
from amends.escalations.actions import customer_links as links
from amends.escalations.actions.files import File
from amends.escalations.actions.leave_outs import Leave
from amends.escalations.customer_view import Standing
from amends.escalations.models import Attachment, CustomerLink, Escalation, Problem, Promise, Update
from amends.lib import wall
from amends.outbox import letters, outcomes
from amends.outbox.models import Delivery
from tests import make
from tests.escalations.mail.writing import answer_address, arrives
from tests.escalations.met import met
from tests.escalations.reading import DAY, HOUR, MINUTE

pytestmark = pytest.mark.django_db
NOW = make.THURSDAY

# All that is typed and that the customer may see. A new field is inside until it is named here, with a reason.
THEIRS = {
    "directory.Account.name": "their own name",
    "directory.Contact.name": "their own name",
    "directory.Member.name": "who is in charge, and who wrote to them",
    "directory.Member.email": "how they reach who is in charge",
    "directory.Organisation.name": "ours",
    "escalations.Escalation.outcome_wanted": "in their words",
    "escalations.Problem.words": "in their words",
    "escalations.ExitCriterion.words": "as agreed with them",
    "escalations.Request.what": "what we ask them for",
    "escalations.PlanConfirmation.confirmed_by": "who of them confirmed it",
    "escalations.Promise.what": "what is promised to them",
    "escalations.Meeting.agenda": "what the invitation says",
    "escalations.Meeting.place": "the same",
    "escalations.Update.subject": "of what was mailed to them, or came from them",
    "escalations.Update.text": "the same; of calls and meetings nothing is shown, which is tested by itself",
}
# Not words, but what the machine goes by: marked, nothing would work.
GOES_BY = {
    "directory.Account.zone",
    "directory.Account.currency",
    "directory.Contact.zone",
    "directory.Contact.email",
    "directory.Contact.available",
    "directory.Member.zone",
    "directory.Member.password",
    "directory.Organisation.zone",
    "directory.Organisation.hours",
    "directory.Organisation.mail_from",
    "directory.Organisation.holidays",
    "escalations.Escalation.severity",
    "escalations.Escalation.proposed_severity",
    "escalations.Escalation.impact",
    "escalations.Escalation.category",
    "escalations.Escalation.imported_key",
    "escalations.Event.kind",
    "escalations.Event.once",
    "escalations.Mark.key",
    "escalations.Meeting.organiser",
    "escalations.Meeting.uid",
    "escalations.Meeting.zone",
    "escalations.Promise.zone",
    "escalations.PlanConfirmation.order",
    "playbook.PlaybookVersion.text",
    "outbox.Delivery.letter",
    "outbox.Delivery.identity",
    "outbox.Delivery.address",
    "outbox.Delivery.subject",
    "outbox.Delivery.channel",
    "outbox.Delivery.wanted_while",
}
ROOMS = ("escalations", "directory", "outbox", "playbook")
MARK = "QXINSIDE"


def typed() -> Iterator[tuple[str, type[models.Model], models.Field[Any, Any]]]:
    """Every column of every room in which words can stand."""
    for room in ROOMS:
        for model in apps.get_app_config(room).get_models():
            for field in model._meta.concrete_fields:
                is_text = isinstance(field, models.CharField | models.TextField | models.JSONField)
                if is_text and not field.choices and not field.primary_key:
                    yield f"{model._meta.app_label}.{model.__name__}.{field.name}", model, field


def mark_all_that_is_inside() -> set[str]:
    """Write a mark into each such column of each row there is, but those of THEIRS and GOES_BY. Answers which."""
    marked, number = set(), itertools.count()
    for name, model, field in typed():
        if name in THEIRS or name in GOES_BY or model.__name__ in ("Event", "Passage"):
            continue
        for row in model._default_manager.all():
            words: Any = f"{MARK}{next(number)}"[: field.max_length]
            if isinstance(field, models.JSONField):
                words = {"note": words} if isinstance(getattr(row, field.attname), dict) else [words]
            model._default_manager.filter(pk=row.pk).update(**{field.attname: words})
            marked.add(name)
    return marked


def told(now: dt.datetime = NOW) -> CustomerLink:
    """A case with a row of nearly everything, inside and outside, and a link to its page."""
    case = make.escalation(
        now=now, problems=("Every order arrives twice", "Stock is wrong", "Labels"), outcome_wanted="Peace"
    )
    by, maria = case.handler.as_actor(), case.contact
    insights.add(case.account, kind="helps", text="Numbers", by=COMMAND_LINE, now=now)
    first, second, third = case.problems.all()
    link = links.give(case, contact=maria, by=by, now=now)
    away = make.contact(case.account, "Rui Costa", must_hear=True)
    sent = updates.send(
        case,
        text="We are on it.",
        to=[maria],
        leaving_out=[Leave(away, "He shouts", now.date() + DAY)],
        for_team="They are worth a lot to us.",
        for_executives="Their renewal is at stake.",
        by=by,
        now=now,
    )
    fact = facts.state(
        case, words="No order was lost", source="Journal", evidence="A", is_confirmed=True, by=by, now=now
    )
    citations.cite(sent, [fact], by=by, now=now)
    dispute = facts.dispute(fact, words="Two were", team=make.team("Support"), by=COMMAND_LINE, now=now)
    facts.settle(dispute, answer="None was", by=by, now=now)
    updates.log(case, channel="call", text=f"{MARK} spoke", at=now, minutes=5, by=by, now=now)
    updates.log(case, channel="mail", direction="in", text=f"{MARK} heard", at=now, by=by, now=now)
    updates.log(case, channel="meeting", text=f"{MARK} met", at=now, by=by, now=now)
    wrong = updates.log(case, channel="call", text=f"{MARK} wrong", at=now, by=by, now=now)
    corrections.strike(wrong, reason="Another case", by=by, now=now)
    arrives("Their very own mail.", to=answer_address(case), now=now)
    notes.write(case, text="A note", files=[File("inside.txt", b"x")], by=by, now=now)
    files.attach(case, name="inside.csv", content=b"a", by=by, now=now)
    problems.change(
        first,
        status="in work",
        owner=case.handler,
        team=make.team("Payments"),
        next_step="Look",
        resources="A day",
        waits_on="",
        waiting_for="",
        by=by,
        now=now,
    )
    problems.estimate(first, eta_at=now + DAY, reason="It is hard", by=by, now=now)
    problems.decline(third, reason="Not ours", by=by, now=now)
    requests.make(second, what="The count", due_at=now + DAY, to=maria, by=by, now=now)
    tickets.link(first, url="https://tracker.example/1", by=by, now=now)
    criteria.add(case, words="No order doubled", by=by, now=now)
    helps.ask(case, what="A call", asked_of=case.handler, by=by, now=now)
    promises.make(case, what="A summary", due_at=now + 2 * DAY, kind="deliverable", by=by, now=now)
    plans.confirm(
        case,
        order=list(case.problems.values_list("pk", flat=True)),
        how="call",
        at=now,
        contact=maria,
        by=by,
        now=now,
    )
    customer_answers.answer(link, words="Thank you.", by=customer_links.who(link), now=now)
    customer_answers.rate(link, heard=4, words="Good", by=customer_links.who(link), now=now)
    Delivery.objects.update(state="sent", settled_at=now)
    return CustomerLink.objects.get(pk=link.pk)


def view(link: CustomerLink, now: dt.datetime = NOW + HOUR) -> customer_view.CustomerView:
    fresh = customer_links.read(customer_links.token(link), now)
    assert fresh
    return customer_view.of(fresh.case, fresh.contact, now)


def test_nothing_that_is_typed_inside_is_on_their_page_or_in_their_mails():
    link = told(wall.now() - HOUR)
    met(Escalation.objects.get(pk=link.escalation_id), wall.now() - HOUR, says=MARK)

    marked = mark_all_that_is_inside()
    page = Client().get(f"/c/{customer_links.token(link)}/")
    # As the page writes to them from here on: an update of ours, and the link by itself.
    case = Escalation.objects.get(pk=link.escalation_id)
    maria, by = case.contact, case.handler.as_actor()
    updates.send(case, text="More.", to=[maria], by=by, now=wall.now())
    links.send_again(CustomerLink.objects.get(pk=link.pk), by=by, now=wall.now())
    mailed = Delivery.objects.filter(audience="customer").order_by("-id")[:2]
    mails = [letters.render(letters.Letter.read(each.letter).signed(), organisation="Fernhill") for each in mailed]
    gone = Client().get("/c/1-aaaaaaaaaaaaaaaaaaaaaaaaaa/")

    assert page.status_code == 200 and len(mails) == 2 and gone.status_code == 404
    for shown in (page.content.decode(), gone.content.decode(), *(f"{mail.text}{mail.html}" for mail in mails)):
        assert MARK not in shown
    # The mark stands in all that one thinks of first, and in what else there is.
    assert {
        "escalations.Escalation.reason",
        "escalations.Escalation.expectation",
        "escalations.Escalation.severity_reason",
        "escalations.Note.text",
        "escalations.Problem.next_step",
        "escalations.Problem.why_declined",
        "escalations.Estimate.reason",
        "escalations.Update.why_struck",
        "escalations.Attachment.name",
        "escalations.Help.what",
        "escalations.Rating.words",
        "escalations.Fact.words",
        "escalations.Fact.source",
        "escalations.Fact.evidence",
        "escalations.Dispute.words",
        "escalations.Dispute.answer",
        "escalations.Citation.words",
        "escalations.InsidePart.text",
        "escalations.LeaveOut.reason",
        "escalations.Meeting.words",
        "escalations.Attendance.comment",
        "escalations.MeetingNotes.text",
        "directory.Insight.text",
        "directory.Member.phone",
        "directory.Team.name",
    } <= marked
    assert len(marked) > 50


def test_what_is_let_out_is_there():
    assert set(THEIRS) | GOES_BY <= {name for name, _, _ in typed()} | {"outbox.Delivery.channel"}
    page = Client().get(f"/c/{customer_links.token(told(wall.now() - HOUR))}/").content.decode()

    for words in ("Every order arrives twice", "Peace", "No order doubled", "The count", "A summary", "We are on it."):
        assert words in page
    for words in ("Their very own mail.", "Thank you.", "Maria Duarte", "Ruth Adeyemi"):
        assert words in page


def test_it_says_who_is_in_charge_and_what_they_hear_next():
    found = view(told())

    assert found.in_charge and (found.in_charge.name, found.contact) == ("Ruth Adeyemi", "Maria Duarte")
    assert [promise.what for promise in found.promises][-1] == "A summary"
    assert found.next and found.next.due_at == min(promise.due_at for promise in found.promises)
    assert found.zone == "Europe/Lisbon" and found.is_under_way and found.ends_at is None


def test_what_we_promised_ourselves_is_no_promise_to_them():
    link = told()
    case = link.escalation
    case.promises.update(kind=Promise.Kind.LOOK)

    assert view(link).promises == []


def test_each_problem_stands_in_their_words():
    first, second, third = view(told()).plan

    assert (first.standing, second.standing, third.standing) == (Standing.IN_WORK, Standing.YOURS, Standing.DECLINED)
    assert second.asked and second.asked.what == "The count"


def test_an_estimate_is_shown_where_that_very_moment_is_promised():
    link = told()
    assert view(link).plan[0].eta_at is None

    promises.make(link.escalation, what="The fix", due_at=NOW + DAY, kind="fix_date", by=COMMAND_LINE, now=NOW + MINUTE)

    assert view(link).plan[0].eta_at == NOW + DAY


def test_of_calls_only_that_they_were_and_of_what_we_wrote_down_of_theirs_too():
    said = view(told()).said

    assert {(each.channel, each.is_ours, each.text) for each in said} == {
        ("mail", True, "We are on it."),
        ("mail", False, "Their very own mail."),
        ("page", False, "Thank you."),
        ("call", True, ""),
        ("mail", False, ""),
        ("meeting", True, ""),
    }


def test_a_mail_that_has_not_left_is_not_on_the_page_either(settings: Any):
    link = told()
    case = Escalation.objects.get(pk=link.escalation_id)
    by = case.handler.as_actor()
    settings.RECALL_SECONDS = 10
    update = updates.send(case, text="Too early.", to=[case.contact], by=by, now=NOW + HOUR)

    assert "Too early." not in {each.text for each in view(link, NOW + HOUR).said}
    assert "Too early." not in {each.text for each in view(link, NOW + 2 * HOUR).said}

    outcomes.accepted(list(Delivery.objects.filter(state="waiting")), now=NOW + 2 * HOUR)
    assert "Too early." in {each.text for each in view(link, NOW + 2 * HOUR).said}
    Update.objects.filter(pk=update.pk).update(struck_at=NOW, why_struck="It came back")
    assert "Too early." not in {each.text for each in view(link, NOW + 2 * HOUR).said}


def test_what_another_account_wrote_is_not_shown():
    link = told()
    stranger = make.contact(make.account("Somebody Else"), "Otto Orlov")
    link.escalation.updates.filter(text="Their very own mail.").update(contact=stranger)

    assert "Their very own mail." not in {each.text for each in view(link).said}


def test_another_contact_with_a_link_sees_the_same_case_and_their_own_rating():
    link = told()
    rui = make.contact(link.escalation.account, "Rui Teixeira", zone="Atlantic/Azores")
    other = links.give(link.escalation, contact=rui, by=COMMAND_LINE, now=NOW)

    mine, theirs = view(link), view(other)

    assert (mine.said, mine.plan) == (theirs.said, theirs.plan)
    assert (mine.rated.heard if mine.rated else 0, theirs.rated) == (4, None)
    assert theirs.zone == "Atlantic/Azores"


def test_a_merged_case_leads_to_the_one_that_goes_on():
    link = told()
    case = Escalation.objects.get(pk=link.escalation_id)
    other = make.escalation(of=case.account, contact=case.contact, now=NOW, problems=("Invoices",))

    merges.merge(case, into=other, reason="The same", by=COMMAND_LINE, now=NOW + MINUTE)
    found = view(link)

    assert [step.words for step in found.plan] == ["Invoices", "Every order arrives twice", "Stock is wrong"]
    assert "We are on it." in {each.text for each in found.said}


def test_it_takes_as_many_queries_for_a_long_case_as_for_a_short_one(django_assert_max_num_queries: Any):
    link = told()
    case, maria = Escalation.objects.select_related("account", "handler").get(pk=link.escalation_id), link.contact
    for number in range(12):
        Problem.objects.create(escalation=case, words=f"Problem {number}", rank=10 + number)
        Update.objects.create(
            escalation=case, direction="in", channel="call", at=NOW, logged_at=NOW, text="x", contact=case.contact
        )

    with django_assert_max_num_queries(13):
        customer_view.of(case, maria, NOW + HOUR)


def test_of_files_they_get_those_that_went_along_with_a_mail_once_it_has_left():
    case = make.escalation()
    by, maria = case.handler.as_actor(), case.contact
    asked = {"to": [maria], "by": by}
    updates.send(case, text="See the count.", files=[File("count.csv", b"1;2")], now=NOW, **asked)
    wrong = updates.send(case, text="Oh.", files=[File("oh.csv", b"3")], now=NOW + MINUTE, **asked)
    corrections.take_back(wrong, by=by, now=NOW + MINUTE)
    call = updates.log(case, channel="call", text="x", at=NOW, files=[File("call.csv", b"4")], by=by, now=NOW)
    notes.write(case, text="Look", files=[File("note.csv", b"5")], by=by, now=NOW)
    Delivery.objects.filter(state="waiting").update(state="sent", settled_at=NOW)
    updates.send(case, text="More.", files=[File("more.csv", b"6")], now=NOW + HOUR, **asked)
    theirs = {name: Attachment.objects.get(name=name).pk for name in ("count.csv", "more.csv")}

    shown = [file.name for said in customer_view.of(case, maria, NOW + HOUR).said for file in said.files]
    found = [
        file.name
        for pk in (*Attachment.objects.values_list("pk", flat=True), 2**63)
        if (file := customer_view.find_file(case, pk, NOW + HOUR))
    ]

    assert shown == found == ["count.csv"] and call.attachments.exists()
    assert customer_view.find_file(make.escalation(), theirs["count.csv"], NOW + HOUR) is None
    Delivery.objects.filter(state="waiting").update(state="sent", settled_at=NOW + HOUR)
    assert customer_view.find_file(case, theirs["more.csv"], NOW + 2 * HOUR) is not None


def test_the_models_of_the_house_are_all_looked_through():
    assert {Account, Contact, Insight, Member, Escalation} <= {model for _, model, _ in typed()}
