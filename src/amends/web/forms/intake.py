"""A new escalation: which account, what one hears, and where a person decides otherwise than the playbook."""

from __future__ import annotations

from typing import Any

from django import forms

from amends.directory.models import Account
from amends.playbook.document import Document
from amends.web.forms.heard import HeardForm
from amends.web.forms.moments import LocalMoment

_OTHERWISE = ("severity", "severity_reason", "reported_at")


class IntakeForm(HeardForm):
    """Two fields are enough; the rest may follow."""

    account = forms.CharField(
        max_length=160,
        error_messages={"required": "Say which account it is."},
        widget=forms.TextInput(attrs={"list": "accounts", "autocomplete": "off", "autofocus": True}),
    )
    severity = forms.ChoiceField(required=False, label="Severity")
    severity_reason = forms.CharField(required=False, max_length=300, label="Why another than proposed")

    field_order = ("account",)
    # The name that no account has, as it was typed
    unknown = ""

    def __init__(self, *args: Any, zone: str, document: Document, **options: Any) -> None:
        super().__init__(*args, zone=zone, document=document, **options)
        self.fields["reported_at"] = LocalMoment(
            zone=zone, required=False, label="When did they tell us?", help_text="Empty means now."
        )
        severities = [(severity.key, severity.name) for severity in document.severities]
        self._offers("severity", [("", "As the playbook proposes"), *severities])

    @property
    def is_otherwise(self) -> bool:
        """Whether a person decides otherwise than the playbook, or tried to."""
        return any(self[name].errors or self[name].value() for name in _OTHERWISE)

    def clean_account(self) -> Account:
        typed: str = self.cleaned_data["account"]
        try:
            return account_called(typed)
        except UnknownAccount:
            self.unknown = typed.strip()
            raise


class UnknownAccount(forms.ValidationError):
    """No account is called like that."""


def account_called(typed: str) -> Account:
    """The account of that name, or the only one whose name holds what was typed. Else a ValidationError."""
    typed = typed.strip()
    exact = Account.objects.filter(name__iexact=typed).first()
    if exact:
        return exact
    near = list(Account.objects.filter(name__icontains=typed)[:4])
    if len(near) == 1:
        return near[0]
    if near:
        names = ", ".join(account.name for account in near[:3])
        raise forms.ValidationError(f"Several accounts are called like that: {names}. Which one?")
    raise UnknownAccount(f"There is no account called “{typed}”. Add it under Accounts first.")
