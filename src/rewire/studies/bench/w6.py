"""W6: W1 and W2 on a graphics processor of NVIDIA, where there is one.

Two rates: from parameters to daily values in the memory of the device, and the same from and to the memory of the host,
which the whole of a study sees.
"""

from __future__ import annotations

from collections.abc import Callable
from statistics import median
from typing import Any

import numpy as np

from rewire.engine.kernels import kernel
from rewire.engine.run import run
from rewire.studies.bench.seats import Array, Once, Seat
from rewire.studies.bench.works import once_ours, work_of

ROUNDS = 5
COMPARED = 4096
"""People whose values are compared with those of the processor."""


def measure(n: int, say: Callable[[str], None]) -> tuple[list[dict[str, Any]], list[str]]:
    """A row a workload and precision; the first turn, which compiles, is not counted."""
    rows: list[dict[str, Any]] = []
    for work in ("W1", "W2"):
        for precision in ("float64", "float32"):
            say(f"{work} in {precision} on the graphics processor")
            try:
                whole = _turns(once_ours, work, precision, n, 1, "gpu")
                inside = _turns(once_inside, work, precision, n)
            except RuntimeError as problem:
                return rows, [f"W6, from {work} in {precision} on: {problem}"]
            apart = apart_from_processor(work, whole[-1].found[:, :COMPARED])
            rows.append(
                {
                    "work": "W6",
                    "engine": f"rewire {work} {precision}, GPU",
                    "threads": 1,
                    "people": n,
                    "e95": None,
                    "people_per_s": n / median(turn.seconds for turn in whole),
                    "people_per_s_inside": n / median(turn.seconds for turn in inside),
                    "apart_q95": float(np.quantile(apart, 0.95)),
                    "apart_most": float(apart.max()),
                    "peak_mb": whole[-1].peak_mb,
                    "device": device_name(),
                }
            )
    return rows, []


def _turns(make: Callable[..., Once], *arguments: Any) -> list[Any]:
    seat = Seat(make, *arguments)
    try:
        return [seat.once() for _ in range(ROUNDS + 1)][1:]
    finally:
        seat.close()


def once_inside(name: str, precision: str, n: int) -> Once:
    """What the device does with what it holds: `n` people from their parameters to daily values, in one launch."""
    from rewire.engine.program import write_program
    from rewire.engine.targets.cuda.compartments import table_rows
    from rewire.engine.targets.cuda.rooms import Orders, Rooms

    what = work_of(name)
    compiled, parameters = kernel(what.model, precision, "gpu"), what.people(n)
    schedule, layout = what.schedule(compiled, what.grid), compiled.layout
    module: Any = compiled.library
    wanted = np.array([layout.rows[what.recorded]], np.int64)
    out, peaks = np.empty((1, schedule.hours.size, 1), compiled.real), np.empty((len(layout.peaks), 1), compiled.real)
    program = write_program(schedule)
    orders = Orders.sent(module, program, schedule.sizes, wanted, schedule.hours.size, len(peaks), 1)
    rooms = Rooms.of(n, schedule.sizes.size * table_rows(layout), len(parameters), out, peaks)
    rooms.send(parameters)

    def once(_: Any) -> Array:
        rooms.start(orders, 0, n)
        rooms.stream.synchronize()
        return np.empty(0)

    return once


def apart_from_processor(name: str, found: Array) -> Array:
    """For each person, how far values `[day, person]` are from the processor's in double precision.

    It is the largest difference as a share of the person's largest value.
    """
    what = work_of(name)
    compiled = kernel(what.model, "float64")
    schedule = what.schedule(compiled, what.grid)
    right = run(compiled, schedule, what.people(found.shape[1]), seed=1, record=[what.recorded]).values[what.recorded]
    apart: Array = np.abs(found - right).max(axis=0) / np.abs(right).max(axis=0)
    return apart


def device_name() -> str:
    """What the device calls itself."""
    from rewire.engine.targets.cuda.find import find_device

    name = find_device().get_current_device().name
    return name.decode() if isinstance(name, bytes) else str(name)
