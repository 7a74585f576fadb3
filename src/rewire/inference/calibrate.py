"""Fits a handful of numbers to published ones: a climb to the top, a stand-in for the model around it, chains on that.

The climb (Gauss and Newton's) runs the model itself. Then the model is run, turn by turn, where the chains of the turn
before went, a quadratic stand-in is fitted to all those runs, and what it gets wrong on runs it has not seen is added to
the variance of each row, so that the posterior never trusts it further than it deserves.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rewire.inference.diagnostics import effective_draws, split_rhat
from rewire.inference.misfit import Problem
from rewire.inference.surrogate import StandIn, fit_stand_in

Array = NDArray[np.float64]
Density = Callable[[Array], tuple[Array, Array]]
"""The log of a density `[draw]` and its slopes `[draw, unknown]` at places `[draw, unknown]`."""
Tell = Callable[[str], None]

STEP = 0.3
"""Step of `z` for slopes: wide, so that the chance of a finite virtual population hardly shows."""
ROUNDS = 3
SHARES = (1.0, 0.5, 0.25)
"""Shares of a step of the climb that are tried."""
TURNS = 5
FAR = 1.5
"""Runs further away than this many typical distances are left out of the fit of the stand-in."""
ANYWHERE = 20.0
"""No unknown is sought further from its prior than this many standard deviations."""
WIDE = 1.1
"""Runs for the stand-in are drawn so much wider than the chains went."""
WARM_UPS, WARM_UP = 3, 100
"""Times that chains learn their spread and step anew before any draw is kept, and draws of each time."""
CHECK_DRAWS = 100
"""Draws of each chain for one repeat of the check by simulation."""
LEAPS, FIRST_STEP, TAKEN = 10, 0.2, 0.8
"""Leaps of a proposal, their first length, and the share of proposals that should be taken."""


@dataclass(frozen=True)
class Fit:
    """Draws `[chain, step, unknown]`, the stand-in they rest on, and what the climb found."""

    names: tuple[str, ...]
    draws: Array
    stand_in: StandIn
    variance: Array
    start_misfit: float
    top_misfit: float
    unseen: Array

    @property
    def flat(self) -> Array:
        """All draws `[draw, unknown]`."""
        return self.draws.reshape(-1, self.draws.shape[2])

    def mean(self) -> Array:
        """The posterior mean of each unknown."""
        return np.asarray(self.flat.mean(axis=0))

    def sd(self) -> Array:
        """The posterior standard deviation of each unknown; 1 before any data."""
        return np.asarray(self.flat.std(axis=0))

    def rhat(self) -> Array:
        """R-hat of each unknown; 1 when the chains agree."""
        return np.array([split_rhat(self.draws[:, :, k]) for k in range(self.draws.shape[2])])

    def effective(self) -> Array:
        """Independent draws that would tell as much about each unknown."""
        return np.array([effective_draws(self.draws[:, :, k]) for k in range(self.draws.shape[2])])

    def kept(self, count: int) -> Array:
        """`count` draws far from each other, chains in turn, so that any first few come from all of them."""
        chains, steps, _ = self.draws.shape
        each = -(-count // chains)
        places = np.linspace(0, steps - 1, each).astype(int)
        return self.draws[:, places].transpose(1, 0, 2).reshape(each * chains, -1)[:count]


def fit(problem: Problem, *, trained: int, chains: int, draws: int, seed: int, tell: Tell = print) -> Fit:
    """Climbs to the top, fits the stand-in with `trained` runs of the model around it, and draws from the posterior."""
    generator = np.random.default_rng(seed)
    z, covariance, start, top, runs = _climb(problem, tell)
    active, size = problem.active, len(problem.names)
    pool = z + generator.standard_normal((4 * trained, size)) @ np.linalg.cholesky(covariance).T
    centre = z
    places, values = (np.array(part) for part in zip(*runs, strict=True))
    stand_in, unseen = None, np.zeros(problem.observed.size)
    for turn in range(TURNS):
        chosen = generator.choice(len(pool), trained // TURNS, replace=False)
        new = centre + WIDE * (pool[chosen] - centre)
        found = np.stack([problem.forward(place) for place in new])
        # Far out a row may have no value, such as a hazard ratio when nobody responds: such a run tells nothing.
        whole = np.isfinite(found).all(axis=1)
        new, found = new[whole], found[whole]
        if stand_in is not None:
            unseen = np.sqrt(((stand_in(new) - found) ** 2).mean(axis=0))
        places, values = np.concatenate([places, new]), np.concatenate([values, found])
        spread = np.cov(pool.T)
        # Runs far outside, as those of the climb may be, would bend the stand-in where nobody goes.
        distance = ((places - centre) * np.linalg.solve(spread, (places - centre).T).T).sum(axis=1)
        near = distance < FAR**2 * size
        stand_in = fit_stand_in(places[near], values[near], active, centre, spread)
        variance = problem.variance + stand_in.error**2
        told = draw(posterior(problem, stand_in, variance), centre, spread, chains, draws, generator)
        pool = told.reshape(-1, size)
        centre = pool.mean(axis=0)
        wrong = np.sqrt(np.mean(stand_in.error**2 / problem.variance))
        tell(f"turn {turn + 1}: {near.sum()} runs, stand-in off by {wrong:.2f} standard errors of a row")
    assert stand_in is not None
    return Fit(problem.names, told, stand_in, variance, start, top, unseen)


def posterior(problem: Problem, stand_in: StandIn, variance: Array, more: Sequence[Array] = ()) -> Density:
    """The log of the posterior and its slopes, given what was observed and `more` data like it."""
    bent = stand_in.bend @ problem.directions.T * problem.share[:, None, None]

    def told(z: Array) -> tuple[Array, Array]:
        value, slopes = stand_in.with_slopes(z)
        sizes, loads = problem.sizes(z), problem.loads(z, slopes)
        logs, gradient = -0.5 * (z**2).sum(axis=1), -z
        for data in (problem.observed, *more):
            one, by_value, by_loads = problem.log_chance(data, value, loads, variance)
            logs = logs + one
            gradient = gradient + (by_value[:, None, :] @ slopes)[:, 0]
            gradient = gradient + np.einsum("bre,be,rke->bk", by_loads, sizes, bent, optimize=True)
            for number, effect in enumerate(problem.effects.values()):
                gradient[:, effect.place] += effect.width * (by_loads * loads)[:, :, number].sum(axis=1)
        return logs, gradient

    return told


def draw(
    density: Density, centre: Array, covariance: Array, chains: int, draws: int, generator: np.random.Generator
) -> Array:
    """Draws `[chain, step, unknown]` by Hamiltonian chains that learn their spread and step before any draw is kept."""
    root = np.asarray(np.linalg.cholesky(covariance))
    now, step = centre + generator.standard_normal((chains, centre.size)) @ root.T, FIRST_STEP
    for _ in range(WARM_UPS):
        told, now, step = _chains(density, now, root, step, WARM_UP, generator, learn=True)
        flat = told[:, WARM_UP // 2 :].reshape(-1, centre.size)
        # A little of what was known before steadies the covariance of few draws.
        root = np.asarray(np.linalg.cholesky(0.95 * np.cov(flat.T) + 0.05 * covariance))
    return _chains(density, now, root, step, draws, generator, learn=False)[0]


def _chains(
    density: Density,
    now: Array,
    root: Array,
    step: float,
    draws: int,
    generator: np.random.Generator,
    *,
    learn: bool,
) -> tuple[Array, Array, float]:
    """Hamiltonian Monte Carlo (Neal 2011): draws `[chain, draw, unknown]`, where they ended, and the step in use.

    Steps are counted in standard deviations of `root`; with `learn` the step follows the share of proposals taken.
    """
    level, slope = density(now)
    kept = np.empty((now.shape[0], draws, now.shape[1]))
    for number in range(draws):
        start = generator.standard_normal(now.shape)
        place, push, height, pull = now, start, level, slope
        stride = step * generator.uniform(0.8, 1.2)
        for _ in range(int(generator.integers(LEAPS // 2, LEAPS + LEAPS // 2 + 1))):
            push = push + 0.5 * stride * pull @ root
            # A leap that has lost its way is refused in the end; held within reason it meets no overflow before.
            place = np.clip(place + stride * push @ root.T, -ANYWHERE, ANYWHERE)
            height, pull = density(place)
            push = push + 0.5 * stride * pull @ root
        energy = height - level + 0.5 * (start**2 - push**2).sum(axis=1)
        chance = np.exp(np.minimum(np.nan_to_num(energy, nan=-np.inf), 0.0))
        taken = generator.random(len(now)) < chance
        now, slope = np.where(taken[:, None], place, now), np.where(taken[:, None], pull, slope)
        level = np.where(taken, height, level)
        kept[:, number] = now
        if learn:
            step *= float(np.exp((chance.mean() - TAKEN) / np.sqrt(1 + number)))
    return kept, now, step


def _climb(problem: Problem, tell: Tell) -> tuple[Array, Array, float, float, list[tuple[Array, Array]]]:
    """The top, the covariance around it, misfit before and after, and every run on the way."""
    runs: list[tuple[Array, Array]] = []

    def forward(place: Array) -> Array:
        value = problem.forward(place)
        runs.append((place, value))
        return value

    def told(place: Array, value: Array, slopes: Array) -> tuple[float, Array]:
        loads = problem.loads(place[None], slopes[None])[0]
        inverse = np.asarray(np.linalg.inv(problem.covariance(loads, problem.variance)))
        return _misfit(problem, place, value, inverse), inverse

    z = np.zeros(len(problem.names))
    value = forward(z)
    slopes = slopes_at(problem, z, forward)
    start, inverse = told(z, value, slopes)
    tell(f"start: misfit {start:.1f} over {problem.observed.size} rows")
    misfit = start
    for round_ in range(ROUNDS):
        bend = np.eye(z.size) + slopes.T @ inverse @ slopes
        move = np.linalg.solve(bend, slopes.T @ inverse @ (problem.observed - value) - z)
        tried = [(z + share * move, forward(z + share * move)) for share in SHARES]
        found = [_misfit(problem, place, there, inverse) for place, there in tried]
        best = int(np.argmin(np.nan_to_num(found, nan=np.inf)))
        if found[best] > misfit - 0.5:
            break
        z, value = tried[best]
        slopes = slopes_at(problem, z, forward)
        misfit, inverse = told(z, value, slopes)
        tell(f"round {round_ + 1}: misfit {misfit:.1f}")
    covariance = np.asarray(np.linalg.inv(np.eye(z.size) + slopes.T @ inverse @ slopes))
    return z, covariance, start, misfit, runs


def slopes_at(problem: Problem, z: Array, forward: Callable[[Array], Array]) -> Array:
    """Slopes of the rows `[row, unknown]` by differences; 0 for unknowns that the model does not look at."""
    columns = np.zeros((problem.observed.size, z.size))
    for place in problem.active:
        step = np.zeros(z.size)
        step[place] = STEP
        columns[:, place] = (forward(z + step) - forward(z - step)) / (2 * STEP)
    return columns


def _misfit(problem: Problem, z: Array, value: Array, inverse: Array) -> float:
    """Squared distance from what was observed and from the prior, each in its own standard deviations."""
    left = problem.observed - value
    return float(left @ inverse @ left + z @ z)


def check_by_simulation(problem: Problem, found: Fit, repeats: int, seed: int) -> Array:
    """Ranks of known truths among their posterior draws, as shares `[repeat, unknown]`; flat when all is well.

    Posterior simulation-based calibration (Säilynoja, Schmitt, Bürkner & Vehtari 2025): truths are draws of the
    posterior, data are made at each, and the chains are run again on what was observed and on those data together.
    """
    generator = np.random.default_rng(seed)
    chains, flat = found.draws.shape[0], found.flat
    covariance = np.cov(flat.T)
    ranks = []
    for truth in flat[generator.choice(len(flat), repeats, replace=False)]:
        place = truth[None]
        value, slopes = found.stand_in.with_slopes(place)
        spread = problem.covariance(problem.loads(place, slopes)[0], found.variance)
        data = value[0] + np.linalg.cholesky(spread) @ generator.standard_normal(value.shape[1])
        density = posterior(problem, found.stand_in, found.variance, (data,))
        told = draw(density, found.mean(), covariance, chains, CHECK_DRAWS, generator)
        ranks.append((told < truth).mean(axis=(0, 1)))
    return np.array(ranks)
