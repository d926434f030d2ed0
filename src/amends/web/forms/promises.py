"""Promising something, giving a promise a new time, giving it up."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms

from amends.directory.models import Contact, Member
from amends.escalations import proofreading, texts
from amends.escalations.models import Promise
from amends.lib import when
from amends.web.forms.absences import ColleagueField
from amends.web.forms.base import Form
from amends.web.forms.case import ContactField, reason_field, text_area
from amends.web.forms.moments import LocalMoment
from amends.web.forms.proofread import ProofreadForm

# Stands in the prepared mail until the new time has been chosen.
NEW_TIME = "{new_time}"


class PromiseForm(Form):
    """Something that the customer will get by a time."""

    what = forms.CharField(label="What they will get", max_length=300, widget=text_area(2))
    kind = forms.ChoiceField(
        label="It is",
        choices=[("deliverable", "Something we deliver"), ("next_update", "An update"), ("fix_date", "A fix")],
        initial="deliverable",
        widget=forms.RadioSelect,
    )
    channel = forms.ChoiceField(label="They get it by", choices=Promise.Channel.choices, widget=forms.RadioSelect)

    def __init__(self, *, contacts: Sequence[Contact], zone: str, **options: Any) -> None:
        super().__init__(**options)
        self.fields["due_at"] = LocalMoment(label=f"By, {when.place(zone)} time", zone=zone)
        self.fields["to"] = ContactField(contacts, label="To")
        self.fields["owner"] = ColleagueField(
            label="Who sees to it", required=False, queryset=Member.objects.here(), empty_label="The handler"
        )


class MoveForm(ProofreadForm):
    """A new time, why, and how the customer hears of it: a promise never moves behind their back."""

    places: ClassVar[dict[str, str]] = {"told_by": "at", "text": "said", "contact": "to"}

    reason = reason_field("Why it moves")
    told = forms.ChoiceField(
        label="How they hear of it",
        choices=[
            ("mail", "Mail them now"),
            ("call", "I told them on the phone"),
            ("meeting", "I told them in a meeting"),
        ],
        initial="mail",
        widget=forms.RadioSelect,
    )
    letter = forms.CharField(label="What the mail says", required=False, widget=text_area(6), max_length=20_000)
    said = forms.CharField(label="What you told them", required=False, widget=text_area(3), max_length=20_000)

    def __init__(
        self, promise: Promise, *, contacts: Sequence[Contact], here: str, now: dt.datetime, **options: Any
    ) -> None:
        super().__init__(**options)
        self.promise, self.now = promise, now
        self.fields["due_at"] = LocalMoment(label=f"New time, {when.place(promise.zone)} time", zone=promise.zone)
        self.fields["to"] = ContactField(contacts, label="To")
        self.fields["at"] = LocalMoment(label="When you told them, on your clock", required=False, zone=here)

    @property
    def is_mail(self) -> bool:
        return bool(self.cleaned_data["told"] == "mail")

    def clean(self) -> dict[str, Any]:
        typed = self.cleaned_data
        if typed.get("told") == "mail":
            if not typed.get("to"):
                self.add_error("to", "Choose who gets the mail.")
            if not typed.get("letter"):
                self.add_error("letter", "There is no text yet.")
            self._proofread(typed.get("letter", ""))
        elif "at" in typed and not typed["at"]:
            self.add_error("at", "Say when you told them: what was told before it was due is moved, not broken.")
        return typed

    def _proofread(self, letter: str) -> None:
        typed = self.cleaned_data
        self.says_what_it_means("letter", letter.replace(NEW_TIME, ""), self.promise.escalation)
        zone = (typed["to"].zone if typed.get("to") else "") or self.promise.zone
        text = letter.replace(NEW_TIME, texts.NEXT_BY)
        self.object_to("letter", proofreading.read(text, zone=zone, now=self.now, next_at=typed.get("due_at")))

    @property
    def words(self) -> str:
        """The mail as it will arrive."""
        typed = self.cleaned_data
        new_time = when.their_date(typed["due_at"], self.promise.zone, self.now)
        return str(typed["letter"]).replace("\r\n", "\n").replace(NEW_TIME, new_time)


class SettleForm(Form):
    """It will not be kept: because they waived it, or because we will not manage."""

    how = forms.ChoiceField(
        label="What became of it",
        choices=[("released", "They waived it"), ("broken", "We will not keep it")],
        widget=forms.RadioSelect,
    )
    reason = reason_field("Why")
