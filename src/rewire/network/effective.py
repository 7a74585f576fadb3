"""Fits the strengths of connections to measured functional connectivity, by the exact gradient.

Tracts seen by diffusion imaging are a poor guide to effective strength (the direct tract between subgenual and
posterior cingulate cortex is so faint that changing it does nothing). Each connection is scaled by `exp(change)`, the
same both ways, with a ridge that keeps it near the structural weight, and the coupling is free. Some pairs of regions
are held out of a first fit to score it; the fit that is returned then uses all of them.

Pairs that were not measured (nan) are left out. Correlations of this model are never negative. Where many of the
measured ones are, their level was shifted by the cleaning of the scans (as regression of the global signal does), and
the pattern alone is fitted: a constant between the two is free.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from rewire.network.checks import check_matrix
from rewire.network.circuit import Circuit, build_circuit, prepare
from rewire.network.connectivity import correlation, sample_scan
from rewire.network.constants import constant
from rewire.network.failures import NetworkError
from rewire.network.gains import healthy
from rewire.network.gradient import slope
from rewire.network.network import Network
from rewire.network.solve import STABLE

Array = NDArray[np.float64]

_MEMORY, _MEMORY_SQUARE = 0.9, 0.999  # Adam's own defaults
_WIDEST = 6.0  # largest log change of a connection
_BACK_OFF = 0.05  # fall of the log coupling when a step comes too near the critical point
_LOOK, _WORTH = 100, 0.98  # the search ends when so many steps leave more than this of the misfit
_LOPSIDED = 1e-3  # matrices written with three digits are symmetric to this


@dataclass(frozen=True, eq=False)
class EffectiveFit:
    """What a fit found. Correlations are over pairs of regions.

    `network` has the fitted weights and coupling. `agreement` and `misfit` (root mean square) are on all pairs, after
    the fit on all. `held_out` is on pairs that the first fit did not see, `held_out_structure` the same without a fit.
    `ceiling` is the best agreement that noise in the data allows, or None when nothing says how noisy they are.
    `measured` is the share of pairs that had a number. `level` is the constant by which the model lies above the
    measured correlations when only their pattern was fitted, or None when their level was fitted, too.
    """

    network: Network
    agreement: float
    misfit: float
    held_out: float
    held_out_structure: float
    ceiling: float | None
    coupling: float
    slowest_mode: float
    measured: float
    level: float | None


def fit_effective(
    network: Network,
    connectivity: Array,
    *,
    seed: int = 0,
    steps: int = 1000,
    replicate: Array | None = None,
    minutes: float | None = None,
) -> EffectiveFit:
    """Fit `network` to correlations `connectivity [region, region]` of the same regions in the same order.

    `nan` stands for pairs that were not measured; the diagonal does not matter. `read_connectivity` reads a file and
    puts it in the order of a network. The ceiling comes from a second measurement (`replicate`), or from the total scan
    time in `minutes` (sampling noise only). `seed` chooses the held-out pairs.

    Raises `NetworkError` for a matrix that holds no correlations of these regions.
    """
    target = _check_target(connectivity, network.regions, "functional connectivity")
    random = np.random.default_rng(seed)
    rows, columns = np.triu_indices(network.regions, 1)
    chosen = random.random(len(rows)) >= constant("fit", "held_out")
    known = np.isfinite(target[rows, columns])
    rows, columns, kept = rows[known], columns[known], chosen[known]
    free = bool((target[rows, columns] < 0).mean() > constant("fit", "negative"))
    plain = replace(network, coupling=None)
    start = build_circuit(plain)
    before = _connectivity(start)[0]
    half_fitted = _descend(plain, start.coupling, target, (rows[kept], columns[kept]), free, steps)
    fitted = _descend(plain, start.coupling, target, (rows, columns), free, steps)
    scored, final = _connectivity(build_circuit(half_fitted))[0], build_circuit(fitted)
    matrix, slowest = _connectivity(final)
    hidden = rows[~kept], columns[~kept]
    above = (matrix - target)[rows, columns]
    level = float(above.mean()) if free else None
    return EffectiveFit(
        network=fitted,
        agreement=_agree(matrix[rows, columns], target[rows, columns]),
        misfit=float(np.sqrt(np.mean((above - (level or 0.0)) ** 2))),
        held_out=_agree(scored[hidden], target[hidden]),
        held_out_structure=_agree(before[hidden], target[hidden]),
        ceiling=_ceiling(matrix, target, replicate, minutes, random),
        coupling=final.coupling,
        slowest_mode=slowest,
        measured=float(known.mean()),
        level=level,
    )


def _descend(
    network: Network,
    coupling: float,
    target: Array,
    pairs: tuple[NDArray[np.int_], NDArray[np.int_]],
    free: bool,
    steps: int,
) -> Network:
    """Adam on log changes of connections and log coupling; the best point met that is far enough from critical.

    It ends after `steps`, or sooner when the misfit hardly falls any more. The misfit counts `pairs` (rows, columns),
    around its mean when the level is `free`.
    """
    floor, ridge, rate = (constant("fit", name) for name in ("floor", "ridge", "rate"))
    structure = prepare(network)
    structure = np.maximum(0.5 * (structure + structure.T), floor * structure.max())
    np.fill_diagonal(structure, 0.0)
    rows, columns = np.triu_indices(network.regions, 1)

    def score(matrix: Array) -> tuple[float, Array]:
        off = (matrix - target)[pairs]
        if free:
            off = off - off.mean()  # the best level; the slope over it is 0
        over = np.zeros_like(matrix)
        over[pairs] = off / len(off)
        return float((off**2).mean()), over + over.T

    point, best = np.zeros(len(rows) + 1), np.zeros(len(rows) + 1)
    point[-1] = best[-1] = np.log(coupling)
    mean, square, lowest, before = np.zeros_like(point), np.zeros_like(point), np.inf, np.inf
    gains = healthy(network)
    base = build_circuit(replace(network, coupling=coupling))
    for step in range(1, steps + 1):
        if step % _LOOK == 0:
            if lowest > _WORTH * before:
                break
            before = lowest
        weights = _scaled(structure, point, rows, columns)
        now = replace(base, coupling=float(np.exp(point[-1])), weights=base.node.synaptic * np.exp(point[-1]) * weights)
        found = now.solve(gains)
        if found.code[0] != STABLE or found.slowest_mode[0] > constant("guard", "slowest_mode"):
            point[-1] -= _BACK_OFF
            mean[-1] = 0.0
            continue
        here = slope(now, gains, score)
        total = here.score + ridge * float(np.mean(point[:-1] ** 2))
        if total < lowest:
            lowest, best = total, point.copy()
        both = here.weights * now.weights
        downhill = np.append(both[rows, columns] + both[columns, rows] + 2 * ridge * point[:-1] / len(rows), both.sum())
        mean = _MEMORY * mean + (1 - _MEMORY) * downhill
        square = _MEMORY_SQUARE * square + (1 - _MEMORY_SQUARE) * downhill**2
        size = np.sqrt(square / (1 - _MEMORY_SQUARE**step)) + 1e-12
        point = point - rate * mean / (1 - _MEMORY**step) / size
        point[:-1] = np.clip(point[:-1], -_WIDEST, _WIDEST)
    weights = _scaled(structure, best, rows, columns)
    return network.with_weights(weights, coupling=float(np.exp(best[-1])))


def _scaled(structure: Array, point: Array, rows: NDArray[np.int_], columns: NDArray[np.int_]) -> Array:
    weights = structure.copy()
    weights[rows, columns] *= np.exp(point[:-1])
    weights[columns, rows] = weights[rows, columns]
    return weights


def _connectivity(used: Circuit) -> tuple[Array, float]:
    found = used.solve(healthy(used.network))
    return np.asarray(correlation(found.covariance)[0], dtype=np.float64), float(found.slowest_mode[0])


def _ceiling(
    fitted: Array, target: Array, replicate: Array | None, minutes: float | None, random: np.random.Generator
) -> float | None:
    """The square root of the reliability of the measured matrix: no model can agree better with it."""
    pairs = np.triu_indices(len(target), 1)
    if replicate is not None:
        again = _check_target(replicate, len(target), "second measurement")
        both = np.isfinite(target[pairs]) & np.isfinite(again[pairs])
        return float(np.sqrt(max(_agree(target[pairs][both], again[pairs][both]), 0.0)))
    if minutes is None:
        return None
    one, other = (sample_scan(fitted, minutes, random) for _ in range(2))
    return float(np.sqrt(max(_agree(one[pairs], other[pairs]), 0.0)))


def _check_target(connectivity: object, regions: int, what: str) -> Array:
    """Correlations with nan where nothing was measured, made exactly symmetric; the diagonal is set to 1."""
    matrix = np.array(check_matrix(connectivity, what, regions, gaps=True))
    np.fill_diagonal(matrix, 1.0)
    lopsided, largest = np.nanmax(np.abs(matrix - matrix.T)), np.nanmax(np.abs(matrix))
    if lopsided > _LOPSIDED or largest > 1 + _LOPSIDED:
        wrong = f"reaches {largest:.3g}" if largest > 1 + _LOPSIDED else f"differs from its mirror by {lopsided:.3g}"
        raise NetworkError(
            f"the {what} is not a matrix of correlations: it {wrong}",
            expected="symmetric, between -1 and 1",
            advice="turn Fisher z back into correlations with tanh",
        )
    matrix = np.clip(0.5 * (matrix + matrix.T), -1.0, 1.0)
    pairs = matrix[np.triu_indices(regions, 1)]
    seen = pairs[np.isfinite(pairs)]
    if len(seen) < constant("fit", "least_measured") * len(pairs):
        raise NetworkError(
            f"the {what} has a number for {len(seen)} of {len(pairs)} pairs of regions",
            expected=f"at least {constant('fit', 'least_measured'):.0%} of them",
            advice="check that its labels are those of the network",
        )
    if seen.std() < _LOPSIDED:
        raise NetworkError(f"the {what} is the same everywhere", expected="correlations that differ between pairs")
    return matrix


def _agree(one: Array, other: Array) -> float:
    return float(np.corrcoef(one, other)[0, 1])
