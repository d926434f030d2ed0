"""Something said to the customer, or heard from them."""

from __future__ import annotations

import datetime as dt
from typing import Self

from django.db import models

from amends.directory.models import Contact, Member
from amends.escalations.models.escalation import Escalation
from amends.lib import when


class Updates(models.QuerySet["Update"]):
    """Answers about many updates."""

    def standing(self) -> Self:
        """Those that were said and not struck: what was taken back or logged wrongly counts for nothing."""
        return self.filter(struck_at__isnull=True)


class Update(models.Model):
    """A mail, a call, a meeting, a word on the page. What was wrong about it is struck, never changed."""

    class Direction(models.TextChoices):
        OUT = "out", "Said"
        IN = "in", "Heard"

    class Channel(models.TextChoices):
        MAIL = "mail", "Mail"
        CALL = "call", "Call"
        MEETING = "meeting", "Meeting"
        PAGE = "page", "Page"

    # Speaking with them is the first contact; writing is not.
    BY_VOICE = (Channel.CALL, Channel.MEETING)

    escalation = models.ForeignKey(Escalation, on_delete=models.CASCADE, related_name="updates")
    direction = models.CharField(max_length=3, choices=Direction.choices)
    channel = models.CharField(max_length=8, choices=Channel.choices)
    # When it was said; `logged_at` is when we wrote it down
    at = models.DateTimeField()
    logged_at = models.DateTimeField()
    by = models.ForeignKey(Member, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    contact = models.ForeignKey(Contact, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    subject = models.CharField(max_length=200, blank=True)
    text = models.TextField()
    minutes = models.PositiveSmallIntegerField(null=True, blank=True)
    # Sent by Amends as mail, as against written down afterwards
    is_mailed = models.BooleanField(default=False)
    has_news = models.BooleanField(default=True)
    # Of a mail that invites to a meeting, moves it or calls it off, and of what they wrote beside their answer: which
    meeting = models.ForeignKey(
        "escalations.Meeting", null=True, blank=True, on_delete=models.PROTECT, related_name="invitations"
    )
    # Struck: taken back before it left, or logged wrongly. It stays on the timeline and counts for nothing.
    struck_at = models.DateTimeField(null=True, blank=True)
    struck_by = models.ForeignKey(Member, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    why_struck = models.CharField(max_length=300, blank=True)
    corrects = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="corrected_by"
    )

    objects = Updates.as_manager()

    class Meta:
        ordering = ["at", "id"]
        indexes = [models.Index(fields=["escalation", "-at"], name="update_of")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(struck_at__isnull=True) | ~models.Q(why_struck=""),
                name="update_struck_has_a_reason",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_direction_display()} by {self.channel}"


class UpdateRecipient(models.Model):
    """To whom a mailed update went."""

    update = models.ForeignKey(Update, on_delete=models.CASCADE, related_name="recipients")
    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["update", "contact"], name="update_recipient_once")]

    def __str__(self) -> str:
        return str(self.contact)


class InsidePart(models.Model):
    """What an update says besides, to some of ours alone. The database refuses to let it out: see `inside_parts`."""

    class Audience(models.TextChoices):
        TEAM = "team", "The account team"
        EXECUTIVES = "executives", "Executives"

    update = models.ForeignKey(Update, on_delete=models.CASCADE, related_name="inside_parts")
    audience = models.CharField(max_length=10, choices=Audience.choices)
    text = models.TextField()

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["update", "audience"], name="inside_part_once")]

    def __str__(self) -> str:
        return self.text[:80]


class LeaveOuts(models.QuerySet["LeaveOut"]):
    """Answers about who is left out."""

    def standing(self, now: dt.datetime) -> Self:
        """Those that hold just now."""
        return self.filter(ended_at__isnull=True, until_at__gt=now)


class LeaveOut(models.Model):
    """A contact who should be told of a case and is not, for a while and for a reason. It ends by itself."""

    escalation = models.ForeignKey(Escalation, on_delete=models.CASCADE, related_name="leave_outs")
    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="leave_outs")
    reason = models.CharField(max_length=300)
    until_at = models.DateTimeField()
    by = models.ForeignKey(Member, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    # Told again before it would have ended by itself
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(Member, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    objects = LeaveOuts.as_manager()

    class Meta:
        ordering = ["-at", "-id"]
        indexes = [
            models.Index(fields=["escalation"], condition=models.Q(ended_at__isnull=True), name="leave_out_standing_of")
        ]
        constraints = [
            models.CheckConstraint(condition=~models.Q(reason=""), name="leave_out_has_a_reason"),
            models.CheckConstraint(condition=models.Q(until_at__gt=models.F("at")), name="leave_out_has_an_end_ahead"),
        ]

    def __str__(self) -> str:
        return f"{self.contact}: {self.reason}"

    @property
    def last_on(self) -> dt.date:
        """The last day of it, at the account."""
        return when.calendar_day(self.until_at - dt.timedelta(minutes=1), self.escalation.account.zone)
