"""The plan put into another order: drawn with the mouse, with a finger, and with keys alone."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from amends.escalations.actions import plans, problems
from amends.escalations.models import Escalation
from tests import make
from tests.e2e.conftest import Desk

WORDS = ("Orders arrive twice", "Stock is wrong", "Labels mislead", "Nobody called back")


@pytest.fixture
def escalation(desk: Desk) -> Escalation:
    desk.at(make.THURSDAY)
    return make.escalation(problems=WORDS)


@pytest.fixture
def page(desk: Desk, escalation: Escalation) -> Page:
    """The case, before its handler."""
    page = desk.log_in(escalation.handler)
    page.goto(f"{desk.address}/escalations/{escalation.key}/")
    return page


def shown(page: Page) -> list[str]:
    return page.locator("#plan .problem__words q").all_inner_texts()


def kept(escalation: Escalation) -> list[str]:
    return list(escalation.problems.values_list("words", flat=True))


def order(*places: int) -> list[str]:
    return [WORDS[place - 1] for place in places]


def draw(page: Page, place: int, over: int) -> None:
    """Take the line at `place` by its handle, and hold it over another."""
    handles, lines = page.locator("[data-handle]"), page.locator("#plan [data-line]")
    begin, end = handles.nth(place - 1).bounding_box(), lines.nth(over - 1).bounding_box()
    assert begin and end
    page.mouse.move(begin["x"] + 8, begin["y"] + 8)
    page.mouse.down()
    page.mouse.move(begin["x"] + 8, end["y"] + end["height"] / 2, steps=15)


def said(page: Page) -> str:
    return page.locator("p.only-spoken[aria-live]").inner_text()


def test_a_line_is_drawn_to_its_place_with_the_mouse(page: Page, escalation: Escalation) -> None:
    page.locator("#id_text").fill("Not yet sent")
    draw(page, 4, over=1)
    page.mouse.up()
    expect(page.locator("p.only-spoken[aria-live]")).to_have_text("The new order is saved.")

    assert shown(page) == kept(escalation) == order(4, 1, 2, 3)
    assert page.locator("#id_text").input_value() == "Not yet sent"

    draw(page, 1, over=3)
    page.keyboard.press("Escape")
    page.mouse.up()
    assert shown(page) == kept(escalation) == order(4, 1, 2, 3)


def test_a_line_is_lifted_moved_and_put_down_with_keys_and_says_so(page: Page, escalation: Escalation) -> None:
    page.locator("[data-handle]").nth(0).focus()
    for key in (" ", "ArrowDown", "ArrowDown", "ArrowUp"):
        page.keyboard.press(key)
    moving = said(page)
    page.keyboard.press("Enter")
    expect(page.locator("p.only-spoken[aria-live]")).to_have_text("The new order is saved.")

    assert moving == "2 of 4."
    assert shown(page) == kept(escalation) == order(2, 1, 3, 4)
    # The handle of the same line has the focus still, so that one may go on.
    assert page.evaluate("document.activeElement.closest('li').querySelector('q').textContent") == WORDS[0]

    page.keyboard.press(" ")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Escape")
    assert said(page) == f"“{WORDS[0]}” is back where it was, 2 of 4."
    assert shown(page) == kept(escalation) == order(2, 1, 3, 4)


def test_alt_and_an_arrow_move_a_line_at_once(page: Page, escalation: Escalation) -> None:
    page.locator("[data-handle]").nth(3).focus()
    page.keyboard.down("Alt")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    page.keyboard.up("Alt")
    expect(page.locator("p.only-spoken[aria-live]")).to_have_text("The new order is saved.")

    assert shown(page) == kept(escalation) == order(1, 4, 2, 3)


def test_what_somebody_changed_meanwhile_stays_and_is_said(page: Page, escalation: Escalation) -> None:
    nadia = escalation.handler.as_actor()
    problems.name(escalation, words="A fifth one", by=nadia, now=make.THURSDAY)
    plans.reorder(escalation, order=_ids(escalation)[::-1], by=nadia, now=make.THURSDAY)

    draw(page, 1, over=2)
    page.mouse.up()
    expect(page.locator("#plan [role=alert]")).to_contain_text("Somebody changed the plan meanwhile.")

    assert shown(page) == kept(escalation) == ["A fifth one", *order(4, 3, 2, 1)]


def test_without_scripts_there_are_numbers(desk: Desk, escalation: Escalation) -> None:
    context = desk.browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{desk.address}/login/")
    page.fill("input[name=login]", escalation.handler.email)
    page.fill("input[name=password]", make.PASSWORD)
    page.click("[data-main]")
    page.goto(f"{desk.address}/escalations/{escalation.key}/")
    expect(page.locator("[data-handle]").first).to_be_hidden()
    page.get_by_role("link", name="Change the order…").click()
    page.get_by_label(WORDS[3]).fill("1")
    page.get_by_role("button", name="Save this order").click()

    assert shown(page) == kept(escalation) == order(4, 1, 2, 3)


def test_a_finger_draws_a_line_too(desk: Desk, escalation: Escalation) -> None:
    context = desk.browser.new_context(viewport={"width": 360, "height": 780}, has_touch=True, is_mobile=True)
    page = context.new_page()
    page.goto(f"{desk.address}/login/")
    page.fill("input[name=login]", escalation.handler.email)
    page.fill("input[name=password]", make.PASSWORD)
    page.click("[data-main]")
    page.goto(f"{desk.address}/escalations/{escalation.key}/")
    page.locator("#plan").scroll_into_view_if_needed()
    begin = page.locator("[data-handle]").nth(0).bounding_box()
    end = page.locator("#plan [data-line]").nth(1).bounding_box()
    assert begin and end

    finger, x, y = context.new_cdp_session(page), begin["x"] + 16, begin["y"] + 16
    down = end["y"] + end["height"] / 2 + 10 - y
    finger.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [{"x": x, "y": y}]})
    for part in range(1, 13):
        point = {"x": x, "y": y + down * part / 12}
        finger.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [point]})
    finger.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    expect(page.locator("p.only-spoken[aria-live]")).to_have_text("The new order is saved.")

    assert shown(page) == kept(escalation) == order(2, 1, 3, 4)


def _ids(escalation: Escalation) -> list[int]:
    return list(escalation.problems.values_list("pk", flat=True))
