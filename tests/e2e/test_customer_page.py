"""The customer’s page in a browser: read, confirmed, answered, rated without scripts; with them, no word is lost."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from amends.directory.actor import COMMAND_LINE
from amends.escalations import customer_links
from amends.escalations.actions import customer_links as links
from amends.escalations.actions import requests, updates
from amends.escalations.models import CustomerLink, Escalation, Request
from tests import make
from tests.e2e.conftest import Desk
from tests.e2e.looking import Looker

NOW = dt.datetime(2026, 11, 19, 13, 0, tzinfo=dt.UTC)
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)


@pytest.fixture
def link(transactional_db: None) -> CustomerLink:
    case = make.escalation(now=NOW - DAY, problems=("Every order arrives twice", "Stock is wrong"))
    by = case.handler.as_actor()
    given = links.give(case, contact=case.contact, by=by, now=NOW - DAY)
    updates.send(case, text="We found where it begins.", to=[case.contact], by=by, now=NOW - HOUR)
    problem = case.problems.last()
    requests.make(problem, what="Porto’s delivery notes", due_at=NOW + DAY, by=COMMAND_LINE, now=NOW - HOUR)
    return given


@pytest.fixture
def without_scripts(desk: Desk, link: CustomerLink) -> Iterator[Page]:
    desk.at(NOW)
    context = desk.browser.new_context(viewport={"width": 1280, "height": 900}, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{desk.address}/c/{customer_links.token(link)}/")
    yield page
    context.close()


def test_they_confirm_answer_and_rate_without_scripts(without_scripts: Page, link: CustomerLink) -> None:
    page = without_scripts
    expect(page.get_by_text("Waiting for you")).to_be_visible()

    page.get_by_role("button", name="Yes, this is right").click()
    expect(page.get_by_role("status")).to_contain_text("Thank you. We go on in this order.")
    expect(page.get_by_text("You confirmed this on")).to_be_visible()

    page.get_by_label("Your answer").fill("They are in our shared folder.")
    page.get_by_role("button", name="Answer this").click()
    expect(page.get_by_text("Waiting for you")).not_to_be_visible()

    page.get_by_label("It reaches us at once").fill("One number for my board, please.")
    page.get_by_role("button", name="Send it to").click()
    expect(page.locator(".their-letter__said").first).to_contain_text("One number for my board, please.")

    page.get_by_role("button", name="Say so").click()
    expect(page.locator("#rate .field__error")).to_contain_text("Choose one.")
    page.get_by_label("Mostly").check()
    page.get_by_label("What would make it better").fill("Ring earlier")
    page.get_by_role("button", name="Say so").click()
    expect(page.get_by_text("You said this on")).to_be_visible()

    case = Escalation.objects.get()
    assert case.plan_confirmations.get().how == "page"
    assert [rating.heard for rating in case.ratings.all()] == [4]
    assert case.updates.filter(channel="page").count() == 2


@pytest.fixture
def with_scripts(desk: Desk, link: CustomerLink) -> Iterator[Page]:
    desk.at(NOW)
    context = desk.browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.goto(f"{desk.address}/c/{customer_links.token(link)}/")
    yield page
    context.close()


def test_what_they_typed_in_one_form_outlives_sending_another_and_loading_the_page_anew(with_scripts: Page) -> None:
    page = with_scripts
    answer, more = page.get_by_label("It reaches us at once"), page.get_by_label("What it is about")
    missing, asked = page.get_by_label("What is missing, or not right"), page.get_by_label("Your answer")
    answer.fill("A long answer to what you wrote")
    more.fill("Our invoices show the old address")
    asked.fill("They are in our shared folder")
    page.get_by_text("Something is missing, or not right").first.click()
    missing.fill("The pallets")

    page.get_by_label("Mostly").check()
    page.get_by_role("button", name="Say so").click()
    expect(page.get_by_role("status")).to_contain_text("Thank you. We read what you say here.")
    page.reload()

    expect(answer).to_have_value("A long answer to what you wrote")
    expect(more).to_have_value("Our invoices show the old address")
    expect(asked).to_have_value("They are in our shared folder")
    expect(missing).to_be_visible()
    expect(missing).to_have_value("The pallets")

    page.get_by_role("button", name="Send it to").click()
    expect(page.get_by_role("status")).to_contain_text("Your words have reached us")
    expect(answer).to_have_value("")
    page.get_by_role("button", name="Answer this").click()
    expect(page.get_by_text("Waiting for you")).not_to_be_visible()
    expect(more).to_have_value("Our invoices show the old address")


def test_words_whose_box_is_gone_come_under_those_that_were_begun_in_the_answer(
    with_scripts: Page, link: CustomerLink
) -> None:
    page = with_scripts
    answer = page.get_by_label("It reaches us at once")
    answer.fill("Begun before")
    page.get_by_label("Your answer").fill("They are in our shared folder.")
    asked = Request.objects.get()
    requests.withdraw(asked, reason="We found them", by=COMMAND_LINE, now=NOW)

    page.get_by_role("button", name="Answer this").click()

    expect(page.get_by_role("alert")).to_contain_text("We do not need this any more.")
    expect(page.get_by_role("alert")).to_be_in_viewport()
    expect(answer).to_have_value("Begun before\n\nThey are in our shared folder.")
    page.reload()
    expect(answer).to_have_value("Begun before\n\nThey are in our shared folder.")
    page.goto(f"{page.url.partition('/c/')[0]}/c/{customer_links.token(link)}/")
    expect(answer).to_have_value("Begun before\n\nThey are in our shared folder.")

    page.get_by_role("button", name="Send it to").click()
    expect(page.get_by_role("status")).to_contain_text("Your words have reached us")
    expect(answer).to_have_value("")


def test_what_was_refused_is_shown_once_more_to_who_goes_back_to_it(with_scripts: Page) -> None:
    page = with_scripts
    page.get_by_label("What would make it better").fill("Ring earlier")
    page.get_by_role("button", name="Say so").click()
    expect(page.locator("#rate .field__error")).to_contain_text("Choose one.")
    page.get_by_label("Mostly").check()
    page.get_by_role("button", name="Say so").click()
    expect(page.get_by_role("status")).to_contain_text("Thank you")

    page.go_back()

    expect(page.locator("#rate .field__error")).to_contain_text("Choose one.")
    expect(page.get_by_label("What would make it better")).to_have_value("Ring earlier")


def test_where_the_link_opens_nothing_any_more_nothing_typed_stays_in_the_browser(
    with_scripts: Page, link: CustomerLink
) -> None:
    page = with_scripts
    page.get_by_label("It reaches us at once").fill("For you alone")
    page.get_by_role("link", name="Have it sent once more").click()
    expect(page.get_by_role("heading", name="Have your link sent once more")).to_be_visible()
    assert page.evaluate("sessionStorage.length") == 1

    links.revoke(link, by=COMMAND_LINE, now=NOW)
    page.goto(f"{page.url}{customer_links.token(link)}/")

    expect(page.get_by_role("heading", name="This link does not open a page")).to_be_visible()
    assert page.evaluate("sessionStorage.length + localStorage.length") == 0


def test_nothing_is_found_on_their_page_by_a_machine(desk: Desk, link: CustomerLink) -> None:
    desk.at(NOW)
    page = desk.enter()
    looker = Looker(page)
    address = f"{desk.address}/c/{customer_links.token(link)}/"

    page.goto(address)
    found = looker.look()
    page.get_by_role("button", name="Say so").click()
    found += looker.look()
    for each in page.locator("summary").all():
        each.click()
    found += looker.look()
    page.goto(f"{desk.address}/c/{link.pk}-{'a' * 26}/")
    found += looker.look()

    assert found == []


def test_on_a_phone_every_button_is_as_large_as_a_thumb_and_as_wide_as_the_next(desk: Desk, link: CustomerLink) -> None:
    desk.at(NOW)
    context = desk.browser.new_context(viewport={"width": 360, "height": 800}, java_script_enabled=True)
    page = context.new_page()
    page.goto(f"{desk.address}/c/{customer_links.token(link)}/")

    sizes = [box for button in page.locator("button:visible").all() if (box := button.bounding_box())]

    # What we need from them stands within its problem, and is narrower.
    widths = {round(box["width"]) for box in sizes}
    assert len(sizes) >= 5 and all(box["height"] >= 44 for box in sizes)
    assert len(widths) == 2 and min(widths) > 200
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    context.close()


def test_printed_it_has_no_forms_and_none_of_their_headings(without_scripts: Page) -> None:
    page = without_scripts
    expect(page.get_by_role("heading", name="Something else?")).to_be_visible()

    page.emulate_media(media="print")

    expect(page.get_by_role("heading", name="What we understood")).to_be_visible()
    for words in ("Something else?", "Answer us", "Something is wrong that has nothing to do with this"):
        expect(page.get_by_text(words).first).not_to_be_visible()


def test_printed_it_has_what_a_board_needs_and_of_what_was_said_the_newest_alone(
    without_scripts: Page, link: CustomerLink
) -> None:
    page = without_scripts
    for words in ("First", "Second", "Third", "Fourth", "Fifth", "Sixth"):
        page.get_by_label("It reaches us at once").fill(words)
        page.get_by_role("button", name="Send it to").click()
    expect(page.locator(".their-letter__said:visible")).to_have_count(5)
    expect(page.get_by_text("The newest of 6")).not_to_be_visible()

    page.emulate_media(media="print")

    expect(page.locator(".their-letter__said:visible")).to_have_count(1)
    expect(page.locator(".their-letter__said").first).to_contain_text("Sixth")
    expect(page.get_by_text("The newest of 6; all of them stand on the page.")).to_be_visible()
    expect(page.get_by_text("1 earlier")).not_to_be_visible()
