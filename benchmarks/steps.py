"""The table of docs/explanation/steps.md: what longer and shorter steps bring and cost on W2.

python benchmarks/steps.py      some minutes; prints the rows
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median

import numpy as np
from numpy.typing import NDArray

from rewire.engine import schedule
from rewire.engine.kernels import Kernel, kernel
from rewire.engine.run import run
from rewire.engine.schedule import DAY, NOISE_STEP, Action, Grid, Schedule, build
from rewire.layers.symptoms import SCALES
from rewire.models.inputs import actions_of, factors_of, masking_of
from rewire.models.parameters import Circumstances, parameters
from rewire.models.standard import standard_model
from rewire.plans.plan import Plan
from rewire.population import people
from rewire.studies.bench.w2 import PLAN, SEED, WEEKS

Array = NDArray[np.float64]
HOURS = WEEKS * 168.0
DAYS = np.arange(0.0, HOURS + 1, DAY)
AFTER_THE_FIRST = np.geomspace(0.1, 46.0, 40)
"""Hours at which the largest values of quick quantities are looked for."""
TIMED, JUDGED, ROUNDS = 256, 64, 9
TABLET = "antidepressant_dose"


@dataclass(frozen=True)
class Variant:
    """One way to take steps; `truth` is what is given in the run that it is judged by."""

    name: str
    grid: Grid
    actions: tuple[Action, ...]
    noise: bool = True
    truth: tuple[Action, ...] | None = None


def variants() -> Iterator[Variant]:
    """All that was tried and can still be run."""
    usual = Grid.standard()
    given = tuple(actions_of(Plan(*PLAN), HOURS, "MADRS")[0])
    for name in ("standard", "quick", "fine"):
        yield Variant(name, Grid.named(name), given)
    twice = tuple((until, 2 * step) for until, step in usual.after)
    yield Variant("steps after a dose twice as long", replace(usual, after=twice), given)
    yield Variant("two steps in a half day (4 and 8 h)", replace(usual, edges=(4.0, 16.0), longest=8.0), given)
    yield Variant("no short steps after a dose (a bound, useless)", replace(usual, after=()), given)
    for longest, edges in ((8.0, (8.0, 16.0)), (12.0, (12.0,)), (24.0, ())):
        grid = replace(usual, edges=edges, longest=longest)
        yield Variant(f"without noise: at most {longest:g} h", grid, given, noise=False)
    later = tuple(replace(action, at=action.at + 9.0) if action.name == TABLET else action for action in given)
    yield Variant("tablets nine hours after the first dose's hour, as they are", usual, later)
    yield Variant("the same as a mean, half at each change of the noise", usual, tuple(halved(given)), truth=later)


def halved(actions: tuple[Action, ...]) -> Iterator[Action]:
    """Half of every tablet at the beginning and in the middle of its day."""
    for action in actions:
        if action.name == TABLET:
            for hour in (0.0, NOISE_STEP):
                yield replace(action, at=action.at + hour, value=action.value / 2)
        else:
            yield action


def finer(grid: Grid, times: int = 4) -> Grid:
    """The grid with every step cut into so many."""
    stops = sorted({0.0, *grid.edges, NOISE_STEP, DAY})
    edges = [left + (right - left) * k / times for left, right in pairwise(stops) for k in range(times)]
    return Grid(tuple((until, step / times) for until, step in grid.after), tuple(edges[1:]), grid.longest / times)


@contextmanager
def noise_held(hours: float) -> Iterator[None]:
    """Within it the noise of daily life changes so seldom; only runs without noise may do so."""
    schedule.NOISE_STEP = hours
    try:
        yield
    finally:
        schedule.NOISE_STEP = NOISE_STEP


def schedule_of(compiled: Kernel, variant: Variant, records: Array) -> Schedule:
    """The schedule of a variant."""
    with noise_held(NOISE_STEP if variant.noise else HOURS):
        return build(compiled.layout, variant.actions, [], records.tolist(), HOURS, variant.grid)


def numbers(count: int, noise: bool) -> Array:
    """The people of W2."""
    plan = Plan(*PLAN)
    switches = {} if noise else {"daily_noise": False}
    where = Circumstances(masking=masking_of(plan), factors=factors_of(plan), switches=switches)
    return parameters(standard_model(), people("TRD", count, seed=SEED), where)


def main() -> None:
    """Times all variants in turns, judges each, and prints the rows."""
    compiled = kernel(standard_model())
    tried = list(variants())
    schedules = [schedule_of(compiled, variant, DAYS) for variant in tried]
    crowd = {noise: numbers(TIMED, noise) for noise in (True, False)}

    def timed(variant: Variant, steps: Schedule) -> float:
        start = time.process_time()
        run(compiled, steps, crowd[variant.noise], seed=SEED, record=["madrs"])
        return time.process_time() - start

    rounds = [[timed(*pair) for pair in zip(tried, schedules, strict=True)] for _ in range(ROUNDS)]
    seconds = [median(column) for column in zip(*rounds, strict=True)]
    judge = judge_of(compiled)
    print("| variant | steps | speed | worst score | worst quantity |\n|---|---|---|---|---|")
    for variant, steps, used in zip(tried, schedules, seconds, strict=True):
        score, quantity = judge(variant, steps)
        print(
            f"| {variant.name} | {steps.steps:,} | {seconds[0] / used:.2f} | {score:.1e} | {quantity:.1e} |", flush=True
        )


def judge_of(compiled: Kernel) -> Callable[[Variant, Schedule], tuple[float, float]]:
    """Gives the errors of a variant: of the worst score and of the worst quantity."""
    layout = compiled.layout
    names = (*layout.linear_states, *layout.states, *layout.signals)
    few = {noise: numbers(JUDGED, noise) for noise in (True, False)}
    known: dict[tuple[bool, tuple[Action, ...]], tuple[Mapping[str, Array], Mapping[str, Array]]] = {}

    def values(variant: Variant, steps: Schedule) -> Mapping[str, Array]:
        return run(compiled, steps, few[variant.noise], seed=SEED, record=names).values

    def truth(variant: Variant) -> tuple[Mapping[str, Array], Mapping[str, Array]]:
        """Values read daily, and each person's largest value."""
        exact = replace(variant, grid=finer(Grid.standard()), actions=variant.truth or variant.actions)
        if (exact.noise, exact.actions) not in known:
            daily = values(exact, schedule_of(compiled, exact, DAYS))
            often = values(exact, schedule_of(compiled, exact, np.union1d(DAYS, AFTER_THE_FIRST)))
            known[exact.noise, exact.actions] = daily, {name: np.abs(often[name]).max(axis=0) for name in names}
        return known[exact.noise, exact.actions]

    def judge(variant: Variant, steps: Schedule) -> tuple[float, float]:
        found, (right, largest) = values(variant, steps), truth(variant)

        def error(name: str) -> float:
            present = largest[name] > 0
            if not present.any():
                return 0.0
            off = np.abs(found[name] - right[name]).max(axis=0)[present] / largest[name][present]
            return float(np.quantile(off, 0.95))

        errors = {name: error(name) for name in names}
        return max(errors[name] for name in SCALES.values()), max(errors.values())

    return judge


if __name__ == "__main__":
    main()
