"""The particle filter: virtual people with paths of daily life, weighed by each score as it comes."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field, replace
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from rewire.inference.cloud import Quiet, likelihoods, models
from rewire.inference.scores import Score, bounds
from rewire.inference.weights import effective, pareto_k, resampled
from rewire.layers.symptoms import SCALES

Array = NDArray[np.float64]
Places = NDArray[np.int64]
HALF = 0.5
"""Share of the particles that must stay effective; below it they are drawn anew."""
HALVINGS = 12
"""How finely the share of a score that comes in at once is chosen."""
STRIDES = (0.25, 0.7)
"""How far another path stands from the own one, drawn for each particle: near ones for sharp scores, far ones for long
ways."""


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
    """What one score did: how surprising it was (`tail`, two-sided), and what the scores of its time left.

    `below` is the chance, as seen just before, of a lower score than the one that came (ties count half). `effective`
    counts the courses up to the time before that still have descendants, as if all had equally many; `pareto` is the
    shape of the weights as they would be without redrawing, so a hard case shows even where redrawing mends it.
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
    past: NDArray[np.float32] = field(default_factory=lambda: np.empty((0, len(SCALES), 0), np.float32))


def begin(quiet: Quiet, owner: Places, chance: np.random.Generator) -> Particles:
    """Particles at time zero."""
    part = models()[2]
    x = np.zeros((owner.size, part.width))
    noise = np.empty((owner.size, len(part.noises)))
    normals = chance.standard_normal(noise.shape)
    part.call("begin", owner.size, x, noise, owner, quiet.fixed, quiet.start, quiet.series, quiet.hours.size, normals)
    return Particles(x, noise, owner)


def march(
    particles: Particles,
    quiet: Quiet,
    first: int,
    last: int,
    keep: Places,
    normals: Array,
    pool: Executor | None = None,
) -> Array:
    """Moves particles (in place) from grid row `first` to `last`; returns true scores `[particle, kept row, scale]`.

    `normals[particle, block, noise]` drive the ups and downs. With a `pool` both halves run side by side.
    """
    part = models()[2]
    out = np.empty((particles.owner.size, int(keep.max()) + 1, len(SCALES)))

    def some(half: slice) -> None:
        owner = particles.owner[half]
        part.call(
            "march", owner.size, particles.x[half], particles.noise[half], owner, quiet.fixed, quiet.series,
            quiet.hours.size, quiet.hours, quiet.moves, first, last, normals[half], normals.shape[1], keep, out[half],
            out.shape[1],
        )  # fmt: skip

    count = particles.owner.size
    cuts = [0, count // 2, count] if pool and count > 1 else [0, count]
    list((pool.map if pool else map)(some, map(slice, cuts, cuts[1:])))
    return out


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
    renew: bool = True,
    pool: Executor | None = None,
) -> Filtered:
    """Particles of the virtual people `owner` through all `scores` (sorted by time, after the start).

    Scores come in bit by bit, so that at least half of the particles stay effective at each bit; after each, the ups and
    downs since the last score are redrawn by a step that leaves what is known so far in place (resample-move: Gilks &
    Berzuini 2001; tempering: Del Moral, Doucet & Jasra 2006). Without `renew` they come in at once and nothing is
    redrawn, which leaves the evidence without bias.

    `weights` are prior weights of the particles. With `forget` (h) a score counts half as much after so long. True
    scores at the times `history` (up to the last score) are kept and traced back to the particles that are left.
    """
    particles = begin(quiet, owner, chance)
    logs = np.zeros(owner.size) if weights is None else np.log(np.maximum(weights, 1e-300))
    done = Filtered(particles, 0.0)
    now, row = max((score.at for score in scores), default=0.0), 0
    segments: list[tuple[Array, NDArray[np.float32], Places]] = []
    for at, group in groupby(scores, key=lambda score: round(score.at, 6)):
        together, last = list(group), quiet.row(at)
        keep = np.full(quiet.hours.size, -1, np.int64)
        marks = [quiet.row(hour) for hour in history if quiet.hours[row] < hour - 1e-6 and hour <= at + 1e-6]
        shown = sorted({*marks, last})
        keep[shown] = np.arange(len(shown))
        share = 0.5 ** ((now - at) / forget) if np.isfinite(forget) else 1.0
        way = _Way(quiet, row, last, keep, particles, together, share, chance, pool)
        belows = _belows(together, way.out[:, -1], logs)
        logs, parents, evidence, shape = way.condition(logs, renew)
        left = 1 / np.sum(np.bincount(parents, _normal(logs)) ** 2)
        done.looks += [Look(score, below, float(left), shape) for score, below in zip(together, belows, strict=True)]
        done.evidence += evidence
        particles, row = way.particles, last
        if history:
            segments.append((quiet.hours[shown], way.out.astype(np.float32), parents))
    chosen = resampled(_normal(logs), 0.5, owner.size)
    done.particles, done.at = particles.take(chosen), now
    if segments:
        done.hours, done.past = _traced(segments, chosen)
    return done


class _Way:
    """The particles on the way from one time with scores to the next: where they were, their luck, and where they are.

    `logs` are the logarithms of the chances of the scores `[particle]`, times `share`.
    """

    def __init__(
        self,
        quiet: Quiet,
        first: int,
        last: int,
        keep: Places,
        particles: Particles,
        scores: Sequence[Score],
        share: float,
        chance: np.random.Generator,
        pool: Executor | None,
    ) -> None:
        self.quiet, self.first, self.last, self.keep, self.share = quiet, first, last, keep, share
        self.chance, self.pool = chance, pool
        self.before = Particles(particles.x.copy(), particles.noise.copy(), particles.owner)
        self.particles = particles
        self.normals = luck_between(quiet, first, last, particles.owner.size, chance)
        self.out = march(particles, quiet, first, last, keep, self.normals, pool)
        self.scores = scores
        self.logs = self._chances(self.out)

    def _chances(self, out: Array) -> Array:
        """The logarithms of the chances of the scores `[particle]`, times `share`."""
        names = list(SCALES)
        chances = [likelihoods(score, out[:, -1, names.index(score.scale)]) for score in self.scores]
        total: Array = self.share * np.log(chances).sum(axis=0)
        return total

    def condition(self, logs: Array, renew: bool) -> tuple[Array, Places, float, float]:
        """Brings in the scores: log weights, the place of each particle before, log evidence, and Pareto k."""
        count, shape = logs.size, pareto_k(_normal(logs + self.logs))
        parents, power, evidence = np.arange(count), 0.0, 0.0
        while power < 1:
            step = _bearable(logs, self.logs, 1 - power) if renew else 1.0
            before, logs = _normal(logs), logs + step * self.logs
            evidence += float(np.log(before @ np.exp(step * self.logs)))
            power = 1.0 if step >= 1 - power else power + step
            weights = _normal(logs)
            if power < 1 or effective(weights) < HALF * count:
                chosen = resampled(weights, float(self.chance.random()), count)
                parents, logs = parents[chosen], np.zeros(count)
                self._take(chosen)
                if renew and power > 0:
                    self._renew(power)
        return logs, parents, evidence, shape

    def _take(self, chosen: Places) -> None:
        self.before, self.particles = self.before.take(chosen), self.particles.take(chosen)
        self.normals, self.out, self.logs = self.normals[chosen], self.out[chosen], self.logs[chosen]

    def _renew(self, power: float) -> None:
        """Offers every particle another path from the time before; the chance of the scores decides."""
        now, before, count = self.particles, self.before, self.before.owner.size
        fresh = luck_between(self.quiet, self.first, self.last, count, self.chance)
        stride = self.chance.choice(STRIDES, count)[:, None, None]
        uniform = 1 - self.chance.random(count)
        # A step that keeps the prior, so the ratio of the chances of the scores decides.
        normals = np.sqrt(1 - stride**2) * self.normals + stride * fresh
        other = Particles(before.x.copy(), before.noise.copy(), before.owner)
        out = march(other, self.quiet, self.first, self.last, self.keep, normals, self.pool)
        logs = self._chances(out)
        taken = np.log(uniform) < power * (logs - self.logs)
        now.x[taken], now.noise[taken], self.logs[taken] = other.x[taken], other.noise[taken], logs[taken]
        self.normals[taken], self.out[taken] = normals[taken], out[taken]


def _bearable(logs: Array, more: Array, most: float) -> float:
    """The largest share of `more` that leaves half of the particles effective; nothing when too few are already."""
    enough = HALF * logs.size
    if effective(_normal(logs + most * more)) >= enough:
        return most
    low, high = 0.0, most
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        if effective(_normal(logs + middle * more)) >= enough:
            low = middle
        else:
            high = middle
    return low if low > 0 or logs.any() else high


def _belows(scores: Sequence[Score], true: Array, logs: Array) -> list[float]:
    """The chance of a lower score than each one, its own counted half, given the particles and the scores before it."""
    found = []
    for score in scores:
        latent, weights = true[:, list(SCALES).index(score.scale)], _normal(logs)
        low, _ = bounds(score.scale)
        equal = likelihoods(score, latent)
        lower = replace(score, low=low, high=score.low - 1)
        less = float(weights @ likelihoods(lower, latent)) if score.low > low else 0.0
        found.append(min(1.0, less + 0.5 * float(weights @ equal)))
        logs = logs + np.log(equal)
    return found


def _traced(
    segments: Sequence[tuple[Array, NDArray[np.float32], Places]], chosen: Places
) -> tuple[Array, NDArray[np.float32]]:
    """True scores on the way of the particles that are left, each traced back through its ancestors."""
    hours, past = [], []
    for at, out, parents in reversed(segments):
        hours.append(at)
        past.append(out[chosen].transpose(1, 2, 0))
        chosen = parents[chosen]
    return np.concatenate(hours[::-1]), np.concatenate(past[::-1])


def _normal(logs: Array) -> Array:
    weights = np.exp(logs - logs.max())
    total: Array = weights / weights.sum()
    return total
