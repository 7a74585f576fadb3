"""Graph measures of connectivity matrices `[..., region, region]`."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from rewire.network.solve import Matrices, share_out

Array = NDArray[np.float64]


def mean_between(values: Matrices, systems: NDArray[np.int64]) -> Matrices:
    """Mean over pairs of different regions by their systems `[..., system, system]`; one region alone gives nan."""
    member = np.eye(systems.max() + 1)[systems]
    pairs = member.T @ (1 - np.eye(len(systems))) @ member
    off = values * (1 - np.eye(len(systems)))
    with np.errstate(invalid="ignore"):
        result: Matrices = (member.T @ off @ member) / pairs
    return result


def modularity(matrix: Matrices, systems: NDArray[np.int64]) -> Array:
    """Newman's modularity `[...]` of the given division, for positive weights."""
    weights = _positive(matrix)
    strength = weights.sum(axis=-1)
    total = strength.sum(axis=-1)
    same = systems[:, None] == systems[None]
    inside = (weights * same).sum(axis=(-2, -1)) / total
    member = np.eye(systems.max() + 1)[systems]
    shares = (strength @ member) / total[..., None]
    result: Array = inside - (shares**2).sum(axis=-1)
    return result


def participation(matrix: Matrices, systems: NDArray[np.int64]) -> Array:
    """Participation coefficient `[..., region]`: 0 when all of a region's weight stays in one system."""
    weights = _positive(matrix)
    member = np.eye(systems.max() + 1)[systems]
    strength = weights.sum(axis=-1, keepdims=True)
    shares = np.divide(weights @ member, strength, out=np.zeros_like(weights @ member), where=strength > 0)
    result: Array = np.where(strength[..., 0] > 0, 1 - (shares**2).sum(axis=-1), 0.0)
    return result


def efficiency(matrix: Matrices) -> Array:
    """Global efficiency `[...]`: mean over pairs of the inverse shortest path; a weight r > 0 has the length 1 / r."""
    regions = matrix.shape[-1]
    flat = np.ascontiguousarray(_positive(matrix).reshape(-1, regions, regions))
    found = np.empty(len(flat))
    share_out(lambda first, last: _efficiency(flat[first:last], found[first:last]), len(flat))
    result: Array = found.reshape(matrix.shape[:-2])
    return result


@njit(nogil=True, cache=True)
def _efficiency(weights, found):  # type: ignore[no-untyped-def]
    """Shortest paths between all pairs (Floyd-Warshall); regions without a path add 0."""
    scans, regions, _ = weights.shape
    path = np.empty((regions, regions))
    for scan in range(scans):
        for i in range(regions):
            for j in range(regions):
                path[i, j] = 1.0 / weights[scan, i, j] if weights[scan, i, j] > 0 else np.inf
            path[i, i] = 0.0
        for k in range(regions):
            for i in range(regions):
                first = path[i, k]
                for j in range(regions):
                    path[i, j] = min(path[i, j], first + path[k, j])
        total = 0.0
        for i in range(regions):
            for j in range(regions):
                if i != j:
                    total += 1.0 / path[i, j]
        found[scan] = total / (regions * (regions - 1))


def _positive(matrix: Matrices) -> Array:
    weights = np.maximum(np.asarray(matrix, dtype=np.float64), 0.0)
    np.einsum("...ii->...i", weights)[...] = 0.0
    return weights
