"""W1 and W2 as work for the engine: a model, everybody's parameters, a schedule for each grid, and what is read."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any

import numpy as np

from rewire.core.model import Model
from rewire.engine.kernels import kernel
from rewire.engine.run import run
from rewire.engine.schedule import Grid, Schedule, build
from rewire.studies.bench.peers import TIGHT, scipy_lsoda
from rewire.studies.bench.seats import Array, Once
from rewire.studies.bench.w1 import numbers, w1_actions, w1_days, w1_model, w1_people
from rewire.studies.bench.w2 import w2_setting

W1_GRID = Grid(
    ((1.0, 1 / 8), (2.0, 1 / 4), (4.0, 1 / 2), (10.0, 3 / 4), (22.0, 1.2), (46.0, 2.4)), (1.5, 5.0, 16.0), 12.0
)
"""The longest steps found at which W1 errs by less than a thousandth in nineteen of twenty people."""
W2_STEPS = "quick"
"""The same for the shipped model: the longer of its steps."""
FINE = Grid(((1.0, 1 / 48), (46.0, 1 / 12)), (), 0.5)
"""Steps so fine that halving them changes nothing that is reported."""
PIECES = 4
"""Parts of the work for each thread."""


@dataclass(frozen=True)
class Work:
    """What is run, with the steps to run it at."""

    name: str
    model: Model
    people: Callable[[int], Array]
    schedule: Callable[[Any, Grid], Schedule]
    grid: Grid
    recorded: str


def work_of(name: str) -> Work:
    """W1 or W2."""
    if name == "W2":
        setting = w2_setting()
        return Work(name, setting.model, setting.people, setting.schedule, Grid.named(W2_STEPS), setting.recorded)

    def schedule(compiled: Any, grid: Grid) -> Schedule:
        return build(compiled.layout, w1_actions(), [], w1_days(), float(numbers()["run"]["hours"]), grid)

    return Work(name, w1_model(), w1_people, schedule, W1_GRID, "severity")


def reference_of(what: Work, count: int) -> Array:
    """The right values `[day, person]` of the first people: W1 by LSODA at 1e-10, W2 by steps four times finer."""
    parameters = what.people(count)
    if what.name == "W1":
        return scipy_lsoda(TIGHT)(parameters)
    usual, compiled = Grid.standard(), kernel(what.model, "float64")
    finer = Grid(tuple((until, step / 4) for until, step in usual.after), (), 0.5)
    found = run(compiled, what.schedule(compiled, finer), parameters, seed=1, record=[what.recorded])
    return np.asarray(found.values[what.recorded], float)


def once_ours(name: str, precision: str, n: int, threads: int, device: str = "cpu", steps: str = "") -> Once:
    """What this engine does in its process: `n` people from their parameters to daily values, in so many threads.

    With `steps` it takes those of the engine in place of the workload's.
    """
    what = work_of(name)
    compiled, parameters = kernel(what.model, precision, device), what.people(n)
    schedule = what.schedule(compiled, Grid.named(steps) if steps else what.grid)

    def once(_: Any) -> Array:
        with ThreadPoolExecutor(threads) if threads > 1 else nullcontext() as pool:
            found = run(
                compiled, schedule, parameters, seed=1, record=[what.recorded], pool=pool, pieces=PIECES * threads
            )
        values: Array = found.values[what.recorded]
        return values

    return once
