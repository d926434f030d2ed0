"""The customer's page: who has a link to it, what was written there, and whether they feel heard."""

from __future__ import annotations

import datetime as dt

from django.db import models

from amends.directory.models import Contact, Member
from amends.escalations.models.escalation import Escalation
from amends.escalations.models.update import Update


class CustomerLink(models.Model):
    """A contact's own way to the page of a case. Its secret part is derived when it is needed, and stands nowhere.

    When it ends is reckoned from the case and the contact (`customer_links.standing`), so that nothing has to be
    written when a case is closed, reopened or merged, or when somebody leaves.
    """

    escalation = models.ForeignKey(Escalation, on_delete=models.CASCADE, related_name="customer_links")
    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="customer_links")
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(Member, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    revoked_at = models.DateTimeField(null=True, blank=True)
    first_opened_at = models.DateTimeField(null=True, blank=True)
    # To the hour: to look writes next to nothing
    last_opened_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-made_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["escalation", "contact"],
                condition=models.Q(revoked_at__isnull=True),
                name="customer_link_stands_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.contact}: {self.escalation}"

    @property
    def case(self) -> Escalation:
        """The case that it leads to: where this one was merged, the one that goes on."""
        escalation = self.escalation
        while escalation.merged_into:
            escalation = escalation.merged_into
        return escalation

    def was_opened_this_hour(self, now: dt.datetime) -> bool:
        return self.last_opened_at is not None and now - self.last_opened_at < dt.timedelta(hours=1)


class PageWord(models.Model):
    """What a contact wrote on the page, and by which link: their own words, as against what we wrote down of them."""

    update = models.OneToOneField(Update, primary_key=True, on_delete=models.CASCADE, related_name="page_word")
    link = models.ForeignKey(CustomerLink, on_delete=models.PROTECT, related_name="words")

    def __str__(self) -> str:
        return f"{self.link.contact}, {self.update}"


class Rating(models.Model):
    """How far a contact feels heard, from 1 (not at all) to 5 (fully). The newest of each is what they say now."""

    class Heard(models.IntegerChoices):
        NOT_AT_ALL = 1, "Not at all"
        HARDLY = 2, "Hardly"
        SOMEWHAT = 3, "Somewhat"
        MOSTLY = 4, "Mostly"
        FULLY = 5, "Fully"

    escalation = models.ForeignKey(Escalation, on_delete=models.CASCADE, related_name="ratings")
    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="ratings")
    heard = models.PositiveSmallIntegerField(choices=Heard.choices)
    words = models.CharField(max_length=1000, blank=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at", "-id"]
        constraints = [
            models.CheckConstraint(condition=models.Q(heard__gte=1, heard__lte=5), name="rating_from_1_to_5"),
        ]

    def __str__(self) -> str:
        return self.get_heard_display()
