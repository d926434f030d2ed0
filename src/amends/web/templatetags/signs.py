"""Signs that say how something stands: icons, states, gauges, faces, fields."""

import datetime as dt
import json
import secrets
from collections.abc import Callable, Iterable
from functools import lru_cache, wraps
from typing import Any

from django import template
from django.forms import BoundField, CheckboxInput, RadioSelect, Select
from django.template import Context
from django.template.loader import render_to_string
from django.urls import get_script_prefix
from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from amends.web import assets
from amends.web.templatetags.words import due, now_of

register = template.Library()

# As many drawings of one sign are kept: of names, states and numbers that come again on every page.
_KEPT = 1000
# The icon that belongs to a tone, so that no state is told by colour alone.
_ICONS = {"good": "good", "risk": "risk", "bad": "bad", "held": "held", "kept": "tick", "overdue": "clock"}
_HEALTH = {"on track": "good", "at risk": "risk", "off track": "bad"}
_TRENDS = {"improving": ("good", "better"), "same": ("", "same"), "declining": ("risk", "worse")}
# htmx under our content policy: no styles of its own, no eval; a 422 shows the form's mistakes.
_HTMX = {
    "includeIndicatorStyles": False,
    "allowEval": False,
    "selfRequestsOnly": True,
    "historyCacheSize": 0,
    "responseHandling": [
        {"code": "204", "swap": False},
        {"code": "[23]..", "swap": True},
        {"code": "422", "swap": True},
        {"code": "[45]..", "swap": False, "error": True},
    ],
}


def _drawn(fragment: str) -> Callable[[Callable[..., dict[str, Any]]], Callable[..., SafeString]]:
    """A tag that shows a fragment. What it shows hangs on its words alone, so that the same is drawn once.

    Words are told apart by their type too: what is safe as it stands is not taken for the same letters from outside.
    """

    def tag(context_of: Callable[..., dict[str, Any]]) -> Callable[..., SafeString]:
        @lru_cache(maxsize=_KEPT, typed=True)
        def drawn(prefix: str, *words: Any, **named: Any) -> SafeString:
            return render_to_string(fragment, context_of(*words, **named))

        @register.simple_tag(name=context_of.__name__)
        @wraps(context_of)
        def draw(*words: Any, **named: Any) -> SafeString:
            return drawn(get_script_prefix(), *words, **named)

        return draw

    return tag


@register.simple_tag
def asset(name: str) -> str:
    """{% asset "amends.css" %}: the address of a file that we serve ourselves."""
    return assets.url(name)


@register.simple_tag
def scripts() -> SafeString:
    """{% scripts %}: everything that a page runs, asked for at once and run once the page stands."""
    modules = format_html_join(
        "", '<link rel="modulepreload" href="{}">', ((assets.url(name),) for name in assets.modules())
    )
    return format_html(
        '<meta name="htmx-config" content="{}">{}<script type="module" src="{}"></script>'
        '<script src="{}" defer></script>',
        json.dumps(_HTMX),
        modules,
        assets.url("js/amends.js"),
        assets.url("htmx.js"),
    )


@register.simple_tag(takes_context=True)
def theme(context: Context) -> SafeString:
    """{% theme %}: data-theme="dark" where this browser chose one, else nothing and the system decides."""
    chosen = context["request"].COOKIES.get("theme") if "request" in context else None
    return format_html(' data-theme="{}"', chosen) if chosen in {"light", "dark"} else SafeString()


@register.simple_tag
def once() -> SafeString:
    """{% once %}: in a form that counts once, however often it is sent (web/once.py)."""
    return format_html('<input type="hidden" name="once" value="{}" data-kept>', secrets.token_urlsafe(12))


@register.simple_tag
def icon(name: str, says: str = "") -> SafeString:
    """{% icon "mail" %}, silent; {% icon "mail" "By mail" %}, spoken, where no words stand beside it."""
    return _icon(get_script_prefix(), name, says)


@lru_cache(maxsize=_KEPT, typed=True)
def _icon(prefix: str, name: str, says: str) -> SafeString:
    href = f"{assets.url('icons.svg')}#{name}"
    if says:
        return format_html(
            '<svg class="icon" role="img" aria-label="{0}"><title>{0}</title><use href="{1}"/></svg>',
            says,
            href,
        )
    return format_html('<svg class="icon" aria-hidden="true"><use href="{}"/></svg>', href)


@_drawn("_state.html")
def state(tone: str, says: str, *, shape: str = "", sign: str = "") -> dict[str, Any]:
    """{% state "risk" "At risk" shape="chip" %}

    tone: good risk bad held kept overdue, or "" for plain.
    shape: "", "chip" or "says" (a sentence that wraps). sign: another icon than the tone's.
    """
    return {"tone": tone, "says": says, "shape": shape, "sign": sign or _ICONS.get(tone, "")}


@_drawn("_state.html")
def health(track: str, *, shape: str = "") -> dict[str, Any]:
    """{% health "at risk" shape="chip" %}: on track, at risk or off track (or the same with underscores)."""
    word = track.replace("_", " ").lower()
    return {"tone": _HEALTH[word], "says": word.capitalize(), "shape": shape, "sign": _ICONS[_HEALTH[word]]}


@_drawn("_state.html")
def trend(value: str, says: str = "") -> dict[str, Any]:
    """{% trend "improving" "Improving since Wed" %}: improving, same or declining; the words may say more."""
    tone, sign = _TRENDS[value]
    return {"tone": tone, "says": says or value.capitalize(), "shape": "", "sign": sign}


@_drawn("_severity.html")
def severity(level: int, name: str) -> dict[str, Any]:
    """{% severity 3 "High" %}: 1 is the mildest, 4 the gravest."""
    return {"level": min(max(level, 1), 4), "name": name}


@_drawn("_face.html")
def face(name: str, *, side: str = "ours", large: bool = False) -> dict[str, Any]:
    """{% face "Nadia Brandt" side="me" %}: ours, me, or theirs (square)."""
    return {"initials": initials(name), "side": side, "large": large}


@_drawn("_person.html")
def person(name: str, note: str = "", *, side: str = "ours") -> dict[str, Any]:
    """{% person "Tom Okafor" "CSM" %}: a face, the name, and what they are here."""
    return {"name": name, "note": note, "side": side}


@register.filter
def initials(name: str) -> str:
    """{{ name|initials }}: of the first and the last word."""
    words = name.split()
    return "".join(word[0] for word in dict.fromkeys([*words[:1], *words[-1:]])).upper()


@register.simple_tag(takes_context=True)
def left(context: Context, due_at: dt.datetime, until: dt.datetime | None = None) -> SafeString:
    """{% left promise.due_at %}: "in 40 min", or in solid red "50 min overdue"; the browser renews it.

    `until`: the planned end of a meeting, which is overdue only then.
    """
    says, renewed = due(context, due_at, until)
    late = " left--overdue" if (until or due_at) <= now_of(context) else ""
    return format_html('<span class="left{}">{}<time {}>{}</time></span>', late, icon("clock"), renewed, says)


@_drawn("_days.html")
def days(number: int, of: int = 30) -> dict[str, Any]:
    """{% days 9 30 %}: "Day 9" over a line that fills; amber in the last five days, red once over."""
    tone = "over" if number > of else "late" if number > of - 5 else ""
    return {"number": number, "of": of, "filled": min(number, of), "tone": tone}


@register.simple_tag
def ruler(number: int, of: int = 30) -> SafeString:
    """{% ruler 9 30 %}: one mark a day, today's in the accent."""
    marks = format_html_join(
        "",
        '<rect x="{}" width=".8" height="1"{}/>',
        ((mark, _mark_class(mark + 1, number)) for mark in range(of)),
    )
    return format_html(
        '<svg class="ruler" viewBox="0 0 {0} 1" preserveAspectRatio="none" role="img"'
        ' aria-label="Day {1} of {0}">{2}</svg>',
        of,
        number,
        marks,
    )


def _mark_class(mark: int, today: int) -> SafeString:
    if mark == today:
        return mark_safe(' class="today"')
    return mark_safe(' class="on"') if mark < today else SafeString()


@_drawn("_pips.html")
def pips(done: int, of: int) -> dict[str, Any]:
    """{% pips 2 5 %}: a pip each, and words; over eight only words."""
    return {"done": done, "of": of, "pips": [number < done for number in range(of)] if of <= 8 else []}


@register.simple_tag(takes_context=True)
def fuse(context: Context, made_at: dt.datetime, due_at: dt.datetime) -> SafeString:
    """{% fuse promise.made_at promise.due_at %}: how much of the time is burnt."""
    whole = (due_at - made_at).total_seconds()
    burnt = 100.0 if whole <= 0 else (now_of(context) - made_at).total_seconds() / whole * 100
    return format_html(
        '<svg class="promise-line__fuse" viewBox="0 0 100 1" preserveAspectRatio="none" aria-hidden="true">'
        '<rect width="{}" height="1"/></svg>',
        round(min(max(burnt, 0.0), 100.0), 1),
    )


@register.simple_tag
def options(offered: Iterable[tuple[object, object]], chosen: object) -> SafeString:
    """{% options handlers wanted.handler %}: a choice for each pair of a value and its words."""
    # Plainly put together: a list may offer hundreds of people.
    return mark_safe(  # noqa: S308 - each part is escaped
        "".join(
            f'<option value="{escape(value)}"{" selected" if value == chosen else ""}>{escape(says)}</option>'
            for value, says in offered
        )
    )


@register.inclusion_tag("_field.html")
def field(bound: BoundField, *, hint: str = "", theirs: bool = False, key: str = "") -> dict[str, Any]:
    """{% field form.reason hint="…" theirs=True %}: label, input, hint and mistakes of a form field.

    Radios become a row of words, selects get our arrow, checkboxes stand before their label.
    theirs: the customer's own words, in serif. key: a single key that puts the cursor here.
    """
    widget = bound.field.widget
    kind = (
        "choice"
        if isinstance(widget, RadioSelect)
        else "select"
        if isinstance(widget, Select)
        else "check"
        if isinstance(widget, CheckboxInput)
        else "input"
    )
    says = hint or str(bound.help_text)
    return {
        "bound": bound,
        "kind": kind,
        "hint": says,
        "is_hidden": bound.is_hidden,
        "described": _described(bound, says),
        "control": "" if kind == "choice" else bound.as_widget(attrs=_attributes(bound, kind, says, theirs, key)),
    }


def _described(bound: BoundField, hint: str) -> str:
    """The ids of what is said below a field, what is wrong with it first."""
    said = (("error", bound.errors), ("hint", hint))
    return " ".join(f"{bound.auto_id}-{part}" for part, says in said if says)


def _attributes(bound: BoundField, kind: str, hint: str, theirs: bool, key: str) -> dict[str, str | bool]:
    attributes: dict[str, str | bool] = {}
    if kind != "check":
        classes = ["input", bound.field.widget.attrs.get("class", ""), "input--theirs" if theirs else ""]
        attributes["class"] = " ".join(filter(None, classes))
    if bound.errors:
        attributes["aria-invalid"] = "true"
    if described := _described(bound, hint):
        attributes["aria-describedby"] = described
    if key:
        attributes["data-key"] = key
    return attributes
