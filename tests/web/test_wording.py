"""What is marked in a draft: as one types, where a call is logged, and before it is sent; it never stops anybody."""

from __future__ import annotations

import pytest

from amends.escalations import texts
from amends.escalations.actions import facts
from amends.escalations.models import Update
from amends.lib import wall
from amends.web.marked import marked
from tests import make
from tests.web.writing import HOUR, composed, post

pytestmark = pytest.mark.django_db

DRAFT = "I looked into it.\n\nThis will never happen again. <b>"


@pytest.fixture
def escalation(client):
    found = make.escalation(now=wall.now() - 3 * HOUR, problems=("Every order arrives twice",))
    client.force_login(found.handler)
    return found


def test_what_is_marked_comes_with_why_and_a_better_way_as_one_types(client, escalation):
    page = post(client, escalation, composed(escalation, text=DRAFT), "send/read/").content.decode()

    assert "<q>will never happen again</q>" in page
    assert "Nobody can keep this" in page and "Promise what is in your hands" in page
    assert "<html" not in page


def test_a_draft_without_anything_to_say_about_it_says_nothing(client, escalation):
    page = post(client, escalation, composed(escalation, text="The fix is in since 09:40."), "send/read/")

    assert "marks" not in page.content.decode()


def test_nothing_is_marked_in_the_texts_that_we_prepare(escalation):
    by, contact = escalation.handler.as_actor(), escalation.contact
    keys = [each.key for each in texts.prepared(escalation)]
    prepared = [texts.prepare(key, escalation, contact=contact, by=by) for key in keys]

    assert len(prepared) > 2
    assert [mark for text in prepared for mark in marked(text)] == []


def test_what_the_customer_said_on_the_phone_is_theirs(client, escalation):
    call = {"text": DRAFT, "contact": escalation.contact.pk}

    said = post(client, escalation, call | {"direction": "out"}, "send/read/").content.decode()
    heard = post(client, escalation, call | {"direction": "in"}, "send/read/").content.decode()

    assert "never happen again" in said
    assert "never happen again" not in heard


def test_without_a_script_the_preview_says_it_and_it_is_sent_all_the_same(client, escalation):
    data = composed(escalation, text=DRAFT)

    preview = post(client, escalation, data, "send/preview/").content.decode()
    sent = post(client, escalation, data, "send/")

    assert "<q>will never happen again</q>" in preview
    assert sent.status_code == 302
    assert Update.objects.filter(is_mailed=True, text__contains="never happen again").exists()


def test_a_text_that_comes_back_keeps_its_marks(client, escalation):
    page = post(client, escalation, composed(escalation, text=DRAFT) | {"to": []}, "send/")

    assert page.status_code == 422
    assert "<q>will never happen again</q>" in page.content.decode()


def test_what_the_ledger_holds_as_certain_is_no_guess(client, escalation):
    data = composed(escalation, text="It was the retry job.")
    guessed = post(client, escalation, data, "send/read/").content.decode()
    shown = {"source": "Log of the job", "evidence": "Line 40", "is_confirmed": True}
    by, words = escalation.handler.as_actor(), "The retry job sent each payment a second time."
    facts.state(escalation, words=words, by=by, now=wall.now(), **shown)

    known = post(client, escalation, data, "send/read/").content.decode()
    preview = post(client, escalation, data, "send/preview/").content.decode()

    assert "Not confirmed" in guessed
    assert "Not confirmed" not in known + preview
