"""To which case a mail is an answer: by its address, by what it answers, by neither (F18 to F22)."""

from __future__ import annotations

from datetime import timedelta
from email.message import EmailMessage

import pytest

from amends.escalations.actions import endings, merges
from amends.escalations.models import Escalation, Incoming, IncomingContent
from amends.outbox.models import Delivery
from tests import make
from tests.escalations.mail.writing import NOW, answer_address, arrives, brightwater, comes, in_case, letter
from tests.escalations.reading import HOUR
from tests.escalations.saying import sent

pytestmark = pytest.mark.django_db


@pytest.fixture
def case() -> Escalation:
    return brightwater()[0]


def told(case: Escalation) -> str:
    """The Message-ID of a mail of ours to its contact."""
    update = sent(case)
    return Delivery.objects.get(identity__startswith=f"update:{update.pk}|").message_id


def test_an_answer_with_its_header_stands_in_its_case(case: Escalation):
    came = arrives(In_Reply_To=told(case))

    assert (came.state, came.why, came.escalation) == ("filed", "", case)
    assert in_case(case) == ["It happened again."]
    assert case.updates.get(direction="in").contact == case.contact


def test_references_alone_are_enough_and_the_nearest_that_we_know_counts(case: Escalation):
    other = make.escalation(of=case.account, contact=case.contact)
    ours, theirs = told(case), told(other)

    arrives(References=f"{theirs} {ours} <3@mail.brightwater.example>")

    assert (len(in_case(case)), in_case(other)) == (1, [])


def test_the_address_alone_is_enough_where_a_program_lost_the_headers(case: Escalation):
    assert arrives(to=answer_address(case)).state == "filed"
    assert arrives("Again.", Cc=answer_address(case), to="sales@fernhill.example").state == "filed"
    assert arrives("And again.", X_Original_To=answer_address(case)).state == "filed"
    assert arrives("Once more.", Delivered_To=answer_address(case).upper()).state == "filed"
    assert len(in_case(case)) == 4


def test_an_answer_to_an_answer_of_theirs_is_of_the_same_case(case: Escalation):
    arrives(to=answer_address(case), message_id="<first@mail.brightwater.example>")

    arrives("Joana adds:", In_Reply_To="<first@mail.brightwater.example>", sender="joana@brightwater.example")

    assert in_case(case) == ["It happened again.", "Joana adds:"]


def test_the_address_counts_for_more_than_the_headers(case: Escalation):
    other = make.escalation(of=case.account, contact=case.contact)

    arrives(to=answer_address(case), In_Reply_To=told(other))

    assert (len(in_case(case)), in_case(other)) == (1, [])


def test_with_neither_it_waits_while_a_case_of_theirs_is_under_way(case: Escalation):
    came = arrives(subject=f"Re: Orders arrive twice ({case.key})")

    assert (came.state, came.escalation, came.account) == ("to sort", case, case.account)
    assert "They wrote anew" in came.why
    assert in_case(case) == []


def test_with_several_cases_under_way_all_are_named_and_none_is_guessed(case: Escalation):
    others = [make.escalation(of=case.account, contact=case.contact) for _ in range(4)]
    endings.withdraw(others[0], reason="A drill", by=case.handler.as_actor(), now=NOW)
    two, three, four = others[1:]

    came = arrives()
    five = [make.escalation(of=case.account, contact=case.contact) for _ in range(2)]
    more = arrives("The labels are wrong.", now=NOW + HOUR)

    says = "They wrote anew, while {} are under way. Put it into one of them, or make it a request of its own."
    assert (came.state, came.escalation, came.account) == ("to sort", None, case.account)
    assert came.why == says.format(f"{four.key}, {three.key}, {two.key} and {case.key}")
    assert more.why == says.format(f"{five[1].key}, {five[0].key}, {four.key}, {three.key} and 2 more")


def test_with_neither_and_no_case_under_way_it_becomes_a_request_of_their_account(case: Escalation):
    endings.withdraw(case, reason="A drill", by=case.handler.as_actor(), now=NOW)

    came = arrives(subject="Invoices are wrong", now=NOW + HOUR)

    opened = came.escalation
    assert opened is not None and opened != case
    assert (came.state, opened.status, opened.reason, opened.account) == (
        "filed",
        "requested",
        "Invoices are wrong",
        case.account,
    )
    assert in_case(opened) == ["It happened again."]
    # The customer hears nothing of it from a machine.
    assert not Delivery.objects.filter(audience=Delivery.Audience.CUSTOMER).exists()


def test_a_mail_that_was_forwarded_with_its_answer_address_reaches_its_case(case: Escalation):
    inner = letter("The original words", to=answer_address(case))
    forwarded = letter("See below.", subject="Fwd: Orders arrive twice", References=told(case))
    forwarded.add_attachment(inner)

    came = comes(forwarded)

    assert (came.state, came.escalation) == ("filed", case)
    assert in_case(case) == ["See below."]


def test_an_address_inside_a_forwarded_mail_is_no_address_of_the_mail_itself(case: Escalation):
    forwarded = letter("See below.", subject="Fwd: Orders arrive twice")
    forwarded.add_attachment(letter("The original words", to=answer_address(case)))

    assert comes(forwarded).state == "to sort"


def test_out_of_order_the_later_answer_waits_for_nobody(case: Escalation):
    first = letter("First.", to=answer_address(case), message_id="<a@mail.brightwater.example>", at=NOW)
    second = letter(
        "Second.",
        to=answer_address(case),
        In_Reply_To="<a@mail.brightwater.example>",
        message_id="<b@mail.brightwater.example>",
        at=NOW + HOUR,
    )

    comes(second, now=NOW + 2 * HOUR)
    comes(first, now=NOW + 2 * HOUR)

    heard = case.updates.filter(direction="in").order_by("at")
    assert [(update.text, update.at) for update in heard] == [("First.", NOW), ("Second.", NOW + HOUR)]


def test_a_relay_that_gave_our_mail_another_message_id_does_not_part_the_thread(case: Escalation):
    ours = told(case)

    arrives(In_Reply_To="<0100-amazon@eu-west-1.amazonses.example>", References=f"{ours} <0100-amazon@ses.example>")

    assert len(in_case(case)) == 1


def test_a_token_that_was_guessed_opens_nothing(case: Escalation):
    address = answer_address(case)
    before, _, token = address.partition("-")
    wrong = f"{before}-{'b' if token[0] == 'a' else 'a'}{token[1:]}"
    other = make.escalation(of=make.account("Somebody Else"))

    assert arrives(to=wrong).state == "to sort"
    # The token of one case is none of another.
    token = answer_address(case).partition("-")[2]
    assert arrives(to=f"desk+e{other.pk}-{token}").state == "to sort"
    assert (in_case(case), in_case(other)) == ([], [])


def test_one_mail_to_two_cases_stands_in_both_also_when_it_comes_once_for_each(case: Escalation):
    other = make.escalation(of=case.account, contact=case.contact)
    mail = letter(to=f"{answer_address(case)}, {answer_address(other)}")

    comes(copy_for(mail, answer_address(case)))
    comes(copy_for(mail, answer_address(other)))

    assert (len(in_case(case)), len(in_case(other))) == (1, 1)


def test_the_same_message_id_to_two_cases_one_after_the_other_reaches_both(case: Escalation):
    other = make.escalation(of=case.account, contact=case.contact)

    for one in (case, other):
        arrives(to=answer_address(one), message_id="<same@mail.brightwater.example>")

    assert (len(in_case(case)), len(in_case(other))) == (1, 1)


def test_the_same_bytes_are_one_mail_and_without_a_message_id_too(case: Escalation):
    mail = letter(to=answer_address(case), message_id="")

    assert comes(mail) == comes(mail)

    assert (len(in_case(case)), Incoming.objects.count(), IncomingContent.objects.count()) == (1, 1, 1)


def test_the_same_words_on_two_days_are_two_mails(case: Escalation):
    arrives("Any news?", to=answer_address(case), message_id="")
    arrives("Any news?", to=answer_address(case), message_id="", now=NOW + 24 * HOUR)

    assert in_case(case) == ["Any news?", "Any news?"]


def test_other_words_under_a_message_id_that_was_there_are_another_mail(case: Escalation):
    for text in ("First.", "Second.", "Second.", "First."):
        arrives(
            text,
            to=answer_address(case),
            message_id="<always@the-same.example>",
            X_Number=str(Incoming.objects.count()),
        )

    assert (in_case(case), Incoming.objects.count()) == (["First.", "Second."], 4)


def test_an_answer_to_a_case_that_was_merged_stands_in_the_one_that_goes_on(case: Escalation):
    other = make.escalation(of=case.account, contact=case.contact)
    address = answer_address(other)
    merges.merge(other, into=case, reason="The same", by=case.handler.as_actor(), now=NOW)

    arrives(to=address)

    assert (len(in_case(case)), in_case(other)) == (1, [])


def test_however_often_it_was_merged_on_the_answer_stands_where_it_goes_on_and_once(case: Escalation):
    first, second = (make.escalation(of=case.account, contact=case.contact) for _ in range(2))
    to = f"{answer_address(first)}, {answer_address(case)}"
    for one, into in ((first, second), (second, case)):
        one, into = Escalation.objects.get(pk=one.pk), Escalation.objects.get(pk=into.pk)
        merges.merge(one, into=into, reason="The same", by=case.handler.as_actor(), now=NOW)

    arrives(to=to)

    assert (len(in_case(case)), in_case(first), in_case(second)) == (1, [], [])


def test_a_mail_says_when_it_was_written_and_is_believed_for_a_week(case: Escalation):
    week = timedelta(days=7)
    for text, at in (("So.", NOW - week), ("Too old.", NOW - week - HOUR), ("Ahead.", NOW + HOUR)):
        comes(letter(text, to=answer_address(case), at=at))

    heard = dict(case.updates.filter(direction="in").values_list("text", "at"))
    assert heard == {"So.": NOW - week, "Too old.": NOW, "Ahead.": NOW}


def test_after_the_end_it_is_filed_and_told_and_nothing_is_reopened(case: Escalation):
    endings.withdraw(case, reason="A drill", by=case.handler.as_actor(), now=NOW)
    ended = Escalation.objects.get(pk=case.pk)

    came = arrives("Thank you all!", to=answer_address(case), now=NOW + HOUR)

    after = Escalation.objects.get(pk=case.pk)
    assert (came.state, in_case(case)) == ("filed", ["Thank you all!"])
    assert (after.status, after.closed_at, after.next_look_at) == (ended.status, ended.closed_at, None)
    assert after.events.first().kind == "update.arrived_afterwards"


def test_who_gets_the_next_mail_comes_from_the_case_whoever_wrote_last(case: Escalation):
    maria = case.contact

    arrives(to=answer_address(case), sender="Joana Reis <joana@brightwater.example>", Reply_To="trap@elsewhere.example")
    case = Escalation.objects.get(pk=case.pk)
    sent(case, now=NOW + HOUR)

    to = Delivery.objects.filter(audience=Delivery.Audience.CUSTOMER).values_list("address", flat=True)
    assert (case.contact, list(to)) == (maria, [maria.email])


def copy_for(mail: EmailMessage, address: str) -> bytes:
    """What a server makes of one mail for one of its addresses."""
    return f"Delivered-To: {address}\r\n".encode() + mail.as_bytes()
