"""Writing down what was said or heard elsewhere, and what every word to the customer promises."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms

from amends.directory.models import Contact, Member
from amends.escalations.actions import promises
from amends.escalations.actions.promises import AN_UPDATE
from amends.escalations.actions.updates import Next
from amends.escalations.models import Escalation, Promise, Update
from amends.lib import when
from amends.lib.errors import Refused
from amends.web.forms.base import Form
from amends.web.forms.case import ContactField, KeepsField, next_word, reason_field, text_area
from amends.web.forms.files import FilesField
from amends.web.forms.moments import LocalMoment

MOST_WORDS = 20_000
_BY = (("mail", "by mail"), ("call", "by phone"), ("meeting", "in a meeting"), ("page", "on a page"))


def next_fields(form: forms.Form, escalation: Escalation, zone: str, author: Member | None) -> None:
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


def needs_a_time(form: forms.Form) -> None:
    """What they hear next has a time."""
    typed = form.cleaned_data
    if typed.get("next_what") and "next_at" in typed and not typed["next_at"]:
        form.add_error("next_at", "By when? Without a time they cannot count on it.")


def is_ahead(form: forms.Form, now: dt.datetime) -> None:
    """That time is still to come, which is said together with all else that is wrong."""
    if at := form.cleaned_data.get("next_at"):
        try:
            promises.is_ahead(at, now)
        except Refused as refused:
            form.add_error("next_at", refused.sentence)


def may_know_field(escalation: Escalation) -> forms.BooleanField:
    """Where they were not to be told: that they may know by now."""
    return forms.BooleanField(
        label="They may know now", required=False, help_text=f"They were not to be told: {escalation.why_not_told}"
    )


class ElsewhereForm(Form):
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
            self.fields["may_know"] = may_know_field(escalation)
        self.zone, self.now = escalation.account.zone, now
        next_fields(self, escalation, self.zone, author)

    def clean(self) -> dict[str, Any]:
        needs_a_time(self)
        if self.cleaned_data.get("direction") == Update.Direction.OUT:
            is_ahead(self, self.now)
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
