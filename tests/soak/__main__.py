"""A soak by itself: `python -m tests.soak --on postgresql --for 150 --seed 1042`."""

from __future__ import annotations

import argparse
import os
import random
import shutil
import signal
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import psycopg

from tests import postgresql


def main() -> int:
    """The exit code is 0 when all is whole. Where it is not, the folder is kept, and its name printed."""
    asked = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    asked.add_argument("--on", choices=("sqlite", "postgresql"), default="sqlite")
    asked.add_argument("--for", dest="seconds", type=float, default=150.0, help="seconds in which members work")
    asked.add_argument("--seed", type=int, default=0, help="of a run that is to be repeated; else by chance")
    said = asked.parse_args()
    # Whoever ends it ends what it has started.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    seed = said.seed or random.SystemRandom().randrange(1, 10**6)
    folder = Path(tempfile.mkdtemp(prefix="amends-soak-"))
    print(f"Soak on {said.on} for {said.seconds:.0f} s, seed {seed}, in {folder}", flush=True)
    with ExitStack() as stack:
        url = stack.enter_context(_postgresql()) if said.on == "postgresql" else ""
        is_whole = _soak(folder, url, said.seconds, seed)
    if is_whole:
        shutil.rmtree(folder, ignore_errors=True)
        return 0
    print(f"Look at the logs in {folder}, and run it again with --seed {seed}.")
    return 1


@contextmanager
def _postgresql() -> Iterator[str]:
    """A server that forgets nothing it has said yes to when it crashes; nobody cuts the power."""
    with postgresql.running(is_durable=True) as url:
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("ALTER SYSTEM SET fsync = off")
            connection.execute("SELECT pg_reload_conf()")
        yield url


def _soak(folder: Path, url: str, seconds: float, seed: int) -> bool:
    os.environ |= {
        "AMENDS_HOME": str(folder),
        "AMENDS_URL": "http://desk.fernhill.example",
        "DATABASE_URL": url,
        "DJANGO_SETTINGS_MODULE": "amends.settings",
    }
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    from tests.soak.run import soak

    summary = soak(folder, os.environ, seconds=seconds, seed=seed)
    print(*summary.lines(), sep="\n", flush=True)
    refusals = [f"{times}x {what}" for what, times in summary.ledger.refusals.most_common()]
    told = [*summary.lines(), "", *summary.troubles.log, "", *summary.faults, "", *refusals, "", summary.doctor]
    (folder / "soak.txt").write_text("\n".join(told))
    return summary.is_whole


if __name__ == "__main__":
    sys.exit(main())
