"""The list's filters: silence is the same to the database as to the clock."""

import datetime as dt
from itertools import product

import pytest

from amends.escalations.actions import endings, updates
from amends.escalations.filtering import Filter, narrowed
from amends.escalations.models import Escalation
from tests import make

pytestmark = pytest.mark.django_db
NOW = make.THURSDAY
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
BARELY = dt.timedelta(microseconds=1)


def test_whatever_was_said_or_begun_anew_silence_is_counted_from_the_latest_by_the_database_as_well():
    escalation = make.escalation()
    row = Escalation.objects.filter(pk=escalation.pk)
    opened_at = escalation.opened_at
    moments = (None, opened_at - DAY, opened_at + BARELY, opened_at + DAY)

    for last_said_at, adopted_at, reopened_at, to_know_since in product(moments, repeat=4):
        row.update(
            last_said_at=last_said_at, adopted_at=adopted_at, reopened_at=reopened_at, to_know_since=to_know_since
        )
        since = row.get().silent_since
        assert row.silent_before(since + BARELY).exists()
        assert not row.silent_before(since).exists()


def test_a_case_that_was_opened_again_an_hour_ago_does_not_wait_for_a_word_of_ours():
    escalation = make.escalation()
    by = escalation.handler.as_actor()
    updates.log(escalation, channel="call", text="All is well.", at=NOW, by=by, now=NOW)
    endings.resolve(escalation, by=by, now=NOW)
    endings.close(escalation, outcome="recovered", confirmed_by="Maria", by=by, now=NOW + HOUR)
    later = NOW + 20 * DAY

    endings.reopen(escalation, reason="It is back.", by=by, now=later)

    assert not waits_for_us(by, later + HOUR)
    assert waits_for_us(by, later + 2 * DAY + HOUR)


def waits_for_us(actor, now):
    return narrowed(Escalation.objects.all(), actor, Filter(waiting="us"), now).exists()
