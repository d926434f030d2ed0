"""While one writes to the customer: what the text says, prepared texts, the exact preview."""

import datetime as dt
import html
import re
from zoneinfo import ZoneInfo

import pytest

from amends.escalations.actions import promises, updates
from amends.escalations.models import Promise, Update
from amends.lib import wall, when
from amends.outbox.models import Delivery
from amends.outbox.smtp import MailServer
from amends.worker.deliver import Sender
from tests import make
from tests.web.writing import (
    HOUR,
    acknowledged_yesterday,
    begun_in,
    composed,
    excuse,
    mails_to_customers,
    page_of,
    post,
    text_in,
    typed,
    wrong_weekday,
)

HTMX = {"HX-Request": "true"}
pytestmark = pytest.mark.django_db


@pytest.fixture
def now():
    return wall.now().replace(second=0, microsecond=0)


@pytest.fixture
def escalation(now, client):
    return acknowledged_yesterday(now, client)


# What the text says


def test_a_time_in_the_text_is_offered_as_the_promise_on_their_clock(client, escalation, now):
    at = now + 48 * HOUR
    text = f"You will hear from me by {when.their_date(at, 'Europe/Lisbon', now)}."

    answer = post(client, escalation, composed(escalation, text=text), "send/read/")

    page = answer.content.decode()
    assert answer.status_code == 200 and "<html" not in page
    assert f'data-promise-at="{typed(at)}"' in page and "An update on where we stand" in page
    assert not Update.objects.filter(is_mailed=True).exists()


def test_the_clock_is_that_of_the_first_whom_it_goes_to_and_the_field_keeps_its_own(client, escalation):
    rui = make.contact(escalation.account, "Rui Costa", zone="Asia/Tokyo")
    text = "You will hear from me tomorrow by 16:00."

    page = post(client, escalation, composed(escalation, text=text, to=[rui.pk]), "send/read/").content.decode()

    assert "16:00 in Tokyo" in page
    assert re.search(r'data-promise-at="[\d-]+T(07|08):00"', page)


def test_what_was_only_heard_offers_nothing(client, escalation):
    call = {"text": "You will hear from me tomorrow by 15:37.", "contact": escalation.contact.pk}

    said = post(client, escalation, call | {"direction": "out"}, "send/read/").content.decode()
    heard = post(client, escalation, call | {"direction": "in"}, "send/read/").content.decode()

    assert "data-promise-at" in said and "data-promise-at" not in heard


@pytest.mark.parametrize(
    "data", [{}, {"text": "x", "to": ["x"], "keeps": ["y"], "next_at": "z"}, {"next_at": "9" * 99}]
)
def test_reading_takes_whatever_comes(client, escalation, data):
    assert post(client, escalation, data, "send/read/").status_code == 200


@pytest.mark.parametrize("odd", ["9" * 30, "9223372036854775808", "٣", "\0", "-1", "x"])
def test_numbers_that_can_be_no_promise_of_ours_are_read_past(client, escalation, odd):
    data = composed(escalation, text="By Friday 16:00 you will hear.", to=[odd], keeps=[odd], again=odd)

    for where in ("send/read/", "send/begin/", "send/preview/", "send/"):
        assert post(client, escalation, data, where).status_code < 500


def test_a_text_with_a_trouble_comes_back_once_and_is_sent_as_it_is_on_purpose(client, escalation, now):
    data = composed(escalation, text=f"You will have it by {wrong_weekday(now)}.")

    first = post(client, escalation, data)
    page = first.content.decode()
    second = post(client, escalation, data | {"as_it_is": excuse(page)})

    assert first.status_code == 422 and " is a " in page and "Mend it" in page
    assert wrong_weekday(now) in page and "Where we stand" in page
    assert second.status_code == 302
    assert mails_to_customers().count() == 1


def test_what_was_excused_excuses_no_other_trouble(client, escalation, now):
    data = composed(escalation, text=f"You will have it by {wrong_weekday(now)}.")
    key = excuse(post(client, escalation, data).content.decode())

    answer = post(client, escalation, data | {"text": "You will have it by 31 November 2030.", "as_it_is": key})

    assert answer.status_code == 422 and "There is no 31 November" in answer.content.decode()
    assert not mails_to_customers().exists()


def test_a_time_that_is_promised_nowhere_is_asked_about(client, escalation, now):
    at = now + 48 * HOUR
    text = f"You will hear from me by {when.their_date(at, 'Europe/Lisbon', now)}."

    missing = post(client, escalation, composed(escalation, text=text))
    promised = post(client, escalation, composed(escalation, text=text, next_at=typed(at)))

    assert missing.status_code == 422 and "nothing is promised for then" in missing.content.decode()
    assert promised.status_code == 302


def test_a_time_that_another_promise_has_already_is_no_trouble(client, escalation, now):
    at = now + 48 * HOUR
    promises.make(escalation, what="The cause", due_at=at, by=escalation.handler.as_actor(), now=now)
    text = f"You will have it by {when.their_date(at, 'Europe/Lisbon', now)}."

    assert post(client, escalation, composed(escalation, text=text, keeps=[])).status_code == 302


def test_without_scripts_the_offer_fills_the_promise_and_loses_nothing(client, escalation, now):
    at = typed(now + 48 * HOUR)

    answer = post(client, escalation, composed(escalation, text="Half a thought", promise_at=at))

    page = answer.content.decode()
    assert answer.status_code == 200 and f'value="{at}"' in page and "Half a thought" in page
    assert not mails_to_customers().exists()


def test_words_that_nothing_fills_are_refused_and_cannot_be_excused(client, escalation):
    data = composed(escalation, text="Dear {name},")

    answer = post(client, escalation, data)
    looked = post(client, escalation, data, "send/preview/")

    assert answer.status_code == looked.status_code == 422
    assert "{name} means nothing here; write it out." in answer.content.decode()
    assert "as_it_is" not in answer.content.decode()


def test_a_promise_is_moved_by_a_mail_that_is_read_as_well(client, escalation, now):
    cause = promises.make(
        escalation, what="The cause", due_at=now + 24 * HOUR, by=escalation.handler.as_actor(), now=now
    )
    where = f"promises/{cause.pk}/move/"
    data = {
        "due_at": typed(now + 72 * HOUR),
        "reason": "Vendor",
        "told": "mail",
        "to": escalation.contact.pk,
        "letter": f"You will have it by {wrong_weekday(now)}.",
    }

    form = client.get(f"/escalations/{escalation.key}/{where}").content.decode()
    letter = html.unescape(re.search(r'name="letter"[^>]*>\n?(.*?)</textarea>', form, re.DOTALL)[1])
    first = post(client, escalation, data, where)
    unfilled = post(client, escalation, data | {"letter": "By {then}."}, where)
    as_prepared = post(client, escalation, data | {"letter": letter}, where)

    assert first.status_code == 422 and " is a " in first.content.decode() and excuse(first.content.decode())
    assert "{then} means nothing here" in unfilled.content.decode()
    assert as_prepared.status_code == 302


def test_the_prepared_letter_of_an_overdue_promise_is_no_trouble(client, escalation, now):
    owed = escalation.promises.open().get()
    Promise.objects.filter(pk=owed.pk).update(due_at=now - 26 * HOUR)
    where = f"promises/{owed.pk}/move/"
    form = client.get(f"/escalations/{escalation.key}/{where}").content.decode()
    letter = html.unescape(re.search(r'name="letter"[^>]*>\n?(.*?)</textarea>', form, re.DOTALL)[1])
    data = {"due_at": typed(now + 72 * HOUR), "reason": "x", "told": "mail", "to": escalation.contact.pk}

    assert post(client, escalation, data | {"letter": letter}, where).status_code == 302


# Prepared texts


def test_every_reply_of_the_playbook_can_be_begun_with(client, escalation):
    page = page_of(client, escalation)

    offered = re.findall(r'name="begin" value="([\w:-]*)"', page)

    assert offered == ["no_news", "understood", "question", "solved", ""]
    assert "What we understood" in page


@pytest.mark.parametrize("options", [{}, {"headers": HTMX}])
def test_choosing_another_replaces_what_nobody_has_touched(client, escalation, options):
    first = post(client, escalation, composed(escalation, text="", begin="understood"), "send/begin/", **options)
    page = first.content.decode()
    data = composed(escalation, text=text_in(page), begun=begun_in(page), prepared="understood", begin="solved")

    second = post(client, escalation, data, "send/begin/", **options).content.decode()

    assert "This is what we understood: “Every order arrives twice”" in text_in(page)
    assert "we believe that this is solved" in text_in(second) and "understood" not in text_in(second)
    assert ("<html" in second) is (options == {})
    # It names the next time, so that is proposed.
    assert re.search(r'name="next_at" value="\d{4}-', second)


def test_what_was_typed_is_never_replaced_unasked(client, escalation):
    data = composed(escalation, text="My own words", begin="solved")

    asked = post(client, escalation, data, "send/begin/").content.decode()
    below = post(client, escalation, data | {"begin": "solved:below"}, "send/begin/").content.decode()
    instead = post(client, escalation, data | {"begin": "solved:instead"}, "send/begin/").content.decode()

    assert text_in(asked) == "My own words" and "Where should “It is solved, we believe” go?" in asked
    assert text_in(below).startswith("My own words\n\nDear Maria Duarte,") and 'name="begun" value' not in below
    assert text_in(instead).startswith("Dear Maria Duarte,")
    assert not mails_to_customers().exists()


def test_a_text_that_the_playbook_does_not_have_is_not_there(client, escalation):
    assert post(client, escalation, composed(escalation, begin="nonsense"), "send/begin/").status_code == 404


def test_whether_there_was_news_follows_the_text_that_was_begun_with(client, escalation, now):
    data = composed(escalation, text="Nothing yet {next_by}", next_at=typed(now + 48 * HOUR), prepared="no_news")

    post(client, escalation, data)

    assert not Update.objects.get(is_mailed=True).has_news


# Who was not to know


def test_who_was_not_to_know_is_written_to_once_somebody_says_that_they_may(client, now):
    quiet = make.escalation(now=now, customer_should_know=False, why_not_told="A slip.")
    client.force_login(quiet.handler)
    data = composed(quiet, keeps=[])

    page = page_of(client, quiet)
    refused = post(client, quiet, data)
    told = post(client, quiet, data | {"may_know": "on"})

    assert "They may know now" in page and "Send this" not in page
    assert refused.status_code == 422 and "Say first that they may know." in refused.content.decode()
    assert told.status_code == 302
    quiet.refresh_from_db()
    assert quiet.customer_should_know and quiet.acknowledged_at


# The preview


def test_the_preview_is_what_arrives_byte_for_byte(client, escalation, now, mailbox):
    make.contact(escalation.account, "Rui Costa", zone="Asia/Tokyo", email="rui@brightwater.example")
    rui = escalation.account.contacts.get(name="Rui Costa")
    text = "Olá <Rui> & “all”,\r\n\r\nit works: 1 < 2.\r\nYou hear from me by {next_by}."
    data = composed(escalation, text=text, to=[rui.pk], subject=" Grüße & more ", next_at=typed(now + 48 * HOUR))
    maria = escalation.contact_id
    data |= {f"why_not_{maria}": "Rui has taken it over.", f"until_{maria}": f"{now + 48 * HOUR:%Y-%m-%d}"}

    page = post(client, escalation, data, "send/preview/").content.decode()
    post(client, escalation, data)
    Delivery.objects.exclude(audience="customer").delete()
    Sender(MailServer(mailbox.url), "post room", lambda: wall.now() + HOUR).deliver()

    mail = mailbox.take(1, to=rui.email)[0]
    looked = html.unescape(re.search(r'srcdoc="(.*?)"></iframe>', page, re.DOTALL)[1])
    plain = html.unescape(re.search(r'<p class="preview">(.*?)</p>', page, re.DOTALL)[1])
    arrived = mail.message.get_body(("html",)).get_content().replace("\r\n", "\n")
    assert looked.strip() == arrived.strip()
    assert plain.strip() == mail.text.strip()
    assert f"<dd>{html.escape(mail.subject)}</dd>" in page and mail.subject == "Grüße & more"
    assert f"{(now + 48 * HOUR).astimezone(ZoneInfo('Asia/Tokyo')):%H:%M} in Tokyo" in plain


def test_the_preview_says_what_is_wrong_and_lets_one_send_it_all_the_same(client, escalation, now):
    data = composed(escalation, text=f"You will have it by {wrong_weekday(now)}.")

    looked = post(client, escalation, data, "send/preview/")
    page = looked.content.decode()

    assert looked.status_code == 200 and " is a " in page and "Send it as it is" in page
    assert post(client, escalation, data | {"as_it_is": excuse(page)}).status_code == 302


def test_the_pages_of_many_updates_ask_as_few_questions_as_those_of_few(
    client, escalation, now, django_assert_max_num_queries
):
    handler = escalation.handler.as_actor()
    for minute in range(25):
        at = now - 20 * HOUR + minute * dt.timedelta(minutes=1)
        updates.log(escalation, channel="call", text="x", at=at, by=handler, now=at)

    with django_assert_max_num_queries(14):
        post(client, escalation, composed(escalation, text="By Friday 16:00 you will hear."), "send/read/")
