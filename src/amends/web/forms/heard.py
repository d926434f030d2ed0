"""What one hears when a customer escalates: the same questions on the phone and afterwards."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms

from amends.escalations.hearing import Heard
from amends.escalations.models import Escalation
from amends.lib import visible
from amends.playbook.document import Document
from amends.web.forms.base import Form
from amends.web.forms.moments import LocalMoment

_YES_NO = (("yes", "Yes"), ("no", "No"))
MOST_PROBLEMS = 20
# What is folded away while one is on the phone.
FOLDED = ("category", "sentiment", "asks_for_level", "tried_first", "tried")


def _lines(label: str) -> forms.CharField:
    return forms.CharField(required=False, label=label, widget=forms.Textarea(attrs={"rows": 2}), max_length=2000)


class HeardForm(Form):
    """Only the reason is required; the rest may follow."""

    places: ClassVar[dict[str, str]] = {"caller_name": "contact"}

    reason = forms.CharField(
        max_length=200,
        label="What has happened, in a sentence",
        error_messages={"required": "Say in a few words what it is about."},
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    contact = forms.CharField(
        max_length=120,
        required=False,
        label="Who told you",
        widget=forms.TextInput(attrs={"list": "contacts", "autocomplete": "off"}),
    )
    impact = forms.ChoiceField(required=False, label="What it does to their business")
    channel = forms.ChoiceField(
        choices=Escalation.Channel.choices, widget=forms.RadioSelect, initial="phone", label="It came by"
    )
    found_by = forms.ChoiceField(
        choices=[("customer", "They did"), ("us", "We did")],
        widget=forms.RadioSelect,
        initial="customer",
        label="Who found it first",
    )
    mood = forms.ChoiceField(choices=Escalation.Mood.choices, required=False, widget=forms.RadioSelect)
    patience = forms.ChoiceField(
        choices=[("patient", "They have time"), ("short", "Short"), ("gone", "None left")],
        required=False,
        widget=forms.RadioSelect,
        label="Patience",
    )
    expectation = _lines("What they expected")
    outcome_wanted = _lines("What they want now, in their words")
    affects_customer = forms.ChoiceField(
        choices=_YES_NO, initial="yes", widget=forms.RadioSelect, label="Does it affect the customer?"
    )
    customer_should_know = forms.ChoiceField(
        choices=_YES_NO, initial="yes", widget=forms.RadioSelect, label="Do they need to know?"
    )
    why_not_told = forms.CharField(required=False, max_length=300, label="Why not?")
    category = forms.ChoiceField(required=False, label="What it is about")
    sentiment = forms.ChoiceField(
        choices=Escalation.Sentiment.choices, required=False, widget=forms.RadioSelect, label="How their CSM feels"
    )
    asks_for_level = forms.TypedChoiceField(required=False, coerce=int, empty_value=None, label="For whom they ask")
    tried_first = forms.MultipleChoiceField(
        required=False, widget=forms.CheckboxSelectMultiple, label="What was tried first"
    )
    tried = forms.CharField(required=False, max_length=2000, label="What else was tried")
    why_unqualified = forms.CharField(required=False, max_length=300, label="Why it should be opened all the same")

    def __init__(self, *args: Any, zone: str, document: Document, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["since_at"] = LocalMoment(zone=zone, required=False, label="Since when?")
        self.fields["until_at"] = LocalMoment(
            zone=zone, required=False, label="Until when?", help_text="Empty while it lasts."
        )
        self._offers("impact", [("", "Not clear yet"), *((one.key, _sentence(one.name)) for one in document.impacts)])
        self._offers("category", [("", "Not clear yet"), *((one.key, one.name) for one in document.categories)])
        levels = [(level.level, f"{level.name} (level {level.level})") for level in document.levels]
        self._offers("asks_for_level", [("", "Nobody in particular"), *levels])
        self._offers("tried_first", [(words, words) for words in document.entry.tried_first])

    def _offers(self, name: str, choices: list[tuple[Any, str]]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]

    @property
    def problems(self) -> list[str]:
        """The problems as they were typed, one a line of the form; empty lines are left out."""
        if not self.is_bound:
            return []
        typed = self.data.getlist("problem") if hasattr(self.data, "getlist") else []
        return [words for each in typed if (words := visible.words(each).strip())]

    @property
    def is_unfolded(self) -> bool:
        """Whether something that is folded away has been said, or is at fault."""
        return any(self[name].errors or self[name].value() not in (None, "", []) for name in FOLDED)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for words in self.problems:
            if len(words) > 300:
                self.add_error(None, "A problem is a sentence or two: 300 characters at most.")
        if len(self.problems) > MOST_PROBLEMS:
            says = f"{MOST_PROBLEMS} problems at once are the most; these are {len(self.problems)}."
            self.add_error(None, f"{says} Keep the rest for the plan, where more can be added.")
        return cleaned

    @property
    def caller_name(self) -> str:
        """Who told us, as it was typed."""
        return str(self.cleaned_data.get("contact", ""))

    def heard(self) -> Heard:
        """What the form says, in the words of the domain. What could not be read is as if nobody had said it yet."""
        typed = self.cleaned_data
        return Heard(
            reason=typed.get("reason") or "…",
            problems=tuple(self.problems),
            affects_customer=typed.get("affects_customer") != "no",
            customer_should_know=typed.get("customer_should_know") != "no",
            since_at=typed.get("since_at"),
            until_at=typed.get("until_at"),
            reported_at=typed.get("reported_at"),
            asks_for_level=typed.get("asks_for_level"),
            tried_first=tuple(typed.get("tried_first", ())),
            channel=typed.get("channel") or Escalation.Channel.PHONE,
            found_by=typed.get("found_by") or Escalation.FoundBy.CUSTOMER,
            **{name: typed.get(name, "") for name in _WORDS},
        )


_WORDS = (
    "category",
    "impact",
    "mood",
    "patience",
    "sentiment",
    "expectation",
    "outcome_wanted",
    "why_not_told",
    "tried",
    "why_unqualified",
)


def _sentence(name: str) -> str:
    return name[:1].upper() + name[1:]
