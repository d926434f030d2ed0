"""Search from anywhere: an index in the database itself, kept right by triggers, and one function that asks it."""
