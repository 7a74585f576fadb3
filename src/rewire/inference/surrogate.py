"""A quadratic stand-in for a costly model: fitted to runs of it, judged on runs it has not seen."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
PENALTIES = (1e-3, 1e-2, 1e-1, 1.0, 10.0, 100.0, 1000.0)
"""Penalties of curvature that are tried, each judged by leaving every run out once."""
SLOPE_PENALTY = 1e-3
"""Slopes are told well by the runs: hardly any penalty."""


@dataclass(frozen=True)
class StandIn:
    """Rows as quadratic functions of the unknowns: `level + slope . d + d . bend . d / 2` with `d = z - centre`.

    `slope` is `[row, unknown]`, `bend` `[row, unknown, unknown]`. `error` `[row]` is the root mean square of what it got
    wrong on runs left out of its fit.
    """

    centre: Array
    level: Array
    slope: Array
    bend: Array
    error: Array

    def __call__(self, z: Array) -> Array:
        """The rows `[draw, row]` at places `[draw, unknown]`."""
        return self.with_slopes(z)[0]

    def with_slopes(self, z: Array) -> tuple[Array, Array]:
        """The rows `[draw, row]` and their slopes `[draw, row, unknown]` at places `[draw, unknown]`."""
        rows, size = self.slope.shape
        away = z - self.centre
        bent = (away @ self.bend.reshape(rows * size, size).T).reshape(len(z), rows, size)
        value = self.level + ((self.slope + bent / 2) @ away[:, :, None])[..., 0]
        return value, self.slope + bent


def fit_stand_in(places: Array, values: Array, active: NDArray[np.int64], centre: Array, covariance: Array) -> StandIn:
    """Fits the rows `values` `[run, row]` at `places` `[run, unknown]`, flat in all unknowns that are not `active`.

    `centre` and `covariance` say where the places lie. The penalty of curvature is the one that does best for runs left
    out, one at a time; every row has its own.
    """
    whitening = np.asarray(np.linalg.inv(np.linalg.cholesky(covariance[np.ix_(active, active)])).T)
    inside = (places - centre)[:, active] @ whitening
    first, second = np.triu_indices(active.size)
    features = np.concatenate([np.ones((len(inside), 1)), inside, inside[:, first] * inside[:, second]], axis=1)
    straight = 1 + active.size
    best = np.zeros((features.shape[1], values.shape[1]))
    error = np.full(values.shape[1], np.inf)
    for penalty in PENALTIES:
        weights = np.r_[1e-9, np.full(straight - 1, SLOPE_PENALTY), np.full(features.shape[1] - straight, penalty)]
        half = features / np.sqrt(weights)
        # Fewer runs than coefficients are the rule: solved on the side of the runs.
        inverse = np.linalg.inv(half @ half.T + np.eye(len(places)))
        pulled = inverse @ values
        left_out = np.sqrt(((pulled / np.diag(inverse)[:, None]) ** 2).mean(axis=0))
        better = left_out < error
        error = np.where(better, left_out, error)
        best[:, better] = ((half.T @ pulled) / np.sqrt(weights)[:, None])[:, better]
    rows, size = values.shape[1], places.shape[1]
    slope, bend = np.zeros((rows, size)), np.zeros((rows, size, size))
    slope[:, active] = (whitening @ best[1:straight]).T
    pairs = np.zeros((rows, active.size, active.size))
    pairs[:, first, second] = best[straight:].T
    bend[np.ix_(np.arange(rows), active, active)] = whitening @ (pairs + pairs.transpose(0, 2, 1)) @ whitening.T
    return StandIn(centre, best[0], slope, bend, error)
