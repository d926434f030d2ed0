"""Fernhill's own playbook: the shipped one, with a currency more and directors only from half a million on,
two things that must be true wherever something is to be over, and meetings where they are needed, monthly at least."""

from __future__ import annotations

from amends.playbook import versions

# What must be true, for the customer to call it over, wherever they are.
QUIET_DAYS = "Two working days have passed without the trouble."
KNOWS_WHOM = "It is clear whom to ring from now on."

NOTE = (
    "Swedish crowns count, and the director handles from € 500,000 a year on; two exit criteria for all; "
    "a meeting every four weeks at least."
)


def text() -> str:
    """The shipped playbook's text with Fernhill's changes."""
    text = versions.shipped()
    text = text.replace("name: How we make amends", "name: How Fernhill makes amends", 1)
    text = text.replace("exit_criteria: []", f"exit_criteria:\n  - {QUIET_DAYS}\n  - {KNOWS_WHOM}", 1)
    text = text.replace("  GBP: 1.16\n", "  GBP: 1.16\n  SEK: 0.088\n", 1)
    text = text.replace("at_least_every: 1 week\n", "at_least_every: 4 weeks\n", 1)
    before, level_two, after = text.partition("  - level: 2\n")
    after = after.replace("spend_at_least: 250000", "spend_at_least: 500000", 1)
    after = after.replace("potential_at_least: 500000", "potential_at_least: 1000000", 1)
    return before + level_two + after
