"""Many worlds: what is not known about the model, and how trials differ beyond chance, drawn together for each world.

A world is one draw of all uncertain parameters and one set of effects of the trial, shared by all its arms. Each arm of
each world has its own people; a virtual trial takes its people from one world.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from rewire.core.model import Model
from rewire.core.random import normals, stream
from rewire.engine.kernels import Kernel
from rewire.engine.run import run
from rewire.layers.symptoms import SCALES
from rewire.models.parameters import parameters
from rewire.models.posterior import Posterior
from rewire.studies.cohort import observed, prepare, workers
from rewire.studies.scoring.arms import TrialArm
from rewire.studies.scoring.effects import differ, enlarge
from rewire.studies.scoring.measures import Seen, seen

TRIAL_SEED = 20_260_102
"""Effects of trials come from their own streams."""
MOST = 320
"""No world needs more people than this in an arm: the chance of a larger arm is small beside what worlds differ in."""


@dataclass(frozen=True)
class Worlds:
    """How many worlds, how many people in each, the seed of the people, and whether the worlds differ.

    `draws` False keeps the parameters at their central values; `trials` False leaves out what trials differ in. A
    `posterior` gives the numbers it knows, each world one of its draws; the others come from the tables.
    """

    count: int = 64
    people: int = 128
    seed: int = 1
    draws: bool = True
    trials: bool = True
    posterior: Posterior | None = None

    def of_person(self) -> NDArray[np.int64]:
        """The number of the world of each person, from 0."""
        return np.repeat(np.arange(self.count), self.people)

    def chance(self, trial: str, effect: str) -> NDArray[np.float64]:
        """How an effect of a trial falls out, a standard normal number for the world of each person."""
        drawn = normals(TRIAL_SEED, 0, self.count, f"trial.{stream(trial)}.{effect}")[:, 0]
        return np.asarray(drawn[self.of_person()])

    def sized(self, largest: int) -> Worlds:
        """Worlds with enough people for an arm of this size."""
        return replace(self, people=max(self.people, min(largest, MOST)))


def watch(
    model: Model,
    compiled: Kernel,
    trial: str,
    arm: TrialArm,
    hours: Sequence[float],
    scales: Sequence[str],
    worlds: Worlds,
    pool: Executor | None = None,
) -> dict[str, Seen]:
    """The scores of an arm in all worlds, by scale, at `hours` of the simulation (the first is 0, the baseline)."""
    who = arm.people(worlds.count * worlds.people, worlds.seed + stream(f"{trial}.{arm.name}"))
    draw = worlds.of_person() + 1 if worlds.draws else 0
    where = replace(arm.arm.circumstances, draw=draw, posterior=worlds.posterior)
    numbers = parameters(model, who, where)
    enlarge(model, numbers, arm, where)
    if worlds.trials:
        differ(model, numbers, arm, where, lambda effect: worlds.chance(trial, effect))
    # A little beyond the last record, so that the schedule holds it as a record and not only as its end.
    length = max(hours[-1], 1.0)
    ready = prepare(compiled, replace(arm.arm, circumstances=where), length, hours, who.scale)
    recording = run(
        compiled,
        ready.schedule,
        numbers,
        seed=who.seed,
        record=[SCALES[scale] for scale in scales],
        pool=pool,
        pieces=4 * workers() if pool else 1,
    )
    rows = np.searchsorted(recording.hours, np.array(hours) - 1e-6)
    since = np.array(hours) - arm.start
    return {scale: seen(scale, since, observed(recording, scale, who)[rows]) for scale in scales}


def choose(worlds: Worlds, trials: int, n: int, who: NDArray[np.bool_], key: str) -> NDArray[np.int64]:
    """The people of every virtual trial, `[trial, n]`: `n` of those in `who`, all from one world and none twice.

    People of a world are drawn independently, so that taking some of them without repeating is an exact sample of that
    size. A world with fewer gives all it has; empty places hold -1.
    """
    size = min(n, worlds.people)
    generator = np.random.default_rng([TRIAL_SEED, stream(key), worlds.seed])
    found = np.full((trials, size), -1, np.int64)
    for trial in range(trials):
        first = (trial % worlds.count) * worlds.people
        able = np.flatnonzero(who[first : first + worlds.people])
        taken = generator.permutation(able)[:size]
        found[trial, : taken.size] = first + taken
    return found
