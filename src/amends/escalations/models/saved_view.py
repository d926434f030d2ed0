"""A way of looking at the list that somebody wants again."""

from __future__ import annotations

from django.db import models

from amends.directory.models import Member


class SavedView(models.Model):
    """A name for a filter of the list; shared, everybody has it."""

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="saved_views")
    name = models.CharField(max_length=60)
    # The filter as it stands in the address: "view=open&severity=high"
    query = models.CharField(max_length=500)
    is_shared = models.BooleanField(default=False)
    at = models.DateTimeField()

    class Meta:
        ordering = ["name", "id"]
        constraints = [models.UniqueConstraint(fields=["member", "name"], name="saved_view_once")]

    def __str__(self) -> str:
        return self.name
