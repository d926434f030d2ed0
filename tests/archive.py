"""Years of history at once: every escalation that is over, copied with all that hangs on it, by the database itself.

For measuring and for query plans, after `demo.crowd.tell`. What an event says in its words still names the first
one's promises and updates.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from django.core.management.color import no_style
from django.db import connection, transaction
from django.db.models import Max, Model

from amends.directory.models import Account
from amends.escalations.models import Closure, Escalation, Event, EventWords, Hold, Problem, Promise, Update

# Each after those that it points at
_COPIED: tuple[type[Model], ...] = (Escalation, Update, Problem, Promise, Closure, Hold, Event, EventWords)
_NUMBERS = "WITH RECURSIVE copy (number) AS (SELECT 1 UNION ALL SELECT number + 1 FROM copy WHERE number < {copies})"
_OVER = ", ".join(f"'{status}'" for status in Escalation.OVER)
_THOSE = f"SELECT id FROM {Escalation._meta.db_table} WHERE status IN ({_OVER}) AND id <= {{last}}"


@transaction.atomic
def grow(copies: int, *, without: Collection[type[Model]] = (), accounts: Sequence[Account] = ()) -> int:
    """Copy all that is over so many times, `without` the rows of some tables. Says how many escalations there are.

    The copies belong to these accounts in turn, which were made in one go; else to those of what is copied.
    """
    copied = [model for model in _COPIED if model not in without]
    last = {model: model._default_manager.aggregate(last=Max("pk"))["last"] or 0 for model in copied}
    with connection.cursor() as cursor:
        for model in copied:
            cursor.execute(_copying(model, last, copies, accounts))
        for statement in connection.ops.sequence_reset_sql(no_style(), copied):
            cursor.execute(statement)
    return Escalation.objects.count()


def _copying(model: type[Model], last: dict[type[Model], int], copies: int, accounts: Sequence[Account]) -> str:
    """One statement for all copies of a table's rows: what points at a copied row points at its copy."""
    columns = {}
    for field in model._meta.concrete_fields:
        named = f'"{field.column}"'
        numbered = field.related_model or (model if field.primary_key else None)
        shift = last.get(numbered) if isinstance(numbered, type) else None
        columns[named] = f"source.{named} + copy.number * {shift}" if shift else f"source.{named}"
    if model is Escalation and accounts:
        columns['"account_id"'] = f"{accounts[0].pk} + (source.id + copy.number) % {len(accounts)}"
    those = _THOSE.format(last=last[Escalation])
    which = {
        Escalation: f"id IN ({those})",
        EventWords: f"event_id IN (SELECT id FROM {Event._meta.db_table} WHERE escalation_id IN ({those}))",
    }
    return (
        f"INSERT INTO {model._meta.db_table} ({', '.join(columns)}) {_NUMBERS.format(copies=copies)}"
        f" SELECT {', '.join(columns.values())} FROM {model._meta.db_table} source CROSS JOIN copy"
        f" WHERE source.{which.get(model, f'escalation_id IN ({those})')}"
    )
