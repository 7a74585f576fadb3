"""`rewire bench`: people per second and accuracy of this engine and of other solvers, interleaved in one run."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib.util import find_spec
from statistics import median
from typing import Any

import numpy as np

from rewire.engine.kernels import kernel
from rewire.errors import StudyError
from rewire.studies.bench.counts import bound, count_operations
from rewire.studies.bench.peaks import measure_peaks
from rewire.studies.bench.peers import Peer, peers
from rewire.studies.bench.seats import Array, Once, Seat, Turn
from rewire.studies.bench.w1 import w1_people
from rewire.studies.bench.works import Work, once_ours, reference_of, work_of

ROUNDS = 5
PEER_ROUNDS = 3
"""Repeats; the median is reported, because the machine may have other work."""
TOLERANCES = (1e-3, 3e-4, 1e-4, 3e-5, 1e-5, 3e-6, 1e-6)
ENOUGH = 1e-3
"""The E95 that every solver has to reach, with the loosest of the tolerances."""
FEWEST = 64
"""People over whom an error is judged."""
NEEDS = {"W1": "scipy", "W3": "pyarrow", "W5": "pyarrow"}
"""The module without which a workload cannot be measured."""
Say = Callable[[str], None]


@dataclass
class Contender:
    """One engine at work: its process, what it is told each time, over how many people, and what its turns took."""

    row: dict[str, Any]
    seat: Seat
    people: int
    rounds: int
    setting: Any = None
    turns: list[Turn] = field(default_factory=list)


def bench(
    work: str = "W1",
    n: int = 4096,
    others: int = FEWEST,
    threads: tuple[int, ...] = (1, 2),
    say: Say = lambda _: None,
) -> dict[str, Any]:
    """Times a workload with `n` people, and other solvers with `others` people (0: none), in turns.

    E95 is the 95th percentile over people of the largest relative error over all days: W1 against LSODA at a relative
    tolerance of 1e-10 restarted at each event, W2 against steps four times finer and relative to each person's largest
    value. Every solver takes the loosest tolerance, this engine the longest steps, that keep E95 below a thousandth.
    Each engine has a process of its own. Wall time is what users wait for; processor time is what a busy machine
    distorts less, so the share of the bound uses it. W3 to W6 have rows only.
    Keys: `rows`, `peaks`, `share_of_bound`, `shares_of_bound`, `left_out`.

    Raises `StudyError` for an unknown workload, no people, or a package that is missing.
    """
    from rewire.studies.bench import w3, w4, w5, w6

    single = {"W3": w3.measure, "W4": lambda _, say: w4.measure(say), "W5": w5.measure, "W6": w6.measure}
    if work not in ("W1", "W2", *single):
        raise StudyError(f"there is no workload called '{work}'", expected=", ".join(("W1", "W2", *single)))
    if n < 1 or others < 0:
        raise StudyError("a benchmark needs people", expected="n from 1 on, peers from 0 on")
    if work in NEEDS and find_spec(NEEDS[work]) is None:
        raise StudyError(f"{work} needs {NEEDS[work]}", advice="pip install 'rewire[bench]'")
    if work in single:
        measured, missing = single[work](n, say)
        return {"rows": measured, "peaks": {}, "share_of_bound": None, "shares_of_bound": {}, "left_out": missing}
    what = work_of(work)
    say("solving some people exactly, to compare with")
    right = reference_of(what, min(max(others, FEWEST), n))
    contenders = [
        Contender(
            {"engine": f"rewire {precision}", "threads": count}, Seat(once_ours, work, precision, n, count), n, ROUNDS
        )
        for precision in ("float64", "float32")
        for count in threads
    ]
    if work == "W2":
        standard = {"engine": "rewire float32, standard steps", "threads": 1}
        contenders.append(Contender(standard, Seat(once_ours, work, "float32", n, 1, "cpu", "standard"), n, ROUNDS))
    left_out: list[str] = []
    try:
        for contender in contenders:
            contender.seat.once()  # compiles
        if work == "W1" and others:
            tuned, left_out = _tuned(others, right, say)
            contenders += tuned
        _take_turns(contenders, say)
    finally:
        for contender in contenders:
            contender.seat.close()
    rows: list[dict[str, Any]] = [_row(what, contender, right) for contender in contenders]
    say("measuring the processor")
    peaks = {precision: measure_peaks(precision) for precision in ("float64", "float32")}
    shares: dict[str, float] = {}
    for row in rows:
        for precision, found in peaks.items():
            if row["engine"] == f"rewire {precision}" and row["threads"] == 1:
                schedule = what.schedule(kernel(what.model, precision), what.grid)
                row["bound"] = bound(count_operations(what.model, schedule, precision), found)
                shares[precision] = row["people_per_processor_s"] / row["bound"]
    return {
        "rows": rows,
        "peaks": {f"{kind} {precision}": rate for precision, found in peaks.items() for kind, rate in found.items()},
        "share_of_bound": max(shares.values(), default=None),
        "shares_of_bound": shares,
        "left_out": left_out,
    }


def once_peer(name: str, count: int) -> Once:
    """What a peer does in its process: `count` people of W1 at a tolerance."""
    parameters, peer = w1_people(count), peers()[name]
    solve: dict[float, Callable[[Array], Array]] = {}

    def once(tolerance: float) -> Array:
        if tolerance not in solve:
            solve.clear()
            solve[tolerance] = peer.make(tolerance)
        return solve[tolerance](parameters)

    return once


def _take_turns(contenders: list[Contender], say: Say) -> None:
    """Everybody's rounds, one engine after the other in each."""
    for turn in range(ROUNDS):
        for contender in contenders:
            if turn < contender.rounds:
                say(f"round {turn + 1}: {contender.row['engine']}")
                contender.turns.append(contender.seat.once(contender.setting))


def _tuned(count: int, right: Array, say: Say) -> tuple[list[Contender], list[str]]:
    """Every peer that is here, at the loosest tolerance that is good enough; and why others are left out."""
    found, left_out = [], []
    for peer in peers().values():
        if not peer.installed:
            left_out.append(f"{peer.name}: not installed ({peer.how})")
            continue
        contender, problem = _tune(peer, count, right, say)
        if contender:
            found.append(contender)
        else:
            left_out.append(f"{peer.name}: {problem}")
    return found, left_out


def _tune(peer: Peer, count: int, right: Array, say: Say) -> tuple[Contender | None, str]:
    try:
        seat = Seat(once_peer, peer.name, count)
    except RuntimeError as problem:
        return None, str(problem)
    for tolerance in TOLERANCES:
        say(f"{peer.name} at a tolerance of {tolerance:g}")
        try:
            turn = seat.once(tolerance)
        except RuntimeError as problem:
            seat.close()
            return None, str(problem)
        if np.isfinite(turn.found).all() and _e95(turn.found, right, relative=True) <= ENOUGH:
            threads = (os.cpu_count() or 1) if peer.all_cores else 1
            row = {"engine": peer.name, "threads": threads, "tolerance": tolerance}
            return Contender(row, seat, count, PEER_ROUNDS, tolerance), ""
    seat.close()
    return None, f"errs by more than a thousandth even at a tolerance of {TOLERANCES[-1]:g}"


def _e95(found: Array, right: Array, relative: bool) -> float:
    """The 95th percentile over people of the largest error over days, relative to the value or the person's largest."""
    count = min(found.shape[1], right.shape[1])
    size = np.abs(right[:, :count])
    if not relative:
        size = size.max(axis=0)
    return float(np.quantile((np.abs(found[:, :count] - right[:, :count]) / size).max(axis=0), 0.95))


def _row(what: Work, contender: Contender, right: Array) -> dict[str, Any]:
    turns = contender.turns
    return {
        "work": what.name,
        **contender.row,
        "people": contender.people,
        "people_per_s": contender.people / median(turn.seconds for turn in turns),
        "people_per_processor_s": contender.people / median(turn.processor_seconds for turn in turns),
        # A score may come down to nothing, so W2 is judged against each person's largest value.
        "e95": _e95(turns[-1].found, right, relative=what.name == "W1"),
        "peak_mb": turns[-1].peak_mb,
    }
