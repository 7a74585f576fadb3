"""Judging forecasts: CRPS, coverage of bands, ranks of the truth."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
BANDS = (0.5, 0.8, 0.95)


def crps_sample(sample: Array, seen: float) -> float:
    """The continuous ranked probability score of equally likely values, in points; smaller is better."""
    ordered = np.sort(sample)
    count = ordered.size
    ranks = np.arange(1, count + 1)
    spread = 2.0 * float(((2 * ranks - count - 1) * ordered).sum()) / count**2
    return float(np.abs(ordered - seen).mean()) - 0.5 * spread


def crps_normal(mean: float, sd: float, seen: float) -> float:
    """The same of a normal forecast."""
    if sd <= 0:
        return abs(seen - mean)
    z = (seen - mean) / sd
    density = math.exp(-0.5 * z * z) / math.sqrt(2 * math.pi)
    return sd * (z * math.erf(z / math.sqrt(2)) + 2 * density - 1 / math.sqrt(math.pi))


def covered(sample: Array, seen: float, chance: float) -> dict[float, float]:
    """For each central band: 1 if it holds the score, 0 if not.

    Scores are whole numbers, so a band from one whole number to another holds more than its name says. The rank of the
    score is therefore drawn within its ties (`chance` is uniform), which is exact for a calibrated forecast.
    """
    rank = rank_of(sample, seen, chance)
    return {band: float(abs(rank - 0.5) <= band / 2) for band in BANDS}


def rank_of(sample: Array, seen: float, chance: float) -> float:
    """Where the truth lies in the sample, 0 to 1, its place among ties drawn by `chance`; uniform when calibrated."""
    below, equal = float((sample < seen).mean()), float((sample == seen).mean())
    return below + chance * equal


def uniformity(ranks: Array, bins: int = 10) -> tuple[Array, float]:
    """Counts of the ranks in equal bins, and chi-squared per degree of freedom (about 1 when uniform)."""
    counts, _ = np.histogram(ranks, bins=bins, range=(0.0, 1.0))
    expected = ranks.size / bins
    return counts.astype(float), float(((counts - expected) ** 2 / expected).sum() / (bins - 1))
