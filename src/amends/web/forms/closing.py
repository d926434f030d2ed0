"""The closing list: what must be true for the customer to call it over, and what is let off."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms

from amends.escalations.models import ExitCriterion
from amends.web.forms.base import Form
from amends.web.forms.case import reason_field, text_area


class CriterionForm(Form):
    """One more, as agreed with the customer."""

    words = forms.CharField(
        label="One more, in their words",
        max_length=300,
        help_text="It stands on their page too: write it so that it is right for both of you.",
    )


class CloseForm(Form):
    """How it ended, and the customer's word that it is over, or why there is none.

    For each exit criterion that is not met it asks, in `waive_<id>`, why it is waived.
    """

    outcome = forms.ChoiceField(
        label="How it ended",
        choices=[("recovered", "We have won them back"), ("lost", "We have lost them")],
        widget=forms.RadioSelect,
    )
    confirmed_by = forms.CharField(
        label="Who there confirmed that it is over",
        required=False,
        max_length=120,
        widget=forms.TextInput(attrs={"list": "contacts", "autocomplete": "off"}),
    )
    confirmed_how = forms.ChoiceField(
        label="How they said so",
        required=False,
        choices=[("call", "Call"), ("meeting", "Meeting"), ("mail", "Mail"), ("page", "Their page")],
        widget=forms.RadioSelect,
    )
    why_unconfirmed = reason_field("Or why nobody could confirm it", required=False)
    note = forms.CharField(label="What we take away from it", required=False, widget=text_area(3), max_length=10_000)

    def __init__(self, unmet: Sequence[ExitCriterion], **options: Any) -> None:
        super().__init__(**options)
        self.waivers = {f"waive_{criterion.pk}": criterion for criterion in unmet}
        for name, criterion in self.waivers.items():
            self.fields[name] = reason_field(f"Not met: “{criterion.words}”. Why it is waived", required=False)

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or self.cleaned_data
        waived = {criterion.pk: typed.get(name, "") for name, criterion in self.waivers.items()}
        return {name: value for name, value in typed.items() if name not in self.waivers} | {"waived": waived}

    def waiving(self) -> list[forms.BoundField]:
        """The reasons that it asks for."""
        return [self[name] for name in self.waivers]
