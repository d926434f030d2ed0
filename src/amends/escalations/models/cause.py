"""What lies behind several escalations, whom it affects, and what each of them is told of it."""

from __future__ import annotations

from typing import Self

from django.db import models

from amends.directory.models import Account, Member, Team
from amends.escalations.models.escalation import Escalation
from amends.escalations.models.update import Update


class Causes(models.QuerySet["Cause"]):
    """Answers about many causes."""

    def open(self) -> Self:
        """Those not solved yet."""
        return self.filter(state=Cause.State.OPEN)

    def by_key(self, key: str) -> Self:
        """`CAUSE-7`, or just `7`; nothing for anything else."""
        number = key.upper().removeprefix("CAUSE-")
        if not (number.isascii() and number.isdigit() and len(number) < 15):
            return self.none()
        return self.filter(pk=int(number))


class Cause(models.Model):
    """One thing that is wrong for several accounts. Its name is read by customers; what we know of it stays inside."""

    class State(models.TextChoices):
        OPEN = "open", "Open"
        SOLVED = "solved", "Solved"

    name = models.CharField(max_length=160)
    what_we_know = models.TextField(blank=True)
    # A key of the playbook's, as an escalation's
    category = models.CharField(max_length=40, blank=True)
    team = models.ForeignKey(Team, null=True, blank=True, on_delete=models.PROTECT, related_name="causes")
    state = models.CharField(max_length=6, choices=State.choices, default=State.OPEN)
    by = models.ForeignKey(Member, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    solved_at = models.DateTimeField(null=True, blank=True)
    solved_by = models.ForeignKey(Member, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    what_was_done = models.CharField(max_length=500, blank=True)

    objects = Causes.as_manager()

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["state", "-id"], name="cause_by_state")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state="open", solved_at__isnull=True)
                | (models.Q(state="solved", solved_at__isnull=False) & ~models.Q(what_was_done="")),
                name="cause_solved_says_what_was_done",
            )
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.name}"

    @property
    def key(self) -> str:
        return f"CAUSE-{self.pk}"

    @property
    def is_open(self) -> bool:
        return self.state == self.State.OPEN


class CauseCase(models.Model):
    """That an escalation comes of a cause."""

    cause = models.ForeignKey(Cause, on_delete=models.CASCADE, related_name="cases")
    escalation = models.ForeignKey(Escalation, on_delete=models.CASCADE, related_name="causes")
    by = models.ForeignKey(Member, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["cause", "escalation"], name="cause_case_once")]

    def __str__(self) -> str:
        return f"{self.escalation} comes of {self.cause}"


class AffectedAccount(models.Model):
    """That a cause affects an account, and how we know; until somebody finds that it does not after all."""

    cause = models.ForeignKey(Cause, on_delete=models.CASCADE, related_name="affected")
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="affected_by")
    how_we_know = models.CharField(max_length=300)
    by = models.ForeignKey(Member, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    cleared_at = models.DateTimeField(null=True, blank=True)
    cleared_by = models.ForeignKey(Member, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    why_cleared = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["cause", "account"], name="affected_account_once"),
            models.CheckConstraint(
                condition=models.Q(cleared_at__isnull=True) | ~models.Q(why_cleared=""),
                name="affected_account_cleared_has_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account}: {self.cause}"


class CauseNotice(models.Model):
    """One text to many accounts of a cause, each with its own promise: told one after another, and nobody twice."""

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting"
        RUNNING = "running", "Going out"
        DONE = "done", "Gone out"
        STOPPED = "stopped", "Stopped"

    UNDER_WAY = (State.WAITING, State.RUNNING)

    cause = models.ForeignKey(Cause, on_delete=models.CASCADE, related_name="notices")
    subject = models.CharField(max_length=200)
    # With {contact}, {account} and {next_by} where each account's own stand
    text = models.TextField()
    # What each of them hears next, and by when
    next_what = models.CharField(max_length=300)
    next_at = models.DateTimeField()
    # Who sends it: the mails come from them
    by = models.ForeignKey(Member, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    # Up to which of its parts handlers, CSMs and account teams have had their one letter of the cases opened by it
    announced_to = models.PositiveBigIntegerField(default=0)
    # Why it was stopped
    trouble = models.CharField(max_length=400, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    leased_by = models.CharField(max_length=120, blank=True)
    leased_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(
                fields=["id"], name="cause_notice_under_way", condition=models.Q(state__in=("waiting", "running"))
            )
        ]

    def __str__(self) -> str:
        return self.subject

    @property
    def is_under_way(self) -> bool:
        """Whether a worker has something to do for it."""
        return self.state in self.UNDER_WAY


class CauseNoticePart(models.Model):
    """One account of a notice: whether it was told, by which update; or why not."""

    class Outcome(models.TextChoices):
        WAITING = "", "Waiting"
        TOLD = "told", "Told"
        NOT_TOLD = "not told", "Not told"

    notice = models.ForeignKey(CauseNotice, on_delete=models.CASCADE, related_name="parts")
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="+")
    outcome = models.CharField(max_length=8, choices=Outcome.choices, default=Outcome.WAITING, blank=True)
    why = models.CharField(max_length=400, blank=True)
    update = models.OneToOneField(Update, null=True, blank=True, on_delete=models.PROTECT, related_name="notice_part")
    escalation = models.ForeignKey(Escalation, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["id"]
        indexes = [
            # What is to be told next.
            models.Index(fields=["notice", "id"], condition=models.Q(outcome=""), name="cause_notice_part_to_tell")
        ]
        constraints = [
            models.UniqueConstraint(fields=["notice", "account"], name="cause_notice_part_once"),
            models.CheckConstraint(
                condition=~models.Q(outcome="told") | models.Q(update__isnull=False, escalation__isnull=False),
                name="cause_notice_part_told_by_an_update",
            ),
            models.CheckConstraint(
                condition=~models.Q(outcome="not told") | ~models.Q(why=""), name="cause_notice_part_not_told_says_why"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account}: {self.get_outcome_display()}"
