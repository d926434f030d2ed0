"""What must leave, and how far it has come."""

from __future__ import annotations

from enum import StrEnum

from django.db import models


class Channel(StrEnum):
    """A way out of the house."""

    MAIL = "mail"
    CHAT = "chat"


class Delivery(models.Model):
    """One message to one recipient over one channel.

    `identity` says what it is (cause, rung, recipient, channel) and is unique, so that nothing is posted twice.
    A claim is a lease: who works on it, until when. It is never a flag that a crash could leave behind.
    """

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting"
        HANDING_OVER = "handing over", "Handing over"
        SENT = "sent", "Sent"
        MAYBE = "maybe", "May have been sent"
        DEAD = "dead", "Could not be delivered"
        NOT_NEEDED = "not needed", "No longer needed"

    class Audience(models.TextChoices):
        INSIDE = "inside", "Inside"
        CUSTOMER = "customer", "Customer"

    identity = models.CharField(max_length=200, unique=True)
    audience = models.CharField(max_length=8, choices=Audience.choices)
    channel = models.CharField(max_length=8, default="mail")
    # Where it goes; for chat only whose it is ("member:5"), for a chat address is a secret.
    address = models.CharField(max_length=254)
    name = models.CharField(max_length=120, blank=True)
    # What it is about, in the words of the room that posted it: "escalation:17".
    subject = models.CharField(max_length=40, blank=True)
    # What must still hold at hand-over, likewise: "promise:17". Blank: it is wanted whatever happens.
    wanted_while = models.CharField(max_length=40, blank=True)
    # An alarm may be told together with other alarms of the same person.
    is_alarm = models.BooleanField(default=False)
    letter = models.JSONField()
    message_id = models.CharField(max_length=120)

    state = models.CharField(max_length=12, choices=State.choices, default=State.WAITING)
    posted_at = models.DateTimeField()
    next_try_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    # How often it has come back since it was posted, or since somebody sent it once more.
    returns = models.PositiveSmallIntegerField(default=0, db_default=0)
    trouble = models.CharField(max_length=300, blank=True)
    held_because = models.CharField(max_length=120, blank=True)
    leased_by = models.CharField(max_length=120, blank=True)
    leased_until = models.DateTimeField(null=True, blank=True)
    bundle = models.CharField(max_length=60, blank=True)
    # A sender died or lost its server with it in hand: if it goes again, then as what it was, alone or in its bundle.
    may_have_gone = models.BooleanField(default=False)
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-posted_at", "-id"]
        indexes = [
            # The sender’s question, for each channel: what is to be tried next, oldest first.
            models.Index(
                fields=["channel", "next_try_at", "id"], condition=models.Q(state="waiting"), name="delivery_to_try"
            ),
            models.Index(
                fields=["address"],
                condition=models.Q(state="waiting", is_alarm=True),
                name="delivery_alarms_of",
            ),
            models.Index(
                fields=["leased_until"], condition=models.Q(state="handing over"), name="delivery_at_the_door"
            ),
            models.Index(fields=["subject", "-posted_at"], name="delivery_about"),
            # What an answer, or a mail that came back, names.
            models.Index(fields=["message_id"], name="delivery_by_message_id"),
            models.Index(fields=["-posted_at", "-id"], name="delivery_newest"),
            models.Index(fields=["state", "-posted_at", "-id"], name="delivery_by_state"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=["waiting", "handing over"]) | models.Q(settled_at__isnull=False),
                name="delivery_settled_has_a_moment",
            ),
        ]

    def __str__(self) -> str:
        return self.identity


class Pause(models.Model):
    """A channel that somebody has stopped for now; everything waits, nothing is lost."""

    channel = models.CharField(max_length=8, unique=True)
    because = models.CharField(max_length=200)
    by_name = models.CharField(max_length=120)
    since = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.channel} paused"
