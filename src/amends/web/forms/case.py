"""What the forms of the case page share."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from django import forms

from amends.directory.models import Contact
from amends.escalations.actions import keeping
from amends.escalations.actions.updates import Next
from amends.escalations.models import Promise
from amends.lib import when

# As many promises as a form offers to keep, besides those that it was opened for.
MOST_OFFERED = 8


def text_area(rows: int, **attributes: Any) -> forms.Textarea:
    """Room to write in; it grows with what is written."""
    return forms.Textarea(attrs={"rows": rows, **attributes})


def reason_field(label: str, **options: Any) -> forms.CharField:
    """Why somebody does it, in a line or two."""
    return forms.CharField(label=label, max_length=300, widget=text_area(2), **options)


def wall_time(moment: dt.datetime, zone: str) -> dt.datetime:
    """What the clocks of `zone` show, for an input that has no zone of its own."""
    return moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None)


def to_keep(found: Sequence[Promise], asked: Iterable[str]) -> list[Promise]:
    """The promises that a form offers to keep: those that are asked for, and the nearest."""
    wanted = {number for number in asked if number.isascii() and number.isdigit()}
    # What we promised ourselves no word to the customer keeps, and a meeting is kept by holding it.
    theirs = [promise for promise in found if promise.kind != Promise.Kind.LOOK and not hasattr(promise, "meeting")]
    return [promise for rank, promise in enumerate(theirs) if rank < MOST_OFFERED or str(promise.pk) in wanted]


class _Promised(forms.CheckboxSelectMultiple):
    """Each box says to whom that was promised, where only a word to them keeps it: `static/web/js/receiving.js`."""

    def __init__(self, found: Iterable[Promise]) -> None:
        super().__init__()
        self.to = {promise.pk: promise.to_id for promise in found if not keeping.reaches(promise, ())}

    def create_option(self, name: str, value: Any, *args: Any, **options: Any) -> dict[str, Any]:
        option: dict[str, Any] = super().create_option(name, value, *args, **options)
        if contact := self.to.get(value):
            option["attrs"]["data-promised-to"] = contact
        return option


class KeepsField(forms.TypedMultipleChoiceField):
    """Which of the open promises this word keeps, and to whom each was made."""

    def __init__(self, found: Sequence[Promise], now: dt.datetime, **options: Any) -> None:
        self.by_id = {promise.pk: promise for promise in found}
        super().__init__(
            label="Keeps",
            required=False,
            coerce=lambda number: self.by_id[int(number)],
            choices=[
                (
                    promise.pk,
                    f"“{promise.what}”, to {promise.for_whom}, by {when.their_time(promise.due_at, promise.zone, now)}",
                )
                for promise in found
            ],
            widget=_Promised(found),
            error_messages={"invalid_choice": "Somebody has kept or moved that promise already. See what is open now."},
            **options,
        )


class ContactsField(forms.TypedMultipleChoiceField):
    """Who at the customer gets it. An empty choice is refused by the act, which says what to do."""

    def __init__(self, contacts: Sequence[Contact], **options: Any) -> None:
        by_id = {contact.pk: contact for contact in contacts}
        super().__init__(
            required=False,
            coerce=lambda number: by_id[int(number)],
            choices=[
                (contact.pk, contact.name if contact.email else f"{contact.name} (no mail address)")
                for contact in contacts
            ],
            widget=forms.CheckboxSelectMultiple,
            error_messages={"invalid_choice": "That person is not there any more. Choose somebody else."},
            **options,
        )


class ContactField(forms.TypedChoiceField):
    """One person at the customer, or nobody in particular."""

    def __init__(self, contacts: Sequence[Contact], *, nobody: str = "Nobody in particular", **options: Any) -> None:
        by_id = {contact.pk: contact for contact in contacts}
        super().__init__(
            required=False,
            empty_value=None,
            coerce=lambda number: by_id[int(number)],
            choices=[("", nobody), *((contact.pk, contact.name) for contact in contacts)],
            **options,
        )


def next_word(form: forms.Form, otherwise: str) -> Next | None:
    """What they hear next, as the fields next_… say; None where no time is given."""
    typed = form.cleaned_data
    if not typed.get("next_at"):
        return None
    return Next(
        typed["next_what"].strip() or otherwise, typed["next_at"], typed["next_channel"], typed.get("next_owner")
    )
