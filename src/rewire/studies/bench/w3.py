"""W3: many people for 26 weeks, everybody's daily scores on disk, in bounded memory."""

from __future__ import annotations

import resource
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from rewire.plans.plan import Plan
from rewire.population import people
from rewire.studies.bench.w2 import PLAN, SEED, WEEKS
from rewire.studies.cohort import workers
from rewire.studies.scale import keep_people


def run_w3(n: int, say: Callable[[str], None]) -> dict[str, Any]:
    """Writes `n` people to a temporary folder; memory is the largest of the main process and all its workers."""
    with tempfile.TemporaryDirectory() as folder:

        def report(done: int, total: int) -> None:
            say(f"{done:,} of {total:,} people")

        start = time.perf_counter()
        keep_people(
            {"W3": Plan(*PLAN)}, people("TRD", n, seed=SEED), WEEKS, f"{folder}/people.parquet", progress=report
        )
        seconds = time.perf_counter() - start
        size = sum(file.stat().st_size for file in (Path(folder) / "people.parquet").iterdir())
    unit = 1024 if sys.platform != "darwin" else 1024**2
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit
    largest = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / unit
    row = {
        "work": "W3",
        "engine": "rewire float32",
        "threads": workers(),
        "people": n,
        "people_per_s": n / seconds,
        "e95": None,
        "peak_mb": own + workers() * largest,
        "disk_mb": size / 1e6,
    }
    return {"rows": [row], "peaks": {}, "share_of_bound": None, "shares_of_bound": {}, "left_out": []}
