"""Promising, moving and giving up, from the page."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from amends.escalations.actions import promises, updates
from amends.escalations.models import Promise, Update
from amends.lib import wall
from amends.outbox.models import Delivery
from tests import make

pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)
LISBON = ZoneInfo("Europe/Lisbon")
BERLIN = ZoneInfo("Europe/Berlin")


@pytest.fixture
def now():
    return wall.now().replace(second=0, microsecond=0)


@pytest.fixture
def promise(now, client):
    """A summary, promised for tomorrow in an escalation whose handler is logged in."""
    escalation = make.escalation(now=now - 30 * HOUR)
    handler = escalation.handler.as_actor()
    updates.log(escalation, channel="call", text="We are on it.", at=now - 29 * HOUR, by=handler, now=now - 29 * HOUR)
    client.force_login(escalation.handler)
    return promises.make(
        escalation, what="Summary for the board", kind="deliverable", due_at=now + 24 * HOUR, by=handler, now=now - HOUR
    )


def typed(moment, zone=LISBON):
    return moment.astimezone(zone).strftime("%Y-%m-%dT%H:%M")


def at(promise, where):
    return f"/escalations/{promise.escalation.key}/{where}"


def moved(promise, now, **changes):
    values = {
        "due_at": typed(now + 48 * HOUR),
        "reason": "The recount takes another night",
        "told": "mail",
        "to": promise.to_id,
        "letter": "You will have it by {new_time}.",
        "said": "",
        "at": typed(now, BERLIN),
    }
    return values | changes


def test_something_is_promised_for_a_time_on_their_clock(client, promise, now):
    data = {"what": "Stock figures", "kind": "fix_date", "channel": "mail", "to": promise.to_id, "owner": ""}

    answer = client.post(at(promise, "promises/new/"), data | {"due_at": typed(now + 50 * HOUR)})

    assert answer.status_code == 302
    made = Promise.objects.get(what="Stock figures")
    assert (made.due_at, made.kind, made.owner) == (now + 50 * HOUR, "fix_date", promise.escalation.handler)


def test_a_promise_in_the_past_is_refused_at_its_field(client, promise, now):
    data = {"what": "Stock figures", "kind": "fix_date", "channel": "mail", "due_at": "2020-01-01T10:00"}

    answer = client.post(at(promise, "promises/new/"), data)

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "A promise needs a moment that is still ahead." in page and "Stock figures" in page


def test_a_move_by_mail_tells_them_the_new_time_and_moves(client, promise, now):
    answer = client.post(at(promise, f"promises/{promise.pk}/move/"), moved(promise, now))

    assert answer.status_code == 302
    promise.refresh_from_db()
    assert promise.status == Promise.Status.MOVED
    assert promise.moved_to.due_at == now + 48 * HOUR
    told = Update.objects.latest("pk")
    assert f"{(now + 48 * HOUR).astimezone(LISBON):%H:%M} in Lisbon." in told.text
    assert Delivery.objects.filter(audience="customer").count() == 1


def test_a_move_that_was_told_on_the_phone_is_logged_at_its_time(client, promise, now):
    said = {"told": "call", "said": "She can wait a day.", "at": typed(now - HOUR / 2, BERLIN)}

    client.post(at(promise, f"promises/{promise.pk}/move/"), moved(promise, now, **said))

    promise.refresh_from_db()
    told = Update.objects.latest("pk")
    assert promise.status == Promise.Status.MOVED
    assert (told.channel, told.text, told.at) == ("call", "She can wait a day.", now - HOUR / 2)
    assert not Delivery.objects.filter(audience="customer").exists()


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"due_at": "2020-01-01T10:00"}, "The new time has passed already."),
        ({"to": ""}, "Choose who gets the mail."),
        ({"letter": ""}, "There is no text yet."),
        ({"told": "call", "at": "", "said": "Told her"}, "Say when you told them"),
        ({"told": "call", "said": ""}, "There is no text yet."),
    ],
)
def test_a_move_that_cannot_be_tells_nobody_and_keeps_what_was_typed(client, promise, now, changes, says):
    answer = client.post(at(promise, f"promises/{promise.pk}/move/"), moved(promise, now, **changes))

    page = answer.content.decode()
    promise.refresh_from_db()
    assert answer.status_code == 422 and says in page and "The recount takes another night" in page
    assert promise.status == Promise.Status.OPEN
    assert Update.objects.count() == 1 and not Delivery.objects.filter(audience="customer").exists()


def test_an_acknowledgement_does_not_move_it_is_given(client, now):
    escalation = make.escalation(now=now)
    owed = escalation.promises.get()
    client.force_login(escalation.handler)

    page = client.get(at(owed, "")).content.decode()
    answer = client.post(at(owed, f"promises/{owed.pk}/move/"), moved(owed, now))

    assert f"/promises/{owed.pk}/move/" not in page
    assert answer.status_code == 422 and "Any word to the customer is the acknowledgement." in answer.content.decode()
    assert not Delivery.objects.filter(audience="customer").exists()


@pytest.mark.parametrize(("how", "becomes"), [("released", "released"), ("broken", "broken")])
def test_a_promise_ends_with_a_reason(client, promise, how, becomes):
    where = at(promise, f"promises/{promise.pk}/settle/")

    without = client.post(where, {"how": how, "reason": ""})
    answer = client.post(where, {"how": how, "reason": "She has it from her own people"})

    promise.refresh_from_db()
    assert without.status_code == 422 and answer.status_code == 302
    assert (promise.status, promise.reason) == (becomes, "She has it from her own people")


def test_a_promise_of_another_case_is_not_found_here(client, promise, now):
    other = make.escalation(now=now)

    answer = client.get(f"/escalations/{other.key}/promises/{promise.pk}/move/")

    assert answer.status_code == 404
