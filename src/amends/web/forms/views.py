"""The form of a saved view."""

from __future__ import annotations

from django import forms

from amends.escalations.models import SavedView
from amends.web.forms.base import Form


class SavedViewForm(Form):
    """How a view is called, and whether everybody has it."""

    name = forms.CharField(label="Name", max_length=60, help_text="Such as “Grave, in my team”.")
    is_shared = forms.BooleanField(
        label="Everybody has this view", required=False, help_text="Each still sees only what they may see."
    )

    @classmethod
    def of(cls, view: SavedView) -> SavedViewForm:
        """Filled with what is known."""
        return cls(initial={"name": view.name, "is_shared": view.is_shared})
