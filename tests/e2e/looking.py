"""What a machine can see of a page's accessibility: axe-core's findings, and what axe does not look for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

# 2.5.8 is off in axe unless one asks for it.
ALL = {"rules": {"target-size": {"enabled": True}}}
# By night only the colours are others; on a narrow screen, only where things stand.
BY_NIGHT = {"runOnly": ["color-contrast", "link-in-text-block"]}
NARROW = {"runOnly": ["target-size", "scrollable-region-focusable"]}
# As wide as 1280 is at 400 % (1.4.10).
NARROWEST = 320

STRUCTURE = """() => {
  const ids = [...document.querySelectorAll("[id]")].map((each) => each.id);
  const twice = new Set(ids.filter((id, place) => ids.indexOf(id) !== place));
  const named = ["for", "aria-describedby", "aria-labelledby", "popovertarget"];
  const pointing = (name) => [...document.querySelectorAll(`[${name}]`)].map((each) => each.getAttribute(name));
  const meant = named.flatMap(pointing).flatMap((value) => value.split(" "));
  const nowhere = meant.filter((id) => !document.getElementById(id));
  const heads = document.querySelectorAll("h1").length;
  return [
    ...[...twice].map((id) => `the id ${id} stands there twice`),
    ...nowhere.map((id) => `nothing has the id ${id}`),
    ...(heads === 1 ? [] : [`${heads} h1`]),
  ];
}"""
WIDER_THAN_THE_SCREEN = """() => {
  const { scrollWidth, clientWidth } = document.documentElement;
  if (scrollWidth <= clientWidth) return [];
  const isOut = (each) => each.getBoundingClientRect().right > clientWidth + 1 && each.checkVisibility();
  const out = [...document.body.querySelectorAll("*")].filter(isOut).map((each) => each.outerHTML.slice(0, 120));
  return [`${scrollWidth} pixels wide, such as ${out.slice(0, 5).join(" and ")}`];
}"""


def look(page: Page, *, only: str = "html") -> list[str]:
    """All that is wrong with a page as it stands, or with a part of it: by day, by night, on the narrowest screen."""
    size = page.viewport_size
    assert size
    found = glance(page, only)
    # The frame around it is the same on every page.
    only = "main" if only == "html" else only
    page.emulate_media(color_scheme="dark")
    found += [f"by night, {finding}" for finding in axe(page, BY_NIGHT, only)]
    page.set_viewport_size({"width": NARROWEST, "height": 640})
    found += [f"narrow, {finding}" for finding in [*page.evaluate(WIDER_THAN_THE_SCREEN), *axe(page, NARROW, only)]]
    page.set_viewport_size(size)
    return found


def glance(page: Page, only: str) -> list[str]:
    """By day alone: enough for what has been looked at elsewhere, and stands in another place now."""
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
    return [*page.evaluate(STRUCTURE), *axe(page, ALL, only)]


def axe(page: Page, options: dict[str, Any], only: str) -> Iterator[str]:
    """What axe finds: the rule, where, and why."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    asked = [only, {"resultTypes": ["violations"]} | options]
    answer = page.evaluate("([only, options]) => axe.run(only, options)", asked)
    for violation in answer["violations"]:
        for node in violation["nodes"]:
            yield f"{violation['id']}: {node['html'][:200]} ({node['failureSummary'].splitlines()[1].strip()})"
