"""Whether chains agree and how much they tell: split R-hat and effective draws (Vehtari et al. 2021, Bayesian Analysis)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def _split(draws: Array) -> Array:
    half = draws.shape[1] // 2
    return np.concatenate([draws[:, :half], draws[:, -half:]])


def split_rhat(draws: Array) -> float:
    """R-hat of `draws[chain, step]`, each chain split in half; 1 when the chains agree."""
    halves = _split(draws)
    steps = halves.shape[1]
    within = float(halves.var(axis=1, ddof=1).mean())
    between = float(halves.mean(axis=1).var(ddof=1))
    return float(np.sqrt((steps - 1) / steps + between / within)) if within > 0 else float("inf")


def effective_draws(draws: Array) -> float:
    """Independent draws that would tell as much about the mean, from autocorrelations summed in pairs (Geyer 1992)."""
    halves = _split(draws)
    chains, steps = halves.shape
    centred = halves - halves.mean(axis=1, keepdims=True)
    size = 2 ** int(np.ceil(np.log2(2 * steps)))
    power = np.abs(np.fft.rfft(centred, size, axis=1)) ** 2
    covariance = np.fft.irfft(power, size, axis=1)[:, :steps].mean(axis=0) / steps
    within = covariance[0] * steps / (steps - 1)
    total = covariance[0] + float(halves.mean(axis=1).var(ddof=1))
    if total <= 0 or within <= 0:
        return 0.0
    rho = 1 - (within - covariance) / total
    rho[0] = 1.0
    pairs = rho[: steps // 2 * 2].reshape(-1, 2).sum(axis=1)
    negative = np.flatnonzero(pairs < 0)
    pairs = np.minimum.accumulate(pairs[: negative[0] if negative.size else None])
    time = max(-1.0 + 2.0 * float(pairs.sum()), 1.0 / np.log10(chains * steps))
    return float(chains * steps / time)
