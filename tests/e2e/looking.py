"""What a machine can see of a page's accessibility: axe-core's findings, and what axe does not look for."""

from __future__ import annotations

import json
from dataclasses import dataclass, field

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

COLOURS = ["color-contrast", "link-in-text-block"]
# 2.5.8 is off in axe unless one asks for it.
SHAPES = {"rules": {"target-size": {"enabled": True}} | {rule: {"enabled": False} for rule in COLOURS}}
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
# Words are as legible wherever the same colours, sizes and grounds come together: those are the look of an element.
NEW_LOOKS = """(only, seen) => {
  const judged = new Set(seen);
  const found = new Map();
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
  const isText = (node) => node.nodeType === Node.TEXT_NODE && node.data.trim();
  for (const each of document.querySelector(only).querySelectorAll("*")) {
    const speaks = each.matches("input, select, textarea") || [...each.childNodes].some(isText);
    if (!speaks || !each.checkVisibility()) continue;
    const around = getComputedStyle(each.parentElement);
    const look = [each.localName === "a", words(getComputedStyle(each)), words(around), ground(each)].join("|");
    if (!judged.has(look)) found.set(look, [...(found.get(look) ?? []), each]);
  }
  return found;
}"""
# What there is to be seen, by tag, class and attributes: what is seen on a wide screen alone is looked at there too.
IN_SIGHT = """() => {
  const all = [...document.querySelectorAll("*")].filter((each) => each.checkVisibility());
  const named = (each) => each.getAttributeNames().filter((name) => !name.startsWith("data-")).sort();
  return [...new Set(all.map((each) => [each.localName, each.getAttribute("class"), ...named(each)].join(" ")))];
}"""
WIDER_THAN_THE_SCREEN = """() => {
  const { scrollWidth, clientWidth } = document.documentElement;
  if (scrollWidth <= clientWidth) return [];
  const isOut = (each) => each.getBoundingClientRect().right > clientWidth + 1 && each.checkVisibility();
  const out = [...document.body.querySelectorAll("*")].filter(isOut).map((each) => each.outerHTML.slice(0, 120));
  return [`${scrollWidth} pixels wide, such as ${out.slice(0, 5).join(" and ")}`];
}"""
# What axe finds: the rule, where, and why. No page has sound or film, whose lengths axe would fetch first.
TOLD = """async (only, options) => {
  const found = await axe.run(only, { preload: false, selectors: false, resultTypes: ["violations"], ...options });
  const told = ({ id, nodes }) => nodes.map(({ html, failureSummary }) =>
    `${id}: ${html.slice(0, 200)} (${failureSummary.split("\\n")[1].trim()})`);
  return [found, found.violations.flatMap(told)];
}"""
# Of what it cannot judge, such as a single letter, axe says nothing: then the others that look so are asked about. A
# look that none of them shows well enough is judged where one can.
COLOURS_OF = f"""async (looks) => {{
  const wrong = [], judged = [];
  for (const [from, to] of [[0, 2], [2, Infinity]]) {{
    const asked = [...looks].flatMap(([look, all]) => all.slice(from, to).map((each) => [each, look]));
    if (!asked.length) continue;
    const lookOf = new Map(asked);
    const options = {{ runOnly: {COLOURS}, resultTypes: ["violations", "passes"], elementRef: true }};
    const [found, told] = await ({TOLD})([...lookOf.keys()], options);
    wrong.push(...told);
    for (const {{ id, nodes }} of [...found.passes, ...found.violations]) {{
      if (id !== "{COLOURS[0]}") continue;
      for (const look of nodes.map(({{ element }}) => lookOf.get(element)).filter(Boolean)) {{
        judged.push(look);
        looks.delete(look);
      }}
    }}
  }}
  return [wrong, judged];
}}"""
# Each look is one question to the page, however much it asks: on a busy machine the ways there and back are what lasts.
ON_A_NARROW_SCREEN = f"""async ([only]) => {{
  const [, wrong] = await ({TOLD})(only, {json.dumps(SHAPES)});
  return [[...({WIDER_THAN_THE_SCREEN})(), ...wrong], ({IN_SIGHT})()];
}}"""
BY_DAY = f"""async ([only, seen, shapes]) => {{
  const [wrong, judged] = await ({COLOURS_OF})(({NEW_LOOKS})(only, seen));
  const inSight = ({IN_SIGHT})();
  const isNew = inSight.some((each) => !shapes.includes(each));
  const [, further] = isNew ? await ({TOLD})(only, {json.dumps(SHAPES)}) : [null, []];
  return [[...({STRUCTURE})(), ...further, ...wrong], judged, inSight];
}}"""
BY_NIGHT = f"([only, seen]) => ({COLOURS_OF})(({NEW_LOOKS})(only, seen))"


@dataclass
class Looker:
    """Looks at one page after another: at all of it on the narrowest screen, and on a wide one at what is new there.

    At the colours of each look of words once, by day and by night. It is there before the page that it looks at is
    opened.
    """

    page: Page
    seen: set[str] = field(default_factory=set)
    # What was in sight on a wide screen that was looked at
    wide: set[str] = field(default_factory=set)
    is_day: bool = False

    def __post_init__(self) -> None:
        self.page.add_init_script(AXE_SCRIPT)

    def look(self, only: str = "html") -> list[str]:
        """All that is wrong with the page as it stands, or a part of it: on the narrowest screen, by day, by night."""
        size = self.page.viewport_size
        assert size
        self.page.set_viewport_size({"width": NARROWEST, "height": 640})
        found, in_sight = self.page.evaluate(ON_A_NARROW_SCREEN, [only])
        told = [f"narrow, {finding}" for finding in found]
        self.page.set_viewport_size(size)
        told += self._by_day(only, self.wide | set(in_sight))
        self._is(day=False)
        found, judged = self.page.evaluate(BY_NIGHT, [only, sorted(self.seen)])
        self.seen.update(judged)
        return told + [f"by night, {finding}" for finding in found]

    def glance(self, only: str) -> list[str]:
        """By day alone, at what is new: enough for what has been looked at, and stands in another place now."""
        return self._by_day(only, self.wide)

    def _by_day(self, only: str, shapes: set[str]) -> list[str]:
        self._is(day=True)
        found, judged, in_sight = self.page.evaluate(BY_DAY, [only, sorted(self.seen), sorted(shapes)])
        self.seen.update(judged)
        self.wide.update(in_sight)
        return list(found)

    def _is(self, *, day: bool) -> None:
        if day is not self.is_day:
            self.page.emulate_media(color_scheme="light" if day else "dark", reduced_motion="reduce")
            self.is_day = day
