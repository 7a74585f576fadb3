"""Arms of a study run over a population in blocks: memory stays bounded, the same people meet every arm."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from rewire.core.model import Model
from rewire.core.random import stream
from rewire.engine.kernels import Kernel
from rewire.engine.observe import observe
from rewire.engine.run import Recording, run
from rewire.engine.schedule import Action, Gate, Grid, Schedule, build, minutes
from rewire.layers.symptoms import SCALES
from rewire.models.inputs import actions_of, factors_of, masking_of
from rewire.models.parameters import Circumstances, parameters
from rewire.plans.plan import Plan
from rewire.population import People
from rewire.sources import load_table

BLOCKS = {"cpu": 2048, "gpu": 32768}
"""People simulated at a time on each device; results do not depend on it."""
Progress = Callable[[int, int], None]


Key = tuple[str, bool]
"""The name of an arm, and whether it is the drug-free twin."""


@dataclass(frozen=True)
class Arm:
    """One plan under its circumstances. `inert` runs the same visits without the drug: the drug-free twin."""

    name: str
    plan: Plan
    circumstances: Circumstances
    inert: bool = False

    @staticmethod
    def of(name: str, plan: Plan, given: Circumstances, masking: str | None = None) -> Arm:
        """The arm of a plan: masking as given or as its doses imply, interactions from its background drugs."""
        factors = {**factors_of(plan), **given.factors}
        return Arm(name, plan, replace(given, masking=masking or masking_of(plan), factors=factors))

    @property
    def key(self) -> Key:
        """What tells it from the other arms of a study."""
        return self.name, self.inert

    def twin(self) -> Arm:
        """The same people, visits and belief, without the drug."""
        return replace(self, inert=True)

    def drawn(self, number: int) -> Arm:
        """The same arm under one draw of what is not known."""
        return replace(self, circumstances=replace(self.circumstances, draw=number))


@dataclass(frozen=True)
class Prepared:
    """An arm with its schedule, ready for any block of people."""

    arm: Arm
    schedule: Schedule
    actions: tuple[Action, ...]
    gates: tuple[Gate, ...]


def prepare(
    compiled: Kernel, arm: Arm, hours: float, records: Sequence[float], scale: str, grid: Grid | None = None
) -> Prepared:
    """The schedule of an arm up to `hours`, recorded at `records`, with steps as fine as `grid` or the standard."""
    actions, gates = inputs(arm, hours, scale)
    return Prepared(arm, build(compiled.layout, actions, gates, records, hours, grid), tuple(actions), tuple(gates))


def inputs(arm: Arm, hours: float, scale: str) -> tuple[list[Action], list[Gate]]:
    """What is given in an arm up to `hours`, and its closed-loop rules, judged on `scale` where one names none."""
    return actions_of(arm.plan.without_drugs() if arm.inert else arm.plan, hours, scale)


def simulate(
    model: Model, compiled: Kernel, ready: Prepared, who: People, record: Sequence[str], pool: Executor | None = None
) -> Recording:
    """One arm over one block of people."""
    numbers = parameters(model, who, ready.arm.circumstances)
    return run(
        compiled,
        ready.schedule,
        numbers,
        seed=who.seed,
        first=who.first,
        record=record,
        pool=pool,
        pieces=workers() if pool else 1,
    )


def observed(recording: Recording, scale: str, who: People) -> NDArray[np.uint8]:
    """The scores `[time, person]` that a rater or form would show; the baseline is the person's own, without error."""
    group = load_table("scales").group(scale)
    low, high = group.number("minimum"), group.number("maximum")
    latent = recording.values[SCALES[scale]]
    scores = observe(
        latent,
        error=group.number("measurement_sd"),
        low=low,
        high=high,
        seed=who.seed,
        first=who.first,
        stream=stream(f"error.{scale}"),
        minutes=minutes(recording.hours),
    )
    scores[0] = np.clip(np.floor(latent[0].astype(float) + 0.5), low, high)
    return scores


def workers() -> int:
    """Threads used for one run."""
    return os.cpu_count() or 1


@contextmanager
def threads(count: int | None = None) -> Iterator[Executor | None]:
    """A pool of threads for blocks of work; none when one thread is asked for."""
    number = workers() if count is None else count
    if number <= 1:
        yield None
        return
    with ThreadPoolExecutor(number) as pool:
        yield pool


def blocks(who: People, size: int) -> Iterator[People]:
    """The population cut into blocks of at most `size` people."""
    for start in range(0, who.n, size):
        yield who.part(start, min(start + size, who.n))


def score_hours(hours: float, extra: Sequence[float] = ()) -> list[float]:
    """When scores are read: in the first hours, then daily before the day's treatment."""
    early = [0.0, 2 / 3, 2.0, 4.0, 8.0, 12.0]
    days = np.arange(1, int(hours // 24) + 1) * 24.0
    return sorted({hour for hour in (*early, *days.tolist(), *extra, hours) if hour <= hours})
