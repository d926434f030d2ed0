"""Deciding on a request: from the case, or from the mail."""

from __future__ import annotations

from django import forms

from amends.escalations.models import Escalation
from amends.web.forms.base import Form
from amends.web.forms.case import text_area


class DeclineForm(Form):
    """Why it does not become an escalation."""

    reason = forms.CharField(label="Why", max_length=2000, widget=text_area(3))


class GiveBackForm(Form):
    """What is to be done before it is decided on."""

    steps = forms.CharField(label="What is to be done next", max_length=2000, widget=text_area(3))


class CloseWithNoteForm(Form):
    """How it was settled at once."""

    note = forms.CharField(label="How it was settled", max_length=2000, widget=text_area(3))
    outcome = forms.ChoiceField(
        label="How it ended",
        choices=[("recovered", "We have won them back"), ("lost", "We have lost them")],
        initial=Escalation.Outcome.RECOVERED,
        widget=forms.RadioSelect,
    )


class AskAgainForm(Form):
    """What was done meanwhile, or why it cannot wait."""

    done = forms.CharField(label="What was done, or why it cannot wait", max_length=2000, widget=text_area(3))
