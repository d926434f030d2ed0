"""Who inside must know: watchers, what they were told and whether they saw it, the hold on outreach, help."""

from __future__ import annotations

from django.db import models

from amends.directory.models import Account, Member, Team
from amends.escalations.models.escalation import Escalation
from amends.escalations.models.event import Event


class Watcher(models.Model):
    """A member who wants, or ought, to know how this goes, besides those who have a part in it."""

    escalation = models.ForeignKey(Escalation, on_delete=models.CASCADE, related_name="watchers")
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="watches")
    by = models.ForeignKey(Member, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["escalation", "member"], name="watcher_once")]

    def __str__(self) -> str:
        return str(self.member)


class Notice(models.Model):
    """Something that one member was told of, with its receipt: when they saw it."""

    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="notices")
    escalation = models.ForeignKey(Escalation, on_delete=models.CASCADE, related_name="notices")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="notices")
    told_at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-told_at", "-id"]
        indexes = [
            models.Index(fields=["member", "-told_at", "-id"], name="notice_newest_of"),
            models.Index(
                fields=["member", "escalation"], condition=models.Q(seen_at__isnull=True), name="notice_unseen_of"
            ),
            models.Index(fields=["escalation", "-told_at"], name="notice_about"),
        ]
        constraints = [models.UniqueConstraint(fields=["event", "member"], name="notice_once")]

    def __str__(self) -> str:
        return f"{self.member}: {self.event}"


class Hold(models.Model):
    """No sales outreach to the account for now; lifted when its escalation is over."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="holds")
    escalation = models.ForeignKey(Escalation, on_delete=models.CASCADE, related_name="holds")
    since = models.DateTimeField()
    lifted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-since", "-id"]
        indexes = [
            models.Index(fields=["account"], condition=models.Q(lifted_at__isnull=True), name="hold_standing_on"),
            models.Index(fields=["-since", "-id"], name="hold_newest"),
            models.Index(
                fields=["-lifted_at", "-id"],
                condition=models.Q(lifted_at__isnull=False),
                name="hold_newest_lifted",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["escalation"], condition=models.Q(lifted_at__isnull=True), name="hold_once_an_escalation"
            )
        ]

    def __str__(self) -> str:
        return f"{self.account} since {self.since:%Y-%m-%d}"


class Help(models.Model):
    """What the handler needs, and from whom: what an executive reads first."""

    escalation = models.ForeignKey(Escalation, on_delete=models.CASCADE, related_name="helps")
    what = models.CharField(max_length=300)
    asked_of = models.ForeignKey(Member, null=True, blank=True, on_delete=models.PROTECT, related_name="helps_asked")
    team = models.ForeignKey(Team, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(Member, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True)
    is_given = models.BooleanField(default=False)
    answer = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["asked_at", "id"]
        indexes = [
            models.Index(fields=["escalation"], condition=models.Q(settled_at__isnull=True), name="help_needed_of")
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(asked_of__isnull=False) | models.Q(team__isnull=False),
                name="help_is_asked_of_somebody",
            )
        ]

    def __str__(self) -> str:
        return self.what
