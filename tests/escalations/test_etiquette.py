"""By which way one answers, and which way the next word goes."""

import pytest

from amends.directory.actor import CLOCK
from amends.escalations import etiquette
from amends.escalations.actions import customer_answers, customer_links, updates
from amends.escalations.customer_links import who
from tests import make
from tests.escalations.mail.writing import in_case
from tests.escalations.meetings.planned import a_case, plan
from tests.escalations.meetings.test_answers import answers
from tests.escalations.reading import HOUR
from tests.invitations import shapes

NOW = make.THURSDAY


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("channel", "phone", "prefers", "says", "then"),
    [
        ("phone", "+351 1", "phone", "act now, and promise them a call back, or a mail, by a time", "call"),
        ("phone", "+351 1", "mail", "act now", "mail"),
        ("mail", "+351 1", "mail", "answer by mail at once, and bring the next news by phone", "call"),
        ("mail", "", "mail", "answer by mail at once", "mail"),
        ("meeting", "+351 1", "phone", "write down at once what was agreed", "mail"),
        ("other", "+351 1", "phone", "", "mail"),
    ],
)
def test_as_they_came_and_then_the_other_way(channel, phone, prefers, says, then):
    account = make.account()
    maria = make.contact(account, phone=phone, prefers=prefers)
    case = make.escalation(of=account, contact=maria, channel=channel)

    found = etiquette.of(case)

    assert says in found.says and bool(says) == bool(found.says)
    assert found.next_channel == then


@pytest.mark.django_db
def test_the_way_in_which_they_were_heard_last_counts(django_assert_num_queries):
    case = make.escalation(channel="phone")
    values = {"direction": "in", "text": "And?", "by": case.handler.as_actor()}
    updates.log(case, channel="mail", at=NOW + HOUR, now=NOW + 2 * HOUR, **values)
    updates.log(case, channel="call", at=NOW, now=NOW + 2 * HOUR, **values)

    with django_assert_num_queries(1):
        found = etiquette.of(case)

    assert found.says.startswith("They wrote to us")


@pytest.mark.django_db
def test_words_beside_the_answer_of_a_calendar_are_no_letter_and_what_they_write_on_their_page_is_one(settings):
    settings.MAIL_COMES_IN = True
    case = a_case()
    before = etiquette.of(case)
    answers(plan(case), shapes.GOOGLE)
    beside = etiquette.of(case)

    link = customer_links.give(case, contact=case.contact, by=CLOCK, now=NOW)
    customer_answers.answer(link, words="And the invoices?", by=who(link), now=NOW + 2 * HOUR)

    assert in_case(case)[0] == "I'll be late: a visit; sorry"
    assert beside == before
    assert etiquette.of(case).says.startswith("They wrote on their page: answer by mail at once")


@pytest.mark.parametrize("insight", ["Ring before you write.", "Wants e-mail only", "Reads no mail on Fridays"])
def test_what_is_known_of_how_they_like_to_be_reached_comes_first(insight):
    says = etiquette.by("mail").says

    weaker = etiquette.weighed(says, ["They know their trade.", insight])

    assert weaker == (
        "They wrote to us. Unless they like it otherwise: answer by mail at once, and bring the next news by phone."
    )
    assert etiquette.weighed(says, ["Likes figures, and is offering us time during spring"]) == says
    assert etiquette.weighed("", [insight]) == ""
