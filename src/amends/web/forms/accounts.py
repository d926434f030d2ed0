"""Forms of accounts, their contacts and their team."""

from __future__ import annotations

from typing import Any

from django import forms

from amends.directory.models import Account, Contact, Insight, Member, Purchase, Seat
from amends.web.forms.base import ChangeForm, Form, HoursField, ZoneField, day_input


class AccountForm(ChangeForm):
    """Everything that we know of a customer."""

    name = forms.CharField(label="Name", max_length=160)
    spend = forms.DecimalField(label="They spend a year", required=False, max_digits=14, decimal_places=2)
    potential = forms.DecimalField(label="They could spend", required=False, max_digits=14, decimal_places=2)
    currency = forms.CharField(
        label="Currency", max_length=3, initial="EUR", widget=forms.TextInput(attrs={"class": "input--short"})
    )
    customer_since = forms.DateField(label="Customer since", required=False, widget=day_input())
    renewal_on = forms.DateField(label="Renewal", required=False, widget=day_input())
    health = forms.IntegerField(label="Health", required=False, min_value=0, max_value=100, help_text="From 0 to 100.")
    presence = forms.IntegerField(
        label="Presence",
        required=False,
        min_value=0,
        max_value=10,
        help_text="How widely they are heard, from 0 to 10.",
    )
    is_strategic = forms.BooleanField(label="Strategic for us", required=False)
    is_advocate = forms.BooleanField(label="Speaks well of us to others", required=False)
    industry = forms.CharField(label="Industry", required=False, max_length=80)
    region = forms.CharField(label="Region", required=False, max_length=12, help_text="Such as PT or US-CA.")
    external_key = forms.CharField(
        label="Key elsewhere", required=False, max_length=80, help_text="Its id in another system, such as your CRM."
    )
    zone = ZoneField(initial="UTC")
    mail_domains = forms.CharField(
        label="Mail domains", required=False, help_text="Parted by commas: brightwater.example."
    )
    csm = forms.ModelChoiceField(label="CSM", required=False, queryset=Member.objects.here(), empty_label="Nobody yet")

    def clean_mail_domains(self) -> list[str]:
        return str(self.cleaned_data["mail_domains"]).replace(",", " ").split()

    @classmethod
    def of(cls, account: Account, data: Any = None) -> AccountForm:
        """Filled with what is known."""
        known: dict[str, Any] = {name: getattr(account, name) for name in cls.base_fields}
        known |= {"mail_domains": ", ".join(account.mail_domains), "csm": account.csm_id}
        return cls(data, initial=known)


class ContactForm(ChangeForm):
    """A person at the account."""

    name = forms.CharField(label="Name", max_length=120)
    title = forms.CharField(label="Title", required=False, max_length=80)
    email = forms.CharField(
        label="Mail address", required=False, max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "off"})
    )
    phone = forms.CharField(label="Phone", required=False, max_length=40)
    zone = ZoneField(required=False, help_text="Leave it empty for the account’s.")
    prefers = forms.ChoiceField(
        label="They want to hear by",
        choices=Contact.Channel.choices,
        initial=Contact.Channel.MAIL,
        widget=forms.RadioSelect,
    )
    available = HoursField(
        label="One can talk with them",
        required=False,
        help_text="On their own clock, such as mon-thu 09:00-12:30 14:00-17:00, fri 09:00-12:00.",
    )
    must_hear = forms.BooleanField(
        label="They must hear of every escalation",
        required=False,
        help_text="Whoever reported it: updates go to them too, unless somebody says why not.",
    )
    has_left = forms.BooleanField(label="They have left", required=False)

    @classmethod
    def of(cls, contact: Contact, data: Any = None) -> ContactForm:
        """Filled with what is known."""
        return cls(data, initial={name: getattr(contact, name) for name in cls.base_fields})


class SeatForm(Form):
    """A part in the account team."""

    member = forms.ModelChoiceField(label="Who", queryset=Member.objects.here(), empty_label="Choose somebody")
    part = forms.ChoiceField(label="As", choices=Seat.Part.choices)


class InsightForm(Form):
    """What one should know before speaking with them."""

    kind = forms.ChoiceField(
        label="It is", choices=Insight.Kind.choices, initial=Insight.Kind.UPSETS, widget=forms.RadioSelect
    )
    text = forms.CharField(label="What one should know", max_length=500, widget=forms.Textarea(attrs={"rows": 2}))

    @classmethod
    def of(cls, insight: Insight) -> InsightForm:
        """Filled with what stands there."""
        return cls(initial={"kind": insight.kind, "text": insight.text})


class NewInsightForm(InsightForm):
    """The same, and whether the account team hears of it."""

    tells_the_team = forms.BooleanField(label="Tell the account team by mail", required=False)


class PurchaseForm(ChangeForm):
    """What they bought, when, for how much."""

    what = forms.CharField(label="What they bought", max_length=160)
    on = forms.DateField(label="On", widget=day_input())
    amount = forms.DecimalField(label="Amount", required=False, max_digits=14, decimal_places=2)
    currency = forms.CharField(
        label="Currency",
        required=False,
        max_length=3,
        help_text="Leave it empty for the account’s.",
        widget=forms.TextInput(attrs={"class": "input--short"}),
    )

    @classmethod
    def of(cls, purchase: Purchase, data: Any = None) -> PurchaseForm:
        """Filled with what is known."""
        return cls(data, initial={name: getattr(purchase, name) for name in cls.base_fields})
