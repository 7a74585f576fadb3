"""W3: many people for 26 weeks, everybody's daily scores on disk, in bounded memory."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from rewire.plans.plan import Plan
from rewire.population import people
from rewire.studies.bench.seats import Array, Once, Seat
from rewire.studies.bench.w2 import PLAN, SEED, WEEKS
from rewire.studies.bench.works import W2_STEPS
from rewire.studies.cohort import workers
from rewire.studies.scale import keep_people

PRECISION = "float32"
STEPS = ("standard", W2_STEPS)
"""Those of the command line, and those that are good enough for W2."""


def keep(folder: str, n: int, **how: Any) -> Path:
    """The people of W3 in a folder."""
    path = Path(folder) / "people.parquet"
    keep_people({"W3": Plan(*PLAN)}, people("TRD", n, seed=SEED), WEEKS, str(path), precision=PRECISION, **how)
    return path


def once_kept(n: int, steps: str) -> Once:
    """What is timed in a process: `n` people to disk; gives the size of the files."""

    def once(_: Any) -> Array:
        with tempfile.TemporaryDirectory() as folder:
            return np.array([float(sum(file.stat().st_size for file in keep(folder, n, steps=steps).iterdir()))])

    return once


def measure(n: int, say: Callable[[str], None]) -> tuple[list[dict[str, Any]], list[str]]:
    """Writes `n` people to a temporary folder, with all cores as threads of one process."""
    rows = []
    for steps in STEPS:
        say(f"writing {n:,} people to a temporary folder, {steps} steps")
        seat = Seat(once_kept, n, steps)
        try:
            turn = seat.once()
        finally:
            seat.close()
        rows.append(
            {
                "work": "W3",
                "engine": f"rewire {PRECISION}, {steps} steps",
                "threads": workers(),
                "people": n,
                "people_per_s": n / turn.seconds,
                "people_per_processor_s": n / turn.processor_seconds,
                "e95": None,
                "peak_mb": turn.peak_mb,
                "seconds": turn.seconds,
                "disk_mb": float(turn.found[0]) / 1e6,
            }
        )
    return rows, []
