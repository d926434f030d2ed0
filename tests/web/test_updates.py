"""Telling the customer from the page, looking at it first, and logging what was said elsewhere."""

import datetime as dt
import re
from zoneinfo import ZoneInfo

import pytest

from amends.directory.actor import Role
from amends.directory.models import Contact
from amends.escalations.actions import promises, updates
from amends.escalations.models import Promise, Update
from amends.lib import wall
from amends.outbox.models import Delivery
from tests import make
from tests.web.filled import filled

pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)
LISBON = ZoneInfo("Europe/Lisbon")
BERLIN = ZoneInfo("Europe/Berlin")


@pytest.fixture
def now():
    return wall.now().replace(second=0, microsecond=0)


@pytest.fixture
def escalation(now, client):
    """Acknowledged yesterday; an update is promised. Its handler is logged in."""
    found = make.escalation(now=now - 30 * HOUR)
    handler = found.handler.as_actor()
    updates.log(found, channel="call", text="We are on it.", at=now - 29 * HOUR, by=handler, now=now - 29 * HOUR)
    found.refresh_from_db()
    client.force_login(found.handler)
    return found


def typed(moment, zone=LISBON):
    return moment.astimezone(zone).strftime("%Y-%m-%dT%H:%M")


def composed(escalation, now, **changes):
    """What the composer sends."""
    values = {
        "keeps": [promise.pk for promise in escalation.promises.open()],
        "to": [escalation.contact.pk],
        "subject": "Where we stand",
        "text": "The replay worked. You hear from me again by {next_by}.",
        "next_what": "How the delivery notes compare",
        "next_at": typed(now + 48 * HOUR),
        "next_channel": "call",
        "prepared": "",
    }
    return values | changes


def send(client, escalation, data, where="send/"):
    return client.post(f"/escalations/{escalation.key}/{where}", data)


def test_an_update_keeps_a_promise_and_makes_the_next_one(client, escalation, now, settings):
    settings.SMTP_URL = "smtp://127.0.0.1:9"
    owed = escalation.promises.open().get()

    answer = send(client, escalation, composed(escalation, now))

    assert answer.status_code == 302 and answer["Location"] == f"/escalations/{escalation.key}/"
    assert answer.cookies["draft_done"].value.startswith("update")
    owed.refresh_from_db()
    assert owed.status in (Promise.Status.KEPT, Promise.Status.KEPT_LATE)
    following = escalation.promises.open().get()
    assert (following.what, following.channel) == ("How the delivery notes compare", "call")
    assert following.due_at == now + 48 * HOUR
    page = client.get(answer["Location"]).content.decode()
    assert "On its way to Maria Duarte. They hear next by" in page


def test_who_does_not_handle_it_sees_to_what_they_promise_unless_they_leave_it_to_the_handler(client, escalation, now):
    tom = escalation.account.csm
    hers = client.get(f"/escalations/{escalation.key}/").content.decode()
    client.force_login(tom)
    his = client.get(f"/escalations/{escalation.key}/").content.decode()

    send(client, escalation, composed(escalation, now, next_owner="me", next_what="The cause"))
    send(client, escalation, composed(escalation, now, next_owner="handler", next_what="The fix", text="1.", keeps=[]))

    owners = dict(escalation.promises.open().values_list("what", "owner"))
    assert owners == {"The cause": tom.pk, "The fix": escalation.handler_id}
    assert "who sees to it" in his and "who sees to it" not in hers


def test_the_text_names_the_time_that_is_promised_with_it_on_their_clock(client, escalation, now):
    send(client, escalation, composed(escalation, now))

    said = Update.objects.latest("pk")
    assert "{next_by}" not in said.text
    assert f"{(now + 48 * HOUR).astimezone(LISBON):%H:%M} in Lisbon" in said.text


def test_a_text_that_names_a_time_needs_one(client, escalation, now):
    answer = send(client, escalation, composed(escalation, now, next_at="", next_what=""))

    assert answer.status_code == 422
    assert "choose the time that stands there" in answer.content.decode()
    assert not Delivery.objects.filter(audience="customer").exists()


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"to": []}, "Choose who at the customer gets this."),
        ({"next_at": "2020-01-01T10:00"}, "A promise needs a moment that is still ahead."),
        ({"next_at": "soon"}, "Write a day and a time"),
        ({"next_at": "", "text": "The replay worked."}, "By when?"),
        ({"keeps": ["999999"]}, "Somebody has kept or moved that promise already."),
    ],
)
def test_a_no_stands_at_its_field_and_nothing_typed_is_lost(client, escalation, now, changes, says):
    answer = send(client, escalation, composed(escalation, now, **changes))

    page = answer.content.decode()
    assert answer.status_code == 422
    assert says in page and "The replay worked." in page and "Where we stand" in page
    assert "draft_done" not in answer.cookies
    assert not Delivery.objects.filter(audience="customer").exists()


def test_somebody_without_a_mail_address_is_named_as_such_and_refused(client, escalation, now):
    rui = make.contact(escalation.account, "Rui Teixeira", email="")

    page = client.get(f"/escalations/{escalation.key}/").content.decode()
    answer = send(client, escalation, composed(escalation, now, to=[escalation.contact.pk, rui.pk]))

    assert "Rui Teixeira (no mail address)" in page
    assert answer.status_code == 422 and "Rui Teixeira has no mail address." in answer.content.decode()


def test_the_first_word_begins_with_the_playbooks_acknowledgement(client, now):
    escalation = make.escalation(now=now - HOUR, problems=("Every order arrives twice",))
    client.force_login(escalation.handler)

    page = client.get(f"/escalations/{escalation.key}/").content.decode()

    text = re.search(r"<textarea name=\"text\".*?</textarea>", page, re.DOTALL)[0]
    assert "you told us of this" in text and "“Every order arrives twice”" in text and "{next_by}" in text
    assert f'data-draft="update:{escalation.key}"' in page


def test_what_somebody_asked_to_keep_is_ticked(client, escalation, now):
    handler = escalation.handler.as_actor()
    board = promises.make(
        escalation, what="Summary for the board", kind="deliverable", due_at=now + 90 * HOUR, by=handler, now=now
    )

    page = client.get(f"/escalations/{escalation.key}/?keeps={board.pk}").content.decode()

    ticked = re.findall(r'name="keeps" value="(\d+)"[^>]*checked', page)
    assert ticked == [str(board.pk)]


def test_the_preview_is_the_mail_letter_for_letter_and_sends_nothing(client, escalation, now):
    data = composed(escalation, now, text="It works <again>.\n\nSee you by {next_by}.")

    answer = send(client, escalation, data, "send/preview/")

    page = answer.content.decode()
    assert answer.status_code == 200 and not Delivery.objects.filter(audience="customer").exists()
    assert "Maria Duarte &lt;maria@brightwater.example&gt;" in page and "Where we stand" in page
    assert "in Lisbon." in page and "<again>" not in page
    assert "&amp;lt;again&amp;gt;" in page, "the frame holds the mail as markup, escaped once more"
    assert "'unsafe-inline'" in answer["Content-Security-Policy"].split("style-src")[1].split(";")[0]
    assert "'unsafe-inline'" not in client.get(f"/escalations/{escalation.key}/")["Content-Security-Policy"]


def test_from_the_preview_one_can_go_on_writing(client, escalation, now):
    answer = send(client, escalation, composed(escalation, now, back="1", text="Half a thought {next_by}"))

    assert answer.status_code == 200 and "Half a thought {next_by}" in answer.content.decode()
    assert not Delivery.objects.filter(audience="customer").exists()


def test_with_no_news_what_was_shown_is_what_is_sent(client, escalation):
    page = client.get(f"/escalations/{escalation.key}/").content.decode()
    shown = re.search(r'<p class="preview">(.*?)</p>', page, re.DOTALL)[1]
    next_at = re.search(r'name="next_at" value="([^"]+Z)"', page)[1]

    answer = send(client, escalation, {"next_at": next_at}, "no-news/")

    assert answer.status_code == 302
    said = Update.objects.latest("pk")
    assert said.text == shown and not said.has_news


def test_with_no_news_the_time_that_was_shown_is_promised_though_the_cadence_counts_from_now(client):
    began = wall.now() - HOUR
    found = make.escalation(now=began, impact="stopped")
    updates.log(found, channel="call", text="We are on it.", at=began, by=found.handler.as_actor(), now=began)
    client.force_login(found.handler)
    page = client.get(f"/escalations/{found.key}/").content.decode()
    next_at = re.search(r'name="next_at" value="([^"]+Z)"', page)[1]

    answer = send(client, found, {"next_at": next_at}, "no-news/")

    assert found.severity == "critical" and answer.status_code == 302
    assert found.promises.open().get().due_at == dt.datetime.fromisoformat(next_at)


@pytest.mark.parametrize("typed", ["", "soon", "2026-13-01T10:00:00Z", "2126-01-01T10:00:00"])
def test_with_no_news_a_time_that_is_none_is_read_again(client, escalation, typed):
    assert send(client, escalation, {"next_at": typed}, "no-news/").status_code == 422


def test_with_no_news_nothing_leaves_when_the_time_that_was_shown_is_another_now(client, escalation):
    answer = send(client, escalation, {"next_at": "2020-01-01T10:00:00Z"}, "no-news/")

    assert answer.status_code == 422 and "Read it again, then send it." in answer.content.decode()
    assert not Delivery.objects.filter(audience="customer").exists()


def logged(escalation, now, **changes):
    values = {
        "direction": "out",
        "channel": "call",
        "contact": escalation.contact.pk,
        "at": typed(now - HOUR, BERLIN),
        "text": "The replay ran through.",
        "minutes": "22",
        "keeps": [promise.pk for promise in escalation.promises.open()],
        "next_what": "",
        "next_at": typed(now + 48 * HOUR),
        "next_channel": "mail",
    }
    return values | changes


def test_a_call_is_written_down_at_its_own_time_and_keeps_its_promise(client, escalation, now):
    owed = escalation.promises.open().get()

    answer = send(client, escalation, logged(escalation, now), "log/")

    assert answer.status_code == 302
    said = Update.objects.latest("pk")
    assert (said.at, said.minutes, said.contact) == (now - HOUR, 22, escalation.contact)
    owed.refresh_from_db()
    assert owed.kept_by == said
    assert escalation.promises.open().get().what == promises.AN_UPDATE


def test_what_was_only_heard_keeps_nothing_and_promises_nothing(client, escalation, now):
    owed = escalation.promises.open().get()

    send(client, escalation, logged(escalation, now, direction="in"), "log/")

    owed.refresh_from_db()
    assert Update.objects.latest("pk").direction == "in"
    assert owed.status == Promise.Status.OPEN and escalation.promises.open().count() == 1


def test_a_call_cannot_be_logged_before_it_took_place(client, escalation, now):
    answer = send(client, escalation, logged(escalation, now, at=typed(now + 3 * HOUR, BERLIN)), "log/")

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "That moment is still to come. Promise it instead." in page and "The replay ran through." in page


def test_in_the_drawer_a_form_comes_alone_and_success_renews_the_page(client, escalation, now):
    page = f"http://testserver/escalations/{escalation.key}/"
    drawer = {"HX-Request": "true", "HX-Current-URL": page}

    form = client.get(f"/escalations/{escalation.key}/log/", headers=drawer)
    refused = client.post(f"/escalations/{escalation.key}/log/", logged(escalation, now, text=""), headers=drawer)
    done = client.post(f"/escalations/{escalation.key}/log/", logged(escalation, now), headers=drawer)

    assert "<html" not in form.content.decode() and 'hx-target="#ask"' in form.content.decode()
    assert refused.status_code == 422
    assert done.status_code == 204 and done["HX-Refresh"] == "true"


def test_who_may_not_tell_is_refused_at_every_door(client, escalation, now):
    reader = make.member("Ben Castell", Role.SALES)
    make.seat(escalation.account, reader)
    client.force_login(reader)

    answers = [
        send(client, escalation, composed(escalation, now), where) for where in ("send/", "send/preview/", "no-news/")
    ]
    answers.append(send(client, escalation, logged(escalation, now), "log/"))

    assert [answer.status_code for answer in answers] == [403] * 4
    assert Contact.objects.exists() and not Delivery.objects.filter(audience="customer").exists()


def test_a_refused_send_shows_nothing_as_said(client, now):
    untold = make.escalation(now=now)
    client.force_login(untold.handler)

    answer = send(client, untold, composed(untold, now, next_at=typed(now - HOUR)))

    page = answer.content.decode()
    assert answer.status_code == 422 and "still ahead" in page
    assert "nothing said yet" in page


def test_a_call_that_is_sent_twice_is_logged_once(client):
    escalation = make.escalation(now=wall.now() - HOUR)
    client.force_login(escalation.handler)
    here = f"/escalations/{escalation.key}/log/"
    typed = filled(client.get(here).content.decode(), here) | {"text": "They were calm"}

    answers = [client.post(here, typed) for _ in range(2)]

    assert [answer["Location"] for answer in answers] == [f"/escalations/{escalation.key}/"] * 2
    assert escalation.updates.count() == 1
