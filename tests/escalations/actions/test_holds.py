"""Holds on outreach where an account has several escalations, and they begin and end at once."""

from __future__ import annotations

import pytest
from django.db import transaction

from amends.directory.actor import CLOCK
from amends.escalations.actions import endings
from amends.escalations.models import Escalation, Hold
from tests import make
from tests.escalations.reading import HOUR, kinds_of
from tests.racing import meanwhile

pytestmark = pytest.mark.django_db(transaction=True)
NOW = make.THURSDAY


def withdraw(escalation: Escalation) -> None:
    endings.withdraw(Escalation.objects.get(pk=escalation.pk), reason="It was none", by=CLOCK, now=NOW + HOUR)


def test_of_two_that_end_at_once_the_last_says_that_the_hold_is_over():
    one = make.escalation()
    other = make.escalation(of=one.account)

    with meanwhile(lambda: withdraw(other)) as begins, transaction.atomic():
        withdraw(one)
        begins()

    assert not Hold.objects.filter(lifted_at__isnull=True).exists()
    assert sorted([kinds_of(one)[-1], kinds_of(other)[-1]]) == ["hold.lifted", "hold.remains"]


def test_while_another_begins_none_says_that_the_hold_is_over():
    one = make.escalation()

    with meanwhile(lambda: withdraw(one)) as begins, transaction.atomic():
        make.escalation(of=one.account)
        begins()

    assert kinds_of(one)[-1] == "hold.remains"
