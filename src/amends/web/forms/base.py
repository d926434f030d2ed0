"""What all forms share: an act's refusal stands at the field that it names."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, ClassVar, TypeVar

from django import forms
from django.http import HttpRequest, QueryDict
from django.utils.html import format_html
from django.utils.safestring import SafeString

from amends.lib import visible
from amends.lib.errors import Forbidden, Refused
from amends.lib.hours import parse_week, written
from amends.web.forms.files import AGAIN, FilesField, again, chosen

Done = TypeVar("Done")


class Typed(forms.BoundField):
    """A field as it was sent: a text of letters that nobody sees is left empty."""

    @property
    def data(self) -> Any:
        sent = super().data
        return visible.words(sent) if isinstance(sent, str) and isinstance(self.field, forms.CharField) else sent


class Form(forms.Form):
    """A form for one act. `places` says under which of its fields a refusal is shown that names another."""

    bound_field_class = Typed
    places: ClassVar[dict[str, str]] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)

    def full_clean(self) -> None:
        for field in self.fields.values():
            if field.error_messages["required"] == forms.Field.default_error_messages["required"]:
                chosen = isinstance(field, forms.ChoiceField)
                field.error_messages["required"] = "Choose one." if chosen else "Fill this in."
        super().full_clean()
        if self.errors:
            self._asks_for_files_again()

    def acts(self, act: Callable[[], Done]) -> Done | None:
        """Check what was typed, then run the act; None when either says no.

        What the act refuses is said at the field that it names, or above the form. Before anything was sent the
        answer is None too.
        """
        if not self.is_valid():
            return None
        try:
            return act()
        except Forbidden:
            raise
        except Refused as refused:
            field = self.places.get(refused.field or "", refused.field)
            self.add_error(field if field in self.fields else None, refused.sentence)
            self._asks_for_files_again()
            return None

    @property
    def as_typed(self) -> list[str]:
        """What was written into its fields, whatever was wrong with it: where its form is no more, nothing is lost."""
        sent = [bound.data for bound in self.visible_fields() if not isinstance(bound.field, forms.ChoiceField)]
        return [each for each in sent if isinstance(each, str) and each]

    def _asks_for_files_again(self) -> None:
        """No page can give a browser its files back, so the field names those that came with what is refused."""
        for name, field in self.fields.items():
            names = chosen(self.files, self.add_prefix(name)) if isinstance(field, FilesField) else []
            # What is said of the only one tells enough.
            is_said = self.has_error(name) and (len(names) == 1 or AGAIN in self.errors[name])
            if names and not is_said:
                self.add_error(name, again(names))


class ChangeForm(Form):
    """A form that begins with what is known, and writes only what this person has changed in it.

    What it began with travels with it, as `{{ form.begun }}` in its template, and is kept with its draft. So whatever
    others have changed meanwhile stays as they left it; where both changed the same field, the one sent last holds.
    """

    @property
    def begun(self) -> SafeString:
        """The hidden field that says what it began with."""
        return format_html('<input type="hidden" name="begun" value="{}" data-kept>', json.dumps(self._beginning()))

    @property
    def changes(self) -> dict[str, Any]:
        """What is other than it was at the beginning, cleaned."""
        beginning = self._beginning()
        return {
            name: value
            for name, value in self.cleaned_data.items()
            if _as_sent(self[name], self[name].data) != beginning.get(name)
        }

    def _beginning(self) -> Mapping[str, Any]:
        """As the browser was given it; who sends no beginning means what is so now."""
        try:
            begun = json.loads(self.data.get("begun", ""))
        except (ValueError, RecursionError):
            begun = None
        if isinstance(begun, dict):
            return begun
        return {name: _as_sent(self[name], self[name].initial) for name in self.fields}


def _as_sent(bound: forms.BoundField, value: Any) -> list[str]:
    """A value as a browser sends it, so that what was shown and what came back can be compared."""
    widget = bound.field.widget
    if isinstance(widget, forms.CheckboxInput):
        return [str(bool(value))]
    shown = widget.format_value(bound.field.prepare_value(value))
    each = shown if isinstance(shown, list) else [shown]
    return sorted("" if one is None else str(one).replace("\r\n", "\n") for one in each)


def sent(request: HttpRequest) -> QueryDict | None:
    """What was typed; None where the form was only asked for."""
    return request.POST if request.method == "POST" else None


class ZoneField(forms.CharField):
    """A time zone: typed, with suggestions from the list `_zones.html`."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", "Time zone")
        kwargs.setdefault("help_text", "Such as Europe/Lisbon.")
        attributes = {"list": "zones", "autocomplete": "off", "spellcheck": "false"}
        super().__init__(widget=forms.TextInput(attrs=attributes), **kwargs)


class HoursField(forms.CharField):
    """The hours of a week on one line, as `amends init` takes them; gives them by day, or None where none are said."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"})
        super().__init__(max_length=300, widget=widget, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        return written(value) if isinstance(value, Mapping) else value

    def clean(self, value: Any) -> dict[str, list[str]] | None:
        typed = super().clean(value)
        try:
            return parse_week(typed) if typed else None
        except Refused as refused:
            raise forms.ValidationError(refused.sentence) from refused


def day_input() -> forms.DateInput:
    """The browser's own way to choose a day."""
    return forms.DateInput(attrs={"type": "date", "class": "input--short"}, format="%Y-%m-%d")
