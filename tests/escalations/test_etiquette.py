"""By which way one answers, and which way the next word goes."""

import pytest

from amends.escalations import etiquette
from amends.escalations.actions import updates
from tests import make
from tests.escalations.reading import HOUR

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
