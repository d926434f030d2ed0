"""`python -m benchmarks [NAME…] [--on DATABASE] [--quick] [--keep]`: run them one after another and print the figures.

With --keep the figures are kept in results/ and the tables of README.md are written anew.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks import report
from benchmarks.figures import RESULTS, read

# In the order of the report.
NAMES = ("burst", "trickle", "idle", "kills", "pages", "history", "incoming", "notice", "drafts", "fleet", "soak")
DATABASES = ("sqlite", "postgresql")
ROOT = Path(__file__).resolve().parent.parent


def main() -> int:
    """Run what was asked for; the exit code is 0 when all of it ran, whatever the figures say."""
    asked = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    asked.add_argument("names", nargs="*", metavar="NAME", help=f"which: {', '.join(NAMES)}; all, if none is said")
    asked.add_argument("--on", choices=DATABASES, action="append", help="on which database; on both, if not said")
    asked.add_argument("--quick", action="store_true", help="small sizes, only to see that they run")
    asked.add_argument("--keep", action="store_true", help="keep the figures, and write README.md anew")
    said = asked.parse_args()
    if unknown := set(said.names) - set(NAMES):
        asked.error(f"There is no benchmark {', '.join(sorted(unknown))}. Choose from {', '.join(NAMES)}.")
    if said.quick and said.keep:
        asked.error("What is quick is no measurement: leave one of --quick and --keep out.")
    codes = [_run(name, on, said) for name in said.names or NAMES for on in said.on or DATABASES]
    if said.keep:
        report.write()
    return max(codes)


def _run(name: str, on: str, said: argparse.Namespace) -> int:
    print(f"\n{name} on {on}", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "run.json"
        command = [sys.executable, "-m", "benchmarks.one", name, on, str(file), *(["quick"] if said.quick else [])]
        code = subprocess.run(command, cwd=ROOT, check=False).returncode
        if code == 0 and said.keep:
            run = read(file)
            if run.figures:
                run.write(RESULTS / run.file.name)
    return code


if __name__ == "__main__":
    sys.exit(main())
