"""Two members with the same case open, in a real browser: each sees what the other does, and loses nothing."""

from __future__ import annotations

import datetime as dt

from playwright.sync_api import Page, expect

from amends.escalations.actions import notes, updates
from tests import make
from tests.e2e.conftest import Desk

NOW = dt.datetime(2026, 11, 19, 9, 0, tzinfo=dt.UTC)


def looks_again(page: Page) -> None:
    """What happens by itself every ten seconds, or as soon as the tab is seen again."""
    with page.expect_response(lambda response: "/live/" in response.url):
        page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")


def test_an_open_case_shows_what_another_does_and_keeps_what_one_types(desk: Desk) -> None:
    make.organisation()
    escalation = make.escalation(of=make.account("Brightwater Foods"), now=NOW, problems=("It is slow",) * 3)
    tom, nadia = escalation.account.csm, escalation.handler
    desk.at(NOW + dt.timedelta(minutes=5))
    page = desk.log_in(tom)
    page.goto(f"{desk.address}/escalations/{escalation.key}/")
    text = page.locator("#composer textarea").first
    text.fill("Dear Maria, we are still looking")
    text.evaluate("field => { field.focus(); field.setSelectionRange(4, 9); }")
    page.evaluate("scrollTo(0, document.querySelector('#composer').offsetTop - 200)")
    top = text.evaluate("field => Math.round(field.getBoundingClientRect().top)")

    looks_again(page)
    expect(page.locator("[data-live-news] p")).to_have_count(0)
    word, now = "We found the cause.", NOW + dt.timedelta(minutes=6)
    updates.log(escalation, channel="call", text=word, at=now, by=nadia.as_actor(), now=now)
    looks_again(page)

    expect(page.locator("[data-live-news]")).to_contain_text(f"{nadia} told Maria Duarte by call")
    expect(page.locator("#told")).to_contain_text("before you send yours")
    expect(page.locator("#live-timeline")).to_contain_text(word)
    expect(text).to_have_value("Dear Maria, we are still looking")
    assert text.evaluate("field => [document.activeElement === field, field.selectionStart, field.selectionEnd]") == [
        True,
        4,
        9,
    ]
    # The warning stands above what one types, and moved nothing under the hand.
    assert abs(text.evaluate("field => Math.round(field.getBoundingClientRect().top)") - top) <= 2
    lines = page.locator("[data-live-news] p").count()
    page.get_by_role("button", name="Hide").first.click()
    expect(page.locator("[data-live-news] p")).to_have_count(lines - 1)


def test_a_composer_that_nobody_has_touched_is_renewed_and_warns_nobody(desk: Desk) -> None:
    make.organisation()
    escalation = make.escalation(now=NOW)
    tom, nadia = escalation.account.csm, escalation.handler
    desk.at(NOW + dt.timedelta(minutes=5))
    page = desk.log_in(tom)
    page.goto(f"{desk.address}/escalations/{escalation.key}/")
    acknowledgement = escalation.promises.get()
    expect(page.locator("#composer")).to_contain_text("Acknowledge")

    now = NOW + dt.timedelta(minutes=6)
    updates.log(escalation, channel="call", text="On it.", at=now, by=nadia.as_actor(), now=now)
    looks_again(page)

    acknowledgement.refresh_from_db()
    assert acknowledgement.status == "kept"
    expect(page.locator("#composer")).not_to_contain_text("Acknowledge:")
    expect(page.locator("#told")).to_be_empty()


def test_today_and_the_list_renew_themselves_and_the_chosen_row_stays_chosen(desk: Desk) -> None:
    make.organisation()
    first = make.escalation(of=make.account("Brightwater Foods"), now=NOW, reason="Orders doubled")
    nadia = first.handler
    desk.at(NOW + dt.timedelta(minutes=5))
    page = desk.log_in(nadia)
    page.goto(f"{desk.address}/escalations/")
    page.keyboard.press("j")
    expect(page.locator("[data-row][aria-current]")).to_contain_text("Brightwater Foods")

    make.escalation(of=make.account("Norrland Dairies"), now=NOW - dt.timedelta(minutes=30), reason="Depots down")
    looks_again(page)

    expect(page.locator("[data-row]")).to_have_count(2)
    expect(page.locator("[data-row][aria-current]")).to_contain_text("Brightwater Foods")
    assert page.evaluate("document.activeElement.textContent") == "Brightwater Foods"
    page.goto(f"{desk.address}/?whose=all")
    notes.write(first, text="They were calm", by=first.account.csm.as_actor(), now=NOW + dt.timedelta(minutes=7))
    looks_again(page)
    expect(page.locator("[data-row]")).to_have_count(2)


def test_the_palette_finds_and_does_by_keys_alone(desk: Desk) -> None:
    make.organisation()
    escalation = make.escalation(of=make.account("Müller Foods"), now=NOW, reason="Orders doubled")
    desk.at(NOW + dt.timedelta(minutes=5))
    page = desk.log_in(escalation.handler)

    page.keyboard.press("Control+k")
    page.keyboard.type("muller ord")
    expect(page.locator("#palette mark").first).to_have_text("Müller")
    expect(page.locator("#palette [role=option][aria-selected=true]")).to_contain_text("Orders doubled")
    page.keyboard.press("Enter")
    page.wait_for_url(f"{desk.address}/escalations/{escalation.key}/")

    page.keyboard.press("/")
    expect(page.locator("#palette-here h3")).to_have_text(f"On {escalation.key}")
    page.keyboard.type("log")
    expect(page.locator("#palette [role=option][aria-selected=true]")).to_contain_text("Log call")
    page.keyboard.press("Enter")
    expect(page.locator("#ask")).to_contain_text("Log")
    page.keyboard.press("Escape")

    page.keyboard.press("Control+k")
    expect(page.get_by_role("combobox", name="Search or do")).to_be_focused()
    page.keyboard.press("ArrowDown")
    assert page.get_by_role("combobox", name="Search or do").get_attribute("aria-activedescendant")
    page.keyboard.press("Escape")
    expect(page.locator("#palette")).not_to_be_visible()
    for width in (1280, 360):
        page.set_viewport_size({"width": width, "height": 900})
        page.goto(f"{desk.address}/search/?q=orders")
        assert page.evaluate("document.documentElement.scrollWidth") <= width
