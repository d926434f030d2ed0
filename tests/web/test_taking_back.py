"""Taking back a mail, and correcting what was written down, from the page."""

import datetime as dt
import re
from zoneinfo import ZoneInfo

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from amends.directory.actor import SENDER
from amends.escalations.actions import facts, leave_outs, losses, promises
from amends.escalations.models import Update
from amends.escalations.timeline import kinds
from amends.lib import wall
from amends.outbox import outcomes
from amends.outbox.models import Delivery
from tests import make
from tests.web.filled import filled
from tests.web.planned import planned
from tests.web.writing import HOUR, acknowledged_yesterday, composed, mails_to_customers, page_of, post, text_in, typed

pytestmark = pytest.mark.django_db


@pytest.fixture
def now():
    return wall.now().replace(second=0, microsecond=0)


@pytest.fixture
def escalation(now, client):
    return acknowledged_yesterday(now, client)


@pytest.fixture
def a_minute(settings):
    settings.RECALL_SECONDS, settings.SMTP_URL = 60, "smtp://127.0.0.1:9"


def test_after_sending_the_page_offers_to_take_it_back(client, escalation, a_minute):
    page = page_of(client, escalation, post(client, escalation, composed(escalation)) and "")

    update = Update.objects.get(is_mailed=True)
    assert re.search(r"On its way to Maria Duarte in <b[^>]*>\d+ s</b>", page)
    assert f"/updates/{update.pk}/take-back/" in page and "data-leaves-at" in page


def test_with_no_seconds_it_leaves_at_once_and_only_a_mail_that_waits_offers_it(client, escalation):
    post(client, escalation, composed(escalation))

    page = page_of(client, escalation)

    assert "data-leaves-at" not in page and "waits in the outbox" in page and "Take it back" in page


def test_its_words_come_back_into_the_composer(client, escalation, now, a_minute):
    owed = escalation.promises.open().get()
    at = typed(now + 48 * HOUR)
    post(client, escalation, composed(escalation, text="Oops <b>", next_what="The cause", next_at=at))
    update = Update.objects.get(is_mailed=True)

    taken = post(client, escalation, where=f"updates/{update.pk}/take-back/")
    page = client.get(taken["Location"]).content.decode()

    assert taken.status_code == 302 and "Taken back" in page
    assert text_in(page) == "Oops <b>" and 'value="Where we stand"' in page
    assert f'value="{at}"' in page and 'value="The cause"' in page
    assert re.findall(r'name="keeps" value="(\d+)"[^>]*checked', page) == [str(owed.pk)]
    assert f'data-draft="update:{escalation.key}:again:{update.pk}"' in page
    assert "<s>Oops &lt;b&gt;</s>" in page and "Does not stand: Taken back before it left." in page
    assert mails_to_customers().get().state == Delivery.State.NOT_NEEDED


def taken_back(client, escalation, update):
    """The page where one is led."""
    return client.get(post(client, escalation, where=f"updates/{update.pk}/take-back/")["Location"]).content.decode()


def test_all_that_was_written_comes_back_by_either_way(client, escalation, now, a_minute):
    by, name = escalation.handler.as_actor(), escalation.handler.name
    shown = {"source": "Journal", "evidence": "A query.", "by": by, "now": now}
    sure = facts.state(escalation, words="214 orders were sent twice.", is_confirmed=True, **shown)
    unsure = facts.state(escalation, words="It began on Monday.", **shown)
    other = facts.state(escalation, words="Only Porto is concerned.", **shown)
    board = promises.make(escalation, what="For the board", due_at=now + 90 * HOUR, by=by, now=now)
    rui = make.contact(escalation.account, "Rui Costa")
    text = f"This we know.\n\nMore on Friday.\n\nKind regards,\n{name}"
    data = composed(
        escalation,
        text=text,
        keeps=[board.pk],
        to=[escalation.contact.pk, rui.pk],
        facts=[unsure.pk, sure.pk],
        for_team="Nothing about the renewal to them.",
        for_executives="No help is needed just now.",
        files=[SimpleUploadedFile("count.csv", b"1;2")],
    )
    assert post(client, escalation, data).status_code == 302
    update = Update.objects.get(is_mailed=True)
    assert "• 214 orders were sent twice." in update.text and update.text.endswith(name)

    at_once = taken_back(client, escalation, update)
    later = page_of(client, escalation, f"?again={update.pk}")

    for page in (at_once, later):
        assert text_in(page) == text
        assert re.findall(r'name="facts" value="(\d+)"[^>]*checked', page) == [str(sure.pk), str(unsure.pk)]
        assert f'name="facts" value="{other.pk}"' in page
        assert re.findall(r'name="keeps" value="(\d+)"[^>]*checked', page) == [str(board.pk)]
        assert len(re.findall(r'name="to" value="\d+"[^>]*checked', page)) == 2
        assert "Nothing about the renewal to them.</textarea>" in page
        assert "No help is needed just now.</textarea>" in page
        assert "count.csv: choose the files again: browsers do not keep them." in page
    again = filled(later, f"/escalations/{escalation.key}/send/") | {"files": []}
    assert post(client, escalation, again).status_code == 302
    assert Update.objects.latest("pk").text == update.text


def test_whose_words_of_a_fact_were_changed_meanwhile_has_none_of_the_old_in_the_text(
    client, escalation, now, a_minute
):
    by = escalation.handler.as_actor()
    fact = facts.state(escalation, words="214 were sent twice.", source="Journal", evidence="A query.", by=by, now=now)
    post(client, escalation, composed(escalation, text="This we know.", facts=[fact.pk]))
    type(fact).objects.update(words="219 were sent twice.")

    page = taken_back(client, escalation, Update.objects.get(is_mailed=True))

    assert text_in(page) == "This we know."
    assert re.search(rf'name="facts" value="{fact.pk}"[^>]*checked', page)


def test_who_was_left_out_with_a_mail_that_is_taken_back_stays_so_and_it_is_said(client, escalation, now, a_minute):
    rui = make.contact(escalation.account, "Rui Costa", must_hear=True)
    ana = make.contact(escalation.account, "Ana Lima", must_hear=True)
    by, until = escalation.handler.as_actor(), now.date() + dt.timedelta(days=2)
    leave_outs.leave_out(escalation, contact=ana, reason="Ill", until=until, by=by, now=now - HOUR)
    left_out = {f"why_not_{rui.pk}": "On leave", f"until_{rui.pk}": f"{until}"}
    post(client, escalation, composed(escalation, **left_out))

    page = taken_back(client, escalation, Update.objects.get(is_mailed=True))

    says = "The mail has reached nobody; that Rui Costa should not get it stands, as it is said below."
    assert says in page and "<b>Rui Costa</b> is left out until" in page
    assert says not in page_of(client, escalation)


def test_who_was_told_again_by_a_mail_that_is_taken_back_is_left_out_as_before(client, escalation, now, a_minute):
    rui = make.contact(escalation.account, "Rui Costa", must_hear=True)
    by, until = escalation.handler.as_actor(), now.date() + dt.timedelta(days=2)
    made = leave_outs.leave_out(escalation, contact=rui, reason="On leave", until=until, by=by, now=now - HOUR)
    post(client, escalation, composed(escalation, to=[escalation.contact.pk, rui.pk]))
    ended = made.__class__.objects.get().ended_at

    page = taken_back(client, escalation, Update.objects.get(is_mailed=True))

    made.refresh_from_db()
    assert ended and (made.ended_at, made.ended_by) == (None, None)
    assert "<b>Rui Costa</b> is left out until" in page
    assert [event.kind for event in escalation.events.filter(kind__startswith="contact.").order_by("id")] == [
        "contact.left_out",
        "contact.told_again",
        "contact.left_out",
    ]


def test_who_was_told_by_another_mail_since_is_not_left_out_again(client, escalation, now, a_minute):
    rui = make.contact(escalation.account, "Rui Costa", must_hear=True)
    by, until = escalation.handler.as_actor(), now.date() + dt.timedelta(days=2)
    leave_outs.leave_out(escalation, contact=rui, reason="On leave", until=until, by=by, now=now - HOUR)
    both = [escalation.contact.pk, rui.pk]
    post(client, escalation, composed(escalation, to=both))
    first = Update.objects.get(is_mailed=True)
    post(client, escalation, composed(escalation, to=both, text="And one thing more."))

    taken_back(client, escalation, first)

    assert not escalation.leave_outs.standing(now).exists()


def is_refused(copy, now):
    """One copy of a mail that the mail server does not take."""
    outcomes.refused([copy], "550 No such user", now=now)
    losses.tell(copy, kinds.UPDATE_NOT_DELIVERED, "550 No such user", by=SENDER, now=now)


def test_a_mail_that_reached_nobody_is_written_again_with_all_that_it_kept(client, escalation, now):
    by, rui = escalation.handler.as_actor(), make.contact(escalation.account, "Rui Costa")
    his = promises.make(escalation, what="For Rui", to=rui, due_at=now + 90 * HOUR, by=by, now=now)
    owed = escalation.promises.open().exclude(pk=his.pk).get()
    both = [escalation.contact.pk, rui.pk]
    post(client, escalation, composed(escalation, text="We found it.", to=both, keeps=[owed.pk, his.pk]))
    update = Update.objects.get(is_mailed=True)
    offered = f"?again={update.pk}#composer"

    is_refused(mails_to_customers().get(address=rui.email), now)
    reached_one = page_of(client, escalation)
    is_refused(mails_to_customers().exclude(address=rui.email).get(), now + HOUR)
    reached_nobody = page_of(client, escalation)
    again = page_of(client, escalation, f"?again={update.pk}")

    assert offered not in reached_one
    assert reached_nobody.count(offered) == 1 and "Does not stand: It did not reach anybody." in reached_nobody
    assert text_in(again) == "We found it."
    assert set(re.findall(r'name="keeps" value="(\d+)"[^>]*checked', again)) == {str(owed.pk), str(his.pk)}


def test_an_invitation_that_reached_nobody_does_not_come_back_as_a_plain_mail(client, escalation, now):
    planned(escalation, now)
    update = Update.objects.get(meeting__isnull=False)

    is_refused(mails_to_customers().get(), now)

    page = page_of(client, escalation, f"?again={update.pk}")
    assert "Does not stand: It did not reach anybody." in page and "Write it again" not in page
    assert text_in(page) == ""


def test_what_ours_were_told_beside_a_mail_that_is_taken_back_is_marked_as_well(client, escalation, now, a_minute):
    post(client, escalation, composed(escalation, for_team="Nothing about the renewal."))
    before = page_of(client, escalation)

    page = taken_back(client, escalation, Update.objects.get(is_mailed=True))

    says = "told the account team besides: Nothing about the renewal."
    assert f"</b> {says}" in before and "Does not stand" not in before
    assert f"<s>{says}</s>" in page and page.count("Does not stand: Taken back before it left.") == 2


def test_sent_again_it_drops_its_own_draft(client, escalation, a_minute):
    post(client, escalation, composed(escalation))
    update = Update.objects.get(is_mailed=True)
    post(client, escalation, where=f"updates/{update.pk}/take-back/")

    answer = post(client, escalation, composed(escalation, again=update.pk))

    assert answer.cookies["draft_done"].value == f"update%3A{escalation.key}%3Aagain%3A{update.pk}"


def test_too_late_is_said_and_nothing_changes(client, escalation, a_minute):
    post(client, escalation, composed(escalation))
    mails_to_customers().update(state="sent", settled_at=wall.now())
    update = Update.objects.get(is_mailed=True)

    answer = post(client, escalation, where=f"updates/{update.pk}/take-back/")

    assert "It is on its way already." in client.get(answer["Location"]).content.decode()
    update.refresh_from_db()
    assert update.struck_at is None


@pytest.mark.parametrize("again", ["999", "x", "9" * 40])
def test_what_was_not_taken_back_does_not_come_back(client, escalation, again):
    assert text_in(page_of(client, escalation, f"?again={again}")) == ""


# Correcting


def test_what_was_written_down_is_corrected_from_the_timeline(client, escalation, now):
    call = Update.objects.get()
    assert f"/updates/{call.pk}/correct/" in page_of(client, escalation)
    form = client.get(f"/escalations/{escalation.key}/updates/{call.pk}/correct/").content.decode()
    data = {
        "direction": "out",
        "channel": "call",
        "contact": escalation.contact.pk,
        "at": typed(now - 28 * HOUR, ZoneInfo("Europe/Berlin")),
        "text": "We are on it, all of us.",
        "minutes": "4",
        "reason": "The wrong hour",
    }

    refused = post(client, escalation, data | {"reason": ""}, f"updates/{call.pk}/correct/")
    done = post(client, escalation, data, f"updates/{call.pk}/correct/")

    assert "We are on it." in form
    assert refused.status_code == 422 and "We are on it, all of us." in refused.content.decode()
    assert done.status_code == 302
    new = Update.objects.standing().get()
    assert (new.corrects, new.at, new.minutes) == (call, now - 28 * HOUR, 4)
    page = page_of(client, escalation)
    assert "<s>We are on it.</s>" in page and "Corrects what stood here before: The wrong hour" in page


def test_what_never_happened_is_struck(client, escalation):
    call = Update.objects.get()

    done = post(client, escalation, {"reason": "Moss & Co"}, f"updates/{call.pk}/strike/")

    assert done.status_code == 302
    page = page_of(client, escalation)
    assert "Does not stand: Moss &amp; Co" in page and "nothing said yet" in page
