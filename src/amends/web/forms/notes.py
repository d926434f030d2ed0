"""Forms of what is said inside: a note with its files, and who watches."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.urls import reverse_lazy

from amends.directory.models import Member
from amends.escalations.actions.notes import MOST_LETTERS
from amends.web.forms.base import Form
from amends.web.forms.case import text_area
from amends.web.forms.files import FilesField


class NoteForm(Form):
    """A note for us, with files or only files."""

    text = forms.CharField(
        label="Note for us",
        required=False,
        max_length=MOST_LETTERS,
        widget=text_area(2, **{"data-mentions": reverse_lazy("member_names"), "autocomplete": "off"}),
    )

    def __init__(self, *, left_out: Sequence[str] = (), **options: Any) -> None:
        super().__init__(**options)
        self.fields["files"] = FilesField(left_out=left_out)

    def clean(self) -> dict[str, Any]:
        typed = self.cleaned_data
        if not typed.get("text") and not typed.get("files") and not self.errors:
            self.add_error("text", "There is no text yet.")
        return typed


class WatcherForm(Form):
    """Somebody who ought to know how it goes."""

    member = forms.ModelChoiceField(
        label="Who should watch it?",
        queryset=Member.objects.none(),
        empty_label="Choose somebody",
        error_messages={
            "required": "Choose who should watch it.",
            "invalid_choice": "That member is not here any more. Choose somebody else.",
        },
    )

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.fields["member"].queryset = Member.objects.here()  # type: ignore[attr-defined]
