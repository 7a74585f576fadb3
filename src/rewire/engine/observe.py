"""From a latent severity to the score on paper: measurement error, bounds and rounding.

The error of a score is a pure function of (seed, person, scale, minute), so the score that a closed-loop rule reads
during a run is the very score that the result reports.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from rewire.core.random import philox

_LOW = np.uint64(0xFFFFFFFF)
_WORD = np.uint64(32)


@njit(forceinline=True)
def observe_one(
    latent: float, error: float, low: float, high: float, seed: int, person: int, stream: int, minute: int
) -> float:
    """One observed score: `latent` plus a normal error of standard deviation `error`, rounded, within `low .. high`."""
    whole, who = np.uint64(seed), np.uint64(person)
    a, b, _, _ = philox(
        who & _LOW, np.uint64(minute) & _LOW, np.uint64(stream), who >> _WORD, whole & _LOW, (whole >> _WORD) & _LOW
    )
    radius = np.sqrt(-2.0 * np.log((np.float64(a) + 0.5) / 4294967296.0))
    chance = radius * np.cos(2.0 * np.pi * (np.float64(b) / 4294967296.0))
    return min(max(np.floor(latent + error * chance + 0.5), low), high)


@njit(nogil=True, cache=True)
def _observe(
    latent: Any, error: float, low: float, high: float, seed: int, first: int, stream: int, minutes: Any, out: Any
) -> None:
    for k in range(latent.shape[0]):
        for i in range(latent.shape[1]):
            out[k, i] = observe_one(latent[k, i], error, low, high, seed, first + i, stream, minutes[k])


def observe(
    latent: NDArray[Any],
    *,
    error: float,
    low: float,
    high: float,
    seed: int,
    first: int,
    stream: int,
    minutes: NDArray[np.int64],
) -> NDArray[np.uint8]:
    """Observed scores `[time, person]` for latent severities `[time, person]` of persons `first ...` at `minutes`."""
    out = np.empty(latent.shape, np.uint8)
    _observe(latent, error, low, high, seed, first, stream, minutes, out)
    return out
