"""Compare plans on the same people with the same luck: scores, responses, safety, and paired differences."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field, replace

import numpy as np

from rewire.core.model import Model
from rewire.engine.kernels import Kernel, kernel
from rewire.engine.schedule import SCORE_ERRORS, Grid
from rewire.errors import StudyError
from rewire.layers.symptoms import SCALES
from rewire.models.inputs import first_dose
from rewire.models.parameters import Circumstances
from rewire.models.posterior import Asked, posterior_in_use
from rewire.models.standard import standard_model
from rewire.plans.plan import Plan
from rewire.population import People, middle
from rewire.sources import load_table
from rewire.studies.cohort import (
    BLOCKS,
    Arm,
    Key,
    Prepared,
    Progress,
    blocks,
    inputs,
    prepare,
    score_hours,
    simulate,
    threads,
)
from rewire.studies.difference import PairedTally, say_difference
from rewire.studies.group import RECORDED, WINDOW, Group, dose_rows, interval
from rewire.studies.record import describe_study
from rewire.studies.result import Band, Comparison, Difference, Outcome

WEEK = 168.0
LONGEST_WEEKS = 520.0
PEOPLE_PER_DRAW = 200
Counted = tuple[dict[Key, Group], PairedTally]


def compare(
    plans: Mapping[str, Plan],
    people: People,
    weeks: float = 12,
    *,
    masking: str | None = None,
    setting: str = "clinic",
    switches: Mapping[str, bool] | None = None,
    draws: int = 12,
    posterior: Asked = "stored",
    precision: str = "float64",
    device: str = "cpu",
    steps: str = "standard",
    progress: Progress | None = None,
    early: Callable[[Comparison], None] | None = None,
) -> Comparison:
    """Runs every plan on the same people with the same luck.

    Each plan also meets its drug-free twin (same visits, same belief), so that the drug-specific part of the change is
    known. `draws` repeats the study on up to 200 people under that many draws of what is not known about the
    parameters and widens the intervals (0: sampling only). The stored `posterior` gives the numbers it knows, its
    central values first and then its draws; None takes the tables alone. Memory does not grow with the number of
    people; `keep_people` writes everybody's scores. `device` "gpu" takes a graphics processor of NVIDIA (extra
    `rewire[gpu]`): the same people with the same luck, equal to about 1e-9 of a quantity's largest value. `steps`
    "quick" takes longer steps, "fine" shorter ones; how far scores then err is in the warnings.
    `early` is given the comparison without its draws, which take most of the time, as soon as it is there.

    Raises `StudyError` for a length, masking, setting, hypothesis or steps that make no sense or a device that is not
    there, `PlanError` for a plan the model cannot run.
    """
    _check(plans, weeks, draws)
    model = standard_model()
    known = posterior_in_use(posterior)
    given = Circumstances(setting=setting, switches=dict(switches or {}), posterior=known.posterior)
    arms = [Arm.of(name, plan, given, masking) for name, plan in plans.items()]
    every = [*arms, *(arm.twin() for arm in arms)]
    sample = people.part(0, min(people.n, PEOPLE_PER_DRAW))
    total = people.n * len(every) + draws * sample.n * len(every)
    study = _Study(model, kernel(model, precision, device), weeks * WEEK, Grid.named(steps), total, progress)
    warnings = (
        *((f"The stored posterior is {known.words}.",) if known.stale else ()),
        *dict.fromkeys(str(note) for plan in plans.values() for note in plan.check()),
        *_say_steps(steps),
        *_say_age(people),
    )

    def comparison(counted: Counted, drawn: Sequence[Counted]) -> Comparison:
        groups, pairs = counted
        return Comparison(
            study=describe_study("compare", plans, people, weeks, arms, len(drawn), precision, device, steps),
            scale=people.scale,
            outcomes={arm.name: _outcome(arm, groups[arm.key], pairs, drawn) for arm in arms},
            differences=_all_differences(list(plans), pairs, drawn, study.hours),
            warnings=warnings,
        )

    with threads() as pool:
        counted = study.run(every, people, pool)
        if early and draws:
            early(comparison(counted, ()))
        drawn = [study.run([arm.drawn(number) for arm in every], sample, pool) for number in range(1, draws + 1)]
    return comparison(counted, drawn)


def _all_differences(
    names: Sequence[str], pairs: PairedTally, drawn: Sequence[Counted], hours: np.ndarray
) -> dict[str, tuple[Difference, ...]]:
    """Every later plan minus every earlier one, on every scale."""
    scales = load_table("scales")
    differences: dict[str, list[Difference]] = {scale: [] for scale in SCALES}
    for place, first in enumerate(names):
        for other in names[place + 1 :]:
            for scale, band in _differences((other, False), (first, False), pairs, drawn, hours).items():
                words = say_difference(other, first, band, scales.number(scale, "minimal_important_difference"))
                differences[scale].append(Difference(other, first, band, words))
    return {scale: tuple(rows) for scale, rows in differences.items()}


def _say_age(people: People) -> tuple[str, ...]:
    """A warning about people younger or older than those whom the model was fitted to."""
    oldest = load_table("populations").number("everyone", "age_maximum")
    adult = load_table("limits").number("age", "adult")
    age = middle(people.given.get("age", adult))
    if age < adult:
        return (f"People younger than {adult:g}: the model is of adults, and no trial of others stands behind it.",)
    if age <= oldest:
        return ()
    return (
        f"People older than {oldest:g}: age changes only how drugs are disposed of here. In the one trial of such people "
        "that was kept for testing, with the drug and without it, far too much improvement was predicted.",
    )


def _check(plans: Mapping[str, Plan], weeks: float, draws: int) -> None:
    if not plans:
        raise StudyError("there is no plan to run")
    if not 0 < weeks <= LONGEST_WEEKS:
        raise StudyError(
            f"a study of {weeks:g} weeks cannot be run", expected=f"more than 0, up to {LONGEST_WEEKS:g} weeks"
        )
    if draws < 0:
        raise StudyError(f"{draws} draws cannot be made", expected="0 or more")


@dataclass
class _Study:
    """What all arms share: the compiled model, the length, and how far the work has come."""

    model: Model
    compiled: Kernel
    length: float
    grid: Grid
    total: int
    progress: Progress | None
    done: int = 0
    ready: dict[Key, Prepared] = field(default_factory=dict)

    @property
    def hours(self) -> np.ndarray:
        """When scores are read."""
        return np.array(score_hours(self.length))

    def run(self, arms: Sequence[Arm], who: People, pool: Executor | None) -> Counted:
        """All arms over all blocks of people, counted."""
        groups = {arm.key: Group(self._prepared(arm, who.scale), self.hours) for arm in arms}
        pairs = PairedTally(tuple(groups))
        for block in blocks(who, BLOCKS[self.compiled.device]):
            scores = {}
            for key, group in groups.items():
                recording = simulate(self.model, self.compiled, group.ready, block, RECORDED, pool)
                scores[key] = group.add(recording, block)
                self.done += block.n
                if self.progress:
                    self.progress(self.done, self.total)
            pairs.add(scores)
        return groups, pairs

    def _prepared(self, arm: Arm, scale: str) -> Prepared:
        """The arm with its schedule, which is the same for every draw of what is not known."""
        if arm.key not in self.ready:
            hours = self.hours.tolist()
            start = first_dose(inputs(arm, self.length, scale)[0])
            window = [start + hour for hour in WINDOW if start + hour <= self.length]
            self.ready[arm.key] = prepare(self.compiled, arm, self.length, [*hours, *window], scale, self.grid)
        return replace(self.ready[arm.key], arm=arm)


def _say_steps(steps: str) -> list[str]:
    """What steps other than the standard ones do to scores."""
    if steps == "standard":
        return []
    share = f"{100 * SCORE_ERRORS[steps]:g} % of a person's largest value"
    return [f"{steps} steps: the solver's error in scores is at most {share} in 19 of 20 people."]


def _outcome(arm: Arm, group: Group, pairs: PairedTally, drawn: Sequence[Counted]) -> Outcome:
    """The outcome of one plan, its intervals widened by the draws of what is not known."""
    scores, change = {}, {}
    shares: dict[str, dict[str, Band]] = {"response": {}, "remission": {}, "relapse": {}}
    for scale, tally in group.tallies.items():
        unit = load_table("scales").text(scale, "points")
        others = [groups[arm.key].tallies[scale] for groups, _ in drawn]
        scores[scale] = tally.curve(unit, group.hours)
        means = [one.mean_change() for one in others]
        change[scale] = interval(unit, group.hours, tally.mean_change(), tally.change_error(), means)
        drawn_shares = [one.shares() for one in others]
        for kind, (share, error) in tally.shares().items():
            values = [one[kind][0] for one in drawn_shares]
            shares[kind][scale] = interval("1", group.hours, share, error, values, 0.0, 1.0)
    return Outcome(
        name=arm.name,
        scores=scores,
        change=change,
        specific=_differences(arm.key, arm.twin().key, pairs, drawn, group.hours),
        response=shares["response"],
        remission=shares["remission"],
        relapse=shares["relapse"],
        around_dose=group.around_dose(),
        peaks=group.peaks(),
        doses=dose_rows(arm.plan, float(group.hours[-1])),
    )


def _differences(
    first: Key, second: Key, pairs: PairedTally, drawn: Sequence[Counted], hours: np.ndarray
) -> dict[str, Band]:
    """Paired difference `first` minus `second` by scale."""
    found = {}
    for scale in SCALES:
        mean, error = pairs.difference(first, second, scale)
        others = [each.difference(first, second, scale)[0] for _, each in drawn]
        found[scale] = interval(load_table("scales").text(scale, "points"), hours, mean, error, others)
    return found
