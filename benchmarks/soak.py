"""An hour in which members work, processes are killed and the database and the mail server go away and come back.

Two hours of the organisation's life in each minute; afterwards every answer of the API, every event and every mail is
compared. `tests/soak` says how. The only figure that matters is the first.
"""

from __future__ import annotations

import os
import random
from collections.abc import Iterator

from benchmarks.figures import Figure
from benchmarks.place import Place


def measure(place: Place) -> Iterator[Figure]:
    """One soak, with a seed by chance, which is among the details."""
    from tests.soak.run import soak

    seed = random.SystemRandom().randrange(1, 10**6)
    summary = soak(place.home, os.environ, seconds=place.size(3600, 40), seed=seed)
    print(*summary.lines(), sep="\n", flush=True)
    ledger, happened = summary.ledger, summary.troubles.happened
    yield Figure(
        "faults: a lost or doubled act, promise, notice or mail; an answer that is none; a sentence of the doctor",
        len(summary.faults),
        "",
        aim=0,
        details={"seed": str(seed), "acts": sum(deed.answer.is_yes for deed in ledger.deeds), "mails": summary.mails},
    )
    yield Figure("organisation time", (summary.ended - summary.began).total_seconds() / 3600, "hours")
    yield Figure("kill -9", summary.troubles.house.kills, "", details=dict(sorted(happened.items())))
    yield Figure("inside notices that came once more under the same identity", summary.repeated, "")
    yield Figure(
        "asked of the API without an answer, while a part was down",
        ledger.count("unknown"),
        "",
        details={"done": ledger.count("done"), "refused": ledger.count("refused")},
    )
