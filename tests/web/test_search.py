"""The search page, and the part of it that the palette shows."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from amends.directory.actor import Role
from amends.escalations.actions import notes
from amends.lib import wall
from amends.web.assets import HOME
from tests import make

pytestmark = pytest.mark.django_db
TEMPLATES = HOME.parent.parent / "templates"


def test_what_was_looked_for_is_marked_and_nothing_else_is_markup(client):
    escalation = make.escalation(
        of=make.account("Müller <b>Bold</b>"), reason="Orders <script>alert(1)</script> doubled"
    )
    notes.write(escalation, text="The <i>orders</i> again", by=escalation.handler.as_actor(), now=wall.now())
    client.force_login(escalation.handler)

    page = client.get("/search/?q=muller").content.decode()
    words = client.get("/search/?q=orders").content.decode()

    assert "<mark>Müller</mark> &lt;b&gt;Bold&lt;/b&gt;" in page
    assert "<mark>Orders</mark> &lt;script&gt;" in words
    assert "&lt;i&gt;<mark>orders</mark>&lt;/i&gt;" in words
    assert "<script>alert" not in words and "<b>Bold" not in page


def test_what_was_typed_stays_in_the_field_and_is_no_markup(client):
    client.force_login(make.member())

    page = client.get("/search/", {"q": '"><script>x</script>'}).content.decode()

    assert 'value="&quot;&gt;&lt;script&gt;x&lt;/script&gt;"' in page and "<script>x" not in page
    assert "Nothing has all of these words" in page


def test_each_hit_leads_where_one_reads_it_and_more_of_a_noun_is_a_link(client):
    escalation = make.escalation(of=make.account("Orders & Co"), reason="Orders doubled", problems=("Orders vanish",))
    for number in range(9):
        notes.write(escalation, text=f"Orders {number}", by=escalation.handler.as_actor(), now=wall.now())
    client.force_login(escalation.handler)

    page = client.get("/search/?q=orders").content.decode()
    notes_only = client.get("/search/?q=orders&only=note").content.decode()

    assert f'href="/escalations/{escalation.key}/"' in page and f'href="/accounts/{escalation.account_id}/"' in page
    assert f'href="/escalations/{escalation.key}/problems/{escalation.problems.get().pk}/"' in page
    assert "More notes" in page and "More notes" not in notes_only
    assert notes_only.count("data-row") == 9


def test_the_palette_offers_where_one_was_last_and_then_what_was_found(client):
    escalation = make.escalation(of=make.account("Brightwater Foods"), reason="Orders doubled")
    nadia = escalation.handler
    notes.write(escalation, text="Seen", by=nadia.as_actor(), now=wall.now())
    client.force_login(nadia)

    recent = client.get("/search/palette/").content.decode()
    found = client.get("/search/palette/?q=bright").content.decode()

    assert f"{escalation.key} Brightwater Foods" in recent and "Where you were last" in recent
    assert "<mark>Brightwater</mark> Foods" in found and 'role="option"' in found
    assert 'href="/search/?q=bright"' in found


def test_who_was_nowhere_yet_is_offered_what_they_handle(client):
    escalation = make.escalation()
    client.force_login(escalation.handler)

    assert escalation.key in client.get("/search/palette/").content.decode()


def test_the_palette_offers_nothing_that_one_may_no_longer_see(client):
    escalation = make.escalation()
    ben = make.member("Ben Castell", Role.SALES)
    seat = make.seat(escalation.account, ben)
    notes.write(escalation, text="Seen", by=ben.as_actor(), now=wall.now())
    seat.delete()
    client.force_login(ben)

    assert escalation.key not in client.get("/search/palette/").content.decode()


def test_the_number_of_queries_does_not_grow(client):
    escalation = make.escalation(of=make.account("Orders"), reason="Orders doubled", problems=("Orders",))
    client.force_login(escalation.handler)
    client.get("/search/?q=orders")

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            client.get("/search/?q=orders")
        return len(captured)

    few = queries()
    for number in range(6):
        make.escalation(of=make.account(f"Orders {number}"), reason="Orders", problems=("Orders",))

    assert few == queries() <= 16


def test_every_key_that_a_page_listens_to_stands_on_the_card():
    card = (TEMPLATES / "_keys.html").read_text()
    sources = [*TEMPLATES.rglob("*.html"), *HOME.parent.parent.rglob("*.py")]
    text = "\n".join(path.read_text() for path in sources)
    keys = set(re.findall(r'data-key="([^"{]+)"', text))
    keys |= set(re.findall(r'"key": "(\w)"', text)) | set(re.findall(r'Link\([^)\n]*?, "(\w)"[,)]', text))
    keys |= set(re.findall(r'Place\([^)\n]*?"(g \w)"', text)) | set(re.findall(r'{% field [^%]*key="(\w)"', text))

    missing = {
        key for key in keys if "".join(f"<kbd>{part}</kbd>" for part in key.split()) not in card.replace(" ", "")
    }

    assert keys >= {"u", "l", "m", "n", "f", "g t", "g e", "/", "?"}
    assert not missing
