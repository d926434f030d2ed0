"""Who handles it, how grave it is, where it goes, how it ends."""

from __future__ import annotations

from typing import Any

from django import forms

from amends.directory.models import Member
from amends.escalations.models import Escalation
from amends.playbook.document import Document
from amends.web.forms.absences import ColleagueField
from amends.web.forms.base import Form
from amends.web.forms.case import reason_field


class HandForm(Form):
    """To whom it goes, and why."""

    handler = ColleagueField(label="Who takes it", queryset=Member.objects.here(), empty_label="Choose somebody")
    reason = reason_field("Why")

    def __init__(self, escalation: Escalation, **options: Any) -> None:
        super().__init__(**options)
        others = Member.objects.here().exclude(handles=escalation)
        self.fields["handler"].queryset = others  # type: ignore[attr-defined]


class SeverityForm(Form):
    """Graver or less grave than the playbook has it."""

    severity = forms.ChoiceField(label="Severity", widget=forms.RadioSelect)
    reason = reason_field("Why")

    def __init__(self, document: Document, **options: Any) -> None:
        super().__init__(**options)
        self.fields["severity"].choices = [  # type: ignore[attr-defined]
            (severity.key, severity.name) for severity in document.severities
        ]


class TrendForm(Form):
    """Where it goes, as the handler sees it."""

    trend = forms.ChoiceField(label="It is", choices=Escalation.Trend.choices, widget=forms.RadioSelect)


class ReasonForm(Form):
    """Only a reason."""

    reason = reason_field("Why")

    @classmethod
    def asking(cls, label: str, **options: Any) -> ReasonForm:
        form = cls(**options)
        form.fields["reason"].label = label
        return form


class ConsentForm(Form):
    """Nothing to fill in; the act may still refuse."""


class AdoptForm(Form):
    """Who takes imported history over."""

    handler = ColleagueField(label="Who takes it", queryset=Member.objects.here(), empty_label="Choose somebody")
