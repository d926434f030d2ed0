"""An update by mail: who gets it, the words, what goes along, what is told inside besides, what they hear next."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from django import forms

from amends.directory.models import Contact, Member
from amends.escalations import hearers, proofreading, texts
from amends.escalations.actions import leave_outs
from amends.escalations.actions.files import MB
from amends.escalations.actions.inside import MOST_LETTERS
from amends.escalations.actions.leave_outs import Leave
from amends.escalations.actions.promises import AN_UPDATE
from amends.escalations.actions.updates import Next
from amends.escalations.enclosures import MOST
from amends.escalations.models import Escalation, Fact, LeaveOut, Promise
from amends.lib.errors import Refused
from amends.web.forms.base import day_input
from amends.web.forms.case import ContactsField, KeepsField, next_word, text_area
from amends.web.forms.files import FilesField, again, parted
from amends.web.forms.proofread import ProofreadForm
from amends.web.forms.updates import MOST_WORDS, is_ahead, may_know_field, needs_a_time, next_fields


def _kept() -> forms.HiddenInput:
    """Hidden, and kept with the draft all the same."""
    return forms.HiddenInput(attrs={"data-kept": True})


@dataclass(frozen=True, slots=True)
class Beside:
    """What an update may take along, or leave out: the facts to cite, who is left out just now."""

    facts: Sequence[Fact] = ()
    left_out: Mapping[int, LeaveOut] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Hearer:
    """Somebody who should be told, and what is asked where they are not."""

    contact: Contact
    why: forms.BoundField
    until: forms.BoundField


class ComposerForm(ProofreadForm):
    """Which promises it keeps, who gets it, the words, what they hear next and by when.

    `author` is who writes it, where that is somebody else than the handler. `left_off` are the names of files that
    were too much to be taken.
    """

    places: ClassVar[dict[str, str]] = {"due_at": "next_at", "what": "next_what"}

    # The prepared text that it began with, so that the record can say whether there was news
    prepared = forms.CharField(required=False, max_length=40, widget=_kept())
    # The fingerprint of that text, which tells whether anything has been typed
    begun = forms.CharField(required=False, max_length=40, widget=_kept())
    # The mail that was taken back, where this one takes its place
    again = forms.IntegerField(required=False, widget=forms.HiddenInput)
    # The files that the preview showed: what the browser did not bring again would be missing
    shown_files = forms.CharField(required=False, widget=forms.HiddenInput)
    subject = forms.CharField(label="Subject", required=False, max_length=200)
    text = forms.CharField(label="What you tell them", widget=text_area(7), max_length=MOST_WORDS)
    for_team = forms.CharField(
        label="For the account team", required=False, widget=text_area(2), max_length=MOST_LETTERS
    )
    for_executives = forms.CharField(
        label="For executives", required=False, widget=text_area(2), max_length=MOST_LETTERS
    )

    once_more = forms.BooleanField(label="Send it once more", required=False)

    def __init__(
        self,
        escalation: Escalation,
        *,
        contacts: Sequence[Contact],
        keeps: Sequence[Promise],
        promises: Sequence[Promise],
        now: dt.datetime,
        beside: Beside,
        author: Member | None = None,
        is_final: bool = True,
        left_off: Sequence[str] = (),
        **options: Any,
    ) -> None:
        self.now, self.escalation, self.is_final = now, escalation, is_final
        self.contacts, self.promises, self.beside = contacts, promises, beside
        self.zone = escalation.account.zone
        super().__init__(**options)
        self.fields["keeps"] = KeepsField(keeps, self.now)
        self.fields["to"] = ContactsField(contacts, label="To")
        self.should_hear = [contact for contact in contacts if hearers.should_hear(contact)]
        for contact in self.should_hear:
            self.fields[_why(contact)] = forms.CharField(label="Why not", required=False, max_length=300)
            self.fields[_until(contact)] = forms.DateField(label="Until", required=False, widget=day_input())
        self.fields["facts"] = _FactsField(beside.facts)
        self.fields["files"] = FilesField(
            left_out=left_off, help_text=f"They go along with the mail, {MOST // MB} MB together at most."
        )
        if not escalation.customer_should_know:
            self.fields["may_know"] = may_know_field(escalation)
        next_fields(self, escalation, self.zone, author)

    def clean(self) -> dict[str, Any]:
        needs_a_time(self)
        self._somebody_gets_it()
        typed = self.cleaned_data
        text = typed.get("text", "")
        if texts.NEXT_BY in text and not typed.get("next_at") and "next_at" not in self.errors:
            self.add_error("next_at", f"The text says {texts.NEXT_BY}: choose the time that stands there.")
        self.says_what_it_means("text", text.replace(texts.NEXT_BY, ""), self.escalation)
        self.object_to("text", self._proof(text))
        is_ahead(self, self.now)
        self._nobody_is_left_off()
        if self.is_final:
            self._no_file_is_missing()
        return typed

    def _proof(self, text: str) -> proofreading.Proof:
        typed = self.cleaned_data
        first = typed["to"][0] if typed.get("to") else None
        others = [promise.due_at for promise in self.promises if promise not in typed.get("keeps", [])]
        return proofreading.read(
            text,
            zone=(first.zone if first else "") or self.zone,
            now=self.now,
            next_at=typed.get("next_at"),
            promised=others,
        )

    def _somebody_gets_it(self) -> None:
        if self.cleaned_data.get("to") or self.has_error("to"):
            return
        names = [contact.name for contact in self.should_hear if contact.pk not in self.beside.left_out]
        told = f" {' and '.join(names)} should be told of it." if names else ""
        self.add_error("to", f"Choose who at the customer gets this.{told}")

    def _nobody_is_left_off(self) -> None:
        """Who should be told and is not chosen: why, and until when. All that is missing is said at once."""
        if not self.cleaned_data.get("to"):
            return
        for contact in self._not_chosen():
            if not self.data.get(_why(contact)) and not self.data.get(_until(contact)):
                says = f"{contact} should be told of this. Choose them too, or say below why not and until when."
                self.add_error("to", says)
            if not self.cleaned_data.get(_why(contact)) and not self.has_error(_why(contact)):
                self.add_error(_why(contact), f"Why is {contact} not told? It stays on the timeline.")
            if not self.has_error(_until(contact)):
                self._ends(_until(contact))

    def _ends(self, name: str) -> None:
        """Leaving somebody out ends on a day that is not far."""
        until = self.cleaned_data.get(name)
        if not until:
            self.add_error(name, "Until when? They are told again after that.")
            return
        try:
            leave_outs.end_of(until, self.zone, self.now)
        except Refused as refused:
            self.add_error(name, refused.sentence)

    def _not_chosen(self) -> Iterator[Contact]:
        chosen = self.cleaned_data.get("to", [])
        for contact in self.should_hear:
            if contact not in chosen and contact.pk not in self.beside.left_out:
                yield contact

    def _no_file_is_missing(self) -> None:
        shown = parted(self.cleaned_data.get("shown_files", ""))
        if len(shown) > len(self.cleaned_data.get("files", [])) and "files" not in self.errors:
            self.add_error("files", f"{again(shown)} Or send it without.")

    def goes_to_just_these(self) -> None:
        """Whom the page has chosen stays so, whatever a draft says (`static/web/js/drafts.js`): they were asked for."""
        self.fields["to"].widget.attrs["data-asked"] = True

    def had_chosen(self, names: Sequence[str]) -> None:
        """Say which files were chosen, here or as the preview showed them: it begins without them."""
        field = self.fields["files"]
        assert isinstance(field, FilesField)
        field.asks_again(names or parted(str(self.initial.get("shown_files", ""))))

    @property
    def hearers(self) -> list[Hearer]:
        """Those who should be told and are not left out already."""
        rest = [contact for contact in self.should_hear if contact.pk not in self.beside.left_out]
        return [Hearer(contact, self[_why(contact)], self[_until(contact)]) for contact in rest]

    @property
    def leaves_out(self) -> bool:
        """Whether it is asked, or said, why somebody is not told."""
        return any(bound.errors or bound.value() for each in self.hearers for bound in (each.why, each.until)) or bool(
            self.errors.get("to")
        )

    @property
    def says_inside(self) -> bool:
        """Whether anything is told inside besides."""
        return any(self[name].errors or self[name].value() for name in ("for_team", "for_executives"))

    @property
    def takes_along(self) -> bool:
        """Whether facts are cited, or a file is asked for again."""
        return bool(self["facts"].value() or self["facts"].errors or self["files"].errors)

    @property
    def keeps(self) -> list[Promise]:
        """All that it keeps: what is ticked, and the acknowledgement, which any word gives."""
        owed = [promise for promise in self.promises if promise.kind == Promise.Kind.ACKNOWLEDGEMENT]
        return list(dict.fromkeys([*self.cleaned_data["keeps"], *owed]))

    @property
    def reader(self) -> str:
        """The first name of whom it goes to first, as the boxes stand; blank where a mail reaches nobody of them."""
        chosen = {str(number) for number in self["to"].value() or ()}
        first = next((each for each in self.contacts if str(each.pk) in chosen and each.email), None)
        return first.name.split()[0] if first else ""

    @property
    def leaving_out(self) -> list[Leave]:
        """Whom it leaves out from now on."""
        typed = self.cleaned_data
        return [
            Leave(contact, typed[_why(contact)], typed[_until(contact)])
            for contact in self._not_chosen()
            if typed.get(_why(contact)) and typed.get(_until(contact))
        ]

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


class _Ticks(forms.CheckboxSelectMultiple):
    """What the page has ticked stays so, whatever a draft says (`static/web/js/drafts.js`): somebody asked for it."""

    def create_option(self, *args: Any, **options: Any) -> dict[str, Any]:
        option: dict[str, Any] = super().create_option(*args, **options)
        if option["selected"]:
            option["attrs"]["data-asked"] = True
        return option


class _FactsField(forms.TypedMultipleChoiceField):
    """Which facts stand at the end of the mail, what is certain first."""

    def __init__(self, facts: Sequence[Fact]) -> None:
        by_id = {fact.pk: fact for fact in facts}
        super().__init__(
            label="Cite from the facts",
            required=False,
            coerce=lambda number: by_id[int(number)],
            choices=[
                (fact.pk, fact.words if fact.is_certain else f"{fact.words} (only as still being looked into)")
                for fact in facts
            ],
            widget=_Ticks,
            error_messages={"invalid_choice": "That fact was refuted meanwhile, and is not told any more."},
        )


def _why(contact: Contact) -> str:
    return f"why_not_{contact.pk}"


def _until(contact: Contact) -> str:
    return f"until_{contact.pk}"
