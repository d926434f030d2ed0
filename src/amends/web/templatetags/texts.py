"""What people typed, as it may stand on a page: plain text with its links; and files in words."""

import re
from collections.abc import Iterable

from django import template
from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString

from amends.escalations import etiquette
from amends.escalations.file_kinds import PICTURES
from amends.escalations.models import Attachment
from amends.web.worth import Learnt

register = template.Library()
_LINK = re.compile(r"https?://[^\s<>\"“”«»|\\^`{}]+", re.IGNORECASE)
# What ends a sentence, or the brackets around a link, is none of it.
_AFTER = ".,;:!?'’*_)]"


@register.filter
def linked(text: str) -> SafeString:
    """{{ note.text|linked }}: escaped, with its web addresses as links that tell nobody where one came from."""
    parts, end = [], 0
    for found in _LINK.finditer(text):
        address = _without_end(found.group())
        parts.append((escape(text[end : found.start()]), _link(address)))
        end = found.start() + len(address)
    return format_html("{}{}", format_html_join("", "{}{}", parts), text[end:])


def _link(address: str) -> SafeString:
    return format_html('<a href="{0}" rel="noreferrer noopener nofollow">{0}</a>', address)


def _without_end(address: str) -> str:
    while address[-1] in _AFTER and not (address[-1] == ")" and address.count("(") >= address.count(")")):
        address = address[:-1]
    return address


@register.filter
def weighed(says: str, learnt: Iterable[Learnt]) -> str:
    """{{ etiquette|weighed:before_contact }}: by which way one answers, unless an insight may say otherwise."""
    return etiquette.weighed(says, (insight.text for group in learnt for insight in group.insights))


@register.filter
def is_picture(file: Attachment) -> bool:
    """{% if file|is_picture %}: something that an <img> shows."""
    return file.kind in PICTURES


@register.filter(name="bytes")
def in_bytes(size: int) -> str:
    """{{ file.size|bytes }} "3.2 MB"."""
    if size < 1000:
        return f"{size} bytes"
    return f"{size / 1000:.0f} kB" if size < 1_000_000 else f"{size / 1_000_000:.1f} MB"
