"""One line of the plan."""

from __future__ import annotations

import datetime as dt

from django.db import models

from amends.directory.models import Contact, Member, Team
from amends.escalations.models.escalation import Escalation
from amends.escalations.models.update import Update


class Problem(models.Model):
    """What is wrong, in the customer's words; who solves it, by when, what is done next."""

    class Status(models.TextChoices):
        NAMED = "named", "Named"
        CONFIRMED = "confirmed", "Confirmed"
        IN_WORK = "in work", "In work"
        WAITING = "waiting", "Waiting"
        SOLVED = "solved", "Solved"
        DECLINED = "declined", "Declined"

    class WaitsOn(models.TextChoices):
        TEAM = "team", "A team"
        VENDOR = "vendor", "A vendor"
        CUSTOMER = "customer", "The customer"

    SETTLED = (Status.SOLVED, Status.DECLINED)

    escalation = models.ForeignKey(Escalation, on_delete=models.CASCADE, related_name="problems")
    words = models.CharField(max_length=300)
    rank = models.PositiveSmallIntegerField()
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.NAMED)
    owner = models.ForeignKey(Member, null=True, blank=True, on_delete=models.PROTECT, related_name="problems")
    team = models.ForeignKey(Team, null=True, blank=True, on_delete=models.PROTECT, related_name="problems")
    eta_at = models.DateTimeField(null=True, blank=True)
    next_step = models.CharField(max_length=300, blank=True)
    resources = models.CharField(max_length=300, blank=True)
    waits_on = models.CharField(max_length=8, choices=WaitsOn.choices, blank=True)
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


class Ticket(models.Model):
    """Where a problem is worked on elsewhere: a link to a ticket in another system."""

    problem = models.ForeignKey(Problem, on_delete=models.CASCADE, related_name="tickets")
    label = models.CharField(max_length=80)
    url = models.URLField(max_length=500)
    by = models.ForeignKey(Member, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["problem", "url"], name="ticket_once")]

    def __str__(self) -> str:
        return self.label


class Request(models.Model):
    """What we wait for from the customer, with a date; our own update clock goes on meanwhile."""

    class Outcome(models.TextChoices):
        ANSWERED = "answered", "Answered"
        WITHDRAWN = "withdrawn", "Withdrawn"

    problem = models.ForeignKey(Problem, on_delete=models.CASCADE, related_name="requests")
    what = models.CharField(max_length=300)
    to = models.ForeignKey(Contact, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    due_at = models.DateTimeField()
    by = models.ForeignKey(Member, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    outcome = models.CharField(max_length=10, choices=Outcome.choices, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)
    answer = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["due_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(outcome="", settled_at__isnull=True)
                | (~models.Q(outcome="") & models.Q(settled_at__isnull=False)),
                name="request_settled_has_a_moment",
            ),
            models.UniqueConstraint(
                fields=["problem"], condition=models.Q(outcome=""), name="request_open_once_a_problem"
            ),
        ]

    def __str__(self) -> str:
        return self.what


class PlanConfirmation(models.Model):
    """The customer's word that the plan's order is theirs: who, when, how. It lapses when the plan changes."""

    escalation = models.ForeignKey(Escalation, on_delete=models.CASCADE, related_name="plan_confirmations")
    # The problems in the order that was confirmed, by id
    order = models.JSONField()
    contact = models.ForeignKey(Contact, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    confirmed_by = models.CharField(max_length=120)
    how = models.CharField(max_length=8, choices=Update.Channel.choices)
    confirmed_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Member, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    lapsed_at = models.DateTimeField(null=True, blank=True)
    why_lapsed = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["-recorded_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["escalation"], condition=models.Q(lapsed_at__isnull=True), name="plan_confirmation_holds_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.confirmed_by}, {self.confirmed_at:%Y-%m-%d}"
