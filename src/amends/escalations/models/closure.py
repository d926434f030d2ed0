"""How an escalation ends: what must be true, what was let off and why, and the outcome."""

from __future__ import annotations

from django.db import models

from amends.directory.models import Member
from amends.escalations.models.escalation import Escalation


class ExitCriterion(models.Model):
    """What must be true for the customer to call it over, as agreed with them."""

    escalation = models.ForeignKey(Escalation, on_delete=models.CASCADE, related_name="exit_criteria")
    words = models.CharField(max_length=300)
    rank = models.PositiveSmallIntegerField()
    met_at = models.DateTimeField(null=True, blank=True)
    met_by = models.ForeignKey(Member, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["rank", "id"]

    def __str__(self) -> str:
        return self.words


class Closure(models.Model):
    """How it ended: the outcome, and the customer's word that it is over (or why there is none)."""

    escalation = models.ForeignKey(Escalation, on_delete=models.CASCADE, related_name="closures")
    outcome = models.CharField(max_length=10, choices=Escalation.Outcome.choices)
    confirmed_by = models.CharField(max_length=120, blank=True)
    confirmed_how = models.CharField(max_length=10, blank=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    why_unconfirmed = models.CharField(max_length=300, blank=True)
    note = models.TextField(blank=True)
    closed_by = models.ForeignKey(Member, null=True, on_delete=models.PROTECT, related_name="+")
    closed_at = models.DateTimeField()

    class Meta:
        ordering = ["-closed_at"]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(confirmed_by="") | ~models.Q(why_unconfirmed=""),
                name="closure_confirmed_or_reasoned",
            )
        ]

    def __str__(self) -> str:
        return f"{self.escalation.key}: {self.outcome}"


class Waiver(models.Model):
    """One point of the closing list that was let off, by name and with a reason."""

    closure = models.ForeignKey(Closure, on_delete=models.CASCADE, related_name="waivers")
    what = models.CharField(max_length=300)
    reason = models.CharField(max_length=300)

    class Meta:
        ordering = ["id"]
        constraints = [models.CheckConstraint(condition=~models.Q(reason=""), name="waiver_has_a_reason")]

    def __str__(self) -> str:
        return self.what
