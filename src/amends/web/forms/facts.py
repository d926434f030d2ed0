"""The ledger of facts: stating, settling, disputing, putting right what the customer was told."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms

from amends.directory.models import Team
from amends.escalations.actions import facts
from amends.escalations.actions.facts import MOST_EVIDENCE
from amends.escalations.models import Escalation, Fact
from amends.web.forms.base import ChangeForm, Form
from amends.web.forms.case import reason_field, text_area
from amends.web.forms.files import FilesField

_SAYS = "What is, or may be, so"
_SOURCE = "Where it comes from"
_SHOWS = "What shows it"


def _evidence(label: str) -> forms.CharField:
    return forms.CharField(label=label, required=False, max_length=MOST_EVIDENCE, widget=text_area(3))


class StateForm(Form):
    """A statement, with what is known of it. It may be confirmed at once."""

    words = forms.CharField(
        label=_SAYS,
        max_length=300,
        widget=text_area(2),
        error_messages={"required": "Say what is, or may be, so."},
    )
    is_confirmed = forms.TypedChoiceField(
        label="It is",
        choices=[("", "Under investigation"), ("yes", "Confirmed")],
        coerce=bool,
        required=False,
        initial="",
        widget=forms.RadioSelect,
    )
    source = forms.CharField(label=_SOURCE, required=False, max_length=200)
    evidence = _evidence(_SHOWS)

    def __init__(self, escalation: Escalation, *, left_out: Sequence[str] = (), **options: Any) -> None:
        super().__init__(**options)
        self.fields["files"] = FilesField(left_out=left_out)
        # Read once: as choices, and to see whether there are any.
        problems, doubted = list(escalation.problems.all()), list(escalation.facts.uncertain())
        if problems:
            self.fields["problem"] = _one_of("Of which problem", problems, "None in particular")
        self.fields["team"] = forms.ModelChoiceField(
            label="Whose finding it is", required=False, queryset=Team.objects.all(), empty_label="No team’s"
        )
        if doubted:
            self.fields["corrects"] = _one_of("In place of which fact", doubted, "None")

    def clean(self) -> dict[str, Any]:
        if self.cleaned_data.get("is_confirmed"):
            _shows_it(self)
        return self.cleaned_data

    def given(self) -> dict[str, Any]:
        """What was typed, as the act takes it."""
        return {name: value for name, value in self.cleaned_data.items() if value not in (None, "")}


class ConfirmForm(Form):
    """It is so, and this shows it. Filled with what is known."""

    source = forms.CharField(label=_SOURCE, required=False, max_length=200)
    evidence = _evidence(_SHOWS)

    def __init__(self, fact: Fact, *, left_out: Sequence[str] = (), **options: Any) -> None:
        super().__init__(initial={"source": fact.source, "evidence": fact.evidence}, **options)
        self.fields["files"] = FilesField(left_out=left_out)
        self.known = fact

    def clean(self) -> dict[str, Any]:
        _shows_it(self, self.known)
        return self.cleaned_data


class RefuteForm(Form):
    """It is not so, and this shows it."""

    evidence = _evidence("What shows that it is not so")

    def __init__(self, fact: Fact, *, left_out: Sequence[str] = (), **options: Any) -> None:
        super().__init__(**options)
        self.fields["files"] = FilesField(left_out=left_out)


class FactForm(ChangeForm):
    """The same, said better. What the customer was told keeps its words."""

    words = forms.CharField(label=_SAYS, max_length=300, widget=text_area(2))
    source = forms.CharField(label=_SOURCE, required=False, max_length=200)
    evidence = _evidence(_SHOWS)

    def __init__(self, fact: Fact, **options: Any) -> None:
        super().__init__(
            initial={"words": fact.words, "source": fact.source, "evidence": fact.evidence},
            **options,
        )
        if fact.citations.all():
            del self.fields["words"]


class DisputeForm(Form):
    """What one's team holds against it."""

    words = reason_field("What your team holds against it")

    def __init__(self, teams: Sequence[Team], **options: Any) -> None:
        super().__init__(**options)
        if len(teams) > 1:
            self.fields["team"] = _one_of("For which team", teams, "Choose one")


class SettleForm(Form):
    """How a dispute was settled."""

    answer = reason_field("How it was settled")


class ReopenForm(Form):
    """It is in question again."""

    reason = reason_field("Why it is in question again")


class CorrectForm(Form):
    """The customer knows."""

    how = reason_field("How they heard it")


def _shows_it(form: Form, known: Fact | None = None) -> None:
    """All that is missing before it can be confirmed, said at once; what is left empty is taken as it is `known`."""
    source, evidence = (
        form.cleaned_data.get(name) or (getattr(known, name) if known else "") for name in ("source", "evidence")
    )
    for name, sentence in facts.unshown(source, evidence).items():
        if not form.has_error(name):
            form.add_error(name, sentence)


def _one_of(label: str, rows: Sequence[Any], otherwise: str) -> forms.TypedChoiceField:
    """One of a few rows that have been read."""
    by_id = {row.pk: row for row in rows}
    return forms.TypedChoiceField(
        label=label,
        required=False,
        empty_value=None,
        coerce=lambda number: by_id[int(number)],
        choices=[("", otherwise), *((row.pk, str(row)) for row in rows)],
        error_messages={"invalid_choice": "That is not there any more. Choose another."},
    )
