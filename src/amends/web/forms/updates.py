"""Telling the customer: the composer, and writing down what was said or heard elsewhere."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms

from amends.directory.models import Contact, Member
from amends.escalations import proofreading, texts
from amends.escalations.actions.promises import AN_UPDATE
from amends.escalations.actions.updates import Next
from amends.escalations.models import Escalation, Promise, Update
from amends.lib import when
from amends.web.forms.case import ActForm, ContactField, ContactsField, KeepsField, next_word, reason_field, text_area
from amends.web.forms.files import FilesField
from amends.web.forms.moments import LocalMoment
from amends.web.forms.proofread import ProofreadForm

MOST_WORDS = 20_000
_BY = (("mail", "by mail"), ("call", "by phone"), ("meeting", "in a meeting"), ("page", "on a page"))


def _kept() -> forms.HiddenInput:
    """Hidden, and kept with the draft all the same."""
    return forms.HiddenInput(attrs={"data-kept": True})


def _next_fields(form: forms.Form, escalation: Escalation, zone: str, author: Member | None) -> None:
    """What they hear next, by when on their clock, and how; who is not the handler says also who sees to it.

    “You will hear from me” is a promise of whoever writes it.
    """
    form.fields["next_what"] = forms.CharField(label="What they hear next", required=False, max_length=300)
    form.fields["next_at"] = LocalMoment(label=f"by, {when.place(zone)} time", required=False, zone=zone)
    form.fields["next_channel"] = forms.ChoiceField(label="how", choices=_BY)
    if author is not None and escalation.handler is not None:
        form.fields["next_owner"] = forms.TypedChoiceField(
            label="who sees to it",
            choices=[("me", "I do"), ("handler", f"{escalation.handler}, who handles it")],
            initial="me",
            required=False,
            coerce=lambda who: author if who == "me" else None,
            empty_value=None,
        )


def _needs_a_time(form: forms.Form) -> None:
    typed = form.cleaned_data
    if typed.get("next_what") and "next_at" in typed and not typed["next_at"]:
        form.add_error("next_at", "By when? Without a time they cannot count on it.")


def _may_know_field(escalation: Escalation) -> forms.BooleanField:
    return forms.BooleanField(
        label="They may know now", required=False, help_text=f"They were not to be told: {escalation.why_not_told}"
    )


class ComposerForm(ProofreadForm):
    """An update by mail: which promises it keeps, who gets it, the words, what they hear next and by when.

    `author` is who writes it, where that is somebody else than the handler.
    """

    places: ClassVar[dict[str, str]] = {"due_at": "next_at", "what": "next_what"}

    # The prepared text that it began with, so that the record can say whether there was news
    prepared = forms.CharField(required=False, max_length=40, widget=_kept())
    # The fingerprint of that text, which tells whether anything has been typed
    begun = forms.CharField(required=False, max_length=40, widget=_kept())
    # The mail that was taken back, where this one takes its place
    again = forms.IntegerField(required=False, widget=forms.HiddenInput)
    subject = forms.CharField(label="Subject", required=False, max_length=200)
    text = forms.CharField(label="What you tell them", widget=text_area(7), max_length=MOST_WORDS)

    def __init__(
        self,
        escalation: Escalation,
        *,
        contacts: Sequence[Contact],
        keeps: Sequence[Promise],
        promises: Sequence[Promise],
        now: dt.datetime,
        author: Member | None = None,
        is_final: bool = True,
        **options: Any,
    ) -> None:
        self.now, self.escalation, self.is_final = now, escalation, is_final
        self.promises = promises
        super().__init__(**options)
        self.fields["keeps"] = KeepsField(keeps, self.now)
        self.fields["to"] = ContactsField(contacts, label="To")
        if not escalation.customer_should_know:
            self.fields["may_know"] = _may_know_field(escalation)
        self.zone = escalation.account.zone
        _next_fields(self, escalation, self.zone, author)

    def clean(self) -> dict[str, Any]:
        _needs_a_time(self)
        typed = self.cleaned_data
        text = typed.get("text", "")
        if texts.NEXT_BY in text and not typed.get("next_at") and "next_at" not in self.errors:
            self.add_error("next_at", f"The text says {texts.NEXT_BY}: choose the time that stands there.")
        self.says_what_it_means("text", text.replace(texts.NEXT_BY, ""), self.escalation)
        self.object_to("text", self._proof(text))
        return typed

    def _proof(self, text: str) -> proofreading.Proof:
        typed = self.cleaned_data
        first = next(iter(typed.get("to") or []), None)
        others = [promise.due_at for promise in self.promises if promise not in typed.get("keeps", [])]
        return proofreading.read(
            text,
            zone=(first.zone if first else "") or self.zone,
            now=self.now,
            next_at=typed.get("next_at"),
            promised=others,
        )

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


class ElsewhereForm(ActForm):
    """A call, a meeting or a mail that happened elsewhere: who spoke, with whom, when, and what was said."""

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
    text = forms.CharField(label="What was said", widget=text_area(4, autofocus=True), max_length=MOST_WORDS)
    minutes = forms.IntegerField(label="Minutes", required=False, min_value=0, max_value=1440)

    def __init__(self, *, contacts: Sequence[Contact], here: str, **options: Any) -> None:
        super().__init__(**options)
        self.fields["at"] = LocalMoment(label="When, on your clock", zone=here)
        self.fields["contact"] = ContactField(contacts, label="With")


class CorrectForm(ElsewhereForm):
    """The same, written down anew, and what was wrong with it."""

    reason = reason_field("What was wrong")


class LogForm(ElsewhereForm):
    """The same for the first time, with what it keeps and promises."""

    places: ClassVar[dict[str, str]] = {"due_at": "next_at", "what": "next_what"}

    def __init__(
        self,
        escalation: Escalation,
        *,
        contacts: Sequence[Contact],
        keeps: Sequence[Promise],
        here: str,
        now: dt.datetime,
        author: Member | None = None,
        left_out: Sequence[str] = (),
        **options: Any,
    ) -> None:
        super().__init__(contacts=contacts, here=here, **options)
        self.fields["files"] = FilesField(left_out=left_out)
        self.fields["keeps"] = KeepsField(keeps, now)
        if not escalation.customer_should_know:
            self.fields["may_know"] = _may_know_field(escalation)
        self.zone = escalation.account.zone
        _next_fields(self, escalation, self.zone, author)

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
