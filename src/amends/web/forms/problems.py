"""The plan: naming problems, saying how they stand and by when they are solved."""

from __future__ import annotations

from typing import Any

from django import forms

from amends.directory.models import Member, Team
from amends.escalations.models import Problem
from amends.web.forms.case import ActForm, reason_field, text_area
from amends.web.forms.moments import LocalMoment


def _owner() -> forms.ModelChoiceField:
    return forms.ModelChoiceField(
        label="Who has it", required=False, queryset=Member.objects.here(), empty_label="Nobody yet"
    )


def _team() -> forms.ModelChoiceField:
    return forms.ModelChoiceField(label="Team", required=False, queryset=Team.objects.all(), empty_label="None")


class NameForm(ActForm):
    """A problem, in the customer's words."""

    words = forms.CharField(label="What is wrong, as the customer says it", max_length=300, widget=text_area(2))
    owner = _owner()
    team = _team()


class ProblemForm(ActForm):
    """How a problem stands, who has it, what is done next."""

    status = forms.ChoiceField(
        label="It is",
        choices=[(value, label) for value, label in Problem.Status.choices if value not in Problem.SETTLED],
        widget=forms.RadioSelect,
    )
    waiting_for = forms.CharField(label="Waiting for whom", required=False, max_length=120)
    owner = _owner()
    team = _team()
    next_step = forms.CharField(label="Next step", required=False, max_length=300, widget=text_area(2))

    @classmethod
    def of(cls, problem: Problem) -> ProblemForm:
        """Filled with how it stands."""
        return cls(
            initial={
                "status": problem.status,
                "waiting_for": problem.waiting_for,
                "owner": problem.owner_id,
                "team": problem.team_id,
                "next_step": problem.next_step,
            }
        )


class EstimateForm(ActForm):
    """By when it will be solved. All estimates are kept."""

    reason = reason_field("Why, where it is later than before", required=False)

    def __init__(self, *, here: str, **options: Any) -> None:
        super().__init__(**options)
        self.fields["eta_at"] = LocalMoment(label="Solved by, on your clock", zone=here)


class DeclineForm(ActForm):
    """We will not solve it."""

    reason = reason_field("Why we will not solve it")


class AgainForm(ActForm):
    """It was not over after all."""

    reason = reason_field("What showed that it is not over")
