"""The plan: naming problems, saying how they stand and by when they are solved, what is asked for them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms

from amends.directory.models import Contact, Member, Team
from amends.escalations.models import Problem
from amends.web.forms.absences import ColleagueField
from amends.web.forms.base import ChangeForm, Form
from amends.web.forms.case import ContactField, reason_field, text_area
from amends.web.forms.moments import LocalMoment

_OPEN = [(value, label) for value, label in Problem.Status.choices if value not in Problem.SETTLED]
# For the customer one waits by asking them for something, with a date.
_INSIDE = [(value, label) for value, label in Problem.WaitsOn.choices if value != Problem.WaitsOn.CUSTOMER]


def _owner() -> forms.ModelChoiceField:
    return ColleagueField(label="Who has it", required=False, queryset=Member.objects.here(), empty_label="Nobody yet")


def _team() -> forms.ModelChoiceField:
    return forms.ModelChoiceField(label="Team", required=False, queryset=Team.objects.all(), empty_label="None")


class NameForm(Form):
    """A problem, in the customer's words."""

    words = forms.CharField(label="What is wrong, as the customer says it", max_length=300, widget=text_area(2))
    owner = _owner()
    team = _team()


class ProblemForm(ChangeForm):
    """How a problem stands, who has it, what is done next and what that needs. Filled with how it is.

    While it waits for the customer, that stays as it is: their answer, or taking the request back, ends it.
    """

    status = forms.ChoiceField(label="It is", choices=_OPEN, widget=forms.RadioSelect)
    waits_on = forms.ChoiceField(label="Waiting for", required=False, choices=_INSIDE, widget=forms.RadioSelect)
    waiting_for = forms.CharField(label="Who that is", required=False, max_length=120)
    owner = _owner()
    team = _team()
    next_step = forms.CharField(label="Next step", required=False, max_length=300, widget=text_area(2))
    resources = forms.CharField(label="What that needs", required=False, max_length=300)

    def __init__(self, problem: Problem, **options: Any) -> None:
        names = ("status", "waits_on", "waiting_for", "owner", "team", "next_step", "resources")
        super().__init__(initial={name: getattr(problem, _COLUMNS.get(name, name)) for name in names}, **options)
        if problem.waits_on == Problem.WaitsOn.CUSTOMER:
            del self.fields["waits_on"], self.fields["waiting_for"]
            self.fields["status"].widget = forms.HiddenInput()


_COLUMNS = {"owner": "owner_id", "team": "team_id"}


class EstimateForm(Form):
    """By when it will be solved. All estimates are kept."""

    reason = reason_field("Why, where it is later than before", required=False)

    def __init__(self, *, here: str, **options: Any) -> None:
        super().__init__(**options)
        self.fields["eta_at"] = LocalMoment(label="Solved by, on your clock", zone=here)


class DeclineForm(Form):
    """We will not solve it."""

    reason = reason_field("Why we will not solve it")


class AgainForm(Form):
    """It was not over after all."""

    reason = reason_field("What showed that it is not over")


class RequestForm(Form):
    """What we need from the customer, from whom, by when."""

    what = forms.CharField(label="What we need from them", max_length=300, widget=text_area(2))

    def __init__(self, contacts: Sequence[Contact], *, here: str, **options: Any) -> None:
        super().__init__(**options)
        self.fields["to"] = ContactField(contacts, label="From whom")
        self.fields["due_at"] = LocalMoment(label="By when, on your clock", zone=here)


class AnswerForm(Form):
    """They have answered."""

    answer = reason_field("What they answered")


class WithdrawForm(Form):
    """We go on without it."""

    reason = reason_field("Why we no longer need it")


class TicketForm(Form):
    """Where it is worked on elsewhere."""

    # Text, so that the act says what an address is, not the browser.
    url = forms.CharField(label="Address of the ticket", max_length=500, widget=forms.TextInput({"inputmode": "url"}))
    label = forms.CharField(label="What you call it", required=False, max_length=80)
