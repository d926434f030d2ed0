"""What is typed about causes: what is wrong, whom it affects, what they are told."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms

from amends.directory.models import Account, Team
from amends.escalations import causes
from amends.escalations.actions.cause_notices import MOST_TOLD
from amends.escalations.actions.causes import MOST_KNOWN
from amends.escalations.causes import Affected, Line, Row
from amends.escalations.hearing import in_force
from amends.escalations.models import Cause
from amends.web.forms.base import ChangeForm, Form
from amends.web.forms.case import reason_field, text_area
from amends.web.forms.moments import LocalMoment

MOST_TYPED = 200_000
# So many causes are offered as what lies behind a case: the newest.
MOST_OFFERED = 200
_NEVER = dt.datetime.min.replace(tzinfo=dt.UTC)


class CauseForm(ChangeForm):
    """What is wrong, and what we know of it."""

    name = forms.CharField(
        label="What is wrong, in words that a customer may read",
        max_length=160,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    what_we_know = forms.CharField(
        label="What we know of it, inside", required=False, max_length=MOST_KNOWN, widget=text_area(4)
    )
    category = forms.ChoiceField(label="What it is about", required=False)
    team = forms.TypedChoiceField(label="Who solves it", required=False, empty_value=None)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        teams = {team.pk: team for team in Team.objects.all()}
        self.fields["category"].choices = [  # type: ignore[attr-defined]
            ("", "Not said"),
            *((category.key, category.name) for category in in_force().document.categories),
        ]
        self.fields["team"].coerce = lambda number: teams[int(number)]  # type: ignore[attr-defined]
        self.fields["team"].choices = [  # type: ignore[attr-defined]
            ("", "Nobody yet"),
            *((team.pk, team.name) for team in teams.values()),
        ]

    @classmethod
    def of(cls, cause: Cause, data: Any = None) -> CauseForm:
        """The form with what is known."""
        known = {"name": cause.name, "what_we_know": cause.what_we_know, "category": cause.category}
        return cls(data, initial=known | {"team": cause.team_id or ""})


class MarkForm(Form):
    """Which accounts are affected, one a line, and how we know."""

    places = {"accounts": "typed"}

    typed = forms.CharField(
        label="Accounts, one a line",
        max_length=MOST_TYPED,
        widget=text_area(8, spellcheck="false"),
        error_messages={"required": "Name at least one account."},
    )
    how_we_know = forms.CharField(
        label="How we know", max_length=300, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    leave_out = forms.BooleanField(required=False, widget=forms.HiddenInput)

    lines: Sequence[Line] = ()

    @property
    def accounts(self) -> list[Account]:
        """Those that were found, each once."""
        return [line.account for line in self.lines if line.account and not line.says]

    @property
    def unknown(self) -> list[Line]:
        """The lines that mean no account."""
        return [line for line in self.lines if line.account is None]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        self.lines = causes.read_names(cleaned.get("typed", ""))
        if self.unknown and not cleaned.get("leave_out"):
            self.add_error("typed", self._complaint())
        return cleaned

    def _complaint(self) -> str:
        """Of one line what to do about it; of several, where that stands."""
        count, line = len(self.unknown), self.unknown[0]
        if count == 1 and line.hint:
            return f"“{line.typed[:80]}” is no account of ours. {line.hint}"
        return f"{count} {'line is' if count == 1 else 'lines are'} no account of ours: see below."


class WhyForm(Form):
    """Why, in a line or two."""

    reason = reason_field("What shows it")


class SolveForm(Form):
    """What was done."""

    done = forms.CharField(label="What was done", max_length=500, widget=text_area(3))


@dataclass(frozen=True, slots=True)
class Boxes:
    """Some accounts to choose from: number, name, and whether it is chosen; `of` how many that belong here."""

    says: str
    boxes: Sequence[tuple[int, str, bool]]
    of: int


class NoticeForm(Form):
    """One text to many accounts, and what each of them is promised with it.

    No more stand in it than one notice may go to; the others do when these are told.
    """

    subject = forms.CharField(label="Subject", max_length=200, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    text = forms.CharField(label="What they read", max_length=10_000, widget=text_area(12))
    next_what = forms.CharField(
        label="What they hear next", max_length=300, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )

    def __init__(self, found: Affected, zone: str, **options: Any) -> None:
        super().__init__(**options)
        groups = [
            ("Not escalated, and not told yet", [row for row in found.to_tell if not row.other]),
            ("With another case: does it come of this? Look before you tell them", _with_another(found)),
            ("Told by us before", [row for row in found.told if row.contacts]),
            ("They escalated themselves", [row for row in found.escalated if row.contacts]),
        ]
        self._groups = [(says, shown, len(rows)) for (says, rows), shown in zip(groups, _shown(groups), strict=True)]
        by_id = {row.account.pk: row.account for _, rows in groups for row in rows}
        self.fields["next_at"] = LocalMoment(
            label="By when",
            zone=zone,
            help_text="On your clock. Each of them reads it on theirs.",
            error_messages={"required": "Say by when they hear from us next."},
        )
        self.fields["accounts"] = forms.TypedMultipleChoiceField(
            label="Who is told",
            coerce=lambda number: by_id[int(number)],
            choices=[(account.pk, account.name) for account in by_id.values()],
            widget=forms.CheckboxSelectMultiple,
            # Who has another case may have told us of this in it.
            initial=[row.account.pk for row in self._groups[0][1]],
            error_messages={
                "required": "Choose at least one account.",
                "invalid_choice": "One of them is not affected any more. Look at who is left.",
            },
        )
        self.order_fields(["subject", "text", "next_what", "next_at", "accounts"])

    @property
    def groups(self) -> list[Boxes]:
        """Who can be told, in groups."""
        chosen = {str(number) for number in self["accounts"].value() or ()}
        return [
            Boxes(says, [(row.account.pk, _named(row), str(row.account.pk) in chosen) for row in rows], of)
            for says, rows, of in self._groups
            if rows
        ]

    @property
    def left(self) -> int:
        """How many do not stand in it yet."""
        return sum(of - len(rows) for _, rows, of in self._groups)


def _shown(groups: Sequence[tuple[str, Sequence[Row]]]) -> Iterator[Sequence[Row]]:
    """Of each group as many as one notice may go to, in all: those first whom we told longest ago, or never."""
    room = MOST_TOLD
    for _, rows in groups:
        shown = rows
        if len(rows) > room:
            told_first = sorted(rows, key=lambda row: row.told_at or _NEVER)[:room]
            chosen = {row.account.pk for row in told_first}
            shown = [row for row in rows if row.account.pk in chosen]
        room -= len(shown)
        yield shown


def _with_another(found: Affected) -> list[Row]:
    return [row for row in found.to_tell if row.other]


def _named(row: Row) -> str:
    return f"{row.account.name} ({row.other.key}: {row.other.reason})" if row.other else row.account.name


class LinkForm(Form):
    """Which cause lies behind a case: one that is known, or a new one."""

    name = forms.CharField(
        label="Or something new, in words that a customer may read",
        required=False,
        max_length=160,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        known = list(Cause.objects.open()[:MOST_OFFERED])
        by_id = {cause.pk: cause for cause in known}
        self.fields["cause"] = forms.TypedChoiceField(
            label="What lies behind it",
            required=False,
            empty_value=None,
            coerce=lambda number: by_id[int(number)],
            choices=[
                ("", "Choose one" if known else "Nothing is known yet"),
                *((each.pk, str(each)) for each in known),
            ],
            error_messages={"invalid_choice": "That cause is solved by now. Choose another one."},
        )
        self.order_fields(["cause", "name"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        known, new = cleaned.get("cause"), cleaned.get("name", "").strip()
        if known and new:
            self.add_error("name", "Choose one, or name a new one: not both.")
        elif not known and not new and not self.errors:
            self.add_error("cause", "Choose a cause, or name a new one.")
        return cleaned
