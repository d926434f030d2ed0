"""Who is away, and who stands in; and choosing somebody where that matters."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

from django import forms
from django.forms.models import ModelChoiceIterator

from amends.directory.models import Absence, Member
from amends.lib import wall, when
from amends.web.forms.base import ChangeForm, Form
from amends.web.forms.case import wall_time
from amends.web.forms.moments import LocalMoment


class _Colleagues(ModelChoiceIterator):
    """The choices, each with whether they are away."""

    field: ColleagueField

    def __iter__(self) -> Iterator[Any]:
        now = wall.now()
        found = Absence.objects.standing(now).select_related("member", "stand_in")
        self.field.away = {absence.member_id: _away(absence, now) for absence in found}
        yield from super().__iter__()


def _away(absence: Absence, now: dt.datetime) -> str:
    until = when.day(absence.until_at, absence.member.zone, now)
    return f"away until {until}: {absence.stand_in} stands in"


class ColleagueField(forms.ModelChoiceField):
    """One of us who is here. Beside who is away stands who stands in; the act refuses the one and names the other."""

    iterator = _Colleagues
    # Filled whenever the choices are listed
    away: Mapping[int, str] = MappingProxyType({})

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj} ({self.away[obj.pk]})" if obj.pk in self.away else str(obj)


class AbsenceForm(Form):
    """From when until when, on the clock of who is away, and who stands in."""

    why = forms.CharField(
        label="Why", required=False, max_length=120, help_text="If others may read it, such as: on leave."
    )

    def __init__(self, *, member: Member, **options: Any) -> None:
        super().__init__(**options)
        there = f", {when.place(member.zone)} time"
        self.fields["from_at"] = LocalMoment(label=f"From{there}", zone=member.zone)
        self.fields["until_at"] = LocalMoment(label=f"Until{there}", zone=member.zone)
        others = Member.objects.here().exclude(pk=member.pk)
        self.fields["stand_in"] = ColleagueField(label="Who stands in", queryset=others, empty_label="Choose somebody")
        self.order_fields(["from_at", "until_at", "stand_in", "why"])

    @classmethod
    def beginning(cls, member: Member, now: dt.datetime) -> AbsenceForm:
        """Before anything was typed: from now on."""
        return cls(member=member, initial={"from_at": wall_time(now, member.zone)})


class AbsenceChangeForm(ChangeForm, AbsenceForm):
    """Another end, or another stand-in. When it began has happened."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        del self.fields["from_at"]

    @classmethod
    def of(cls, absence: Absence, data: Any = None) -> AbsenceChangeForm:
        """Filled with what is planned."""
        until = wall_time(absence.until_at, absence.member.zone)
        return cls(
            member=absence.member,
            data=data,
            initial={"until_at": until, "stand_in": absence.stand_in_id, "why": absence.why},
        )
