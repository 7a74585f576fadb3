"""`rewire bench`: people per second and accuracy of this engine and of other solvers, interleaved in one run."""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from statistics import median
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rewire.core.model import Model
from rewire.engine.kernels import kernel
from rewire.engine.run import run
from rewire.engine.schedule import Grid, Schedule, build
from rewire.errors import StudyError
from rewire.studies.bench.counts import bound, count_operations
from rewire.studies.bench.peaks import measure_peaks
from rewire.studies.bench.peers import TIGHT, installed, scipy_lsoda
from rewire.studies.bench.w1 import numbers, w1_actions, w1_days, w1_model, w1_people
from rewire.studies.bench.w2 import w2_setting

Array = NDArray[np.float64]
WORKS = ("W1", "W2", "W3")
ROUNDS = 5
PEER_ROUNDS = 3
"""Repeats; the median is reported, because the machine may have other work."""
W1_GRID = Grid(
    ((1.0, 1 / 12), (2.0, 1 / 6), (4.0, 1 / 4), (10.0, 1 / 2), (22.0, 1.0), (46.0, 2.0)), (1.5, 5.0, 16.0), 12.0
)
"""The steps at which W1 errs by less than a thousandth in nineteen of twenty people."""
FINE = Grid(((1.0, 1 / 48), (46.0, 1 / 12)), (), 0.5)
"""Steps so fine that halving them changes nothing that is reported."""


@dataclass(frozen=True)
class Work:
    """What is run: a model, everybody's parameters, a schedule for each grid, and what is read."""

    name: str
    model: Model
    people: Callable[[int], Array]
    schedule: Callable[[Any, Grid | None], Schedule]
    grid: Grid | None
    recorded: str
    reference: Callable[[Array], Array] | None = None


@dataclass
class Contender:
    """One engine at work: what it does once, over how many people, and the seconds each round took."""

    row: dict[str, Any]
    once: Callable[[], Array]
    count: int
    rounds: int
    seconds: list[float] = field(default_factory=list)
    processor_seconds: list[float] = field(default_factory=list)
    found: Array | None = None


def bench(
    work: str = "W1",
    n: int = 4096,
    peers: int = 64,
    threads: tuple[int, ...] = (1, 2),
    say: Callable[[str], None] = lambda _: None,
) -> dict[str, Any]:
    """Times a workload with `n` people, and other solvers with `peers` people (0: none), in turns.

    E95 is the 95th percentile over people of the largest relative error over all days: W1 against LSODA at a relative
    tolerance of 1e-10, W2 against steps four times finer and relative to each person's largest value. Wall time is what users wait for; processor time is what a
    busy machine distorts less, so the share of the bound uses it. Keys: `rows`, `peaks`, `share_of_bound`, `left_out`.
    """
    if work not in WORKS:
        raise StudyError(f"there is no workload called '{work}'", expected=", ".join(WORKS))
    if n < 1 or peers < 0:
        raise StudyError("a benchmark needs people", expected="n from 1 on, peers from 0 on")
    if work == "W3":
        from rewire.studies.bench.w3 import run_w3

        return run_w3(n, say)
    what = _w1() if work == "W1" else _w2()
    checked = min(max(peers, 64), n) if what.reference is None else max(1, min(peers or 64, n))
    say(f"solving {checked} people to compare with")
    right = _right(what, checked)
    contenders = _ours(what, n, threads, say)
    left_out: list[str] = []
    if peers and work == "W1":
        others, left_out = _others(peers, say)
        contenders += others
    for turn in range(max(contender.rounds for contender in contenders)):
        for contender in contenders:
            if turn < contender.rounds:
                say(f"round {turn + 1}: {contender.row['engine']}")
                start, used = time.perf_counter(), time.process_time()
                contender.found = contender.once()
                contender.seconds.append(time.perf_counter() - start)
                contender.processor_seconds.append(time.process_time() - used)
    rows = [_row(work, contender, right) for contender in contenders]
    say("measuring the processor")
    peaks = {precision: measure_peaks(precision) for precision in ("float64", "float32")}
    shares = {}
    for row in rows:
        if row["engine"].startswith("rewire") and row["threads"] == 1:
            precision = row["engine"].split()[-1]
            compiled = kernel(what.model, precision)
            operations = count_operations(what.model, what.schedule(compiled, what.grid), precision)
            row["bound"] = bound(operations, peaks[precision])
            shares[precision] = row["people_per_processor_s"] / row["bound"]
    return {
        "rows": rows,
        "peaks": {f"{kind} {precision}": rate for precision, found in peaks.items() for kind, rate in found.items()},
        "share_of_bound": max(shares.values()),
        "shares_of_bound": shares,
        "left_out": left_out,
    }


def _w1() -> Work:
    def schedule(compiled: Any, grid: Grid | None) -> Schedule:
        return build(compiled.layout, w1_actions(), [], w1_days(), float(numbers()["run"]["hours"]), grid)

    return Work("W1", w1_model(), w1_people, schedule, W1_GRID, "severity", scipy_lsoda(TIGHT))


def _w2() -> Work:
    setting = w2_setting()
    return Work("W2", setting.model, setting.people, setting.schedule, None, setting.recorded)


def _right(what: Work, count: int) -> Array:
    parameters = what.people(count)
    if what.reference:
        return what.reference(parameters)
    compiled = kernel(what.model, "float64")
    usual = Grid.standard()
    finer = Grid(tuple((until, step / 4) for until, step in usual.after), (), 0.5)
    found = run(compiled, what.schedule(compiled, finer), parameters, seed=1, record=[what.recorded])
    return np.asarray(found.values[what.recorded], float)


def _ours(what: Work, n: int, threads: tuple[int, ...], say: Callable[[str], None]) -> list[Contender]:
    parameters = what.people(n)
    found = []
    for precision in ("float64", "float32"):
        say(f"compiling for {precision}")
        compiled = kernel(what.model, precision)
        schedule = what.schedule(compiled, what.grid)
        for count in threads:

            def once(compiled: Any = compiled, schedule: Schedule = schedule, count: int = count) -> Array:
                if count == 1:
                    got = run(compiled, schedule, parameters, seed=1, record=[what.recorded])
                else:
                    with ThreadPoolExecutor(count) as pool:
                        got = run(
                            compiled, schedule, parameters, seed=1, record=[what.recorded], pool=pool, pieces=4 * count
                        )
                return got.values[what.recorded]

            once()
            row = {"engine": f"rewire {precision}", "threads": count, "steps": schedule.steps}
            found.append(Contender(row, once, n, ROUNDS))
    return found


def _others(count: int, say: Callable[[str], None]) -> tuple[list[Contender], list[str]]:
    found, left_out = [], []
    parameters = w1_people(count)
    for peer, here in installed():
        if not here:
            left_out.append(f"{peer.name}: {peer.needs} is not installed")
            continue
        say(f"preparing {peer.name}")
        try:
            solve = peer.make(peer.tolerance)
            solve(parameters[:, :2] if peer.needs != "diffrax" else parameters)
        except Exception as problem:
            # Whatever a foreign solver raises, the others are still to be measured.
            left_out.append(f"{peer.name}: {problem}")
            continue
        row = {"engine": peer.name, "threads": 1, "tolerance": peer.tolerance}
        found.append(Contender(row, lambda solve=solve: solve(parameters), count, PEER_ROUNDS))  # type: ignore[misc]
    return found, left_out


def _row(work: str, contender: Contender, right: Array) -> dict[str, Any]:
    found = np.asarray(contender.found, float)
    count = min(found.shape[1], right.shape[1])
    # A score may come down to nothing, so W2 is judged against each person's largest value.
    size = np.abs(right[:, :count]) if work == "W1" else np.abs(right[:, :count]).max(axis=0)
    worst = (np.abs(found[:, :count] - right[:, :count]) / size).max(axis=0)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024 if sys.platform != "darwin" else 1024**2)
    return {
        "work": work,
        **contender.row,
        "people": contender.count,
        "people_per_s": contender.count / median(contender.seconds),
        "people_per_processor_s": contender.count / median(contender.processor_seconds),
        "e95": float(np.quantile(worst, 0.95)),
        "peak_mb": peak,
    }
