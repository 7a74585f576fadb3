"""Finds the fixed point of many networks and the covariance of their slow fluctuations, one small matrix inverse each.

The inhibitory populations follow their neighbours and are eliminated exactly, which leaves one equation a region. Near
the fixed point gates obey `dS/dt = A S + noise`. The noise reaches the excitatory gate directly and, weighted by the
slow response of the inhibitory gate, through it; so the covariance at zero frequency is `A^-1 Q A^-T` with a diagonal
`Q`. BOLD (below 0.1 Hz) is slower than every mode of the network, so this is the covariance that a scan sees.

`-A` is an M-matrix exactly when the network is stable: elimination then needs no pivoting, is accurate entry by entry,
and a pivot that is not positive is the proof of instability.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numba import njit
from numpy.typing import NDArray

from rewire.network.constants import Node
from rewire.network.node import firing, inhibitory_gate

Array = NDArray[np.float64]
Matrices = NDArray[np.float64] | NDArray[np.float32]

STABLE, UNSTABLE, RESTLESS = 0, 1, 2

_LOOSE = {"reassoc", "contract", "arcp", "nsz"}  # lets sums be vectorised; not-a-number stays visible
_LARGEST_STEP = 0.05
_MOST_STEPS = 100
_SETTLED = 1e-11
_SLOW_GAIN = 0.05  # a factored Jacobian is used again while each step leaves less than this of the residual
_POWER_STEPS = 500


@dataclass(frozen=True, eq=False)
class Solution:
    """Fixed points and fluctuations of `[scan]` networks of `[region]` regions.

    `covariance [scan, region, region]` at zero frequency, for noise of unit size; `gates` and `rates` (Hz) of the
    excitatory populations `[scan, region]`; `residual` and `slowest_mode` (1/s) `[scan]`; `code` 0 when stable.
    """

    covariance: Matrices
    gates: Array
    rates: Array
    residual: Array
    slowest_mode: Array
    code: NDArray[np.int64]


def solve(
    node: Node,
    weights: Array,
    links: NDArray[np.int64],
    start: float,
    recurrent: Array,
    incoming: Array,
    drive: Array,
    inhibition: Array,
    loop: Array,
    precision: str = "float64",
) -> Solution:
    """Solve networks that share `weights [region, region]` (nA for an open gate) and differ in their gains.

    Gains `recurrent`, `incoming`, `drive` and feedback `inhibition` are `[scan, region]`. `loop [scan]` scales the
    connections named by `links [link, 2]` (row, column). Each search starts from the gate `start`. `precision` is that
    of the matrices; fixed points are always found in float64.
    """
    scans, regions = recurrent.shape
    covariance = np.empty((scans, regions, regions), dtype=precision)
    gates, rates = np.full((scans, regions), start), np.empty((scans, regions))
    residual, slowest, code = np.empty(scans), np.empty(scans), np.zeros(scans, dtype=np.int64)

    def some(first: int, last: int) -> None:
        part = slice(first, last)
        _solve(
            node,
            weights,
            links,
            recurrent[part],
            incoming[part],
            drive[part],
            inhibition[part],
            loop[part],
            covariance[part],
            gates[part],
            rates[part],
            residual[part],
            slowest[part],
            code[part],
        )

    share_out(some, scans)
    return Solution(covariance, gates, rates, residual, slowest, code)


def share_out(work: Callable[[int, int], None], items: int) -> None:
    """Call `work(first, last)` for parts of `range(items)`, on all cores; the work must release the interpreter."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    workers = min(cores, items)
    if workers <= 1:
        work(0, items)
        return
    cuts = np.linspace(0, items, workers + 1).astype(int)
    with ThreadPoolExecutor(workers) as pool:
        for done in [pool.submit(work, int(a), int(b)) for a, b in pairwise(cuts)]:
            done.result()


@njit(nogil=True, cache=True, fastmath=_LOOSE)
def _solve(  # type: ignore[no-untyped-def]
    node, weights, links, recurrent, incoming, drive, inhibition, loop,
    covariance, gates, rates, residual, slowest, code,
):  # fmt: skip
    scans, regions = recurrent.shape
    slope, own, lasting = np.empty(regions), np.empty(regions), np.empty(regions)
    rest = np.empty(regions)
    work = np.empty((regions, regions))
    fine = np.empty((regions, regions), covariance.dtype)
    for scan in range(scans):
        gate = gates[scan]
        largest = 0.0
        before = np.inf
        for turn in range(_MOST_STEPS):
            _look(
                node, weights, links, recurrent[scan], incoming[scan], drive[scan], inhibition[scan], loop[scan],
                gate, rates[scan], slope, own, lasting, rest,
            )  # fmt: skip
            largest = np.abs(rest).max()
            if largest < _SETTLED or not np.isfinite(largest):
                break
            if largest > _SLOW_GAIN * before or turn == 0:
                _fill(weights, links, loop[scan], incoming[scan], slope, own, work)
                _factor(work)
            before = largest
            _substitute(work, rest)
            shrink = min(1.0, _LARGEST_STEP / max(np.abs(rest).max(), 1e-300))
            for i in range(regions):
                gate[i] += shrink * rest[i]
        residual[scan] = largest
        _fill(weights, links, loop[scan], incoming[scan], slope, own, fine)
        good = _invert(fine)
        slowest[scan] = _find_slowest(node, fine, incoming[scan], slope, own, inhibition[scan], lasting, drive[scan])
        if not (largest < 1e-6):
            code[scan] = RESTLESS
        elif not good:
            code[scan] = UNSTABLE
        for j in range(regions):
            through = slope[j] * inhibition[scan, j] * lasting[j]
            size = np.sqrt(1.0 + through * through)
            for i in range(regions):
                fine[i, j] *= size
        for i in range(regions):
            for j in range(i + 1):
                total = fine[0, 0] * 0
                for k in range(regions):
                    total += fine[i, k] * fine[j, k]
                covariance[scan, i, j] = total
                covariance[scan, j, i] = total


@njit(nogil=True, cache=True, fastmath=_LOOSE)
def _look(  # type: ignore[no-untyped-def]
    node, weights, links, recurrent, incoming, drive, inhibition, loop,
    gate, rate, slope, own, lasting, rest,
):  # fmt: skip
    """Rates, rates of change (`rest`) and the pieces of the Jacobian at the gates."""
    regions = len(gate)
    far = np.empty(regions)
    for i in range(regions):
        total = 0.0
        for j in range(regions):
            total += weights[i, j] * gate[j]
        far[i] = total
    if loop != 1.0:
        for link in range(len(links)):
            i, j = links[link]
            far[i] += (loop - 1.0) * weights[i, j] * gate[j]
    for i in range(regions):
        inhibitory, follow, left, _, _ = inhibitory_gate(node, gate[i], drive[i])
        current = (
            node.background_excitatory
            + node.recurrent * recurrent[i] * gate[i]
            + incoming[i] * far[i]
            - inhibition[i] * inhibitory
        )
        rate[i], gain, _ = firing(current, node.gain_excitatory, node.offset_excitatory, node.curve_excitatory)
        slope[i] = (1.0 - gate[i]) * node.opening * gain
        lasting[i] = left
        rest[i] = (1.0 - gate[i]) * node.opening * rate[i] - gate[i] / node.decay_excitatory
        own[i] = (
            slope[i] * (node.recurrent * recurrent[i] - inhibition[i] * follow)
            - node.opening * rate[i]
            - 1.0 / node.decay_excitatory
        )


@njit(nogil=True, cache=True, fastmath=_LOOSE)
def _fill(weights, links, loop, incoming, slope, own, work):  # type: ignore[no-untyped-def]
    """`work` becomes minus the Jacobian."""
    regions = len(own)
    for i in range(regions):
        scale = -slope[i] * incoming[i]
        for j in range(regions):
            work[i, j] = scale * weights[i, j]
    if loop != 1.0:
        for link in range(len(links)):
            i, j = links[link]
            work[i, j] = -slope[i] * incoming[i] * loop * weights[i, j]
    for i in range(regions):
        work[i, i] = -own[i]


@njit(nogil=True, cache=True, fastmath=_LOOSE)
def _factor(work):  # type: ignore[no-untyped-def]
    """Replace `work` by its triangular factors, without pivoting."""
    regions = len(work)
    for k in range(regions):
        inverse = 1.0 / work[k, k]
        for i in range(k + 1, regions):
            factor = work[i, k] * inverse
            work[i, k] = factor
            for j in range(k + 1, regions):
                work[i, j] -= factor * work[k, j]


@njit(nogil=True, cache=True, fastmath=_LOOSE)
def _substitute(factors, right):  # type: ignore[no-untyped-def]
    """Solve in place with the triangular factors."""
    regions = len(right)
    for i in range(regions):
        total = right[i]
        for j in range(i):
            total -= factors[i, j] * right[j]
        right[i] = total
    for i in range(regions - 1, -1, -1):
        total = right[i]
        for j in range(i + 1, regions):
            total -= factors[i, j] * right[j]
        right[i] = total / factors[i, i]


@njit(nogil=True, cache=True, fastmath=_LOOSE)
def _invert(work):  # type: ignore[no-untyped-def]
    """Invert in place (Gauss-Jordan without pivoting). True when every pivot is positive: an M-matrix, stable.

    Four pivot rows at a time are swept over the others, which halves the traffic to memory.
    """
    regions = len(work)
    good = True
    blocks = regions // 4
    for block in range(blocks):
        k = 4 * block
        good = _pivot(work, k, k + 4) and good
        for i in range(regions):
            if i < k or i >= k + 4:
                a, b, c, d = work[i, k], work[i, k + 1], work[i, k + 2], work[i, k + 3]
                work[i, k : k + 4] = 0
                for j in range(regions):
                    work[i, j] -= a * work[k, j] + b * work[k + 1, j] + c * work[k + 2, j] + d * work[k + 3, j]
    for k in range(4 * blocks, regions):
        good = _pivot(work, k, k + 1) and good
        for i in range(regions):
            if i != k:
                factor = work[i, k]
                work[i, k] = 0
                for j in range(regions):
                    work[i, j] -= factor * work[k, j]
    return good


@njit(nogil=True, cache=True, fastmath=_LOOSE)
def _pivot(work, first, last):  # type: ignore[no-untyped-def]
    """Gauss-Jordan among the rows `first` to `last`; true when their pivots are positive."""
    regions = len(work)
    good = True
    one = work[0, 0] * 0 + 1
    for k in range(first, last):
        if not work[k, k] > 0:
            good = False
        inverse = one / work[k, k]
        work[k, k] = one
        for j in range(regions):
            work[k, j] *= inverse
        for i in range(first, last):
            if i != k:
                factor = work[i, k]
                work[i, k] = 0
                for j in range(regions):
                    work[i, j] -= factor * work[k, j]
    return good


@njit(nogil=True, cache=True, fastmath=_LOOSE)
def _find_slowest(node, inverse, incoming, slope, own, inhibition, lasting, drive):  # type: ignore[no-untyped-def]
    """The largest real part of the modes of excitatory and inhibitory populations together (1/s).

    Power iteration on the inverse gives the slowest mode of the eliminated system; the delay of the inhibitory gates
    then shifts it a little. Weights make the matrix symmetric, so that the estimate converges twice as fast.
    """
    regions = len(own)
    mode, next_mode = np.ones(regions), np.empty(regions)
    value = 0.0
    for _ in range(_POWER_STEPS):
        above, below, largest = 0.0, 0.0, 0.0
        for i in range(regions):
            total = 0.0
            for j in range(regions):
                total += inverse[i, j] * mode[j]
            next_mode[i] = total
            weight = mode[i] / (slope[i] * incoming[i])
            above += weight * total
            below += weight * mode[i]
            largest = max(largest, abs(total))
        old, value = value, above / below
        for i in range(regions):
            mode[i] = next_mode[i] / largest
        if abs(value - old) < 1e-9 * abs(value):
            break
    eliminated = -1.0 / value
    modes = eliminated
    for _ in range(20):
        shift, total = 0.0, 0.0
        for i in range(regions):
            weight = mode[i] * mode[i] / (slope[i] * incoming[i])
            speed = 1.0 / lasting[i]
            gain_slope = speed - 1.0 / node.decay_inhibitory
            strength = slope[i] * inhibition[i] * gain_slope * node.synaptic * drive[i]
            shift += weight * strength * (1.0 / speed - 1.0 / (speed + modes))
            total += weight
        fresh = eliminated + shift / total
        change = abs(fresh - modes)
        modes = fresh
        if change < 1e-12:
            break
    return modes
