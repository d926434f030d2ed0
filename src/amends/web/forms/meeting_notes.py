"""Notes after a meeting: who gets them, the words, what they hear next."""

from __future__ import annotations

from typing import Any

from amends.web.forms.composer import ComposerForm

_NOT_OF_NOTES = (
    *("prepared", "begun", "again", "shown_files", "for_team", "for_executives"),
    *("keeps", "facts", "files"),
)


class NotesForm(ComposerForm):
    """As an update is written: with who is left out, and what cannot be so."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for name in (*_NOT_OF_NOTES, "may_know"):
            self.fields.pop(name, None)
        self.fields["text"].widget.attrs["rows"] = 16
