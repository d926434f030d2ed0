"""Help that is needed, and that came."""

from __future__ import annotations

from typing import Any

from django import forms

from amends.directory.models import Member, Team
from amends.web.forms.base import Form
from amends.web.forms.case import text_area


class HelpForm(Form):
    """What is needed, and from whom: one member, or one team."""

    places = {"asked_of": "whom", "team": "whom"}

    what = forms.CharField(
        label="What you need",
        max_length=300,
        widget=text_area(2),
        error_messages={"required": "Say what is needed."},
    )
    whom = forms.ChoiceField(label="From whom", error_messages={"required": "Choose a member or a team."})

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.members = {member.pk: member for member in Member.objects.here()}
        self.teams = {team.pk: team for team in Team.objects.all()}
        self.fields["whom"].choices = [  # type: ignore[attr-defined]
            ("", "Choose somebody"),
            ("People", [(f"member:{pk}", _called(member)) for pk, member in self.members.items()]),
            ("Teams", [(f"team:{pk}", team.name) for pk, team in self.teams.items()]),
        ]

    @property
    def asked_of(self) -> Member | None:
        """The member who is asked, if it is one."""
        noun, _, number = self.cleaned_data["whom"].partition(":")
        return self.members[int(number)] if noun == "member" else None

    @property
    def team(self) -> Team | None:
        """The team that is asked, if it is one."""
        noun, _, number = self.cleaned_data["whom"].partition(":")
        return self.teams[int(number)] if noun == "team" else None


class SettleHelpForm(Form):
    """It is there, or no longer needed; in a line."""

    answer = forms.CharField(
        label="What was done", max_length=300, widget=text_area(2), error_messages={"required": "Say it in a line."}
    )


def _called(member: Member) -> str:
    return f"{member.name}, {member.title}" if member.title else member.name
