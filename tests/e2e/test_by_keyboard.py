"""By keyboard alone: one sees where one is, gets everywhere and out again, and comes back to where one was."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace

import pytest
from playwright.sync_api import Page, expect

from amends.directory.actor import Role
from tests.e2e.conftest import Desk
from tests.web.test_permissions import one_of_everything

NOW = dt.datetime(2026, 11, 19, 13, 10, tzinfo=dt.UTC)
MOST_STOPS = 300
AT_ONCE = 15
# Before the focus goes on from a stop, it notes what is wrong there, until one has been all round: so the page is asked
# once in many stops.
NOTES_STOPS = """() => {
  const stops = new Set();
  const wrong = [];
  window.walked = { stops: 0, wrong, isRound: false };
  const note = (at) => {
    if (at === document.body || walked.isRound) return;
    walked.isRound = stops.has(at);
    stops.add(at);
    walked.stops = stops.size;
    if (!walked.isRound) wrong.push(...faults(at));
  };
  addEventListener("keydown", () => note(document.activeElement), { capture: true });
  const faults = (at) => {
    const name = at.outerHTML.slice(0, 120);
    const found = [];
    const rings = [at, at.closest("label")].filter(Boolean).map((each) => getComputedStyle(each));
    const isRing = ({ outlineStyle, outlineWidth }) => outlineStyle !== "none" && parseFloat(outlineWidth) >= 2;
    if (!rings.some(isRing)) found.push(`no ring: ${name}`);
    const { left, top, width, height } = at.getBoundingClientRect();
    const parts = [0.1, 0.5, 0.9];
    const spots = parts.flatMap((x) => parts.map((y) => [left + width * x, top + height * y]));
    const isSeen = ([x, y]) => {
      const there = document.elementFromPoint(x, y);
      return there && (at.contains(there) || there.contains(at));
    };
    if (!spots.some(isSeen)) found.push(`hidden: ${name} at ${Math.round(left)}, ${Math.round(top)}`);
    return found;
  };
}"""


@pytest.fixture
def told(desk: Desk) -> SimpleNamespace:
    desk.at(NOW)
    return one_of_everything()


def walk(page: Page) -> tuple[int, list[str]]:
    """From stop to stop with Tab until one is where one began; how many there were, and what was wrong."""
    page.evaluate(NOTES_STOPS)
    for _ in range(0, MOST_STOPS, AT_ONCE):
        for _ in range(AT_ONCE):
            page.keyboard.press("Tab")
        walked = page.evaluate("window.walked")
        if walked["isRound"]:
            return walked["stops"], walked["wrong"]
    pytest.fail(f"After {MOST_STOPS} stops one is still not round.")


@pytest.mark.parametrize("width", [1280, 360])
def test_every_stop_is_in_sight_and_has_a_ring_and_none_is_a_trap(
    desk: Desk, told: SimpleNamespace, width: int
) -> None:
    page = desk.log_in(told.people[Role.ADMINISTRATOR], width=width)
    page.emulate_media(reduced_motion="reduce")
    wrong: dict[str, list[str]] = {}

    case = f"/escalations/{told.key}/"
    for path in (
        "/",
        "/escalations/",
        case,
        f"{case}handler/",
        "/escalations/new/",
        "/accounts/",
        "/you/",
        "/playbook/",
    ):
        page.goto(desk.address + path)
        stops, wrong[path] = walk(page)
        assert stops > 8, path

    assert {path: found for path, found in wrong.items() if found} == {}


def test_a_drawer_takes_the_focus_and_gives_it_back(desk: Desk, told: SimpleNamespace) -> None:
    page = desk.log_in(told.people[Role.ADMINISTRATOR])
    page.goto(f"{desk.address}/escalations/{told.key}/")
    for opener, drawer in [
        (page.locator("[popovertarget=people]").first, "people"),
        (page.locator("[popovertarget=closing]").first, "closing"),
        (page.get_by_role("link", name="Trend…"), "ask"),
        (page.get_by_role("link", name="Log call").first, "ask"),
    ]:
        opener.focus()
        page.keyboard.press("Enter")
        expect(page.locator(f"#{drawer}:popover-open:focus-within")).to_be_visible()
        page.keyboard.press("Escape")

        expect(page.locator(f"#{drawer}")).to_be_hidden()
        expect(opener).to_be_focused()


def test_the_palette_takes_the_focus_and_gives_it_back(desk: Desk, told: SimpleNamespace) -> None:
    page = desk.log_in(told.people[Role.ADMINISTRATOR])
    brand = page.get_by_role("link", name="Amends")
    brand.focus()

    page.keyboard.press("Control+k")
    expect(page.get_by_role("combobox", name="Search or do")).to_be_focused()
    page.keyboard.press("Escape")

    expect(brand).to_be_focused()


def test_what_is_said_meanwhile_waits_its_turn(desk: Desk, told: SimpleNamespace) -> None:
    page = desk.log_in(told.people[Role.ADMINISTRATOR])
    page.goto(f"{desk.address}/escalations/{told.key}/")

    assert page.locator("[data-live-news]").get_attribute("role") == "status"
    assert page.locator("main [role=alert]").count() == 0
