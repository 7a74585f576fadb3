"""How well a fit tells of a trial that it has not seen: each is left out in turn, and predicted from the others."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from rewire.inference.calibrate import Fit, draw, posterior
from rewire.inference.misfit import Problem
from rewire.inference.surrogate import StandIn

Array = NDArray[np.float64]
DRAWS = 150
"""Draws of each chain for one trial that is left out."""
REPEATS = 4
"""Virtual trials of each draw."""


def predict_left_out(problem: Problem, found: Fit, chance: Array, seed: int) -> Array:
    """What is predicted for each row `[draw, row]` when its trial is left out of the fit.

    A prediction holds what is not known about the unknowns, effects of the trial, which no other trial tells, and the
    `chance` of the row: the variance `[row]` of a published number for given effects. Rests on the stand-in of the whole
    fit, which was made where all trials together lead.
    """
    generator = np.random.default_rng(seed)
    chains, size = found.draws.shape[0], len(problem.names)
    covariance = np.cov(found.flat.T)
    told = np.empty((chains * DRAWS * REPEATS, problem.observed.size))
    for trial in range(problem.group.max() + 1):
        inside, outside = np.flatnonzero(problem.group == trial), np.flatnonzero(problem.group != trial)
        others, stand_in = _only(problem, outside), _rows(found.stand_in, outside)
        density = posterior(others, stand_in, found.variance[outside])
        z = draw(density, found.mean(), covariance, chains, DRAWS, generator).reshape(-1, size).repeat(REPEATS, axis=0)
        value, slopes = _rows(found.stand_in, inside).with_slopes(z)
        loads = _only(problem, inside).loads(z, slopes)
        effects = generator.standard_normal((len(z), loads.shape[2], 1))
        luck = generator.standard_normal(value.shape) * np.sqrt(chance[inside] + found.stand_in.error[inside] ** 2)
        told[:, inside] = value + (loads @ effects)[..., 0] + luck
    return told


def _only(problem: Problem, rows: NDArray[np.int64]) -> Problem:
    """The problem with these rows alone."""
    return replace(
        problem,
        observed=problem.observed[rows],
        variance=problem.variance[rows],
        group=np.unique(problem.group[rows], return_inverse=True)[1],
        share=problem.share[rows],
    )


def _rows(stand_in: StandIn, rows: NDArray[np.int64]) -> StandIn:
    """The stand-in for these rows alone."""
    return StandIn(
        stand_in.centre, stand_in.level[rows], stand_in.slope[rows], stand_in.bend[rows], stand_in.error[rows]
    )
