"""What tests read again and again: refusals with their field, kinds on the timeline, letters by recipient."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from amends.directory.models import Contact, Member
from amends.escalations.models import Escalation
from amends.lib.errors import Forbidden, Refused
from amends.outbox.models import Delivery

MINUTE = dt.timedelta(minutes=1)
HOUR = dt.timedelta(hours=1)
DAY = dt.timedelta(days=1)


@contextmanager
def refuses(says: str, field: str | None = None) -> Iterator[None]:
    """The act inside is refused in these words, and points at this field."""
    with pytest.raises(Refused) as refused:
        yield
    assert says in refused.value.sentence
    assert refused.value.field == field
    assert not isinstance(refused.value, Forbidden)


@contextmanager
def forbids(says: str = "You may not") -> Iterator[None]:
    with pytest.raises(Forbidden, match=says):
        yield


def kinds_of(escalation: Escalation) -> list[str]:
    """The kinds on its timeline, oldest first."""
    return list(escalation.events.order_by("id").values_list("kind", flat=True))


def letters_to(person: Member | Contact) -> list[Delivery]:
    """What was posted to somebody, oldest first."""
    return list(Delivery.objects.filter(address=person.email).order_by("id"))


def subjects_to(person: Member | Contact) -> list[str]:
    return [delivery.letter["subject"] for delivery in letters_to(person)]
