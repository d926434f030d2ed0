"""The composer for every audience: who should be told, what goes along, what is told inside besides."""

import datetime as dt
import re
import zoneinfo

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from amends.directory.actor import COMMAND_LINE
from amends.escalations import customer_links, hearers
from amends.escalations.actions import customer_links as links
from amends.escalations.actions import facts, leave_outs, updates
from amends.escalations.models import Escalation, Update
from amends.lib import wall
from amends.outbox.models import Delivery
from tests import make
from tests.web.filled import filled
from tests.web.guarded import unguarded

pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)
DAY = dt.timedelta(days=1)
TEAM = "Say nothing of the Lisbon contract, whoever asks."


@pytest.fixture
def now() -> dt.datetime:
    return wall.now().replace(second=0, microsecond=0)


@pytest.fixture
def case(now, client) -> Escalation:
    """Acknowledged yesterday; Rui must hear of everything. Its handler is logged in."""
    found = make.escalation(now=now - 30 * HOUR, channel="mail")
    handler = found.handler.as_actor()
    updates.log(found, channel="call", text="We are on it.", at=now - 29 * HOUR, by=handler, now=now - 29 * HOUR)
    make.contact(found.account, "Rui Costa", must_hear=True)
    client.force_login(found.handler)
    return found


def page_of(client, case):
    return client.get(f"/escalations/{case.key}/").content.decode()


def begun(client, case, **changes):
    """What a browser sends of the composer where only these fields were touched."""
    action = f"/escalations/{case.key}/send/"
    # A field for files sends nothing where none is chosen.
    return filled(page_of(client, case), action) | {"files": [], "text": ["We found it."]} | changes


def send(client, case, data, where="send/"):
    return client.post(f"/escalations/{case.key}/{where}", data)


def of(case, name):
    return case.account.contacts.get(name=name)


# Who should be told


def test_all_who_should_be_told_are_chosen_already(client, case):
    data = begun(client, case)

    assert send(client, case, data).status_code == 302

    assert updates.names(Update.objects.latest("pk")) == "Maria Duarte, Rui Costa"


def test_who_is_taken_off_is_asked_why_and_until_when_and_nothing_typed_is_lost(client, case, now):
    maria, rui = case.contact, of(case, "Rui Costa")
    data = begun(client, case, to=[str(maria.pk)])

    answer = send(client, case, data)
    page = answer.content.decode()

    assert answer.status_code == 422 and "Rui Costa should be told of this." in page and "We found it." in page
    assert "Why is Rui Costa not told?" in page and "Until when? They are told again" in page
    assert re.search(r"<details[^>]*open[^>]*><summary>[^<]*<svg.*?</svg>Leave somebody out", page)
    for typed, says in (
        ({f"why_not_{rui.pk}": "Away"}, "Until when?"),
        ({f"until_{rui.pk}": f"{now + DAY:%Y-%m-%d}"}, "Why is Rui Costa not told?"),
        ({f"why_not_{rui.pk}": "Away", f"until_{rui.pk}": "2020-01-01"}, "That day has passed."),
    ):
        assert says in send(client, case, data | typed).content.decode()
    assert case.updates.count() == 1
    whole = {f"why_not_{rui.pk}": "Away", f"until_{rui.pk}": f"{now + DAY:%Y-%m-%d}"}
    assert send(client, case, data | whole).status_code == 302
    assert case.leave_outs.get().reason == "Away"


def test_who_is_left_out_is_shown_with_the_reason_and_told_again_without_losing_what_was_typed(client, case, now):
    rui, by = of(case, "Rui Costa"), case.handler.as_actor()
    leave_outs.leave_out(case, contact=rui, reason="On leave", until=now.date() + 2 * DAY, by=by, now=now)

    page = page_of(client, case)
    answer = send(client, case, begun(client, case) | {"tell_again": rui.pk})

    assert "<b>Rui Costa</b> is left out until" in page and "On leave" in page
    assert f'name="why_not_{rui.pk}"' not in page
    assert answer.status_code == 200 and "We found it." in answer.content.decode()
    assert f'value="{rui.pk}" id="id_to_1" checked' in answer.content.decode()
    assert rui in hearers.of(case, now)
    # Somebody else may have done so meanwhile.
    assert send(client, case, begun(client, case) | {"tell_again": rui.pk}).status_code == 200


def test_no_news_names_all_who_get_it(client, case):
    page = page_of(client, case)

    assert "This goes to Maria Duarte, Rui Costa as it stands here." in page


# Etiquette


def test_the_composer_and_the_log_say_by_which_way_one_answers_and_begin_with_it(client, case):
    case.contact.phone = "+351 1"
    case.contact.save()

    page = page_of(client, case)
    log = client.get(f"/escalations/{case.key}/log/").content.decode()

    for shown in (page, log):
        assert "answer by mail at once, and bring the next news by phone" in shown
    assert begun(client, case)["next_channel"] == ["call"]


def test_the_intake_says_how_to_answer_and_what_one_should_know(client, case):
    make_known(case)

    typed = {"account": case.account.name, "reason": "Again", "channel": "mail"}
    aside = client.post("/escalations/new/foresee/", typed).content.decode()

    assert "answer by mail at once" in aside and "Numbers, and early" in aside


def make_known(case):
    case.account.insights.create(kind="helps", text="Numbers, and early", at=case.opened_at)


# What goes along


def test_files_go_along_and_are_on_their_page(client, case, now, settings):
    settings.RECALL_SECONDS = 0
    link = links.give(case, contact=case.contact, by=COMMAND_LINE, now=now)
    file = SimpleUploadedFile("count.csv", b"1;2")

    assert send(client, case, begun(client, case, files=[file])).status_code == 302

    update = Update.objects.latest("pk")
    attached = update.attachments.get()
    Delivery.objects.filter(audience="customer").update(state="sent", settled_at=now)
    assert "count.csv" in page_of(client, case)
    client.logout()
    path = f"/c/{customer_links.token(link)}/"
    assert f'href="{path}files/{attached.pk}/"' in client.get(path).content.decode()
    answer = client.get(f"{path}files/{attached.pk}/")
    assert answer.content == b"1;2" and unguarded(answer) == []
    assert answer["Content-Disposition"].startswith('attachment; filename="count.csv"')
    assert (answer["Cache-Control"], answer["X-Robots-Tag"]) == ("no-store", "noindex, nofollow")
    for wrong in (f"{path}files/999999/", f"/c/1-{'a' * 26}/files/{attached.pk}/"):
        assert client.get(wrong).status_code == 404


def test_what_they_download_too_often_waits(client, case, now, settings):
    settings.ACCOUNT_RATE_LIMITS = settings.ACCOUNT_RATE_LIMITS | {"customer_file": "1/5m/key"}
    link = links.give(case, contact=case.contact, by=COMMAND_LINE, now=now)
    send(client, case, begun(client, case, files=[SimpleUploadedFile("count.csv", b"1;2")]))
    Update.objects.filter(is_mailed=True).update(logged_at=now - HOUR)
    Delivery.objects.filter(audience="customer").update(state="sent", settled_at=now)
    path = f"/c/{customer_links.token(link)}/files/{Update.objects.latest('pk').attachments.get().pk}/"
    client.logout()

    assert [client.get(path).status_code for _ in range(2)] == [200, 429]


def test_a_file_that_the_preview_showed_is_asked_for_again(client, case):
    file = SimpleUploadedFile("count.csv", b"1;2")
    looked = send(client, case, begun(client, case, files=[file]), "send/preview/").content.decode()
    data = filled(looked, f"/escalations/{case.key}/send/")

    answer = send(client, case, data | {"files": []})
    page = answer.content.decode()

    assert "<dt>Goes along</dt><dd>count.csv</dd>" in looked and data["shown_files"] == ["count.csv"]
    assert answer.status_code == 422 and "count.csv: choose the files again" in page and "We found it." in page
    again = filled(page, f"/escalations/{case.key}/send/")
    assert "shown_files" not in again, "sent once more it goes without"
    assert send(client, case, data | {"files": [SimpleUploadedFile("count.csv", b"1;2")]}).status_code == 302


def test_all_that_is_wrong_is_said_at_once_and_which_files_are_to_be_chosen_again(client, case, now):
    rui, file = of(case, "Rui Costa"), SimpleUploadedFile("count.csv", b"1;2")
    passed = f"{now - DAY:%Y-%m-%dT%H:%M}"
    wrong = {
        "to": [str(case.contact.pk)],
        f"until_{rui.pk}": "2020-01-01",
        "text": ["Hello {name}."],
        "next_what": "An update",
        "next_at": passed,
        "files": [file],
    }

    answer = send(client, case, begun(client, case, **wrong))
    page = answer.content.decode()

    says = {
        f"why_not_{rui.pk}": "Why is Rui Costa not told?",
        f"until_{rui.pk}": "That day has passed.",
        "text": "{name} means nothing here",
        "next_at": "A promise needs a moment that is still ahead.",
        "files": "count.csv: choose the files again: browsers do not keep them.",
    }
    assert answer.status_code == 422
    for name, sentence in says.items():
        assert re.search(rf'id="id_{name}-error">.*?{re.escape(sentence)}', page), name
    # Who says so of Rui is not told once more to choose them.
    assert "Rui Costa should be told of this." not in page


def test_what_the_act_refuses_asks_for_the_files_again_too(client, case, settings):
    settings.FILE_LIMIT_MB = 100
    large = SimpleUploadedFile("large.txt", b"x" * (7 * 1024 * 1024 + 1))
    note = SimpleUploadedFile("count.csv", b"1;2")

    both = send(client, case, begun(client, case, files=[large, note])).content.decode()
    inside = send(client, case, begun(client, case, for_team=["x" * 30_000], files=[note])).content.decode()
    logged = send(client, case, {"direction": "out", "channel": "call", "files": note}, "log/").content.decode()

    assert "large.txt" in both and "count.csv" in both and "7 MB" in both
    assert "count.csv: choose the files again" in inside and "count.csv: choose the files again" in logged


def test_who_goes_on_writing_is_told_which_files_were_chosen(client, case):
    file = SimpleUploadedFile("count.csv", b"1;2")
    looked = send(client, case, begun(client, case, files=[file]), "send/preview/").content.decode()

    back = send(client, case, filled(looked, f"/escalations/{case.key}/send/") | {"back": "1", "files": []})
    file.seek(0)
    promised = send(client, case, begun(client, case, files=[file]) | {"promise_at": "2099-01-01T10:00"})

    for answer in (back, promised):
        assert answer.status_code == 200
        assert "count.csv: choose the files again: browsers do not keep them." in answer.content.decode()


def test_the_preview_says_that_the_customer_is_first_only_where_something_is_inside(client, case):
    alone = send(client, case, begun(client, case), "send/preview/").content.decode()
    with_team = send(client, case, begun(client, case, for_team=[TEAM]), "send/preview/").content.decode()

    assert "This is what the customer gets." in alone and "First what the customer gets" not in alone
    assert "First what the customer gets, then what only we read." in with_team


def test_a_prepared_text_put_below_what_is_signed_is_signed_once(client, case):
    name = case.handler.name
    data = begun(client, case, text=[f"We found it.\r\n\r\nKind regards,\r\n{name}"])

    page = send(client, case, data | {"begin": "no_news:below"}, "send/begin/").content.decode()

    typed = filled(page, f"/escalations/{case.key}/send/")["text"][0]
    assert typed.startswith("We found it.\r\n\r\nDear") and typed.count(name) == 1 and typed.endswith(name)


def test_facts_are_cited_in_the_words_of_the_ledger(client, case, now):
    by = case.handler.as_actor()
    known = {"source": "Journal", "evidence": "All are there", "is_confirmed": True}
    lost = facts.state(case, words="No order was lost", by=by, now=now, **known)
    cause = facts.state(case, words="The export sent it twice", by=by, now=now)
    data = begun(client, case, facts=[cause.pk, lost.pk])

    looked = send(client, case, data, "send/preview/").content.decode()
    sent = send(client, case, data)

    assert "The export sent it twice (only as still being looked into)" in page_of(client, case)
    assert sent.status_code == 302
    text = Update.objects.latest("pk").text
    assert text.startswith(
        "We found it.\n\nWhat we know for certain:\n• No order was lost\n\nWhat we are still looking"
    )
    assert "No order was lost" in looked and "Journal" not in looked + text
    assert Update.objects.latest("pk").citations.count() == 2
    facts.refute(cause, evidence="It did not", by=by, now=now)
    assert "was refuted meanwhile" in send(client, case, data).content.decode()


# Inside


def test_the_preview_shows_what_each_audience_gets_and_marks_what_stays_inside(client, case):
    data = begun(client, case, for_team=TEAM)

    looked = send(client, case, data, "send/preview/")
    page = looked.content.decode()

    assert looked.status_code == 200 and "Inside: the account team" in page and "Inside: executives" not in page
    mail, inside = page.split("</iframe>")
    assert TEAM in inside and TEAM not in mail and case.account.csm.name in inside
    assert filled(page, f"/escalations/{case.key}/send/")["for_team"] == [TEAM]


@pytest.mark.parametrize("where", ["send/", "send/preview/"])
def test_what_the_customer_reads_is_no_part_for_us_alone(client, case, where):
    data = begun(client, case, text=f"We found it. {TEAM}", for_team=TEAM)

    answer = send(client, case, data, where)

    assert answer.status_code == 422 and "The customer reads that already." in answer.content.decode()


def test_an_update_has_all_of_it_on_its_own_page(client, case):
    send(client, case, begun(client, case, for_team=TEAM))

    page = client.get(f"/escalations/{case.key}/updates/{Update.objects.latest('pk').pk}/").content.decode()

    assert TEAM in page and "Inside: the account team" in page


def test_who_goes_back_and_sends_the_same_words_again_is_asked_first(client, case):
    """The browser's way back shows the composer as it was sent, with or without scripts."""
    composer = begun(client, case, keeps=[])
    send(client, case, composer)

    asked = send(client, case, composer)
    page, meanwhile = asked.content.decode(), case.updates.filter(is_mailed=True).count()
    again = send(client, case, composer | {"once_more": ["on"]})

    assert asked.status_code == 422 and "They were mailed these very words within the last day." in page
    assert "Send it once more" in page and meanwhile == 1
    assert again.status_code == 302 and case.updates.filter(is_mailed=True).count() == 2


def test_other_words_other_people_and_what_was_taken_back_are_sent_without_asking(client, case):
    maria, rui = of(case, "Maria Duarte"), of(case, "Rui Costa")
    send(client, case, begun(client, case))

    others = send(client, case, begun(client, case, text=["We found one more."]))
    taken_back = case.updates.get(text="We found it.")
    client.post(f"/escalations/{case.key}/updates/{taken_back.pk}/take-back/")
    same = send(client, case, begun(client, case))
    to_him = send(client, case, begun(client, case, to=[rui.pk], **{f"why_{maria.pk}": ["Asked so"]}))

    assert {others.status_code, same.status_code} == {302}
    assert "these very words" not in to_him.content.decode()


def test_what_they_hear_next_is_what_the_mail_has_promised(client, case, now, settings):
    settings.SMTP_URL = "smtp://127.0.0.1:9"
    case.promises.open().update(due_at=now + HOUR)
    days_later = (now + 2 * DAY).astimezone(zoneinfo.ZoneInfo(case.account.zone))

    typed = {"keeps": [], "next_what": ["The list"], "next_at": [f"{days_later:%Y-%m-%dT%H:%M}"]}
    page = client.post(f"/escalations/{case.key}/send/", begun(client, case, **typed), follow=True).content.decode()

    [said] = re.findall(r"On its way to [^<]*", page)
    assert f"{days_later:%H:%M}" in said and f"{days_later:%a}" in said
