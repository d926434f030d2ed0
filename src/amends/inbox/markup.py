"""A mail's HTML: made harmless, and made a text that folds as one that was typed.

What loads, runs or styles is taken out, pictures too: those that came along are among the attachments.
"""

from __future__ import annotations

import re
from html import escape
from html.parser import HTMLParser

import nh3

_TAGS = {"a", "b", "blockquote", "br", "code", "dd", "div", "dl", "dt", "em", "h1", "h2", "h3", "h4", "h5", "h6", "hr"}
_TAGS |= {"i", "li", "ol", "p", "pre", "s", "span", "strong", "sub", "sup", "table", "tbody", "td", "tfoot", "th"}
_TAGS |= {"thead", "tr", "u", "ul"}
_ATTRIBUTES = {"a": {"href"}, "td": {"colspan", "rowspan"}, "th": {"colspan", "rowspan"}}
_SCHEMES = {"http", "https", "mailto", "tel"}
_GONE = {"script", "style", "title", "noscript", "template", "iframe", "object", "svg", "math", "select", "textarea"}
_BLOCKS = {"p", "div", "dl", "dt", "dd", "h1", "h2", "h3", "h4", "h5", "h6", "li", "ol", "pre", "table", "tr", "ul"}
_APART = {"p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "table", "pre", "blockquote"}
# These end by themselves, or are none that the next one stands in.
_ENDLESS = {"p", "li", "td", "th", "tr", "dt", "dd", "option", "tbody", "thead", "tfoot", "br", "img", "hr", "input"}
_ENDLESS |= {"meta", "link", "col", "area", "base", "source", "wbr", "html", "head", "body"}
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9:]{0,30})")
# The sanitiser's time grows with the square of this. No mail program comes near it.
DEEPEST = 400
# What was quoted more often is marked no deeper.
_MOST_MARKS = 9


def is_too_deep(html: str) -> bool:
    """Whether elements stand in each other beyond all measure."""
    depth = 0
    for tag in _TAG.finditer(html):
        if tag[2].lower() not in _ENDLESS:
            depth = max(0, depth - 1) if tag[1] else depth + 1
        if depth > DEEPEST:
            return True
    return False


def clean(html: str) -> str:
    """Only what is read: words, lists, tables, and links that one follows by oneself."""
    return nh3.clean(
        html,
        tags=_TAGS,
        clean_content_tags=_GONE,
        attributes=_ATTRIBUTES,
        url_schemes=_SCHEMES,
        link_rel="noopener noreferrer nofollow",
    )


def from_text(text: str) -> str:
    return f"<pre>{escape(text)}</pre>" if text.strip() else ""


def to_text(cleaned: str) -> str:
    """The text of what `clean` gave, quotes behind “>”, as mail programs write it."""
    reader = _Reader()
    reader.feed(cleaned)
    reader.close()
    return reader.text()


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._lines: list[str] = []
        self._line: list[str] = []
        self._quotes = self._literally = 0
        self._link = ""
        self._said: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _BLOCKS or tag == "blockquote":
            self._end(apart=tag in _APART)
        if tag == "blockquote":
            self._quotes += 1
        elif tag == "pre":
            self._literally += 1
        elif tag == "li":
            self._line.append("- ")
        elif tag == "br":
            self._break()
        elif tag == "hr":
            self._end()
            self._line.append("-" * 20)
            self._end()
        elif tag == "a":
            self._link, self._said = dict(attrs).get("href") or "", []

    def handle_endtag(self, tag: str) -> None:
        if tag in _BLOCKS or tag == "blockquote":
            self._end(apart=tag in _APART)
        if tag == "blockquote":
            self._quotes = max(0, self._quotes - 1)
        elif tag == "pre":
            self._literally = max(0, self._literally - 1)
        elif tag in ("td", "th"):
            self._line.append(" ")
        elif tag == "a":
            self._say_where()

    def handle_data(self, data: str) -> None:
        self._said.append(data)
        if not self._literally:
            self._line.append(re.sub(r"[ \t\r\n\f\xa0]+", " ", data))
            return
        first, *others = data.splitlines() or [""]
        self._line.append(first)
        for line in others:
            self._break()
            self._line.append(line)

    def text(self) -> str:
        self._end()
        while self._lines and not self._lines[-1].strip("> "):
            self._lines.pop()
        return re.sub(r"\n{3,}", "\n\n", "\n".join(self._lines)).strip("\n")

    def _say_where(self) -> None:
        """A link's address stands behind its words, unless they are it."""
        said = "".join(self._said).strip()
        address = self._link.removeprefix("mailto:").removeprefix("tel:")
        if self._link and address not in said and said.rstrip("/") not in address:
            self._line.append(f" <{self._link}>")
        self._link = ""

    def _break(self) -> None:
        line = "".join(self._line)
        line = line.rstrip() if self._literally else re.sub(" +", " ", line).strip()
        self._lines.append(self._marks() + line)
        self._line = []

    def _end(self, *, apart: bool = False) -> None:
        if "".join(self._line).strip():
            self._break()
        if apart and self._lines and self._lines[-1].strip("> "):
            self._lines.append(self._marks().strip())

    def _marks(self) -> str:
        return "> " * min(self._quotes, _MOST_MARKS)
