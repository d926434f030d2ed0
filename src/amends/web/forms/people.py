"""Forms of members, teams, tokens and of oneself."""

from __future__ import annotations

from typing import Any

from django import forms

from amends.directory.models import ROLES, Member, Team, Token
from amends.web.forms.base import ChangeForm, Form, ZoneField


class MemberForm(ChangeForm):
    """One of our people."""

    name = forms.CharField(label="Name", max_length=120)
    email = forms.CharField(
        label="Mail address",
        max_length=254,
        help_text="They log in with it, and are told there.",
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    role = forms.ChoiceField(label="Role", choices=ROLES)
    title = forms.CharField(label="Title", required=False, max_length=80)
    reports_to = forms.ModelChoiceField(
        label="Reports to", required=False, queryset=Member.objects.here(), empty_label="Nobody"
    )
    zone = ZoneField(initial="UTC")
    phone = forms.CharField(label="Phone", required=False, max_length=40)

    @classmethod
    def of(cls, member: Member, data: Any = None) -> MemberForm:
        """Filled with what is known."""
        known = {name: getattr(member, name) for name in cls.base_fields}
        return cls(data, initial=known | {"reports_to": member.reports_to_id})


class TeamForm(ChangeForm):
    """A group that owns problems."""

    name = forms.CharField(label="Name", max_length=80)
    kind = forms.ChoiceField(label="Kind", choices=Team.Kind.choices)
    members = forms.ModelMultipleChoiceField(
        label="Its people",
        required=False,
        queryset=Member.objects.here(),
        widget=forms.CheckboxSelectMultiple,
    )

    @classmethod
    def of(cls, team: Team, data: Any = None) -> TeamForm:
        """Filled with what is known."""
        people = list(team.members.values_list("pk", flat=True))
        return cls(data, initial={"name": team.name, "kind": team.kind, "members": people})


class TokenForm(Form):
    """A key to the API."""

    name = forms.CharField(label="What is it for?", max_length=80)
    lasts = forms.ChoiceField(
        label="It opens something for",
        required=False,
        choices=[
            ("month", "30 days"),
            ("quarter", "90 days"),
            ("year", "a year"),
            ("ever", "ever, until you revoke it"),
        ],
        initial="year",
    )
    scope = forms.ChoiceField(
        label="It may", choices=Token.Scope.choices, initial=Token.Scope.READ, widget=forms.RadioSelect
    )

    def clean_lasts(self) -> str:
        return self.cleaned_data["lasts"] or "year"


class YouForm(ChangeForm):
    """What one says of oneself; role and address are an administrator's to change."""

    name = forms.CharField(label="Name", max_length=120)
    zone = ZoneField(help_text="All times are shown in it.")
    phone = forms.CharField(label="Phone", required=False, max_length=40)

    @classmethod
    def of(cls, member: Member, data: Any = None) -> YouForm:
        """Filled with what is known."""
        return cls(data, initial={name: getattr(member, name) for name in cls.base_fields})


class PauseForm(Form):
    """What waits, and why."""

    channel = forms.ChoiceField(
        label="What",
        required=False,
        choices=[("mail", "All mail"), ("chat", "All chat")],
        initial="mail",
        widget=forms.RadioSelect,
    )
    because = forms.CharField(label="Why?", max_length=200, help_text="The others read it.")

    def clean_channel(self) -> str:
        return self.cleaned_data["channel"] or "mail"
