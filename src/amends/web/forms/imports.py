"""Forms of imports: which file, and what its columns mean."""

from __future__ import annotations

from typing import Any

from django import forms

from amends.directory.imports import cells, columns, reading
from amends.directory.imports.models import Import
from amends.web.forms.base import Form

CHOICES = ("decimal", "dates", "default_currency")


class FileForm(Form):
    """A file, and what is in it."""

    noun = forms.ChoiceField(
        label="What is in it?", choices=Import.Noun.choices, initial=Import.Noun.ACCOUNTS, widget=forms.RadioSelect
    )
    file = forms.FileField(
        label="File",
        max_length=200,
        help_text=f"CSV or XLSX, up to {reading.MOST_BYTES // 1024 // 1024} MB. Its first line names the columns.",
        widget=forms.FileInput(attrs={"accept": ".csv,.tsv,.txt,.xlsx", "class": "input"}),
    )


class ColumnsForm(Form):
    """Which column of the file is which of our fields, and how amounts and days are written in it."""

    def __init__(self, imported: Import, data: Any = None) -> None:
        super().__init__(data, initial={**imported.mapping, **imported.choices})
        headers = [("", "Not in this file"), *((header, header) for header in imported.headers)]
        self.columns = [each.name for each in columns.FIELDS[imported.noun]]
        for each in columns.FIELDS[imported.noun]:
            self.fields[each.name] = forms.ChoiceField(
                label=each.label, choices=headers, required=False, help_text=each.hint
            )
        if imported.noun == Import.Noun.ACCOUNTS:
            self._ask_how_it_is_written()

    def _ask_how_it_is_written(self) -> None:
        self.fields["decimal"] = forms.ChoiceField(
            label="Amounts are written", choices=list(cells.DECIMALS.items()), widget=forms.RadioSelect
        )
        self.fields["dates"] = forms.ChoiceField(
            label="Days are written",
            choices=list(cells.ORDERS.items()),
            help_text="2027-01-31 is always understood.",
            widget=forms.RadioSelect,
        )
        self.fields["default_currency"] = forms.CharField(
            label="Currency of new accounts",
            max_length=3,
            help_text="Where the file says none.",
            widget=forms.TextInput(attrs={"class": "input--short"}),
        )

    @property
    def mapping(self) -> dict[str, str]:
        """Field -> heading, once it is valid."""
        return {name: self.cleaned_data[name] for name in self.columns}

    @property
    def choices(self) -> dict[str, str]:
        """How amounts and days are written, once it is valid."""
        return {name: self.cleaned_data[name] for name in CHOICES if name in self.cleaned_data}

    def column_fields(self) -> list[forms.BoundField]:
        """For the page: the fields that are columns."""
        return [self[name] for name in self.columns]

    def choice_fields(self) -> list[forms.BoundField]:
        """For the page: how amounts and days are written."""
        return [self[name] for name in CHOICES if name in self.fields]
