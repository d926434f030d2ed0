"""What a machine can say about the code without running it: `make check`. All of it runs, whatever fails."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
CHECKS: dict[str, list[str]] = {
    "Lint": [f"{BIN}/ruff", "check", "."],
    "Format": [f"{BIN}/ruff", "format", "--check", "."],
    "Types": [f"{BIN}/mypy"],
    "Floors: who imports whom": [f"{BIN}/lint-imports"],
    "Migrations say what the models say": [sys.executable, "-m", "django", "makemigrations", "--check", "--dry-run"],
    "The API is as openapi.json says": ["sh", "-c", f"{sys.executable} -m amends.api.schema | diff -u openapi.json -"],
}


def main() -> int:
    """Run every check under its heading; the exit code is 0 only when none found anything."""
    failed = [title for title, command in CHECKS.items() if not _holds(title, command)]
    print("\n━━ Summary")
    for title in CHECKS:
        print(f"{'✗' if title in failed else '✓'} {title}")
    return 1 if failed else 0


def _holds(title: str, command: list[str]) -> bool:
    print(f"\n━━ {title}", flush=True)
    with tempfile.TemporaryDirectory(prefix="amends-check-") as home:
        surroundings = os.environ | {"AMENDS_HOME": home, "DJANGO_SETTINGS_MODULE": "amends.settings"}
        surroundings.pop("DATABASE_URL", None)
        return subprocess.run(command, cwd=ROOT, env=surroundings, check=False).returncode == 0


if __name__ == "__main__":
    sys.exit(main())
