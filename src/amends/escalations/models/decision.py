"""Whether somebody takes a request on."""

from __future__ import annotations

from django.db import models

from amends.directory.models import Member
from amends.escalations.models.escalation import Escalation


class Decision(models.Model):
    """One asking for a decision, and what was decided. Given back, it may be asked anew: that is another row."""

    class Verdict(models.TextChoices):
        ACCEPTED = "accepted", "Accepted"
        DECLINED = "declined", "Declined"
        GIVEN_BACK = "given back", "Given back"
        CLOSED = "closed", "Closed with a note"
        OVERTAKEN = "overtaken", "No longer asked"

    escalation = models.ForeignKey(Escalation, on_delete=models.CASCADE, related_name="decisions")
    asked_of = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="decisions")
    asked_by = models.ForeignKey(Member, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField()
    verdict = models.CharField(max_length=10, choices=Verdict.choices, blank=True)
    decided_by = models.ForeignKey(Member, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    # The reason, the next steps or the note
    words = models.TextField(blank=True)

    class Meta:
        ordering = ["-asked_at", "-id"]
        indexes = [
            models.Index(fields=["asked_of", "due_at"], condition=models.Q(verdict=""), name="decision_pending_of"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["escalation"], condition=models.Q(verdict=""), name="decision_pending_once"
            ),
            models.CheckConstraint(
                condition=models.Q(verdict="", decided_at__isnull=True)
                | (~models.Q(verdict="") & models.Q(decided_at__isnull=False)),
                name="decision_made_has_a_moment",
            ),
        ]

    def __str__(self) -> str:
        return self.get_verdict_display() or f"asked of {self.asked_of}"

    @property
    def who_asked(self) -> str:
        """A member of ours, or the contact whose own words it came from; blank where nobody knows."""
        if self.asked_by:
            return str(self.asked_by)
        contact = self.escalation.contact
        return f"{contact} of {self.escalation.account}" if contact else ""
