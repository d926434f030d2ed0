"""What the customer will get from us, by which channel, by when."""

from __future__ import annotations

import datetime as dt
from typing import Self

from django.db import models
from django.db.models import F, Q

from amends.directory.models import Contact, Member
from amends.escalations.models.escalation import Escalation


def lateness(due_at: dt.datetime, at: dt.datetime) -> int:
    """How late `at` is, in tenths of a minute, rounded; negative when early.

    What rounds to zero is in time (decision record 0005): nobody reads three seconds off a clock.
    """
    return round((at - due_at).total_seconds() / 6)


def past_due(now: dt.datetime) -> Q:
    """Its time has passed; of a meeting, the end that is planned: while it lasts it is being kept."""
    return Q(due_at__lt=now) & (Q(meeting__isnull=True) | Q(meeting__ends_at__lt=now))


class Promises(models.QuerySet["Promise"]):
    """Answers about many promises."""

    def open(self) -> Self:
        return self.filter(status=Promise.Status.OPEN)

    def overdue(self, now: dt.datetime) -> Self:
        return self.open().filter(past_due(now))

    def missed(self, now: dt.datetime) -> Self:
        """Kept late, broken, or open past due."""
        return self.filter(
            Q(status__in=[Promise.Status.KEPT_LATE, Promise.Status.BROKEN])
            | Q(status=Promise.Status.OPEN, due_at__lt=now)
        )


class Promise(models.Model):
    """One promise. Its due time never moves: a new time is a new promise that points at this one."""

    class Kind(models.TextChoices):
        ACKNOWLEDGEMENT = "acknowledgement", "Acknowledgement"
        NEXT_UPDATE = "next_update", "Next update"
        FIX_DATE = "fix_date", "Fix date"
        DELIVERABLE = "deliverable", "Something promised"
        # To ourselves: where the customer need not know, we look again whether that still holds
        LOOK = "look", "Look again"

    # Kept by any update; others are kept when somebody says so
    UPDATES = (Kind.ACKNOWLEDGEMENT, Kind.NEXT_UPDATE)

    class Status(models.TextChoices):
        OPEN = "open", "Open"
        KEPT = "kept", "Kept"
        KEPT_LATE = "kept late", "Kept late"
        MOVED = "moved", "Moved in time"
        BROKEN = "broken", "Broken"
        RELEASED = "released", "Released"

    class Channel(models.TextChoices):
        MAIL = "mail", "Mail"
        CALL = "call", "Call"
        MEETING = "meeting", "Meeting"
        PAGE = "page", "Page"

    # What goes on from one to the next by itself; anything else was promised for its own sake.
    ROUTINE = (Kind.ACKNOWLEDGEMENT, Kind.NEXT_UPDATE, Kind.LOOK)

    escalation = models.ForeignKey(Escalation, on_delete=models.CASCADE, related_name="promises")
    kind = models.CharField(max_length=16, choices=Kind.choices, default=Kind.NEXT_UPDATE)
    what = models.CharField(max_length=300)
    channel = models.CharField(max_length=8, choices=Channel.choices, default=Channel.MAIL)
    to = models.ForeignKey(Contact, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    owner = models.ForeignKey(Member, null=True, blank=True, on_delete=models.PROTECT, related_name="promises")
    made_at = models.DateTimeField()
    due_at = models.DateTimeField()
    # The zone that the time was meant in
    zone = models.CharField(max_length=60)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.OPEN)
    settled_at = models.DateTimeField(null=True, blank=True)
    # Of a kept promise, see `lateness`
    late_by = models.IntegerField(null=True, blank=True)
    reason = models.CharField(max_length=300, blank=True)
    kept_by = models.ForeignKey(
        "escalations.Update", null=True, blank=True, on_delete=models.PROTECT, related_name="keeps"
    )
    # The word in which it was promised, where it was one
    made_with = models.ForeignKey(
        "escalations.Update", null=True, blank=True, on_delete=models.PROTECT, related_name="makes"
    )
    moved_from = models.OneToOneField("self", null=True, blank=True, on_delete=models.PROTECT, related_name="moved_to")

    objects = Promises.as_manager()

    class Meta:
        ordering = ["due_at", "id"]
        indexes = [
            models.Index(fields=["escalation", "due_at"], condition=Q(status="open"), name="promise_open_of"),
            models.Index(fields=["owner", "due_at"], condition=Q(status="open"), name="promise_open_owner"),
            models.Index(fields=["due_at", "id"], condition=Q(status="open"), name="promise_open_due"),
            models.Index(fields=["kind", "status"], name="promise_kind_status"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(status="open", settled_at__isnull=True) | (~Q(status="open") & Q(settled_at__isnull=False)),
                name="promise_settled_has_a_moment",
            ),
            models.CheckConstraint(
                condition=~Q(status="kept") | Q(late_by__isnull=False, late_by__lte=0),
                name="promise_kept_in_time",
            ),
            models.CheckConstraint(
                condition=~Q(status="kept late") | Q(late_by__isnull=False, late_by__gt=0),
                name="promise_kept_late_is_late",
            ),
            models.CheckConstraint(
                condition=~Q(status="moved") | Q(settled_at__lte=F("due_at")),
                name="promise_moved_before_due",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["broken", "released"]) | ~Q(reason=""),
                name="promise_given_up_has_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return self.what

    @property
    def subject(self) -> str:
        return f"promise:{self.pk}"

    @property
    def is_look(self) -> bool:
        """Made to ourselves: nobody outside waits for it."""
        return self.kind == self.Kind.LOOK

    @property
    def for_whom(self) -> str:
        return "ourselves" if self.is_look else str(self.to or self.escalation.account)

    @property
    def lasts_until(self) -> dt.datetime | None:
        """Of a meeting, its planned end. Read with `meeting`, or it costs a query."""
        meeting = getattr(self, "meeting", None)
        return meeting.ends_at if meeting else None

    def is_overdue(self, now: dt.datetime) -> bool:
        """Open past its time; a meeting, past its planned end."""
        return self.status == self.Status.OPEN and now > self.due_at and now > (self.lasts_until or self.due_at)

    @property
    def was_missed(self) -> bool:
        return self.status in (self.Status.KEPT_LATE, self.Status.BROKEN)
