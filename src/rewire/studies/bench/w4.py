"""W4: one person's first answer: with nothing compiled, in a new process with all compiled, and once more."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from statistics import median
from typing import Any

SCRIPT = """
import time; start = time.perf_counter()
import rewire as rw
from rewire.studies.bench.seats import peak_memory
def once(): rw.run(rw.Plan('ketamine 0.5 mg/kg IV over 40 min, twice weekly for 4 weeks'), rw.person('TRD'), 12)
once(); first, used = time.perf_counter() - start, time.process_time()
def again():
    start = time.perf_counter(); once(); return time.perf_counter() - start
print(first, used, sorted(again() for _ in range(5))[2], peak_memory() or -1)
"""
RUNS = 5


def measure(say: Callable[[str], None]) -> tuple[list[dict[str, Any]], list[str]]:
    """Three rows: `seconds` of wall time and `processor_seconds` of one person."""
    with tempfile.TemporaryDirectory() as folder:
        runs = []
        for number in range(RUNS + 1):
            say(f"a new process, {number + 1} of {RUNS + 1}")
            done = subprocess.run(
                [sys.executable, "-c", SCRIPT],
                env={**os.environ, "REWIRE_CACHE": folder},
                capture_output=True,
                text=True,
                check=True,
            )
            runs.append([float(part) for part in done.stdout.split()])
    later = [median(column) for column in zip(*runs[1:], strict=True)]
    found = {
        "first ever": (runs[0][0], runs[0][1], runs[0][3]),
        "new process": (later[0], later[1], later[3]),
        "again": (later[2], None, later[3]),
    }
    rows = [
        {
            "work": "W4",
            "engine": f"rewire float64, {name}",
            "threads": 1,
            "people": 1,
            "people_per_s": 1 / seconds,
            "e95": None,
            "peak_mb": peak if peak and peak > 0 else None,
            "seconds": seconds,
            "processor_seconds": used,
        }
        for name, (seconds, used, peak) in found.items()
    ]
    return rows, []
