"""Where a mail belongs that nobody could tell: a case, a request of an account, or nowhere."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms

from amends.directory.actor import Actor
from amends.directory.models import Account
from amends.escalations import access
from amends.escalations.models import Escalation, Incoming
from amends.web.forms.base import Form
from amends.web.forms.case import reason_field
from amends.web.forms.intake import account_called

_ANSWERS = re.compile(r"^(?:(?:re|fw|fwd|aw|wg|sv|vs|tr|rv|ref|odp|antw)\s*:\s*)+", re.IGNORECASE)


class FileForm(Form):
    """Into which case: one of those that it may be about, or any by its key."""

    places: ClassVar[dict[str, str]] = {"escalation": "key"}

    case = forms.ChoiceField(required=False, label="Which case", widget=forms.RadioSelect)
    key = forms.CharField(
        required=False,
        max_length=20,
        label="Another case, by its key",
        help_text="Such as ESC-1042.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )

    def __init__(self, cases: Sequence[Escalation], *, seen_by: Actor, **options: Any) -> None:
        super().__init__(auto_id="file_%s", **options)
        self.seen_by = seen_by
        if cases:
            choices = [(case.key, f"{case.key} {case.reason}") for case in cases]
            self.fields["case"].choices = choices  # type: ignore[attr-defined]
        else:
            del self.fields["case"]
            self.fields["key"].label = "Which case, by its key"

    def clean(self) -> dict[str, Any]:
        """Found here is the `escalation`; what was typed goes before what was chosen."""
        typed = super().clean() or {}
        key = typed.get("key", "").strip() or typed.get("case", "")
        if not key:
            if not self.errors:
                self.add_error("case" if "case" in self.fields else "key", "Say into which case.")
            return typed
        try:
            return typed | {"escalation": access.find(key, seen_by=self.seen_by)}
        except access.NotFound as nothing:
            self.add_error("key", str(nothing))
            return typed


class OpenForm(Form):
    """Whose request it is, and what it is about."""

    account = forms.CharField(
        max_length=160,
        label="Account",
        error_messages={"required": "Say which account it is."},
        widget=forms.TextInput(attrs={"list": "accounts", "autocomplete": "off"}),
    )
    reason = forms.CharField(
        max_length=200,
        label="What has happened, in a sentence",
        error_messages={"required": "Say in a few words what it is about."},
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, incoming: Incoming, **options: Any) -> None:
        initial = {"account": str(incoming.account or ""), "reason": _ANSWERS.sub("", incoming.subject)[:200]}
        super().__init__(auto_id="open_%s", initial=initial, **options)

    def clean_account(self) -> Account:
        return account_called(self.cleaned_data["account"])


class SetAsideForm(Form):
    """Why it is about nothing of ours."""

    reason = reason_field("Why")

    def __init__(self, **options: Any) -> None:
        super().__init__(auto_id="aside_%s", **options)
