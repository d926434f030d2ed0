"""What a machine can see of a page's accessibility: axe-core's findings, and what axe does not look for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

COLOURS = ("color-contrast", "link-in-text-block")
# 2.5.8 is off in axe unless one asks for it.
SHAPES = {"rules": {"target-size": {"enabled": True}} | {rule: {"enabled": False} for rule in COLOURS}}
# On a narrow screen only where things stand is another.
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
# Words are as legible wherever the same colours, sizes and grounds come together: what has a look that was not judged
# yet is marked with the number of its look.
NEW_LOOKS = """([only, seen]) => {
  const judged = new Set(seen);
  const found = [];
  const grounds = new Map([[null, ""]]);
  const ground = (each) => {
    if (!grounds.has(each)) {
      const { backgroundColor, backgroundImage, opacity, position } = getComputedStyle(each);
      const own = [backgroundColor, backgroundImage, opacity, position].join(" ");
      const shows = own !== "rgba(0, 0, 0, 0) none 1 static";
      grounds.set(each, ground(each.parentElement) + (shows ? `/${own}` : ""));
    }
    return grounds.get(each);
  };
  const words = ({ color, fontSize, fontWeight, textDecorationLine, textShadow }) =>
    [color, fontSize, fontWeight, textDecorationLine, textShadow].join(" ");
  document.querySelectorAll("[data-new-look]").forEach((each) => each.removeAttribute("data-new-look"));
  const isText = (node) => node.nodeType === Node.TEXT_NODE && node.data.trim();
  for (const each of document.querySelector(only).querySelectorAll("*")) {
    const speaks = each.matches("input, select, textarea") || [...each.childNodes].some(isText);
    if (!speaks || !each.checkVisibility()) continue;
    const around = getComputedStyle(each.parentElement);
    const look = [each.localName === "a", words(getComputedStyle(each)), words(around), ground(each)].join("|");
    if (judged.has(look)) continue;
    if (!found.includes(look)) found.push(look);
    each.setAttribute("data-new-look", found.indexOf(look));
  }
  return found;
}"""
WIDER_THAN_THE_SCREEN = """() => {
  const { scrollWidth, clientWidth } = document.documentElement;
  if (scrollWidth <= clientWidth) return [];
  const isOut = (each) => each.getBoundingClientRect().right > clientWidth + 1 && each.checkVisibility();
  const out = [...document.body.querySelectorAll("*")].filter(isOut).map((each) => each.outerHTML.slice(0, 120));
  return [`${scrollWidth} pixels wide, such as ${out.slice(0, 5).join(" and ")}`];
}"""


@dataclass
class Looker:
    """Looks at one page after another, and at the colours of each look of words once, by day and by night."""

    page: Page
    seen: set[str] = field(default_factory=set)

    def look(self, only: str = "html") -> list[str]:
        """All that is wrong with the page as it stands, or a part of it: by day, by night, on the narrowest screen."""
        size = self.page.viewport_size
        assert size
        found = self.glance(only)
        self.page.emulate_media(color_scheme="dark")
        found += [f"by night, {finding}" for finding in self._colours(only)]
        # The frame around it is the same on every page.
        only = "main" if only == "html" else only
        self.page.set_viewport_size({"width": NARROWEST, "height": 640})
        wider = self.page.evaluate(WIDER_THAN_THE_SCREEN)
        found += [f"narrow, {finding}" for finding in [*wider, *self._axe(NARROW, only)]]
        self.page.set_viewport_size(size)
        return found

    def glance(self, only: str) -> list[str]:
        """By day alone: enough for what has been looked at elsewhere, and stands in another place now."""
        self.page.emulate_media(color_scheme="light", reduced_motion="reduce")
        return [*self.page.evaluate(STRUCTURE), *self._axe(SHAPES, only), *self._colours(only)]

    def _colours(self, only: str) -> Iterator[str]:
        new = self.page.evaluate(NEW_LOOKS, [only, list(self.seen)])
        if not new:
            return
        answer = self._ask({"runOnly": COLOURS, "resultTypes": ["violations", "passes"]}, "[data-new-look]")
        yield from _told(answer)
        # Of what it cannot judge, such as a single letter, axe says nothing: the look is judged where it can be.
        judged = [rule for rule in answer["passes"] + answer["violations"] if rule["id"] == COLOURS[0]]
        marks = (re.search(r'data-new-look="(\d+)"', node["html"]) for rule in judged for node in rule["nodes"])
        self.seen.update(new[int(mark[1])] for mark in marks if mark)

    def _axe(self, options: dict[str, Any], only: str) -> Iterator[str]:
        yield from _told(self._ask({"resultTypes": ["violations"]} | options, only))

    def _ask(self, options: dict[str, Any], only: str) -> dict[str, Any]:
        if not self.page.evaluate("'axe' in window"):
            self.page.evaluate(AXE_SCRIPT)
        answer: dict[str, Any] = self.page.evaluate("([only, options]) => axe.run(only, options)", [only, options])
        return answer


def _told(answer: dict[str, Any]) -> Iterator[str]:
    """What axe finds: the rule, where, and why."""
    for violation in answer["violations"]:
        for node in violation["nodes"]:
            yield f"{violation['id']}: {node['html'][:200]} ({node['failureSummary'].splitlines()[1].strip()})"
