"""The adopted versions of the playbook."""

from __future__ import annotations

from functools import lru_cache

from django.db import models

from amends.playbook.document import Document, load


class PlaybookVersion(models.Model):
    """One adopted version. Never changed: an escalation is judged by the version it was opened under."""

    number = models.PositiveIntegerField(unique=True)
    name = models.CharField(max_length=120)
    text = models.TextField()
    adopted_at = models.DateTimeField()
    adopted_by_name = models.CharField(max_length=120)
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["-number"]

    def __str__(self) -> str:
        return f"{self.name}, version {self.number}"

    @property
    def document(self) -> Document:
        """The validated document. Read once for each text."""
        return _document(self.text)


@lru_cache(maxsize=64)
def _document(text: str) -> Document:
    return load(text)
