"""What has come in, so that it counts once."""

from __future__ import annotations

from django.db import models


class Arrival(models.Model):
    """A form that was taken in: should the same one come again, it is answered as it was then."""

    key = models.CharField(max_length=64, primary_key=True)
    # The number of what it made
    made = models.BigIntegerField(default=0)
    at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.key
