"""Telling the customer: the composer, and writing down what was said or heard elsewhere."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms

from amends.directory.models import Contact
from amends.escalations import texts
from amends.escalations.actions.promises import AN_UPDATE
from amends.escalations.actions.updates import Next
from amends.escalations.models import Escalation, Promise, Update
from amends.lib import when
from amends.web.forms.case import ActForm, ContactField, ContactsField, KeepsField, next_word, text_area
from amends.web.forms.moments import LocalMoment

_BY = (("mail", "by mail"), ("call", "by phone"), ("meeting", "in a meeting"), ("page", "on a page"))


def _next_fields(form: forms.Form, zone: str) -> None:
    """What they hear next, by when on their clock, and how."""
    form.fields["next_what"] = forms.CharField(label="What they hear next", required=False, max_length=300)
    form.fields["next_at"] = LocalMoment(label=f"by, {when.place(zone)} time", required=False, zone=zone)
    form.fields["next_channel"] = forms.ChoiceField(label="how", choices=_BY)


def _needs_a_time(form: forms.Form) -> None:
    typed = form.cleaned_data
    if typed.get("next_what") and "next_at" in typed and not typed["next_at"]:
        form.add_error("next_at", "By when? Without a time they cannot count on it.")


class ComposerForm(ActForm):
    """An update by mail: which promises it keeps, who gets it, the words, what they hear next and by when."""

    places: ClassVar[dict[str, str]] = {"due_at": "next_at", "what": "next_what"}

    # The prepared text that it began with, so that the record can say whether there was news
    prepared = forms.ChoiceField(
        required=False,
        choices=[("", ""), ("acknowledgement", ""), ("no_news", ""), ("blank", "")],
        widget=forms.HiddenInput,
    )
    subject = forms.CharField(label="Subject", required=False, max_length=200)
    text = forms.CharField(label="What you tell them", widget=text_area(7), max_length=20_000)

    def __init__(
        self, escalation: Escalation, *, contacts: Sequence[Contact], keeps: Sequence[Promise], **options: Any
    ) -> None:
        self.now: dt.datetime = options.pop("now")
        self.escalation = escalation
        super().__init__(**options)
        self.fields["keeps"] = KeepsField(keeps, self.now)
        self.fields["to"] = ContactsField(contacts, label="To")
        self.zone = escalation.account.zone
        _next_fields(self, self.zone)

    def clean(self) -> dict[str, Any]:
        _needs_a_time(self)
        typed = self.cleaned_data
        if texts.NEXT_BY in typed.get("text", "") and not typed.get("next_at") and "next_at" not in self.errors:
            self.add_error("next_at", f"The text says {texts.NEXT_BY}: choose the time that stands there.")
        return typed

    @property
    def then(self) -> Next | None:
        return next_word(self, AN_UPDATE)

    @property
    def words(self) -> str:
        """The text as it will arrive: the promised time stands where it belongs."""
        typed = self.cleaned_data
        text = str(typed["text"]).replace("\r\n", "\n")
        if not typed["next_at"]:
            return text
        first = typed["to"][0] if typed["to"] else None
        return texts.say_next(text, self.escalation, first, next_at=typed["next_at"], now=self.now)


class LogForm(ActForm):
    """A call, a meeting or a mail that happened elsewhere."""

    places: ClassVar[dict[str, str]] = {"due_at": "next_at", "what": "next_what"}

    direction = forms.ChoiceField(
        label="Who spoke",
        choices=[("out", "We told them"), ("in", "They told us")],
        initial="out",
        widget=forms.RadioSelect,
    )
    channel = forms.ChoiceField(
        label="How",
        choices=[("call", "Call"), ("meeting", "Meeting"), ("mail", "Mail"), ("page", "Page")],
        initial="call",
        widget=forms.RadioSelect,
    )
    text = forms.CharField(label="What was said", widget=text_area(4), max_length=20_000)
    minutes = forms.IntegerField(label="Minutes", required=False, min_value=0, max_value=1440)

    def __init__(
        self,
        escalation: Escalation,
        *,
        contacts: Sequence[Contact],
        keeps: Sequence[Promise],
        here: str,
        now: dt.datetime,
        **options: Any,
    ) -> None:
        super().__init__(**options)
        self.fields["at"] = LocalMoment(label="When, on your clock", zone=here)
        self.fields["contact"] = ContactField(contacts, label="With")
        self.fields["keeps"] = KeepsField(keeps, now)
        self.zone = escalation.account.zone
        _next_fields(self, self.zone)

    def clean(self) -> dict[str, Any]:
        _needs_a_time(self)
        return self.cleaned_data

    @property
    def is_heard(self) -> bool:
        return bool(self.cleaned_data["direction"] == Update.Direction.IN)

    @property
    def then(self) -> Next | None:
        """Only what we tell them promises anything."""
        return None if self.is_heard else next_word(self, AN_UPDATE)

    @property
    def kept(self) -> Sequence[Promise]:
        """Only what we tell them keeps anything."""
        return [] if self.is_heard else self.cleaned_data["keeps"]
