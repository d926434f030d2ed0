"""What the search looks through: the words of everything that can be found, in one table."""

from __future__ import annotations

from django.db import models


class Passage(models.Model):
    """The words of one row that can be found. Triggers write it (search/triggers.py); nothing else does.

    Its number says of what it is: the noun's number forty places up, and the row's. Of each noun the newest rows
    thus stand last, and a search reads them from the end and stops when it has enough. On PostgreSQL the table has
    one more column, `lexemes`; on SQLite an FTS5 table stands beside it.
    """

    id = models.BigIntegerField(primary_key=True)
    # Only to find what carries an account's name when it changes, and what one may see
    account_id = models.BigIntegerField(null=True)
    escalation_id = models.BigIntegerField(null=True)
    # The account's name, where it carries that
    name = models.TextField()
    words = models.TextField()

    class Meta:
        indexes = [
            models.Index(fields=["account_id"], condition=models.Q(account_id__isnull=False), name="passage_of_account")
        ]

    def __str__(self) -> str:
        return self.words[:80]
