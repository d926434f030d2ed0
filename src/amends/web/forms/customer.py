"""What a customer may send from their page: each form is one act of `customer_answers`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from typing import Any, ClassVar

from django import forms

from amends.directory.models import Contact
from amends.escalations.actions.customer_answers import MOST, MOST_OF_A_RATING
from amends.escalations.actions.meeting_answers import MOST_WORDS
from amends.escalations.models import Attendance, Rating
from amends.web.forms.base import Form
from amends.web.forms.case import text_area
from amends.web.forms.moments import LocalMoment


class NumbersField(forms.CharField):
    """Numbers with commas between, as the page itself wrote them."""

    widget = forms.HiddenInput

    def clean(self, value: Any) -> list[int]:
        typed = str(super().clean(value))
        parts = typed.split(",")
        if not all(part.isascii() and part.isdigit() and len(part) < 15 for part in parts):
            raise forms.ValidationError("Load the page once more, then confirm it.")
        return [int(part) for part in parts]


class ConfirmForm(Form):
    """The plan, in the order that was shown."""

    order = NumbersField(max_length=4000)


class WordsForm(Form):
    """Whatever they want to say."""

    words = forms.CharField(label="Your words", max_length=MOST, widget=text_area(4))

    def __init__(self, label: str = "", **options: Any) -> None:
        super().__init__(**options)
        if label:
            self.fields["words"].label = label


class RequestForm(WordsForm):
    """Their answer to one thing that we asked for."""

    request = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**63 - 1)


class TimesForm(Form):
    """Up to three moments on their own clock."""

    words = forms.CharField(
        label="What about, and where we reach you",
        required=False,
        max_length=MOST,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, zone: str, **options: Any) -> None:
        super().__init__(**options)
        for name, label in (("first", "A time that suits you"), ("second", "Or"), ("third", "Or")):
            self.fields[name] = LocalMoment(label=label, zone=zone, required=False)
        self.order_fields(["first", "second", "third", "words"])

    @property
    def moments(self) -> Sequence[dt.datetime]:
        """What was typed, in UTC."""
        typed = (self.cleaned_data.get(name) for name in ("first", "second", "third"))
        return [moment for moment in typed if moment]


class MeetingForm(Form):
    """Whether they come, or when they would rather."""

    places: ClassVar[dict[str, str]] = {"comment": "words"}

    meeting = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**63 - 1)
    answer = forms.ChoiceField(
        label="Does this suit you?",
        choices=[
            (Attendance.Answer.ACCEPTED, "Yes"),
            (Attendance.Answer.DECLINED, "No"),
            (Attendance.Answer.TENTATIVE, "Another time would be better"),
        ],
        widget=forms.RadioSelect,
    )
    words = forms.CharField(label="What you want to say to it", required=False, max_length=MOST_WORDS)

    def __init__(self, zone: str, **options: Any) -> None:
        super().__init__(**options)
        self.fields["proposed_at"] = LocalMoment(label="The time that would be better", zone=zone, required=False)
        self.order_fields(["meeting", "answer", "proposed_at", "words"])

    def clean(self) -> dict[str, Any]:
        typed = self.cleaned_data
        would_rather = typed.get("answer") == Attendance.Answer.TENTATIVE
        if would_rather and not typed.get("proposed_at") and "proposed_at" not in self.errors:
            self.add_error("proposed_at", "When would it be better?")
        if not would_rather and "proposed_at" in typed:
            typed["proposed_at"] = None
        return typed


class OverForm(Form):
    """Whether it is over for them."""

    is_over = forms.ChoiceField(
        label="Is it over for you?",
        choices=[("yes", "Yes, it is over"), ("no", "No, not yet")],
        widget=forms.RadioSelect,
    )
    words = forms.CharField(
        label="What is not solved yet, or what you want to say", required=False, max_length=MOST, widget=text_area(3)
    )


class RateForm(Form):
    """How far they feel heard."""

    heard = forms.TypedChoiceField(
        label="So far, do you feel heard?", choices=Rating.Heard.choices, coerce=int, widget=forms.RadioSelect
    )
    words = forms.CharField(
        label="What would make it better", required=False, max_length=MOST_OF_A_RATING, widget=text_area(2)
    )


class AddressForm(Form):
    """Where their link should go once more."""

    email = forms.EmailField(
        label="Your mail address", max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "email"})
    )


class GiveLinkForm(Form):
    """Which contact gets a link, and whether by mail. It begins with somebody who has none, if there is anybody."""

    mail = forms.BooleanField(label="Send it to them by mail now", required=False, initial=True)

    def __init__(self, contacts: Sequence[Contact], linked: Collection[int], **options: Any) -> None:
        super().__init__(**options)
        by_id = {contact.pk: contact for contact in contacts}
        without = [contact.pk for contact in contacts if contact.pk not in linked]
        nobody = [] if without else [("", "Choose somebody")]
        self.initial["contact"] = self.initial.get("contact") or next(iter(without), None)
        self.fields["contact"] = forms.TypedChoiceField(
            label="Who gets it",
            coerce=lambda number: by_id[int(number)],
            choices=nobody + [(contact.pk, _with_link(contact, linked)) for contact in contacts],
            help_text="" if without else "Everybody here has a link. A new one closes the one that they have.",
            error_messages={"invalid_choice": "That person is not there any more. Choose somebody else."},
        )
        self.order_fields(["contact", "mail"])


def _with_link(contact: Contact, linked: Collection[int]) -> str:
    return f"{contact.name} (has a link)" if contact.pk in linked else contact.name
