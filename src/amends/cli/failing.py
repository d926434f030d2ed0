"""How a command fails: one sentence."""


class Failed(Exception):
    """A command cannot go on; the sentence says why and what to do."""
