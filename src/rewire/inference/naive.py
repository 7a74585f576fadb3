"""Forecasts that know no model: the last score carried forward, and an exponential fitted to the person's scores."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from rewire.inference.scores import Score

Array = NDArray[np.float64]
TIMES = tuple(float(t) for t in np.geomspace(24.0, 24.0 * 60, 25))
"""Times (h) tried for the exponential."""
FEWEST_FOR_CURVE = 3


def carried_forward(scores: Sequence[Score], hours: Array) -> Array | None:
    """The last score at all `hours`; None without a score."""
    return np.full(hours.size, scores[-1].middle) if scores else None


def exponential(scores: Sequence[Score], hours: Array) -> Array | None:
    """The least-squares curve `end + (start - end) exp(-t / time)` at `hours`; None with fewer than three scores.

    The end is kept between the lowest and the highest score of the person, so that the curve stays where it was seen.
    """
    if len(scores) < FEWEST_FOR_CURVE:
        return None
    at = np.array([max(score.at, 0.0) for score in scores])
    seen = np.array([score.middle for score in scores])
    best, found = np.inf, np.full(hours.size, seen[-1])
    for time in TIMES:
        fall = np.exp(-at / time)
        design = np.stack([fall, 1 - fall], axis=1)
        (start, end), *_ = np.linalg.lstsq(design, seen, rcond=None)
        end = float(np.clip(end, seen.min(), seen.max()))
        # With the end held, the best start follows in closed form.
        start = float(((seen - end * (1 - fall)) @ fall) / (fall @ fall))
        error = float(((seen - start * fall - end * (1 - fall)) ** 2).sum())
        if error < best:
            best, found = error, end + (start - end) * np.exp(-hours / time)
    return found
