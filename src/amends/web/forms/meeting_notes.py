"""Notes after a meeting: who gets them, the words, what they hear next."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from amends.escalations import meeting_drafts
from amends.escalations.models import Meeting
from amends.escalations.proofreading import Proof
from amends.web.forms.composer import ComposerForm

_NOT_OF_NOTES = (
    *("prepared", "begun", "again", "shown_files", "for_team", "for_executives"),
    *("keeps", "facts", "files", "once_more"),
)


class NotesForm(ComposerForm):
    """As an update is written: who is left out, what cannot be so; and what of our own minutes stands in it."""

    def __init__(self, *args: Any, meeting: Meeting, **options: Any) -> None:
        self.meeting = meeting
        super().__init__(*args, **options)
        for name in (*_NOT_OF_NOTES, "may_know"):
            self.fields.pop(name, None)
        self.fields["text"].widget.attrs["rows"] = 16

    def _proof(self, text: str) -> Proof:
        """What is wrong in it, and what of our own minutes stands in it."""
        proof = super()._proof(text)
        taken = meeting_drafts.from_minutes(self.meeting, text)
        ours = [f"This stands in our own minutes: “{words}” Send all the same?" for words in taken]
        return replace(proof, troubles=(*ours, *proof.troubles))
