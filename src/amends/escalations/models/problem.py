"""One line of the plan."""

from __future__ import annotations

import datetime as dt

from django.db import models

from amends.directory.models import Member, Team
from amends.escalations.models.escalation import Escalation


class Problem(models.Model):
    """What is wrong, in the customer's words; who solves it, by when, what is done next."""

    class Status(models.TextChoices):
        NAMED = "named", "Named"
        CONFIRMED = "confirmed", "Confirmed"
        IN_WORK = "in work", "In work"
        WAITING = "waiting", "Waiting"
        SOLVED = "solved", "Solved"
        DECLINED = "declined", "Declined"

    SETTLED = (Status.SOLVED, Status.DECLINED)

    escalation = models.ForeignKey(Escalation, on_delete=models.CASCADE, related_name="problems")
    words = models.CharField(max_length=300)
    rank = models.PositiveSmallIntegerField()
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.NAMED)
    owner = models.ForeignKey(Member, null=True, blank=True, on_delete=models.PROTECT, related_name="problems")
    team = models.ForeignKey(Team, null=True, blank=True, on_delete=models.PROTECT, related_name="problems")
    eta_at = models.DateTimeField(null=True, blank=True)
    next_step = models.CharField(max_length=300, blank=True)
    waiting_for = models.CharField(max_length=120, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)
    why_declined = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["rank", "id"]
        indexes = [models.Index(fields=["owner", "status"], name="problem_of_owner")]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(status="declined") | ~models.Q(why_declined=""),
                name="problem_declined_has_a_reason",
            ),
            models.CheckConstraint(
                condition=models.Q(status__in=["solved", "declined"], settled_at__isnull=False)
                | (~models.Q(status__in=["solved", "declined"]) & models.Q(settled_at__isnull=True)),
                name="problem_settled_has_a_moment",
            ),
        ]

    def __str__(self) -> str:
        return self.words

    @property
    def is_settled(self) -> bool:
        return self.status in self.SETTLED

    def is_late(self, now: dt.datetime) -> bool:
        """Past its estimate and not done."""
        return not self.is_settled and self.eta_at is not None and self.eta_at < now


class Estimate(models.Model):
    """What was once said of when a problem would be solved. The newest is the problem's ETA."""

    problem = models.ForeignKey(Problem, on_delete=models.CASCADE, related_name="estimates")
    eta_at = models.DateTimeField()
    reason = models.CharField(max_length=300, blank=True)
    by = models.ForeignKey(Member, null=True, on_delete=models.PROTECT, related_name="+")
    set_at = models.DateTimeField()

    class Meta:
        ordering = ["set_at", "id"]

    def __str__(self) -> str:
        return f"{self.eta_at:%Y-%m-%d %H:%M} UTC"
