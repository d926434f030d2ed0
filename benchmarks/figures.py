"""A figure, its floor and its aim; and how a run is kept and read again."""

from __future__ import annotations

import json
import math
import os
import platform
import subprocess
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import psutil

RESULTS = Path(__file__).resolve().parent / "results"


@dataclass(frozen=True)
class Figure:
    """One line of the report.

    `floor` is the same work without us, in the same unit and the same run; `floor_says` what it was. `aim` is what
    `ours` must not exceed, or with `more_is_better` must reach; None where the figure only informs. `details` are
    further readings of the same measurement, such as p50 and p99.
    """

    what: str
    ours: float
    unit: str
    floor: float | None = None
    floor_says: str = ""
    aim: float | None = None
    more_is_better: bool = False
    details: dict[str, float | str] = field(default_factory=dict)

    @property
    def ratio(self) -> float | None:
        """How many times the floor: of a duration how much longer, of a rate which part."""
        return self.ours / self.floor if self.floor else None

    @property
    def verdict(self) -> str:
        if self.aim is None:
            return ""
        is_met = self.ours >= self.aim if self.more_is_better else self.ours <= self.aim
        return "met" if is_met else "missed"


@dataclass(frozen=True)
class Run:
    """What one benchmark gave on one database."""

    benchmark: str
    about: str
    on: str
    machine: str
    at: str
    commit: str
    seconds: float
    is_quick: bool
    figures: tuple[Figure, ...]
    # The part of the cores’ time that the host gave to others meanwhile; None where nobody says.
    stolen: float | None = None

    @property
    def file(self) -> Path:
        return RESULTS / f"{self.benchmark}-{self.on}.json"

    def write(self, file: Path) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(asdict(self), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def read(file: Path) -> Run:
    """A run as it was written."""
    kept: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return Run(**{**kept, "figures": tuple(Figure(**each) for each in kept["figures"])})


def percentile(values: Sequence[float], part: float) -> float:
    """The smallest value that at least this part of all reach (nearest rank); `part` is 0.5 for the median."""
    return sorted(values)[max(math.ceil(part * len(values)), 1) - 1]


def spread(values: Sequence[float], *, times: float = 1) -> dict[str, float | str]:
    """p50, p95, p99 and the most, as details of a figure; each so many times what it is, for another unit."""
    parts: dict[str, float | str] = {f"p{part}": percentile(values, part / 100) * times for part in (50, 95, 99)}
    return parts | {"max": max(values) * times}


def given_and_stolen() -> tuple[float, float]:
    """Seconds of all cores since the start, and how many of them the host of a virtual machine gave to others."""
    times = psutil.cpu_times()
    return sum(times), getattr(times, "steal", 0.0)


def machine() -> str:
    """What this was measured on, in a line."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    info = Path("/proc/cpuinfo")
    lines = info.read_text(encoding="utf-8").splitlines() if info.exists() else []
    processor = next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "")
    named = f"{cores} cores of {processor}" if processor else f"{cores} cores"
    return f"{named}, {platform.system()}, Python {platform.python_version()}"


def commit() -> str:
    """Which state of the code was measured; blank outside a repository."""
    said = subprocess.run(
        ["git", "describe", "--always", "--dirty", "--exclude=*"],
        cwd=RESULTS.parent,
        capture_output=True,
        text=True,
        check=False,
    )
    return said.stdout.strip()
