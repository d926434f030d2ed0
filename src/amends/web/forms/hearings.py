"""Filling in what was heard, looking again whether they need to know, and merging."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

from django import forms

from amends.escalations.models import Escalation
from amends.web.forms.base import ChangeForm, Form
from amends.web.forms.case import reason_field
from amends.web.forms.heard import HeardForm


def as_heard(escalation: Escalation, zone: str) -> dict[str, Any]:
    """What was heard so far, as the form shows it; moments on the clock of `zone`."""
    names = [
        name for name in HeardForm.base_fields if name not in ("contact", "affects_customer", "customer_should_know")
    ]
    return {
        **{name: getattr(escalation, name) for name in names},
        "contact": escalation.contact.name if escalation.contact else "",
        "affects_customer": "yes" if escalation.affects_customer else "no",
        "customer_should_know": "yes" if escalation.customer_should_know else "no",
        "since_at": _on_the_clock(escalation.since_at, zone),
        "until_at": _on_the_clock(escalation.until_at, zone),
    }


def _on_the_clock(moment: dt.datetime | None, zone: str) -> dt.datetime | None:
    return moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None) if moment else None


class LaterForm(ChangeForm, HeardForm):
    """What was heard so far, to be filled in."""

    @property
    def said(self) -> dict[str, Any]:
        """What was changed, in the words of the domain, and the problems that come on. Who told us has a name only."""
        heard, changed = self.heard(), self.changes.keys()
        said = {name: getattr(heard, name) for name in changed if name != "contact" or not self.caller_name}
        return said | {"problems": heard.problems}

    @property
    def caller_name(self) -> str:
        return str(self.changes.get("contact", ""))


class LookForm(Form):
    """Whether the customer needs to know by now, and if not, why not."""

    may_know = forms.ChoiceField(
        label="Do they need to know by now?",
        choices=[("no", "Still no"), ("yes", "Yes")],
        initial="no",
        widget=forms.RadioSelect,
    )
    why_not_told = reason_field("If not, why not", required=False)


class MergeForm(Form):
    """Into which other open one of the account it goes, and what shows that it is the same."""

    into = forms.TypedChoiceField(label="It is the same as", widget=forms.RadioSelect)
    reason = reason_field("What shows that it is the same")

    def __init__(self, others: Sequence[Escalation], **options: Any) -> None:
        by_key = {other.key: other for other in others}
        super().__init__(**options)
        field = self.fields["into"]
        assert isinstance(field, forms.TypedChoiceField)
        field.choices = [(other.key, f"{other.key} {other.reason}") for other in others]
        field.coerce = by_key.__getitem__
        if len(by_key) == 1:
            field.initial = next(iter(by_key))
