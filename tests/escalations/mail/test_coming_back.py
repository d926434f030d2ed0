"""Mail of ours that came back: what it said counts for nothing where it reached nobody, and somebody hears."""

from __future__ import annotations

import pytest

from amends.cli import checkups
from amends.cli.asides import Aside
from amends.directory.actor import COMMAND_LINE, MAILBOX, SENDER
from amends.escalations import hearers, invariants
from amends.escalations.actions import customer_links, deliveries, endings, leave_outs, losses, merges
from amends.escalations.models import Escalation, Update
from amends.escalations.timeline import kinds
from amends.escalations.timeline.record import HOST
from amends.lib import wall
from amends.outbox import claims, outcomes
from amends.outbox.models import Delivery
from amends.outbox.posting import message_id
from tests import make
from tests.escalations.mail.writing import NOW, bounce, brightwater, comes
from tests.escalations.meetings.planned import plan
from tests.escalations.reading import DAY, HOUR, kinds_of, letters_to, refuses
from tests.escalations.saying import sent
from tests.outbox import posted

pytestmark = pytest.mark.django_db
FOREVER, FOR_NOW, TRYING = ("failed", "5.1.1"), ("failed", "4.2.2"), ("delayed", "4.4.1")


@pytest.fixture
def case() -> Escalation:
    return brightwater()[0]


def told(case: Escalation) -> tuple[Update, Delivery]:
    """A mail of ours to its contact, that the mail server took."""
    update = sent(case)
    Delivery.objects.filter(identity__startswith=f"update:{update.pk}|").update(
        state=Delivery.State.SENT, settled_at=NOW, may_have_gone=True
    )
    return update, Delivery.objects.get(identity__startswith=f"update:{update.pk}|")


def test_mail_that_came_back_for_good_counts_for_nothing_and_its_author_and_handler_hear(case: Escalation):
    update, delivery = told(case)
    owed = case.promises.get(kind="acknowledgement")
    assert owed.status == "kept"

    came = comes(bounce(FOREVER, of=delivery.message_id), now=NOW)

    assert (came.state, came.escalation) == ("bounce", case)
    for row in (delivery, update, owed):
        row.refresh_from_db()
    assert (delivery.state, owed.status) == (Delivery.State.DEAD, "open")
    assert (update.why_struck, "update.came_back" in kinds_of(case)) == (
        "It did not reach anybody.",
        True,
    )
    assert "came back" in letters_to(case.handler)[-1].letter["subject"]
    # No case of its own, and nothing to the customer.
    assert Escalation.objects.count() == 1
    assert Delivery.objects.filter(audience=Delivery.Audience.CUSTOMER).count() == 1


def test_mail_that_came_back_from_one_of_two_still_counts(case: Escalation):
    joana = make.contact(case.account, "Joana Reis")
    update = sent(case, to=[case.contact, joana])
    copies = Delivery.objects.filter(identity__startswith=f"update:{update.pk}|")
    copies.update(state=Delivery.State.SENT, settled_at=NOW)

    comes(bounce(FOREVER, of=copies[0].message_id, to=joana.email.upper()))

    update.refresh_from_db()
    assert update.struck_at is None
    assert {copy.address: copy.state for copy in copies.all()} == {case.contact.email: "sent", joana.email: "dead"}

    comes(bounce(FOREVER, of=copies[0].message_id))

    update.refresh_from_db()
    assert update.struck_at == NOW


def test_mail_that_came_back_for_now_goes_again_a_few_times_and_then_it_is_told(case: Escalation):
    update, delivery = told(case)
    for number in range(outcomes.RETURNS):
        comes(bounce(FOR_NOW, of=delivery.message_id, top=f"Received: {number}\n"))
        delivery.refresh_from_db()
        assert (delivery.state, delivery.next_try_at) == ("waiting", NOW + HOUR * 2**number)
        Delivery.objects.filter(pk=delivery.pk).update(state=Delivery.State.SENT, settled_at=NOW)
    update.refresh_from_db()
    assert update.struck_at is None

    comes(bounce(FOR_NOW, of=delivery.message_id, top="Received: last\n"))

    delivery.refresh_from_db()
    update.refresh_from_db()
    assert (delivery.state, update.struck_at) == ("dead", NOW)


def test_a_server_that_still_tries_is_left_to_it(case: Escalation):
    _, delivery = told(case)

    assert comes(bounce(TRYING, of=delivery.message_id)).state == "bounce"

    delivery.refresh_from_db()
    assert (delivery.state, "update.came_back" in kinds_of(case)) == ("sent", False)


def test_where_a_relay_renamed_our_mail_the_address_tells_which_it_was(case: Escalation):
    _, delivery = told(case)

    comes(bounce(FOREVER, of="<0100018@eu-west-1.amazonses.example>"))

    delivery.refresh_from_db()
    assert delivery.state == "dead"


def test_where_their_server_passed_it_on_our_message_id_tells_which_it_was(case: Escalation):
    _, delivery = told(case)

    comes(bounce(FOREVER, of=delivery.message_id, to="m.duarte@another-host.example"))

    delivery.refresh_from_db()
    assert delivery.state == "dead"


def test_a_bounce_that_names_no_mail_of_ours_is_of_no_old_one(case: Escalation):
    _, delivery = told(case)

    comes(bounce(FOREVER, of="<0100018@eu-west-1.amazonses.example>"), now=NOW + 6 * DAY)

    delivery.refresh_from_db()
    assert delivery.state == "sent"


def test_which_of_two_copies_came_back_is_not_guessed(case: Escalation):
    update = sent(case, to=[case.contact, make.contact(case.account, "Joana Reis")])
    copies = Delivery.objects.filter(identity__startswith=f"update:{update.pk}|")
    copies.update(state=Delivery.State.SENT, settled_at=NOW)

    comes(bounce(FOREVER, of=copies[0].message_id, to="m.duarte@another-host.example"))

    assert {copy.state for copy in copies.all()} == {"sent"}


def test_a_bounce_of_what_we_never_sent_changes_nothing(case: Escalation):
    _, delivery = told(case)

    came = comes(bounce(FOREVER, of="<other@elsewhere.example>", to="nobody@elsewhere.example"))

    delivery.refresh_from_db()
    assert (came.state, delivery.state) == ("bounce", "sent")


def test_a_forged_bounce_changes_nothing_and_is_shown(case: Escalation):
    _, delivery = told(case)

    came = comes(
        bounce(FOREVER, of=delivery.message_id, top="Authentication-Results: mx.fernhill.example; dmarc=fail\n")
    )

    delivery.refresh_from_db()
    assert (came.state, delivery.state) == ("stranger", "sent")


def test_a_notice_that_came_back_from_one_of_us_is_told_to_administrators_and_nobody_outside(case: Escalation):
    wanda = make.member("Wanda Admin", "administrator")
    notice = letters_to(case.handler)[0] if letters_to(case.handler) else letters_to(case.account.csm)[0]
    Delivery.objects.filter(pk=notice.pk).update(state=Delivery.State.SENT, settled_at=NOW)

    comes(bounce(FOREVER, of=notice.message_id, to=notice.address))

    notice.refresh_from_db()
    assert notice.state == "dead"
    assert letters_to(wanda)
    assert not Delivery.objects.filter(audience=Delivery.Audience.CUSTOMER).exists()


# What kind of mail it was


def test_a_link_to_their_page_that_came_back_is_told_to_the_handler(case: Escalation):
    customer_links.give(case, contact=case.contact, mail=True, by=MAILBOX, now=NOW)
    link = Delivery.objects.get(identity__startswith="customer-link")
    Delivery.objects.filter(pk=link.pk).update(state=Delivery.State.SENT, settled_at=NOW)

    came = comes(bounce(FOREVER, of=link.message_id))

    assert (came.state, came.escalation) == ("bounce", case)
    assert kinds_of(case)[-1] == "update.came_back"
    assert "the mail to Maria Duarte came back" in letters_to(case.handler)[-1].letter["subject"]


def test_mail_of_a_case_that_was_merged_since_opens_its_promise_where_that_goes_on(case: Escalation):
    nadia = make.member("Nadia Second")
    into = make.escalation(of=case.account, contact=case.contact, problems=("Labels are missing",))
    into.handler = nadia
    into.save(update_fields=["handler"])
    update, delivery = told(case)
    owed = case.promises.get(kind="acknowledgement")
    merges.merge(case, into=into, reason="One cause.", by=MAILBOX, now=NOW)

    came = comes(bounce(FOREVER, of=delivery.message_id), now=NOW + HOUR)

    for row in (case, update, owed):
        row.refresh_from_db()
    assert case.last_said_at is None
    assert (came.escalation, update.struck_at) == (into, NOW + HOUR)
    assert (owed.status, owed.escalation, owed.owner) == ("open", into, nadia)
    assert "update.came_back" in kinds_of(into) and "promise.open_again" in kinds_of(into)
    assert "came back" in " ".join(letter.letter["subject"] for letter in letters_to(nadia))
    assert invariants.breaches(NOW + HOUR) == []


def a_bundle() -> list[Delivery]:
    """Eight alarms for Nadia that left as one mail."""
    make.organisation()
    posted.alarms(8)
    alarms = claims.claim(by="one", now=make.THURSDAY, limit=50)
    outcomes.accepted(alarms, now=NOW)
    return alarms


@pytest.mark.parametrize("to", ["nadia@fernhill.example", "n.brandt@another-host.example"])
def test_of_a_bundle_that_came_back_every_alarm_did(to: str):
    wanda = make.member("Wanda Admin", "administrator")
    alarms = a_bundle()

    comes(bounce(FOREVER, of=message_id(alarms[0].bundle, HOST), to=to))

    assert set(Delivery.objects.filter(is_alarm=True).values_list("state", flat=True)) == {"dead"}
    assert len(letters_to(wanda)) == 1


def test_a_bundle_that_came_back_for_now_goes_again_as_what_it_is_by_then():
    alarms = a_bundle()
    Delivery.objects.filter(is_alarm=True).update(may_have_gone=True)

    comes(bounce(FOR_NOW, of=message_id(alarms[0].bundle, HOST), to=alarms[0].address))

    found = Delivery.objects.filter(is_alarm=True)
    waits = set(found.values_list("state", "next_try_at", "bundle", "may_have_gone"))
    assert waits == {("waiting", NOW + HOUR, "", False)}


def test_where_a_relay_renamed_a_bundle_all_of_the_last_mail_to_that_address_came_back():
    alarms = a_bundle()

    comes(bounce(FOREVER, of="<0100018@eu-west-1.amazonses.example>", to=alarms[0].address))

    assert set(Delivery.objects.filter(is_alarm=True).values_list("state", flat=True)) == {"dead"}


def test_of_a_case_that_is_over_it_is_only_noted(case: Escalation):
    update, delivery = told(case)
    endings.withdraw(case, reason="They left.", by=MAILBOX, now=NOW)

    comes(bounce(FOREVER, of=delivery.message_id))

    update.refresh_from_db()
    assert (kinds_of(case)[-1], update.struck_at) == ("update.came_back", None)


# How it stood


def test_tries_to_hand_it_over_are_no_returns(case: Escalation):
    """Put off three times and then taken; the mailbox is full."""
    update, delivery = told(case)
    Delivery.objects.filter(pk=delivery.pk).update(tries=3)

    comes(bounce(FOR_NOW, of=delivery.message_id))

    delivery.refresh_from_db()
    update.refresh_from_db()
    assert (delivery.state, delivery.tries, delivery.returns, update.struck_at) == ("waiting", 1, 1, None)


def at_the_door(case: Escalation) -> tuple[Update, Delivery]:
    """A mail whose content goes just now, as far as its row says."""
    update = sent(case)
    Delivery.objects.exclude(identity__startswith=f"update:{update.pk}|").update(state="sent", settled_at=NOW)
    [delivery] = claims.claim(by="one", now=NOW, limit=5)
    outcomes.at_the_door(delivery, until=NOW + claims.LEASE_FOR)
    return update, delivery


def test_what_its_sender_had_taken_and_never_wrote_down_comes_back_all_the_same(case: Escalation):
    update, delivery = at_the_door(case)

    comes(bounce(FOREVER, of=delivery.message_id))

    delivery.refresh_from_db()
    update.refresh_from_db()
    assert (delivery.state, update.struck_at) == ("dead", NOW)
    assert claims.sort_out_the_dead(NOW + DAY) == []


def test_a_sender_that_writes_down_late_what_was_taken_does_not_undo_that_it_came_back(case: Escalation):
    _, delivery = at_the_door(case)
    comes(bounce(FOREVER, of=delivery.message_id))

    outcomes.accepted([delivery], now=NOW + HOUR)

    delivery.refresh_from_db()
    assert (delivery.state, delivery.settled_at) == ("dead", NOW)


def test_a_mail_at_the_door_is_not_sent_again_because_its_server_asks_to_come_later(case: Escalation):
    _, delivery = at_the_door(case)

    comes(bounce(FOR_NOW, of=delivery.message_id))

    delivery.refresh_from_db()
    assert delivery.state == "handing over"


def test_what_counts_for_nothing_already_is_struck_but_once(case: Escalation):
    update, delivery = told(case)
    comes(bounce(FOREVER, of=delivery.message_id))

    losses.tell(delivery, kinds.UPDATE_NOT_DELIVERED, "550", by=SENDER, now=NOW + HOUR)

    update.refresh_from_db()
    assert (update.struck_at, kinds_of(case).count("promise.open_again")) == (NOW, 1)


# What one can do about it


def test_what_reached_nobody_is_written_anew_and_not_sent_once_more(case: Escalation):
    _, delivery = told(case)
    comes(bounce(FOREVER, of=delivery.message_id))

    with refuses("It did not reach anybody, so it was struck. Write it again, in its case."):
        deliveries.try_again(delivery, by=MAILBOX, now=NOW + HOUR)

    delivery.refresh_from_db()
    assert delivery.state == "dead"


def test_the_doctor_says_to_write_again_what_reached_nobody_and_calls_it_no_trouble(case: Escalation):
    _, delivery = told(case)
    Delivery.objects.filter(pk=delivery.pk).update(state=Delivery.State.DEAD, settled_at=wall.now())
    [trouble] = checkups._deliveries()

    Update.objects.update(struck_at=NOW, why_struck="It did not reach anybody.")
    [said] = checkups._deliveries()

    assert "could not be delivered" in trouble and not isinstance(trouble, Aside)
    assert "write it again, in its case" in said and isinstance(said, Aside)


def test_what_came_back_from_one_of_two_is_sent_once_more_to_their_new_address(case: Escalation):
    joana = make.contact(case.account, "Joana Reis")
    update = sent(case, to=[case.contact, joana])
    copies = Delivery.objects.filter(identity__startswith=f"update:{update.pk}|")
    copies.update(state=Delivery.State.SENT, settled_at=NOW)
    comes(bounce(FOREVER, of=copies[0].message_id, to=joana.email))
    joana.email = "j.reis@brightwater.example"
    joana.save()

    deliveries.try_again(copies.get(state="dead"), by=MAILBOX, now=NOW + HOUR)

    assert copies.get(state="waiting").address == "j.reis@brightwater.example"


def test_an_invitation_that_reached_nobody_is_sent_once_more(case: Escalation):
    """What calendars take in may come to them late: nothing else leads back into them."""
    meeting = plan(case, starts_at=NOW + DAY)
    [delivery] = Delivery.objects.filter(address=case.contact.email)
    Delivery.objects.filter(pk=delivery.pk).update(state=Delivery.State.SENT, settled_at=NOW)
    comes(bounce(FOREVER, of=delivery.message_id, to=delivery.address), now=NOW + HOUR)
    assert meeting.invitations.get().struck_at == NOW + HOUR

    deliveries.try_again(Delivery.objects.get(pk=delivery.pk), by=COMMAND_LINE, now=NOW + 2 * HOUR)

    assert Delivery.objects.get(pk=delivery.pk).state == "waiting"


def test_whoever_a_mail_told_again_that_nobody_got_is_left_out_as_before(case: Escalation):
    rui, by = make.contact(case.account, "Rui Costa", must_hear=True), case.handler.as_actor()
    leave_outs.leave_out(case, contact=rui, reason="On leave", until=(NOW + 5 * DAY).date(), by=by, now=NOW)
    update = sent(case, to=[case.contact, rui], now=NOW + HOUR)
    assert hearers.left_out(case, NOW + HOUR) == {}
    for copy in Delivery.objects.filter(identity__startswith=f"update:{update.pk}|"):
        Delivery.objects.filter(pk=copy.pk).update(state=Delivery.State.SENT, settled_at=NOW + HOUR)
        comes(bounce(FOREVER, of=copy.message_id, to=copy.address), now=NOW + 2 * HOUR)

    assert [*hearers.left_out(case, NOW + 2 * HOUR)] == [rui.pk]
