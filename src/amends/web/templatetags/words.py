"""Times and money in words, for templates. The words themselves are made in `amends.lib`.

Time tags read `request.now` and `request.zone` (the reader's IANA zone); a template that is rendered without
a request gives `now` and `reader_zone` in its context. Each writes a <time> element, for machines too.
"""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence

from django import template
from django.template import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString

from amends.lib import when
from amends.lib.hours import written
from amends.lib.money import Money

register = template.Library()


def now_of(context: Context) -> dt.datetime:
    """The moment for which the page is drawn."""
    moment: dt.datetime = context["request"].now if "request" in context else context["now"]
    return moment


def zone_of(context: Context) -> str:
    """The reader's zone; UTC where nobody is logged in."""
    zone: str = context["reader_zone"] if "reader_zone" in context else getattr(context.get("request"), "zone", "UTC")
    return zone


def _time(context: Context, moment: dt.datetime, says: str) -> SafeString:
    in_full = when.day_and_time(moment, zone_of(context), now_of(context))
    return format_html('<time datetime="{}" title="{}">{}</time>', when.iso(moment), in_full, says)


def _renewed(context: Context, moment: dt.datetime, says: str, kind: str) -> SafeString:
    in_full = when.day_and_time(moment, zone_of(context), now_of(context))
    html = '<time datetime="{}" title="{}" data-relative="{}">{}</time>'
    return format_html(html, when.iso(moment), in_full, kind, says)


def due(context: Context, moment: dt.datetime, until: dt.datetime | None) -> tuple[str, SafeString]:
    """How far it is, and what the browser must know to renew it. What lasts `until` then is overdue only after it."""
    now, kind = now_of(context), format_html('datetime="{}" data-relative="due"', when.iso(moment))
    if not until:
        return when.in_words(moment, now), kind
    lasts = when.while_it_lasts(until, zone_of(context))
    says = when.in_words(moment, now) if now < moment else lasts if now < until else when.in_words(until, now)
    return says, format_html('{} data-until="{}" data-lasts="{}"', kind, when.iso(until), lasts)


def _here(
    says: Callable[[dt.datetime, str, dt.datetime], str],
) -> Callable[[Context, dt.datetime], SafeString]:
    def tag(context: Context, moment: dt.datetime) -> SafeString:
        return _time(context, moment, says(moment, zone_of(context), now_of(context)))

    return tag


# {% local moment %} "Fri 10:00", {% day moment %} "Fri 20 Nov", {% day_and_time moment %} "Fri 20 Nov, 17:00"
register.simple_tag(_here(when.local), takes_context=True, name="local")
register.simple_tag(_here(when.day), takes_context=True, name="day")
register.simple_tag(_here(when.day_and_time), takes_context=True, name="day_and_time")


@register.simple_tag(takes_context=True)
def clock_time(context: Context, moment: dt.datetime) -> SafeString:
    """{% clock_time moment %} "16:00", for the reader."""
    return _time(context, moment, when.clock_time(moment, zone_of(context)))


@register.simple_tag(takes_context=True)
def their_time(context: Context, moment: dt.datetime, zone: str) -> SafeString:
    """{% their_time moment zone %} "Thu 16:00 in Lisbon", in a sentence about them."""
    return _time(context, moment, when.their_time(moment, zone, now_of(context)))


@register.simple_tag(takes_context=True)
def their_clock(context: Context, moment: dt.datetime, zone: str) -> SafeString:
    """{% their_clock moment zone %} "16:00 in Lisbon", beside a time of ours."""
    return _time(context, moment, when.their_clock(moment, zone, zone_of(context)))


@register.simple_tag(takes_context=True)
def in_words(context: Context, moment: dt.datetime, until: dt.datetime | None = None) -> SafeString:
    """{% in_words moment %} "in 2 h 10 min" or "50 min overdue"; with until=…, "now, until 16:30" before that; the
    browser renews it."""
    says, renewed = due(context, moment, until)
    in_full = when.day_and_time(moment, zone_of(context), now_of(context))
    return format_html('<time {} title="{}">{}</time>', renewed, in_full, says)


@register.simple_tag(takes_context=True)
def ago(context: Context, moment: dt.datetime) -> SafeString:
    """{% ago moment %} "12 min ago"; the browser renews it."""
    return _renewed(context, moment, when.ago(moment, now_of(context)), "ago")


@register.simple_tag(takes_context=True)
def page_day(context: Context) -> str:
    """{% page_day %} "Thursday, 19 November": today as the title of a page."""
    return when.heading(now_of(context), zone_of(context))


@register.simple_tag(takes_context=True)
def day_heading(context: Context, moment: dt.datetime) -> str:
    """{% day_heading moment %} "Today, Thursday 19 November", over the entries of a day."""
    return when.day_heading(moment, zone_of(context), now_of(context))


@register.simple_tag(takes_context=True)
def days_away(context: Context, on: dt.date) -> str:
    """{% days_away date %} "in 73 days", counted in the reader's days."""
    return when.days_away(on, when.calendar_day(now_of(context), zone_of(context)))


@register.simple_tag(takes_context=True)
def tenure(context: Context, since: dt.date) -> str:
    """{% tenure date %} "6 years": how long they have been with us."""
    return when.tenure(since, when.calendar_day(now_of(context), zone_of(context)))


@register.filter
def written_date(on: dt.date) -> str:
    """{{ date|written_date }} "31 Jan 2027"."""
    return when.date(on)


@register.filter
def iso(moment: dt.datetime) -> str:
    """{{ moment|iso }} "2026-11-19T16:00:00Z"."""
    return when.iso(moment)


@register.filter
def place(zone: str) -> str:
    """{{ zone|place }} "Lisbon"."""
    return when.place(zone)


@register.filter
def week(hours: Mapping[str, Sequence[str]]) -> str:
    """{{ contact.available|week }} "mon-fri 09:00-12:00"."""
    return written(hours)


@register.filter
def duration(span: dt.timedelta) -> str:
    """{{ span|duration }} "1 day 4 h"."""
    return when.duration(span)


@register.filter
def figure(number: int) -> str:
    """{{ rows|figure }} "100,000"."""
    return f"{number:,}"


@register.filter
def money(amount: Money | None) -> str:
    """{{ account.worth|money }} "€ 412,000"; nothing where there is none."""
    return "" if amount is None else str(amount)


@register.filter
def short_money(amount: Money | None) -> str:
    """{{ account.worth|short_money }} "€ 412 k", for tables."""
    return "" if amount is None else f"{amount:short}"
