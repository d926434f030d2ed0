"""What a page says of a mail that was written just now: that it leaves, or that it waits, and why."""

import re
import threading
import zoneinfo

import pytest

from amends.escalations.actions import causes, deliveries, meetings, preferences
from amends.escalations.meetings import Invited
from amends.escalations.models import CauseNotice, Meeting, Update
from amends.lib import wall
from amends.outbox.smtp import MailServer
from amends.worker.deliver import Sender
from amends.worker.telling import telling
from tests import make
from tests.web.filled import filled
from tests.web.planned import at_noon, there
from tests.web.writing import HOUR, acknowledged_yesterday, composed

pytestmark = pytest.mark.django_db
WAITS = "in the outbox: no mail server is set up yet."


@pytest.fixture
def now():
    return wall.now().replace(second=0, microsecond=0)


@pytest.fixture
def case(now, client):
    return acknowledged_yesterday(now, client)


def says(client, answer):
    """The page that one comes to after an act."""
    return client.get(answer["Location"]).content.decode()


def send(client, case, **changes):
    return client.post(f"/escalations/{case.key}/send/", composed(case, **changes))


def invite(client, case, now):
    """A meeting at noon on a working day, planned on its page."""
    where = f"/escalations/{case.key}/meetings/new/"
    data = filled(client.get(where).content.decode(), where) | {"starts_at": there(at_noon(now))}
    return client.post(where, data)


def met(case, now):
    """A meeting that was held an hour ago, and whose notes are awaited."""
    by = case.handler.as_actor()
    meeting = meetings.plan(
        case,
        kind="status",
        starts_at=now - 2 * HOUR,
        minutes=30,
        contacts=[case.contact],
        members=[Invited(case.handler, "leads")],
        by=by,
        now=now - 3 * HOUR,
    )
    came = {each.pk for each in meeting.attendances.all()}
    return meetings.held(meeting, came=came, by=by, now=now - HOUR)


def send_notes(client, meeting):
    where = f"/escalations/{meeting.escalation.key}/meetings/{meeting.pk}/notes/"
    return client.post(where, filled(client.get(where).content.decode(), where))


def test_without_a_mail_server_an_update_is_said_to_wait(client, case):
    page = says(client, send(client, case))

    assert f"The mail to Maria Duarte waits {WAITS} They hear next by" in page
    assert "On its way" not in page and "data-leaves-at" not in page
    update = Update.objects.get(is_mailed=True)
    assert f"It waits {WAITS}" in client.get(f"/escalations/{case.key}/updates/{update.pk}/").content.decode()


def test_with_a_mail_server_it_is_on_its_way(client, case, mailbox, settings):
    settings.SMTP_URL, settings.RECALL_SECONDS = mailbox.url, 60

    page = says(client, send(client, case))

    assert "On its way to Maria Duarte. They hear next by" in page and "data-leaves-at" in page
    assert "no mail server" not in page
    update = Update.objects.get(is_mailed=True)
    read = f"/escalations/{case.key}/updates/{update.pk}/"
    assert "It is on its way." in client.get(read).content.decode()
    Sender(MailServer(mailbox.url), "post room", lambda: wall.now() + HOUR).deliver()
    mailbox.take_all()
    assert "It is on its way." not in client.get(read).content.decode()


def test_a_mail_to_several_is_one_line_with_one_way_to_take_it_back(client, case):
    rui = make.contact(case.account, "Rui Costa")
    send(client, case)
    send(client, case, to=[case.contact_id, rui.pk], subject="The cause", text="We found it.")

    page = client.get(f"/escalations/{case.key}/").content.decode()

    assert "The mail “The cause” to Maria Duarte, Rui Costa of" in page
    assert page.count("<span>The mail “") == 2
    assert page.count(">Take it back</button>") == 2


def test_a_mail_of_a_meeting_says_what_it_is_and_is_called_off_not_taken_back(client, case, now):
    where = invite(client, case, now)["Location"]
    off = filled(client.get(f"{where}call-off/").content.decode(), f"{where}call-off/")
    client.post(f"{where}call-off/", off | {"reason": "They are away"})

    page = client.get(f"/escalations/{case.key}/").content.decode()

    subjects = re.findall(r"The mail “([^”]+)” to Maria Duarte", page)
    assert len(set(subjects)) == 2 and subjects[0].startswith("Called off") and ">Take it back</button>" not in page


def test_while_all_mail_is_paused_it_waits_too(client, case, settings):
    settings.SMTP_URL = "smtp://127.0.0.1:9"
    admin = make.member("Dana Weiss", "administrator").as_actor()
    deliveries.pause(channel="mail", because="We move house", by=admin, now=wall.now())

    page = says(client, send(client, case))

    assert "The mail to Maria Duarte waits in the outbox: all mail is paused." in page


def test_an_invitation_a_change_and_a_calling_off_are_said_to_wait(client, case, now):
    planned = invite(client, case, now)
    first = says(client, planned)
    where = planned["Location"]
    changed = client.post(
        f"{where}change/",
        filled(client.get(f"{where}change/").content.decode(), "") | {"place": "Room 4"},
    )
    second = says(client, changed)
    off = filled(client.get(f"{where}call-off/").content.decode(), f"{where}call-off/")
    third = says(client, client.post(f"{where}call-off/", off | {"reason": "They are away"}))

    assert f"It is planned. The invitation waits {WAITS}" in first
    assert "Mail to Maria Duarte, " in first and first.count(WAITS) == 2
    assert f"It is changed. The mail that says so waits {WAITS}" in second
    assert f"It is called off. The mail that says so waits {WAITS}" in third


def test_with_a_mail_server_who_is_invited_gets_it_now(client, case, now, settings):
    settings.SMTP_URL = "smtp://127.0.0.1:9"

    page = says(client, invite(client, case, now))

    assert "Those who are in it get the invitation now." in page
    assert "Mail is on its way to Maria Duarte, " in page


def test_who_is_left_alone_just_now_is_said_to_get_the_invitation_later(client, case, now, settings):
    settings.SMTP_URL = "smtp://127.0.0.1:9"
    handler = case.handler
    until = now.astimezone(zoneinfo.ZoneInfo(handler.zone)) + 2 * HOUR
    values = {"quiet_from": (until - 4 * HOUR).time(), "quiet_until": until.time()}
    preferences.change(handler, **values, by=handler.as_actor(), now=now)

    planned = invite(client, case, now)
    where = planned["Location"]
    held = client.get(where).content.decode()
    preferences.change(handler, quiet_from=None, quiet_until=None, by=handler.as_actor(), now=now)
    after = client.get(where).content.decode()

    name = handler.name
    assert re.search(r"Mail is on its way to Maria Duarte, [^.]+\. ", held)
    assert re.search(rf"Mail to {name} is held until (\w+ )?{until:%H:%M}, quiet hours\.", held)
    assert re.search(rf"Mail is on its way to Maria Duarte, {name}, [^.]+\.", after) and "quiet hours" not in after


def test_notes_are_with_them_only_once_they_have_left(client, case, now, mailbox, settings):
    meeting = met(case, now)
    without = says(client, send_notes(client, meeting))

    settings.SMTP_URL = mailbox.url
    between = client.get(f"/escalations/{case.key}/meetings/{meeting.pk}/").content.decode()
    Sender(MailServer(mailbox.url), "post room", lambda: wall.now() + HOUR).deliver()
    mailbox.take_all()
    after = client.get(f"/escalations/{case.key}/meetings/{meeting.pk}/").content.decode()

    assert f"The notes to Maria Duarte wait {WAITS}" in without and f"Its notes wait {WAITS}" in without
    assert "They have its notes." not in without + between and "Its notes are on their way." in between
    assert "They have its notes." in after
    assert Meeting.objects.get().notes_update_id


def test_a_link_by_mail_is_said_to_wait_and_the_form_says_that_it_is_mailed(client, case):
    where = f"/escalations/{case.key}/customer-links/new/"
    asks = client.get(where).content.decode()

    page = says(client, client.post(where, {"contact": case.contact_id, "mail": "on"}))

    assert "they get it by mail at once" in asks
    assert f"The mail with the link for Maria Duarte waits {WAITS}" in page


def test_a_notice_about_a_cause_is_said_to_wait_as_a_whole_and_for_each_account(client, now, mailbox, settings):
    nadia = make.member("Nadia Brandt", "manager")
    make.playbook()
    client.force_login(nadia)
    cause = causes.name(name="Orders are sent twice", by=nadia.as_actor(), now=now)
    alder = make.account("Alder Clinics")
    make.contact(alder, "Ana Moor")
    causes.mark(cause, [alder], how_we_know="Same version", by=nadia.as_actor(), now=now)
    where = f"/causes/{cause.key}/notices/new/"
    typed = filled(client.get(where).content.decode(), "") | {
        "next_at": (now + 48 * HOUR).strftime("%Y-%m-%dT16:00"),
        "send": "1",
    }

    begun = client.post(where, typed)
    said = client.get(begun["Location"]).content.decode()
    telling("here", threading.Event(), threading.Event()).work()
    one, of_all = (client.get(path).content.decode() for path in (begun["Location"], f"/causes/{cause.key}/"))
    settings.SMTP_URL = mailbox.url
    Sender(MailServer(mailbox.url), "post room", lambda: wall.now() + HOUR).deliver()
    mailbox.take_all()
    left, of_all_left = (client.get(path).content.decode() for path in (begun["Location"], f"/causes/{cause.key}/"))

    assert CauseNotice.objects.get().state == "done"
    assert f"Each account gets a mail of its own now, which waits {WAITS}" in said and "It goes out now" not in said
    # As a whole, and in the row of the account
    assert f"One mail waits {WAITS}" in one and one.count("In the outbox") == 2 and "Gone out" not in one
    assert of_all.count("In the outbox") == 2 and "Gone out" not in of_all
    assert "In the outbox" not in left + of_all_left and "Gone out" in left and "Gone out" in of_all_left


@pytest.mark.parametrize("where", ["", "meetings/new/", "meetings/{}/notes/"])
def test_whoever_writes_a_mail_that_cannot_leave_reads_so_first(client, case, now, settings, where):
    path = f"/escalations/{case.key}/{where.format(met(case, now).pk)}"
    without = client.get(path).content.decode()

    settings.SMTP_URL = "smtp://127.0.0.1:9"

    assert "No mail server is set: what you send waits in the outbox." in without
    assert "No mail server is set" not in client.get(path).content.decode()
