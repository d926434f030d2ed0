"""The plan as a whole: its order, and the customer's word on it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms

from amends.directory.models import Contact
from amends.escalations.models import Problem
from amends.web.forms.base import Form
from amends.web.forms.case import ContactField
from amends.web.forms.moments import LocalMoment


class IdsField(forms.CharField):
    """An order that the page carries, "3,1,2"; gives the ids, or nothing where it was not sent or is not one."""

    widget = forms.HiddenInput

    def __init__(self, **options: Any) -> None:
        super().__init__(required=False, max_length=10_000, **options)

    def clean(self, value: Any) -> list[int]:
        numbers = super().clean(value).split(",")
        return [int(number) for number in numbers if number.isascii() and number.isdigit() and len(number) < 19]


class OrderForm(Form):
    """Another order: dragged (`order`), or a number for each problem. `seen` is the order that it began with.

    Who gives a problem a number that another one has puts it where that one was.
    """

    order = IdsField()
    seen = IdsField()
    places: ClassVar[dict[str, str]] = {"order": "all of it"}

    def __init__(self, problems: Sequence[Problem], **options: Any) -> None:
        super().__init__(**options)
        self.problems = problems
        for place, problem in enumerate(problems, 1):
            # Left empty it stays where it is, such as one that came onto the plan meanwhile.
            self.fields[_place(problem)] = forms.IntegerField(
                label=problem.words, required=False, min_value=1, max_value=9999, initial=place
            )

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or self.cleaned_data
        return {"order": typed.get("order") or self._by_numbers(typed), "seen": typed.get("seen") or None}

    def lines(self) -> list[forms.BoundField]:
        """The numbers, in the order of the plan."""
        return [self[_place(problem)] for problem in self.problems]

    def _by_numbers(self, typed: dict[str, Any]) -> list[int]:
        def place(numbered: tuple[int, Problem]) -> tuple[int, int, int]:
            before, problem = numbered
            after = typed.get(_place(problem)) or before
            return after, (after > before) - (after < before), before

        return [problem.pk for _, problem in sorted(enumerate(self.problems, 1), key=place)]


class ConfirmForm(Form):
    """Who of them confirmed the order, how and when. `order` is what was read to them."""

    order = IdsField()
    how = forms.ChoiceField(
        label="How they said so",
        choices=[("call", "Call"), ("meeting", "Meeting"), ("mail", "Mail")],
        widget=forms.RadioSelect,
    )

    def __init__(self, contacts: Sequence[Contact], *, here: str, **options: Any) -> None:
        super().__init__(**options)
        self.fields["contact"] = ContactField(contacts, label="Who confirmed it", nobody="Somebody else")
        self.fields["name"] = forms.CharField(label="Somebody else’s name", required=False, max_length=120)
        self.fields["at"] = LocalMoment(label="When, on your clock", zone=here)


def _place(problem: Problem) -> str:
    return f"place_{problem.pk}"
