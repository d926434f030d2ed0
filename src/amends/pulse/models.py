"""When the clock, the sender and the mailbox last ran, and where."""

from django.db import models


class Pulse(models.Model):
    """One running clock, sender or reader of the mailbox, on one host."""

    class Part(models.TextChoices):
        CLOCK = "clock", "Clock"
        SENDER = "sender", "Sender"
        # Only where a mailbox is named
        MAILBOX = "mailbox", "Mailbox"

    part = models.CharField(max_length=8, choices=Part.choices)
    place = models.CharField(max_length=120)
    started_at = models.DateTimeField()
    beat_at = models.DateTimeField()
    # Why it runs but does not work: a wrong clock, no mail server. Blank when all is well.
    trouble = models.CharField(max_length=300, blank=True)
    # An administrator's word that the wall clock is right after all.
    cleared_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["part", "place"], name="pulse_once")]

    def __str__(self) -> str:
        return f"{self.part} at {self.place}"
