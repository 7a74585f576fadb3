"""From a belief into the future: observed scores of every particle under a plan, day by day."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rewire.errors import StudyError
from rewire.inference.belief import Belief
from rewire.inference.cloud import Cloud, Quiet, run_quiet
from rewire.inference.filter import Particles, begin, luck_between, march
from rewire.inference.scores import bounds, measurement_sd
from rewire.layers.symptoms import SCALES
from rewire.models.inputs import actions_of, factors_of, masking_of
from rewire.plans.plan import Plan

Array = NDArray[np.float64]
DAY = 24.0


@dataclass(frozen=True)
class Ahead:
    """True scores `[time, scale, particle]` at `hours`, those at the start `[scale, particle]`, and largest values by name."""

    hours: Array
    true: Array
    at_start: Array
    peaks: Mapping[str, Array]

    def observed(self, scale: str, chance: np.random.Generator) -> Array:
        """What a rater or form would show `[time, particle]`: with error, rounded, within the scale."""
        low, high = bounds(scale)
        true = self.true[:, list(SCALES).index(scale)]
        noisy = true + measurement_sd(scale) * chance.standard_normal(true.shape)
        return np.clip(np.floor(noisy + 0.5), low, high)


def look_ahead(
    belief: Belief, plan: Plan, hours: Array, chance: np.random.Generator, quiet: Quiet | None = None
) -> Ahead:
    """Every particle of a belief under a plan, at times (h) after now; the plan may differ from now on only.

    `quiet` is the run of all its people without chance, where a study has it already.
    """
    now = belief.now
    if hours.size == 0 or hours[0] <= now:
        raise StudyError("a forecast begins after the last score", expected=f"times after {now:g} h")
    check_same_past(belief.plan, plan, now)
    owner = belief.filtered.particles.owner
    people, place = _under(belief, plan), owner
    if quiet is None:
        distinct, place = np.unique(owner, return_inverse=True)
        people = people.take(distinct)
        quiet = _quiet(people, plan, belief.prior.scale, [*hours.tolist(), now], float(hours[-1]))
    at_start = people.at_start[:, place]
    particles = belief.filtered.particles
    particles = Particles(particles.x.copy(), particles.noise.copy(), place.astype(np.int64))
    peaks = {name: value[place] for name, value in quiet.peaks.items()}
    return Ahead(hours, _march(particles, quiet, now, hours, chance), at_start, peaks)


def look_from_start(cloud: Cloud, plan: Plan, hours: Array, paths: int, chance: np.random.Generator) -> Ahead:
    """The people of a cloud under a plan from time zero, each with `paths` paths of daily life."""
    quiet = _quiet(cloud, plan, cloud.prior.scale, hours.tolist(), float(hours[-1]))
    owner = np.repeat(np.arange(cloud.size), paths)
    particles = begin(quiet, owner, chance)
    peaks = {name: value[owner] for name, value in quiet.peaks.items()}
    return Ahead(hours, _march(particles, quiet, 0.0, hours, chance), cloud.at_start[:, owner], peaks)


def _march(particles: Particles, quiet: Quiet, now: float, hours: Array, chance: np.random.Generator) -> Array:
    keep = np.full(quiet.hours.size, -1, np.int64)
    rows = [quiet.row(hour) for hour in hours]
    keep[rows] = np.arange(hours.size)
    first = quiet.row(now)
    normals = luck_between(quiet, first, rows[-1], particles.owner.size, chance)
    with ThreadPoolExecutor(2) as pool:
        return march(particles, quiet, first, rows[-1], keep, normals, pool).transpose(1, 2, 0)


def _quiet(people: Cloud, plan: Plan, scale: str, marks: list[float], end: float) -> Quiet:
    actions, gates = actions_of(plan, end, scale)
    if gates:
        raise StudyError(
            "a forecast of one person cannot follow closed-loop rules ('until', 'when')",
            advice="give the doses that are planned, or compare rules on a population: rewire optimise without --scores",
        )
    with ThreadPoolExecutor(2) as pool:
        return run_quiet(people, actions, (), marks, end, pool)


def _under(belief: Belief, plan: Plan) -> Cloud:
    """The virtual people of a belief with the interactions and the masking of another plan."""
    prior, people = belief.prior, belief.people
    masking, factors = masking_of(plan), tuple(sorted(factors_of(plan).items()))
    if (masking, factors) == (prior.masking, prior.factors):
        return people
    raise StudyError("a plan with other background drugs needs a fit of its own", advice="fit with that plan")


def check_same_past(known: Plan, plan: Plan, now: float) -> None:
    """Refuses a plan that differs before now: what was given cannot be changed."""
    if plan == known or now <= 0:
        return
    before = [[(e.at, e.lasts, e.what) for e in one.events(now) if e.at < now - 1e-9] for one in (known, plan)]
    if before[0] != before[1]:
        raise StudyError(
            "the plan differs from what was given before the last score",
            expected="a plan with the same past, different from now on only",
        )
