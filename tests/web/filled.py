"""A form of a page as a browser sends it when nobody touches it."""

from __future__ import annotations

from html.parser import HTMLParser

Fields = dict[str, list[str]]


def filled(page: str, action: str = "") -> Fields:
    """What stands in the form that leads to `action` (or, without one, in the one that leads to its own page)."""
    reader = _Reader(action)
    reader.feed(page)
    assert reader.fields, f"no form leads to {action or 'its own page'}"
    return reader.fields


class _Reader(HTMLParser):
    def __init__(self, action: str) -> None:
        super().__init__()
        self.action, self.fields, self.is_inside = action, Fields(), False
        self.area: str | None = None
        self.select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.is_inside = found.get("action", "") == self.action and found.get("method") == "post"
        if not self.is_inside:
            return
        name, kind = found.get("name", ""), found.get("type", "text")
        if tag == "input" and (kind not in ("checkbox", "radio") or "checked" in found):
            self._add(name, found.get("value", "on" if kind == "checkbox" else ""))
        elif tag == "textarea":
            self.area = name
            self._add(name, "")
        elif tag == "select":
            self.select = name
        elif tag == "option" and ("selected" in found or self.select not in self.fields):
            # The first one, until another is chosen.
            self.fields[self.select] = [found.get("value", "")]

    def handle_data(self, data: str) -> None:
        if self.area:
            self.fields[self.area][-1] += data.removeprefix("\n").replace("\n", "\r\n")

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self.area = None
        elif tag == "form":
            self.is_inside = False

    def _add(self, name: str, value: str) -> None:
        if name not in ("csrfmiddlewaretoken", ""):
            self.fields.setdefault(name, []).append(value)
