"""The particle filter: virtual people with paths of daily life, weighed by each score as it comes."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from rewire.inference.cloud import SLIP, Quiet, likelihoods, models
from rewire.inference.scores import Score, bounds, measurement_sd
from rewire.inference.weights import effective, pareto_k
from rewire.layers.symptoms import SCALES

Array = NDArray[np.float64]
Places = NDArray[np.int64]


@dataclass
class Particles:
    """Equally likely courses so far: touched states `x[particle, state]`, noise, and the virtual person behind each."""

    x: Array
    noise: Array
    owner: Places

    def take(self, chosen: Places) -> Particles:
        """Some of them, in this order."""
        return Particles(self.x[chosen], self.noise[chosen], self.owner[chosen])


@dataclass(frozen=True)
class Look:
    """What one score did: how surprising it was (`tail`, two-sided), and what it left of the particles.

    `below` is the chance, as seen just before, of a lower score than the one that came (ties count half).
    """

    score: Score
    below: float
    effective: float
    pareto: float

    @property
    def tail(self) -> float:
        """The chance of a score at least as far out."""
        return 2 * min(self.below, 1 - self.below)


@dataclass
class Filtered:
    """The particles after the last score, the looks at each, and the true scores on the way `[row, scale, particle]`."""

    particles: Particles
    at: float
    looks: list[Look] = field(default_factory=list)
    evidence: float = 0.0
    hours: Array = field(default_factory=lambda: np.empty(0))
    past: Array = field(default_factory=lambda: np.empty((0, len(SCALES), 0)))


def begin(quiet: Quiet, owner: Places, chance: np.random.Generator) -> Particles:
    """Particles at time zero."""
    part = models()[2]
    x = np.zeros((owner.size, part.width))
    noise = np.empty((owner.size, len(part.noises)))
    normals = chance.standard_normal(noise.shape)
    part.module.begin(x, noise, owner, quiet.fixed, quiet.start, quiet.series, normals)
    return Particles(x, noise, owner)


def march(
    particles: Particles,
    quiet: Quiet,
    first: int,
    last: int,
    keep: NDArray[np.int64],
    normals: Array,
    pool: Executor | None = None,
) -> Array:
    """Moves particles (in place) from grid row `first` to `last`; returns true scores `[kept row, scale, particle]`.

    `normals[particle, block, noise]` drive the ups and downs. With a `pool` both halves run side by side.
    """
    part = models()[2]
    count = particles.owner.size
    out = np.empty((count, int(keep.max()) + 1, len(SCALES)))

    def some(left: int, right: int) -> None:
        part.module.march(
            particles.x[left:right],
            particles.noise[left:right],
            particles.owner[left:right],
            quiet.fixed,
            quiet.series,
            quiet.hours,
            quiet.moves,
            first,
            last,
            normals[left:right],
            keep,
            out[left:right],
        )

    if pool is None:
        some(0, count)
    else:
        list(pool.map(some, (0, count // 2), (count // 2, count)))
    found: Array = out.transpose(1, 2, 0)
    return found


def luck_between(quiet: Quiet, first: int, last: int, count: int, chance: np.random.Generator) -> Array:
    """Fresh normals `[particle, block, noise]` for the grid rows from `first` to `last`."""
    return chance.standard_normal((count, max(quiet.blocks(first, last), 1), len(models()[2].noises)))


def follow(
    quiet: Quiet,
    owner: Places,
    scores: Sequence[Score],
    chance: np.random.Generator,
    *,
    weights: Array | None = None,
    forget: float = np.inf,
    history: Sequence[float] = (),
    pool: Executor | None = None,
) -> Filtered:
    """Particles of the virtual people `owner` through all `scores` (sorted by time, after the start).

    `weights` are prior weights of the particles. With `forget` (h) a score counts half as much after so long. True
    scores at the times `history` (up to the last score) are kept and traced back to the particles that are left.
    """
    particles = begin(quiet, owner, chance)
    logs = np.zeros(owner.size) if weights is None else np.log(np.maximum(weights, 1e-300))
    done = Filtered(particles, 0.0)
    now, names = max((score.at for score in scores), default=0.0), list(SCALES)
    part, row = models()[2], 0
    segments: list[tuple[Array, Array, Places]] = []
    for at, group in groupby(scores, key=lambda score: round(score.at, 6)):
        together = list(group)
        last = quiet.row(at)
        keep = np.full(quiet.hours.size, -1, np.int64)
        marks = [quiet.row(hour) for hour in history if quiet.hours[row] < hour - 1e-6 and hour <= at + 1e-6]
        shown = sorted({*marks, last})
        keep[shown] = np.arange(len(shown))
        share = 0.5 ** ((now - at) / forget) if np.isfinite(forget) else 1.0
        normals = luck_between(quiet, row, last, owner.size, chance)
        out = march(particles, quiet, row, last, keep, normals, pool)
        true, row = out[-1], last
        for score in together:
            latent = true[names.index(score.scale)]
            before = _normal(logs)
            chances = likelihoods(score, latent, part)
            logs = logs + share * np.log(chances)
            after = _normal(logs)
            done.evidence += float(np.log(np.maximum(before @ chances, 1e-300)))
            done.looks.append(Look(score, _below(score, latent, before), effective(after), pareto_k(after)))
        if effective(after := _normal(logs)) < 0.5 * owner.size:
            chosen = np.empty(owner.size, np.int64)
            part.module.resample(after, float(chance.random()), chosen)
            logs = np.zeros(owner.size)
        else:
            chosen = np.arange(owner.size)
        particles = particles.take(chosen)
        segments.append((quiet.hours[shown], out[: len(shown)], chosen))
    chosen = np.empty(owner.size, np.int64)
    part.module.resample(_normal(logs), 0.5, chosen)
    done.particles, done.at = particles.take(chosen), now
    if segments and history:
        done.hours, done.past = _traced(segments, chosen)
    return done


def _traced(segments: Sequence[tuple[Array, Array, Places]], chosen: Places) -> tuple[Array, Array]:
    """True scores on the way of the particles that are left, each traced back through its ancestors."""
    hours, past = [], []
    for at, out, ancestors in reversed(segments):
        chosen = ancestors[chosen]
        hours.append(at)
        past.append(out[:, :, chosen])
    return np.concatenate(hours[::-1]), np.concatenate(past[::-1])


def _normal(logs: Array) -> Array:
    weights = np.exp(logs - logs.max())
    total: Array = weights / weights.sum()
    return total


def _below(score: Score, latent: Array, weights: Array) -> float:
    """The chance of a lower score than this one, its own counted half."""
    part = models()[2]
    low, high = bounds(score.scale)
    out, equal = np.empty(latent.size), np.empty(latent.size)
    error = measurement_sd(score.scale)
    flat = np.ascontiguousarray(latent)
    part.module.likelihood(flat, low, score.low - 1, error, low, high, SLIP, out)
    part.module.likelihood(flat, score.low, score.high, error, low, high, SLIP, equal)
    below = float(weights @ out) if score.low > low else 0.0
    return min(1.0, below + 0.5 * float(weights @ equal))
