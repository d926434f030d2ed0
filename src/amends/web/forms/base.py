"""What all forms share: an act's refusal stands at the field that it names."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from django import forms
from django.http import HttpRequest, QueryDict

from amends.lib.errors import Forbidden, Refused

Done = TypeVar("Done")
# What a field says that was left empty, where it has no words of its own.
_MISSING = {
    forms.ChoiceField: "Choose one.",
    forms.TypedChoiceField: "Choose one.",
    forms.ModelChoiceField: "Choose one.",
}


class Form(forms.Form):
    """A form for one act."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)

    def full_clean(self) -> None:
        for field in self.fields.values():
            if field.error_messages["required"] == forms.Field.default_error_messages["required"]:
                field.error_messages["required"] = _MISSING.get(type(field), "Fill this in.")
        super().full_clean()

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
            self.add_error(refused.field if refused.field in self.fields else None, refused.sentence)
            return None


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


def day_input() -> forms.DateInput:
    """The browser's own way to choose a day."""
    return forms.DateInput(attrs={"type": "date", "class": "input--short"}, format="%Y-%m-%d")
