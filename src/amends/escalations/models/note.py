"""What is said inside a case, and files; a note is never seen by the customer."""

from __future__ import annotations

from django.db import models

from amends.directory.models import Member
from amends.escalations.models.escalation import Escalation
from amends.escalations.models.fact import Fact
from amends.escalations.models.problem import Problem
from amends.escalations.models.update import Update


class Note(models.Model):
    """Something said inside a case. It is not changed afterwards; another note says better."""

    escalation = models.ForeignKey(Escalation, on_delete=models.CASCADE, related_name="notes")
    problem = models.ForeignKey(Problem, null=True, blank=True, on_delete=models.PROTECT, related_name="notes")
    text = models.TextField()
    by = models.ForeignKey(Member, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    mentions = models.ManyToManyField(Member, blank=True, related_name="mentioned_in")

    class Meta:
        ordering = ["-at", "-id"]
        indexes = [models.Index(fields=["escalation", "-at", "-id"], name="note_of")]

    def __str__(self) -> str:
        return self.text[:80]


class Attachment(models.Model):
    """A file on an update, a note, a problem or a fact. Its bytes stand in `FileContent`: lists do not read them."""

    escalation = models.ForeignKey(Escalation, on_delete=models.CASCADE, related_name="attachments")
    update = models.ForeignKey(Update, null=True, blank=True, on_delete=models.PROTECT, related_name="attachments")
    note = models.ForeignKey(Note, null=True, blank=True, on_delete=models.PROTECT, related_name="attachments")
    problem = models.ForeignKey(Problem, null=True, blank=True, on_delete=models.PROTECT, related_name="attachments")
    fact = models.ForeignKey(Fact, null=True, blank=True, on_delete=models.PROTECT, related_name="attachments")
    name = models.CharField(max_length=160)
    # What the bytes are, whatever the name says: "application/pdf"
    kind = models.CharField(max_length=80)
    size = models.PositiveIntegerField()
    fingerprint = models.CharField(max_length=64)
    by = models.ForeignKey(Member, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["escalation", "id"], name="attachment_of")]

    def __str__(self) -> str:
        return self.name


class FileContent(models.Model):
    """The bytes of one attachment."""

    attachment = models.OneToOneField(Attachment, primary_key=True, on_delete=models.CASCADE, related_name="content")
    content = models.BinaryField()

    def __str__(self) -> str:
        return f"content of {self.attachment_id}"
