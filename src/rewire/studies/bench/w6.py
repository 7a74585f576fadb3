"""W6: W1 and W2 on a graphics processor of NVIDIA, where there is one."""

from __future__ import annotations

from collections.abc import Callable
from statistics import median
from typing import Any

from rewire.studies.bench.seats import Seat
from rewire.studies.bench.works import once_ours

ROUNDS = 5


def measure(n: int, say: Callable[[str], None]) -> tuple[list[dict[str, Any]], list[str]]:
    """A row a workload and precision; the first turn, which compiles, is not counted."""
    rows: list[dict[str, Any]] = []
    for work in ("W1", "W2"):
        for precision in ("float64", "float32"):
            say(f"{work} in {precision} on the graphics processor")
            try:
                seat = Seat(once_ours, work, precision, n, 1, "gpu")
                turns = [seat.once() for _ in range(ROUNDS + 1)][1:]
            except RuntimeError as problem:
                return rows, [f"W6, from {work} in {precision} on: {problem}"]
            seat.close()
            row = {"work": "W6", "engine": f"rewire {work} {precision}, GPU", "threads": 1, "people": n, "e95": None}
            seconds = median(turn.seconds for turn in turns)
            rows.append({**row, "people_per_s": n / seconds, "peak_mb": turns[-1].peak_mb})
    return rows, []
