"""The continuous ranked probability score: how far a predictive distribution lies from what was observed.

In the unit of the quantity; 0 is perfect, and for a forecast without spread it is the absolute error.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray


def crps_of_sample(sample: NDArray[np.float64], observed: float) -> float:
    """CRPS of equally likely values: E|X - y| - E|X - X'| / 2."""
    ordered = np.sort(sample)
    count = ordered.size
    ranks = 2.0 * np.arange(1, count + 1) - count - 1
    apart = float(ranks @ ordered) / count**2
    return float(np.abs(ordered - observed).mean()) - apart


def crps_of_normal(mean: float, sd: float, observed: float) -> float:
    """CRPS of a normal distribution; of a single value when `sd` is 0."""
    if sd <= 0:
        return abs(observed - mean)
    z = (observed - mean) / sd
    density = math.exp(-(z**2) / 2) / math.sqrt(2 * math.pi)
    return sd * (z * math.erf(z / math.sqrt(2)) + 2 * density - 1 / math.sqrt(math.pi))
