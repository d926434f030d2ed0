"""The timeline's rows. Events are for ever: the database refuses to change or delete them."""

from __future__ import annotations

from django.db import models

from amends.directory.models import Member
from amends.escalations.models.escalation import Escalation


class Event(models.Model):
    """One change of an escalation: what kind, who, when. Ids and plain words; personal words stand in EventWords."""

    escalation = models.ForeignKey(Escalation, on_delete=models.PROTECT, related_name="events")
    kind = models.CharField(max_length=40)
    at = models.DateTimeField()
    by = models.ForeignKey(Member, null=True, on_delete=models.PROTECT, related_name="+")
    by_name = models.CharField(max_length=120)
    words = models.JSONField(default=dict)
    # The mark of a thing that is told once only; null for what people do
    once = models.CharField(max_length=80, null=True)

    class Meta:
        ordering = ["-at", "-id"]
        indexes = [
            models.Index(fields=["escalation", "-at", "-id"], name="event_of"),
            # Few of very many: what came back is found without reading them all.
            models.Index(
                fields=["escalation"], condition=models.Q(kind="escalation.reopened"), name="event_of_reopening"
            ),
        ]
        constraints = [models.UniqueConstraint(fields=["escalation", "once"], name="event_once")]

    def __str__(self) -> str:
        return self.kind


class EventWords(models.Model):
    """The personal words of an event: the only part that may be erased."""

    event = models.OneToOneField(Event, primary_key=True, on_delete=models.PROTECT, related_name="personal")
    words = models.JSONField(default=dict)

    def __str__(self) -> str:
        return f"words of {self.event_id}"


class Mark(models.Model):
    """How far up its ladder one due thing has been told."""

    escalation = models.ForeignKey(Escalation, on_delete=models.CASCADE, related_name="marks")
    key = models.CharField(max_length=60)
    rung = models.PositiveIntegerField()
    told_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["escalation", "key"], name="mark_once")]

    def __str__(self) -> str:
        return f"{self.key}:{self.rung}"


class Parked(models.Model):
    """An escalation whose look raised: it is looked at again later, and shown; the others go on."""

    escalation = models.OneToOneField(Escalation, primary_key=True, on_delete=models.CASCADE)
    trouble = models.CharField(max_length=300)
    since = models.DateTimeField()
    last_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=1)

    def __str__(self) -> str:
        return f"{self.escalation.key}: {self.trouble}"
