"""Notes after a meeting: who gets them, the words, what they hear next."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from amends.escalations import meeting_drafts
from amends.escalations.proofreading import Proof
from amends.web.forms.composer import ComposerForm

_NOT_OF_NOTES = (
    *("prepared", "begun", "again", "shown_files", "for_team", "for_executives"),
    *("keeps", "facts", "files"),
)


class NotesForm(ComposerForm):
    """As an update is written: with who is left out, and what cannot be so; `minutes` are our own, and stay inside."""

    def __init__(self, *args: Any, minutes: str, **options: Any) -> None:
        self.minutes = minutes
        super().__init__(*args, **options)
        for name in (*_NOT_OF_NOTES, "may_know"):
            self.fields.pop(name, None)
        self.fields["text"].widget.attrs["rows"] = 16

    def _proof(self, text: str) -> Proof:
        """What is wrong in it, and what of our own minutes stands in it."""
        proof = super()._proof(text)
        ours = [
            f"This line stands in our own minutes: “{line}” Send all the same?"
            for line in meeting_drafts.taken_from(self.minutes, text)
        ]
        return replace(proof, troubles=(*ours, *proof.troubles))
