"""Fits a handful of numbers to published ones: Gauss and Newton's way to the top, then draws checked by the model.

The unknowns `z` are standard normal before any data. The forward model is run for every step and every draw, never a
stand-in for it. What trials differ in beyond chance is integrated out: it widens the covariance of a trial's rows along
the slope of each effect. Draws come from a Student distribution around the top and carry importance weights; how far
these are from equal (the effective sample size) says whether to believe them.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Forward = Callable[[Array], Array]
Tell = Callable[[str], None]

STEP = 0.3
"""Step of `z` for slopes: wide, so that the chance of a finite virtual population hardly shows."""
ROUNDS = 4
FREEDOM = 7.0
"""Degrees of freedom of the Student distribution of the draws."""
LEAST_EFFECTIVE = 25.0
"""Weights are flattened by a power until so many draws count; the power is reported."""
TURNS = 2
"""Turns of drawing; each learns its place and spread from the turns before."""
WINDOW = (1.0, 0.5, 0.25, 0.1)


@dataclass(frozen=True)
class Problem:
    """What is fitted: names of the unknowns, published numbers with their variance, and the forward model.

    `effects` holds, by effect of a trial, the weight of each unknown's slope (`[unknown]`, standard deviations of the
    effect in units of `z`); `group` the number of the trial of each row.
    """

    names: tuple[str, ...]
    observed: Array
    variance: Array
    group: NDArray[np.int64]
    effects: Mapping[str, Array]
    forward: Forward

    def covariance(self, slopes: Array) -> Array:
        """Chance on the diagonal, and what trials differ in, shared by the rows of a trial."""
        together = self.group[:, None] == self.group[None, :]
        total = np.diag(self.variance)
        for weights in self.effects.values():
            along = slopes @ weights
            total = total + np.outer(along, along) * together
        return total


@dataclass(frozen=True)
class Fit:
    """The top, its covariance, weighted draws `[draw, unknown]`, and the model at each of them `[draw, row]`."""

    names: tuple[str, ...]
    top: Array
    covariance: Array
    slopes: Array
    draws: Array
    predicted: Array
    weights: Array
    effective: float
    power: float
    start_loss: float
    top_loss: float

    def mean(self) -> Array:
        """The posterior mean of each unknown."""
        return self.weights @ self.draws

    def sd(self) -> Array:
        """The posterior standard deviation of each unknown; 1 before any data."""
        return np.sqrt(self.weights @ (self.draws - self.mean()) ** 2)

    def resampled(self, count: int, seed: int) -> Array:
        """Equally likely draws `[count, unknown]`, by systematic resampling."""
        places = (np.random.default_rng(seed).random() + np.arange(count)) / count
        return self.draws[np.minimum(np.searchsorted(np.cumsum(self.weights), places), len(self.draws) - 1)]


def fit(problem: Problem, draws: int, seed: int, tell: Tell = print) -> Fit:
    """Climbs to the top, then draws around it and weighs every draw by the model itself."""
    z = np.zeros(len(problem.names))
    value = problem.forward(z)
    slopes = slopes_at(problem, z)
    inverse = _inverse(problem.covariance(slopes))
    start = loss = _loss(problem, z, value, inverse)
    tell(f"start: loss {loss:.1f} over {problem.observed.size} rows")
    for round_ in range(ROUNDS):
        hessian = np.eye(z.size) + slopes.T @ inverse @ slopes
        move = np.linalg.solve(hessian, slopes.T @ inverse @ (problem.observed - value) - z)
        tried = [(z + share * move, problem.forward(z + share * move)) for share in WINDOW[: 2 + round_]]
        losses = [_loss(problem, place, found, inverse) for place, found in tried]
        best = int(np.argmin(losses))
        if losses[best] >= loss - 0.05:
            break
        z, value = tried[best]
        slopes = slopes_at(problem, z)
        inverse = _inverse(problem.covariance(slopes))
        loss = _loss(problem, z, value, inverse)
        tell(f"round {round_ + 1}: loss {loss:.1f}")
    covariance = _inverse(np.eye(z.size) + slopes.T @ inverse @ slopes)
    generator = np.random.default_rng(seed)
    proposals = [(z, covariance)]
    places, found, target = np.empty((0, z.size)), np.empty((0, problem.observed.size)), np.empty(0)
    for turn in range(TURNS):
        new = _student(generator, *proposals[-1], draws)
        values = np.stack([problem.forward(place) for place in new])
        losses = [_loss(problem, place, told, inverse) for place, told in zip(new, values, strict=True)]
        places, found = np.concatenate([places, new]), np.concatenate([found, values])
        target = np.concatenate([target, -np.array(losses) / 2])
        # Every draw is weighed by the density of all turns so far, so that an unlucky first turn cannot spoil the next.
        weights, power, effective = flatten(target - _log_mixture(places, proposals))
        tell(f"turn {turn + 1}: {len(places)} draws, {effective:.1f} effective with weights to the power {power:.2f}")
        mean = weights @ places
        spread = (places - mean).T @ (weights[:, None] * (places - mean))
        proposals.append((mean, (covariance + spread) / 2))
    return Fit(problem.names, z, covariance, slopes, places, found, weights, effective, power, start, loss)


def _student(generator: np.random.Generator, centre: Array, covariance: Array, count: int) -> Array:
    """Draws `[draw, unknown]` of a Student distribution."""
    normal = generator.standard_normal((count, centre.size))
    stretch = np.sqrt(FREEDOM / generator.chisquare(FREEDOM, count))[:, None]
    return np.asarray(centre + (normal * stretch) @ np.linalg.cholesky(covariance).T)


def _log_mixture(places: Array, proposals: Sequence[tuple[Array, Array]]) -> Array:
    """The logarithm of the density of all turns together, each as likely, up to a constant."""
    logs = []
    for centre, covariance in proposals:
        root = np.linalg.cholesky(covariance)
        distance = (np.linalg.solve(root, (places - centre).T) ** 2).sum(axis=0)
        volume = np.log(np.diag(root)).sum()
        logs.append(-volume - (FREEDOM + centre.size) / 2 * np.log1p(distance / FREEDOM))
    return np.asarray(np.logaddexp.reduce(np.stack(logs), axis=0) - math.log(len(proposals)))


def slopes_at(problem: Problem, z: Array) -> Array:
    """Slopes of the rows `[row, unknown]` by differences."""
    columns = []
    for place in range(z.size):
        step = np.zeros(z.size)
        step[place] = STEP
        columns.append((problem.forward(z + step) - problem.forward(z - step)) / (2 * STEP))
    return np.stack(columns, axis=1)


def _inverse(matrix: Array) -> Array:
    return np.asarray(np.linalg.inv(matrix), np.float64)


def _loss(problem: Problem, z: Array, value: Array, inverse: Array) -> float:
    """Twice the negative logarithm of the posterior, up to a constant."""
    left = problem.observed - value
    return float(left @ inverse @ left + z @ z)


def flatten(logs: Array) -> tuple[Array, float, float]:
    """Weights from their logarithms, raised to a power at most 1 so that enough draws count; power, effective size."""
    for power in np.linspace(1.0, 0.0, 41):
        weights = np.exp(power * (logs - logs.max()))
        weights /= weights.sum()
        effective = 1 / float(weights @ weights)
        if effective >= min(LEAST_EFFECTIVE, 0.9 * logs.size):
            break
    return weights, float(power), effective


def scale_reduction(runs: Sequence[Array]) -> Array:
    """R-hat of each unknown over independent runs `[draw, unknown]`: 1 when they agree."""
    means = np.stack([run.mean(axis=0) for run in runs])
    within = np.mean([run.var(axis=0, ddof=1) for run in runs], axis=0)
    return np.asarray(np.sqrt(1 + means.var(axis=0, ddof=1) / np.maximum(within, 1e-12)))


def check_by_simulation(problem: Problem, found: Fit, repeats: int, seed: int) -> Array:
    """Ranks of known truths among their posterior draws, as shares `[repeat, unknown]`; flat when all is well.

    Truths are drawn around the top, data are made with the model at each of them and the covariance of the fit, and the
    posterior is the linear one of the fit's slopes: it checks that step, at the cost of one run of the model a repeat.
    """
    generator = np.random.default_rng(seed)
    covariance = problem.covariance(found.slopes)
    inverse = _inverse(covariance)
    centre = problem.forward(found.top)
    root = np.linalg.cholesky(covariance)
    ranks = []
    for _ in range(repeats):
        truth = found.top + np.linalg.cholesky(found.covariance) @ generator.standard_normal(found.top.size)
        data = problem.forward(truth) + root @ generator.standard_normal(problem.observed.size)
        # The prior of the check is the posterior of the fit; its posterior is narrower by the same data once more.
        posterior = _inverse(_inverse(found.covariance) + found.slopes.T @ inverse @ found.slopes)
        mean = found.top + posterior @ found.slopes.T @ inverse @ (data - centre)
        ranks.append([_normal_share((truth[k] - mean[k]) / math.sqrt(posterior[k, k])) for k in range(truth.size)])
    return np.array(ranks)


def _normal_share(z: float) -> float:
    return 0.5 * math.erfc(-z / math.sqrt(2))
