"""The clock on the wall, read at the doors and nowhere else."""

import datetime as dt


def now() -> dt.datetime:
    """This instant, in UTC. For doors only: requests, workers, commands."""
    return dt.datetime.now(dt.UTC)
