"""Files in a form: several at once, with what is too large said before anything is done."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile

from amends.escalations.actions.files import MB, MOST_AT_ONCE, File, too_large
from amends.escalations.file_kinds import ACCEPTED

AGAIN = "Choose the files again: browsers do not keep them."


def again(names: Sequence[str]) -> str:
    """The same where it is known which."""
    return f"{', '.join(names)}: {AGAIN[0].lower()}{AGAIN[1:]}"


def chosen(files: Any, name: str) -> list[str]:
    """The names of the files that came in this field, each once."""
    found = files.getlist(name) if hasattr(files, "getlist") else []
    return list(dict.fromkeys(upload.name for upload in found if upload.name))


def parted(names: str) -> list[str]:
    """The names of files that a preview showed, as its hidden field has them."""
    return [name for name in names.split("/") if name]


class FilesInput(forms.FileInput):
    """The browser's own way to choose several files; `static/web/js/files.js` lets them be dropped there too."""

    allow_multiple_selected = True

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[UploadedFile]:
        found: list[UploadedFile] = files.getlist(name) if hasattr(files, "getlist") else []
        return found


class FilesField(forms.Field):
    """Any number of files, as they were given to us. `left_out`: those that were too much to be read at all."""

    widget = FilesInput

    def __init__(self, *, left_out: Sequence[str] = (), **options: Any) -> None:
        options.setdefault("label", "Files")
        options.setdefault("required", False)
        options.setdefault("help_text", f"Up to {settings.FILE_LIMIT_MB} MB each. You can drop them here.")
        super().__init__(**options)
        self.left_out = left_out
        most = settings.FILE_LIMIT_MB * MB
        self.widget.attrs |= {"multiple": True, "accept": ACCEPTED, "data-most-bytes": most, "data-most": MOST_AT_ONCE}

    def asks_again(self, names: Sequence[str]) -> None:
        """Say which were chosen before, where the form comes back without them."""
        if names:
            self.help_text = again(names)

    def clean(self, value: Any) -> list[File]:
        """Read them. A list of sentences is raised for all that is wrong at once."""
        uploads: list[UploadedFile] = value or []
        wrong = [too_large(upload.name or "") for upload in uploads if (upload.size or 0) > settings.FILE_LIMIT_MB * MB]
        wrong += [too_large(name) for name in self.left_out]
        if wrong:
            raise ValidationError([*dict.fromkeys(wrong), AGAIN])
        if len(uploads) > MOST_AT_ONCE:
            raise ValidationError([f"{MOST_AT_ONCE} files at once are the most. Put them into a zip file.", AGAIN])
        return [File(upload.name or "", upload.read()) for upload in uploads]
