"""The chance of a score as it is reported, given the true one: normal error, rounding, bounds, slips of the pen."""

from __future__ import annotations

from math import erf, sqrt

from numba import njit


@njit(cache=True, nogil=True, error_model="numpy")
def chances(true, low, high, error, lowest, highest, slip, out):  # type: ignore[no-untyped-def]
    """The chance of a score reported between `low` and `high` for each `true` one, into `out`.

    A share `slip` of scores is anywhere on the scale from `lowest` to `highest`.
    """
    scale = 1.0 / (error * sqrt(2.0))
    anywhere = slip * (high - low + 1.0) / (highest - lowest + 1.0)
    for n in range(true.size):
        above = 1.0 if high >= highest else 0.5 * (1.0 + erf((high + 0.5 - true[n]) * scale))
        below = 0.0 if low <= lowest else 0.5 * (1.0 + erf((low - 0.5 - true[n]) * scale))
        out[n] = (1.0 - slip) * max(above - below, 0.0) + anywhere
