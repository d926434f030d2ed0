"""Forms of the playbook: its text, and moving one escalation to the version in force."""

from __future__ import annotations

from django import forms

from amends.playbook import versions
from amends.playbook.models import PlaybookVersion
from amends.web.forms.base import Form
from amends.web.forms.case import reason_field


class PlaybookForm(Form):
    """The whole text, why it changes, and from which version the change began."""

    text = forms.CharField(
        label="The playbook",
        strip=False,
        widget=forms.Textarea(
            attrs={
                "class": "source-area",
                "rows": 24,
                "wrap": "off",
                "spellcheck": "false",
                "autocapitalize": "off",
                "autocomplete": "off",
            }
        ),
        error_messages={"required": "The text is empty. Begin with “name: …”, or start again from what is in force."},
    )
    note = forms.CharField(
        label="Why it changes",
        max_length=300,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text="For those who come later. Needed to adopt it, not to check it.",
    )
    # Not of type hidden: a draft keeps it, so that a draft remembers what it began from.
    begun_from = forms.IntegerField(required=False, min_value=0, widget=forms.TextInput(attrs={"hidden": True}))

    def clean_text(self) -> str:
        return versions.unified(self.cleaned_data["text"])

    @classmethod
    def of(cls, version: PlaybookVersion) -> PlaybookForm:
        """Filled with what is in force."""
        return cls(initial={"text": version.text, "begun_from": version.number})


class AdoptVersionForm(Form):
    """Why one escalation is judged by the newer version from now on; and which one was looked at."""

    number = forms.IntegerField(widget=forms.HiddenInput)
    reason = reason_field("Why")
