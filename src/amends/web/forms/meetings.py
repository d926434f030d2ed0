"""Planning a meeting, changing it, saying how it was, and what somebody answered."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms

from amends.directory.models import Contact, Member
from amends.escalations import meetings as planning
from amends.escalations.actions.meeting_answers import ANSWERS, MOST_WORDS
from amends.escalations.actions.promises import AN_UPDATE
from amends.escalations.actions.updates import Next
from amends.escalations.meetings import Invited
from amends.escalations.models import Attendance, Escalation, Meeting
from amends.lib import when
from amends.lib.hours import written
from amends.web.forms.base import ChangeForm, Form
from amends.web.forms.case import next_word, reason_field, text_area
from amends.web.forms.moments import LocalMoment
from amends.web.forms.proofread import fingerprint
from amends.web.forms.updates import MOST_WORDS as MOST_TEXT
from amends.web.forms.updates import needs_a_time, next_fields

Part = Attendance.Part
AGENDA_AT_MOST, MINUTES = 4000, 30
# As many of ours as one may add besides those who are proposed, or are in it already.
_MORE = 2
_PARTS = [("", "Is not asked"), *Part.choices]


@dataclass(frozen=True, slots=True)
class Row:
    """One of ours, why they should come, and the fields that say whether and as what."""

    member: Member
    why: str
    part: forms.BoundField
    is_optional: forms.BoundField


class _Contacts(forms.TypedMultipleChoiceField):
    """Who of the customer comes, each with when one can talk with them."""

    def __init__(self, contacts: Sequence[Contact], zone: str) -> None:
        by_id = {contact.pk: contact for contact in contacts}
        super().__init__(
            label="Of theirs",
            required=False,
            coerce=lambda number: by_id[int(number)],
            choices=[(contact.pk, _introduced(contact, zone)) for contact in contacts],
            widget=forms.CheckboxSelectMultiple,
            error_messages={"invalid_choice": "That person is not there any more. Choose somebody else."},
        )


class MeetingForm(ChangeForm):
    """When, where, what about, and who. `proposed` are those who should be asked, or who are in it, with why."""

    minutes = forms.IntegerField(label="Minutes", min_value=1, max_value=480, initial=MINUTES)
    place = forms.CharField(label="Where", required=False, max_length=300)
    agenda = forms.CharField(label="Agenda", required=False, max_length=AGENDA_AT_MOST, widget=text_area(4))
    text = forms.CharField(
        label="What they read with the invitation", required=False, max_length=MOST_TEXT, widget=text_area(5)
    )

    def __init__(
        self,
        escalation: Escalation,
        *,
        zone: str,
        contacts: Sequence[Contact],
        proposed: Mapping[Member, str],
        now: dt.datetime,
        times: Sequence[tuple[str, str]] = (),
        **options: Any,
    ) -> None:
        self.escalation, self.zone, self.now = escalation, zone, now
        self.excuse = ""
        super().__init__(**options)
        if times:
            self.fields["suits"] = forms.ChoiceField(
                label="They proposed", required=False, choices=[*times, ("", "Another time")], widget=forms.RadioSelect
            )
        self.fields["starts_at"] = LocalMoment(label=f"When, {when.place(zone)} time", zone=zone, required=False)
        self.fields["contacts"] = _Contacts(contacts, escalation.account.zone)
        self._members = {member.pk: (member, why) for member, why in proposed.items()}
        for pk in self._members:
            self.fields[f"part_{pk}"] = forms.ChoiceField(
                label="Part", required=False, choices=_PARTS, widget=forms.Select(attrs={"class": "input"})
            )
            self.fields[f"optional_{pk}"] = forms.BooleanField(label="May stay away", required=False)
        for number in range(_MORE):
            self.fields[f"more_{number}"] = forms.ModelChoiceField(
                label="Somebody else", required=False, queryset=Member.objects.here(), empty_label="Nobody else"
            )
            self.fields[f"more_part_{number}"] = forms.ChoiceField(
                label="As", required=False, choices=Part.choices, initial=Part.GUEST
            )

    def clean(self) -> dict[str, Any]:
        typed = self.cleaned_data
        if typed.get("suits"):
            typed["starts_at"] = dt.datetime.fromisoformat(typed["suits"])
        if not typed.get("starts_at") and "starts_at" not in self.errors:
            self.add_error("starts_at", "When? Nobody can come without a time.")
        if not self.errors:
            self._warn()
        return typed

    def _warn(self) -> None:
        """What speaks against the time, unless somebody has read just that and wants it so."""
        typed = self.cleaned_data
        found = planning.warnings(
            self.escalation,
            starts_at=typed["starts_at"],
            ends_at=typed["starts_at"] + dt.timedelta(minutes=typed["minutes"]),
            contacts=typed["contacts"],
            members=[invited.member for invited in self.invited],
            now=self.now,
        )
        key = fingerprint("\n".join(found)) if found and typed["starts_at"] > self.now else ""
        if key and self.data.get("as_it_is") != key:
            self.excuse = key
            for says in found:
                self.add_error("starts_at", says)

    @property
    def invited(self) -> list[Invited]:
        """Who of us comes, as it was typed."""
        typed = self.cleaned_data
        found = [
            Invited(member, typed[f"part_{pk}"], typed.get(f"optional_{pk}", False))
            for pk, (member, _) in self._members.items()
            if typed.get(f"part_{pk}")
        ]
        more = [(typed.get(f"more_{number}"), typed.get(f"more_part_{number}")) for number in range(_MORE)]
        return [*found, *(Invited(member, part or Part.GUEST) for member, part in more if member)]

    @property
    def rows(self) -> list[Row]:
        """Those who should be asked, or are in it, with their fields."""
        return [
            Row(member, why, self[f"part_{pk}"], self[f"optional_{pk}"]) for pk, (member, why) in self._members.items()
        ]

    @property
    def more(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        return [(self[f"more_{number}"], self[f"more_part_{number}"]) for number in range(_MORE)]

    @property
    def adds(self) -> bool:
        """Whether somebody else is chosen besides."""
        return any(member.errors or member.value() for member, _ in self.more)


class PlanForm(MeetingForm):
    """A new meeting of a kind. What is chosen as its `kind` may be another than it was drawn for: then what that one
    brings along is to be looked at first.
    """

    kind = forms.ChoiceField(label="Kind", choices=Meeting.Kind.choices, widget=forms.RadioSelect)
    # The fingerprint of the agenda that the kind brought along, which tells whether anybody has changed it
    begun_with = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput(attrs={"data-kept": True}))
    # The kind whose agenda, people and guidance stand in it
    drawn_for = forms.CharField(required=False, max_length=13, widget=forms.HiddenInput(attrs={"data-kept": True}))


class ChangeMeetingForm(MeetingForm):
    """What is to be different, and why."""

    reason = reason_field("Why it moves", required=False)

    @property
    def different(self) -> dict[str, Any]:
        """What this person has changed, as the act takes it."""
        changes = self.changes
        found: dict[str, Any] = {
            name: changes[name] for name in ("minutes", "place", "agenda", "contacts") if name in changes
        }
        if "starts_at" in changes or changes.get("suits"):
            found["starts_at"] = self.cleaned_data["starts_at"]
        if any(name.startswith(("part_", "optional_", "more_")) for name in changes):
            found["members"] = self.invited
        return found


class CallOffForm(Form):
    """Why it does not take place."""

    reason = reason_field("Why", required=True)
    agreed = forms.BooleanField(
        label="They wished it so, or do not need it any more",
        required=False,
        help_text="Else it was promised to them, and that promise is broken.",
    )
    text = forms.CharField(label="What they read", required=False, max_length=MOST_TEXT, widget=text_area(5))

    def __init__(self, *, is_internal: bool, **options: Any) -> None:
        super().__init__(**options)
        if is_internal:
            del self.fields["agreed"], self.fields["text"]


class HeldForm(Form):
    """How it was: who came, how they were, our own minutes, and what they hear next."""

    places = {"due_at": "next_at", "what": "next_what"}

    mood = forms.ChoiceField(
        label="How were they?",
        required=False,
        choices=[*Escalation.Mood.choices, ("", "I cannot say")],
        widget=forms.RadioSelect,
    )
    words = forms.CharField(label="Our own minutes", required=False, max_length=MOST_TEXT, widget=text_area(6))

    def __init__(
        self,
        meeting: Meeting,
        people: Sequence[Attendance],
        *,
        here: str,
        author: Member | None,
        **options: Any,
    ) -> None:
        super().__init__(**options)
        self.zone = meeting.escalation.account.zone
        self.fields["came"] = forms.TypedMultipleChoiceField(
            label="Who came",
            required=False,
            coerce=int,
            choices=[(each.pk, each.name) for each in people],
            widget=forms.CheckboxSelectMultiple,
        )
        self.fields["at"] = LocalMoment(label="It began, on your clock", zone=here)
        self.fields["lasted"] = forms.IntegerField(label="Minutes", min_value=1, max_value=1440)
        if meeting.is_internal:
            del self.fields["mood"]
        else:
            next_fields(self, meeting.escalation, self.zone, author)

    def clean(self) -> dict[str, Any]:
        if "next_at" in self.fields:
            needs_a_time(self)
        return self.cleaned_data

    @property
    def then(self) -> Next | None:
        return next_word(self, AN_UPDATE) if "next_at" in self.fields else None


class AnswerForm(Form):
    """What somebody answered to the invitation."""

    answer = forms.ChoiceField(
        label="They say",
        choices=[(each.value, each.label) for each in ANSWERS],
        widget=forms.RadioSelect,
    )
    comment = forms.CharField(label="In their words", required=False, max_length=MOST_WORDS)

    def __init__(self, zone: str, **options: Any) -> None:
        super().__init__(**options)
        label = f"Another time would suit them, {when.place(zone)} time"
        self.fields["proposed_at"] = LocalMoment(label=label, zone=zone, required=False)


class NoNotesForm(Form):
    """Why the customer gets no notes."""

    reason = reason_field("Why they get none")


def parts_of(people: Iterable[Invited]) -> dict[str, Any]:
    """What a form begins with for those who come."""
    return {
        name: value
        for each in people
        for name, value in ((f"part_{each.member.pk}", each.part), (f"optional_{each.member.pk}", each.is_optional))
    }


def _introduced(contact: Contact, zone: str) -> str:
    """Their name, and when and where one can talk with them."""
    place = when.place(contact.zone or zone)
    hours = f"{written(contact.available)} in {place}" if contact.available else ""
    mail = "" if contact.email else "no mail address"
    more = "; ".join(filter(None, [hours, mail]))
    return f"{contact.name} ({more})" if more else contact.name
