"""What can be found: one line a noun. A migration then calls `triggers.covering` with the noun's name.

The columns speak of a row `{row}` of the noun's own table and of no other: on SQLite, a trigger that names another
table would stop that table from being rebuilt by a later migration. Whose account it is carries the account's name
along, so that “brightwater orders” finds the escalation; `triggers` sees to that.
"""

from __future__ import annotations

from dataclasses import dataclass

from amends.escalations.models.escalation import FIRST_NUMBER

# A passage's number is its noun's, so many places up, and that of its row: see models/passage.py
PLACES = 40


@dataclass(frozen=True, slots=True)
class Noun:
    """What of a table is searched. `number` is for ever: it is part of the numbers of passages."""

    number: int
    name: str
    table: str
    # SQL that gives text, of a row called {row}
    words: tuple[str, ...]
    # Columns at whose change the words are read anew
    watches: tuple[str, ...]
    # Which column says whose account it is, where it carries the account's name
    account: str = ""
    # Which column says of which escalation it is part; none: all who see accounts find it
    escalation: str = ""
    # Not found where this holds
    unless: str = ""

    @property
    def first(self) -> int:
        """The lowest number that a passage of this noun can have."""
        return self.number << PLACES

    @property
    def end(self) -> int:
        """The first number that is no longer one of its passages."""
        return (self.number + 1) << PLACES


NOUNS = (
    Noun(1, "account", "directory_account", ("{row}.external_key",), ("name", "external_key"), account="id"),
    Noun(
        2,
        "contact",
        "directory_contact",
        ("{row}.name", "{row}.title", "{row}.email", "{row}.phone"),
        ("name", "title", "email", "phone", "account_id"),
        account="account_id",
    ),
    Noun(
        3,
        "escalation",
        "escalations_escalation",
        (f"'ESC-' || ({FIRST_NUMBER} + {{row}}.id)", "{row}.reason", "{row}.expectation", "{row}.outcome_wanted"),
        ("reason", "expectation", "outcome_wanted", "account_id"),
        account="account_id",
        escalation="id",
    ),
    Noun(
        4,
        "problem",
        "escalations_problem",
        ("{row}.words",),
        ("words", "escalation_id"),
        escalation="escalation_id",
    ),
    Noun(
        5,
        "update",
        "escalations_update",
        ("{row}.subject", "{row}.text"),
        ("subject", "text", "struck_at", "escalation_id"),
        escalation="escalation_id",
        unless="{row}.struck_at IS NOT NULL",
    ),
    Noun(6, "note", "escalations_note", ("{row}.text",), ("text", "escalation_id"), escalation="escalation_id"),
    Noun(
        7,
        "fact",
        "escalations_fact",
        ("{row}.words", "{row}.source", "{row}.evidence"),
        ("words", "source", "evidence", "escalation_id"),
        escalation="escalation_id",
    ),
)
BY_NAME = {noun.name: noun for noun in NOUNS}
