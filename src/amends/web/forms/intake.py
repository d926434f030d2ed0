"""What one hears when a customer escalates."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms

from amends.directory.models import Account, Contact
from amends.escalations.hearing import Heard
from amends.escalations.models import Escalation
from amends.playbook.document import Document
from amends.web.forms.base import Form
from amends.web.forms.moments import LocalMoment

_YES_NO = (("yes", "Yes"), ("no", "No"))
MOST_PROBLEMS = 20


@dataclass(frozen=True, slots=True)
class Caller:
    """Who told us: a contact that is known, or the name of one that is not."""

    contact: Contact | None
    new_name: str


class IntakeForm(Form):
    """Two fields are enough; the rest may follow."""

    account = forms.CharField(
        max_length=160,
        error_messages={"required": "Say which account it is."},
        widget=forms.TextInput(attrs={"list": "accounts", "autocomplete": "off", "autofocus": True}),
    )
    reason = forms.CharField(
        max_length=200,
        label="What has happened, in a sentence",
        error_messages={"required": "Say in a few words what it is about."},
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    contact = forms.CharField(
        max_length=120,
        required=False,
        label="Who told you",
        widget=forms.TextInput(attrs={"list": "contacts", "autocomplete": "off"}),
    )
    channel = forms.ChoiceField(
        choices=Escalation.Channel.choices, widget=forms.RadioSelect, initial="phone", label="It came by"
    )
    found_by = forms.ChoiceField(
        choices=[("customer", "They did"), ("us", "We did")],
        widget=forms.RadioSelect,
        initial="customer",
        label="Who found it first",
    )
    impact = forms.ChoiceField(required=False, label="What it does to their business")
    mood = forms.ChoiceField(choices=Escalation.Mood.choices, required=False, widget=forms.RadioSelect)
    expectation = forms.CharField(
        required=False, label="What they expected", widget=forms.Textarea(attrs={"rows": 2}), max_length=2000
    )
    outcome_wanted = forms.CharField(
        required=False,
        label="What they want now, in their words",
        widget=forms.Textarea(attrs={"rows": 2}),
        max_length=2000,
    )
    affects_customer = forms.ChoiceField(
        choices=_YES_NO, initial="yes", widget=forms.RadioSelect, label="Does it affect the customer?"
    )
    customer_should_know = forms.ChoiceField(
        choices=_YES_NO, initial="yes", widget=forms.RadioSelect, label="Do they need to know?"
    )
    why_not_told = forms.CharField(required=False, max_length=300, label="If not, why")
    severity = forms.ChoiceField(required=False, label="Severity")
    severity_reason = forms.CharField(required=False, max_length=300, label="Why another than proposed")

    def __init__(self, *args: Any, zone: str, document: Document, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["since_at"] = LocalMoment(zone=zone, required=False, label="Since when?")
        self.fields["reported_at"] = LocalMoment(
            zone=zone, required=False, label="When did they tell us?", help_text="Empty means now."
        )
        self.fields["impact"].choices = [  # type: ignore[attr-defined]
            ("", "Not clear yet"),
            *((impact.key, impact.name.capitalize()) for impact in document.impacts),
        ]
        self.fields["severity"].choices = [  # type: ignore[attr-defined]
            ("", "As the playbook proposes"),
            *((severity.key, severity.name) for severity in document.severities),
        ]

    @property
    def problems(self) -> list[str]:
        """The problems as they were typed, one a line of the form; empty lines are left out."""
        if not self.is_bound:
            return []
        typed = self.data.getlist("problem") if hasattr(self.data, "getlist") else []
        return [words.strip() for words in typed if words.strip()][:MOST_PROBLEMS]

    def clean_account(self) -> Account:
        """The account of that name, or the only one whose name holds what was typed."""
        typed = self.cleaned_data["account"].strip()
        exact = Account.objects.filter(name__iexact=typed).first()
        if exact:
            return exact
        near = list(Account.objects.filter(name__icontains=typed)[:4])
        if len(near) == 1:
            return near[0]
        if near:
            names = ", ".join(account.name for account in near[:3])
            raise forms.ValidationError(f"Several accounts are called like that: {names}. Which one?")
        raise forms.ValidationError(f"There is no account called “{typed}”. Add it under Accounts first.")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for words in self.problems:
            if len(words) > 300:
                self.add_error(None, "A problem is a sentence or two: 300 characters at most.")
        return cleaned

    def caller(self) -> Caller:
        """Who told us, among the account's contacts, or somebody new."""
        name = self.cleaned_data.get("contact", "").strip()
        account: Account = self.cleaned_data["account"]
        known = account.contacts.filter(name__iexact=name, has_left=False).first() if name else None
        return Caller(
            known or (None if name else account.contacts.filter(has_left=False).first()), "" if known else name
        )

    def heard(self, contact: Contact | None) -> Heard:
        """What the form says, in the words of the domain."""
        typed = self.cleaned_data
        return Heard(
            reason=typed["reason"],
            problems=tuple(self.problems),
            contact=contact,
            impact=typed["impact"],
            mood=typed["mood"],
            channel=typed["channel"],
            found_by=typed["found_by"],
            expectation=typed["expectation"],
            outcome_wanted=typed["outcome_wanted"],
            affects_customer=typed["affects_customer"] == "yes",
            since_at=typed["since_at"],
            customer_should_know=typed["customer_should_know"] == "yes",
            why_not_told=typed["why_not_told"],
            reported_at=typed["reported_at"],
        )
