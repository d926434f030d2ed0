"""A mail to several that did not reach one of them: what was promised to that one is not kept by it."""

from __future__ import annotations

from typing import Any

import pytest

from amends.directory.actor import MAILBOX, SENDER
from amends.escalations import invariants
from amends.escalations.actions import losses, merges, promises, updates
from amends.escalations.models import Escalation, Promise, Update
from amends.escalations.timeline import kinds
from amends.outbox import outcomes
from amends.outbox.models import Delivery
from tests import make
from tests.escalations.mail.test_coming_back import FOREVER
from tests.escalations.mail.writing import NOW, bounce, brightwater, comes
from tests.escalations.reading import DAY, HOUR, kinds_of
from tests.escalations.saying import sent, stands

pytestmark = pytest.mark.django_db


@pytest.fixture
def case() -> Escalation:
    return brightwater()[0]


def to_both(case: Escalation, **changes: Any) -> tuple[Update, Delivery, Promise]:
    """A mail to its contact and Rui, which keeps what was promised to Rui, and the copy that is his."""
    rui, by = make.contact(case.account, "Rui Costa"), case.handler.as_actor()
    figures = promises.make(case, what="Figures", kind="deliverable", to=rui, due_at=NOW + DAY, by=by, now=NOW)
    update = sent(case, to=[case.contact, rui], keeps=[figures], now=NOW + HOUR, **changes)
    Delivery.objects.filter(identity__startswith=f"update:{update.pk}|").update(
        state=Delivery.State.SENT, settled_at=NOW + HOUR
    )
    return update, Delivery.objects.get(address=rui.email), figures


def test_what_was_promised_to_the_one_whose_copy_came_back_is_open_again(case: Escalation):
    then = updates.Next(what="The next count", due_at=NOW + 2 * DAY)
    update, his, figures = to_both(case, then=then)
    assert stands(figures) == ("kept", update.pk, NOW + HOUR)

    comes(bounce(FOREVER, of=his.message_id, to=his.address), now=NOW + 2 * HOUR)

    update.refresh_from_db()
    assert (stands(figures), update.struck_at) == (("open", None, None), None)
    assert kinds_of(case)[-2:] == ["update.came_back", "promise.open_again"]
    # Who got it was told, and is promised what it says.
    assert case.promises.get(kind="acknowledgement").kept_by == update
    assert case.promises.get(what="The next count").status == "open"
    assert invariants.breaches(NOW + 2 * HOUR) == []


def test_what_was_promised_to_him_is_kept_where_another_did_not_get_it(case: Escalation):
    update, his, figures = to_both(case)

    comes(bounce(FOREVER, of=his.message_id), now=NOW + 2 * HOUR)

    assert stands(figures) == ("kept", update.pk, NOW + HOUR)


def test_where_nobody_knows_whether_his_copy_arrived_it_is_kept(case: Escalation):
    update, his, figures = to_both(case)
    outcomes.maybe([his], "The connection broke.", now=NOW + 2 * HOUR)

    losses.tell(his, kinds.UPDATE_MAYBE_DELIVERED, "The connection broke.", by=SENDER, now=NOW + 2 * HOUR)

    assert stands(figures) == ("kept", update.pk, NOW + HOUR)


def test_a_first_word_that_reached_another_of_them_has_acknowledged(case: Escalation):
    update = sent(case, to=[make.contact(case.account, "Joana Reis"), case.contact])
    owed = case.promises.get(kind="acknowledgement")
    copies = Delivery.objects.filter(identity__startswith=f"update:{update.pk}|")
    copies.update(state=Delivery.State.SENT, settled_at=NOW)

    comes(bounce(FOREVER, of=copies[0].message_id))

    owed.refresh_from_db()
    assert (owed.to, owed.status) == (case.contact, "kept")


def test_what_was_promised_in_a_merged_case_is_open_again_where_that_goes_on(case: Escalation):
    into = make.escalation(of=case.account, contact=case.contact, problems=("Labels are missing",))
    _, his, figures = to_both(case)
    merges.merge(case, into=into, reason="One cause.", by=MAILBOX, now=NOW + HOUR)

    comes(bounce(FOREVER, of=his.message_id, to=his.address), now=NOW + 2 * HOUR)

    figures.refresh_from_db()
    assert (figures.status, figures.escalation, kinds_of(into)[-1]) == ("open", into, "promise.open_again")
    assert invariants.breaches(NOW + 2 * HOUR) == []


def test_both_copies_that_come_back_one_after_the_other_open_all_that_it_kept(case: Escalation):
    update, his, figures = to_both(case)
    comes(bounce(FOREVER, of=his.message_id, to=his.address), now=NOW + 2 * HOUR)

    comes(bounce(FOREVER, of=his.message_id), now=NOW + 3 * HOUR)

    update.refresh_from_db()
    assert update.struck_at == NOW + 3 * HOUR
    # What was promised next with the mail is let go.
    assert {promise.kind: promise.status for promise in case.promises.all()} == {
        "acknowledgement": "open",
        "deliverable": "open",
        "next_update": "released",
    }
    assert kinds_of(case).count("promise.open_again") == 2
    assert stands(figures) == ("open", None, None)
