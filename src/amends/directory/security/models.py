"""Sessions, tries and traces: rows that guard the others."""

from __future__ import annotations

from typing import Any

from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.utils.module_loading import import_string


class Session(AbstractBaseSession):
    """A browser in which a member is logged in; without a member, one in which somebody is about to be."""

    member = models.ForeignKey("directory.Member", null=True, on_delete=models.CASCADE, related_name="sessions")
    began_at = models.DateTimeField(null=True)
    # To the nearest few minutes: an ordinary request writes nothing
    seen_at = models.DateTimeField(null=True)
    browser = models.CharField(max_length=60, blank=True)

    @classmethod
    def get_session_store_class(cls) -> Any:
        return import_string("amends.directory.security.sessions.SessionStore")


class Tally(models.Model):
    """How often somebody has tried something lately; for all processes and machines. Kept until it no longer counts."""

    key = models.CharField(max_length=250, primary_key=True)
    value = models.JSONField()
    until = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.key


class Trace(models.Model):
    """Who changed what in the directory, and when. The database refuses to change one."""

    at = models.DateTimeField(db_index=True)
    by = models.ForeignKey("directory.Member", null=True, on_delete=models.PROTECT, related_name="+")
    by_name = models.CharField(max_length=120)
    # "member.changed"
    act = models.CharField(max_length=40)
    # "member:5", and what it was called then
    subject = models.CharField(max_length=40)
    name = models.CharField(max_length=200)
    # {"role": "csm"}, {"role": "manager"}: what is the same before and after is left out. Never a secret
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["subject"], name="trace_of")]

    def __str__(self) -> str:
        return f"{self.by_name}: {self.act} {self.subject}"
