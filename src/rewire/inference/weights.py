"""Weights: the effective number, the shape of their tail (Pareto k), and resampling by them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
FEWEST = 5
"""Weights that a tail needs."""
TRUSTED_K = 0.7
"""Above this shape an importance-weighted mean cannot be trusted (Vehtari et al. 2024, JMLR 25:72)."""


def effective(weights: Array) -> float:
    """The number of equally weighted particles that would tell as much."""
    return float(weights.sum() ** 2 / (weights @ weights))


def resampled(weights: Array, chance: float, count: int) -> NDArray[np.int64]:
    """Systematic resampling: which of the weighted ones (summing to one) takes each of `count` places."""
    places = (np.arange(count) + chance) / count
    return np.minimum(np.searchsorted(np.cumsum(weights), places), weights.size - 1)


def pareto_k(weights: Array) -> float:
    """The shape of the generalised Pareto tail of the largest weights (Zhang & Stephens 2009, profile posterior mean).

    The tail begins no lower than the mean: where most weights are next to nothing and the others alike, it is theirs
    alone that is fitted. Fewer than five above the mean are a heavy tail when they hold most of the weight.
    """
    count = weights.size
    tail = int(min(0.2 * count, 3 * np.sqrt(count)))
    ordered = np.sort(weights)
    if tail < FEWEST or ordered[-1] <= 0:
        return float("inf")
    over = ordered[-tail:] - max(ordered[-tail - 1], float(weights.mean()))
    over = over[over > 1e-12 * ordered[-1]]
    if over.size < FEWEST:
        held = float(ordered[count - over.size :].sum())
        return float("inf") if 2 * held > float(ordered.sum()) else 0.0
    n = over.size
    grid = 30 + int(np.sqrt(n))
    quarter = over[int(n / 4 + 0.5) - 1]
    steps = 1 - np.sqrt(grid / (np.arange(1, grid + 1) - 0.5))
    theta = 1 / over[-1] + steps / (3 * quarter)
    shape = np.mean(np.log1p(-theta[:, None] * over[None, :]), axis=1)
    profile = n * (np.log(-theta / shape) - shape - 1)
    share = np.exp(profile - profile.max())
    best = float((theta * share).sum() / share.sum())
    fitted = float(np.mean(np.log1p(-best * over)))
    return float((n * fitted + 10 * 0.5) / (n + 10))
