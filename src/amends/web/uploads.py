"""Files on their way in: what is too much is never stored, and the page can say which it was."""

from __future__ import annotations

from typing import Any

from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.http import HttpRequest

MB = 1024 * 1024
# Above every limit that an act has of its own, for whatever is uploaded anywhere.
MOST_BYTES = 55 * MB
MOST_FILES = 40


class Bounded(FileUploadHandler):
    """Stands before the handlers that store. What it leaves out is read off the wire and dropped; the rest of the
    form arrives as it was typed.
    """

    def __init__(self, request: HttpRequest | None = None) -> None:
        super().__init__(request)
        self._files, self._bytes = 0, 0

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self._files += 1
        if self._files > MOST_FILES or self._bytes > MOST_BYTES:
            self._leave_out()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        self._bytes += len(raw_data)
        if self._bytes > MOST_BYTES:
            self._leave_out()
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """The handlers after this one make the file."""

    def _leave_out(self) -> None:
        left_out(self.request).append(self.file_name or "")
        raise SkipFile


def left_out(request: Any) -> list[str]:
    """The names of the files of a request that were too much to be taken."""
    if not hasattr(request, "left_out_files"):
        request.left_out_files = []
    names: list[str] = request.left_out_files
    return names
