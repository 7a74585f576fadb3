"""Least squares for a handful of numbers: Levenberg and Marquardt's method with slopes by differences."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
STEP, ROUNDS, SETTLED = 1e-4, 60, 1e-8


def least_squares(misfit: Callable[[Array], Array], start: Array) -> Array:
    """The numbers that make the sum of squares of `misfit(numbers)` smallest, searched from `start`."""
    numbers, damping = start.astype(float), 1e-2
    left = misfit(numbers)
    for _ in range(ROUNDS):
        slopes = np.stack([(misfit(numbers + step) - left) / STEP for step in STEP * np.eye(numbers.size)], axis=1)
        square, pull = slopes.T @ slopes, slopes.T @ left
        while damping < 1e8:
            move = -np.linalg.solve(square + damping * (np.diag(np.diag(square)) + 1e-9 * np.eye(numbers.size)), pull)
            tried = misfit(numbers + move)
            if tried @ tried < left @ left:
                break
            damping *= 4
        else:
            return numbers
        gained = left @ left - tried @ tried
        numbers, left, damping = numbers + move, tried, damping / 3
        if gained < SETTLED * (left @ left):
            break
    return numbers
