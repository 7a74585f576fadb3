"""Compare plans on the same people with the same luck: scores, responses, safety, and paired differences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from rewire.core.model import Model
from rewire.engine.kernels import Kernel, kernel
from rewire.errors import StudyError, closest
from rewire.layers.symptoms import SCALES
from rewire.models.inputs import first_dose
from rewire.models.parameters import Circumstances
from rewire.models.standard import standard_model
from rewire.people import People
from rewire.plans.plan import Plan
from rewire.sources import load_table
from rewire.studies.cohort import Arm, Prepared, Progress, blocks, observed, prepare, score_hours, simulate, threads
from rewire.studies.difference import PairedTally, say_difference
from rewire.studies.record import describe_study
from rewire.studies.result import Band, Comparison, Curve, Difference, DoseRow, Outcome, Peak
from rewire.studies.tally import Tally

DAY = 24.0
WEEK = 168.0
LONGEST_WEEKS = 520.0
EIGHTY = 1.2816
"""Standard deviations to either side that hold 80 % of a normal distribution."""
PEOPLE_PER_DRAW = 200
SAFETY = {"CADSS": "dissociation", "SBP rise": "systolic_rise"}
PEAK_OF = {"CADSS": "mean over people of their largest value", "SBP rise": "mean over people of their largest rise"}


@dataclass
class _Group:
    """Everything counted for one arm."""

    ready: Prepared
    tallies: dict[str, Tally]
    safety: dict[str, NDArray[np.float64]]
    peaks: dict[str, list[NDArray[np.float64]]]


def compare(
    plans: Mapping[str, Plan],
    people: People,
    weeks: float = 12,
    *,
    masking: str | None = None,
    setting: str = "clinic",
    switches: Mapping[str, bool] | None = None,
    draws: int = 12,
    precision: str = "float64",
    progress: Progress | None = None,
) -> Comparison:
    """Runs every plan on the same people with the same luck.

    `draws` repeats the study on up to 200 people under that many draws of what is not known about the parameters; it
    widens the intervals (0: sampling only). Raises `StudyError` for a length, masking, setting or hypothesis that
    makes no sense, `PlanError` for a plan the model cannot run.
    """
    if not plans:
        raise StudyError("there is no plan to run")
    if not 0 < weeks <= LONGEST_WEEKS:
        raise StudyError(f"a study of {weeks:g} weeks cannot be run", expected=f"more than 0, up to {LONGEST_WEEKS:g} weeks")
    if draws < 0:
        raise StudyError(f"{draws} draws cannot be made", expected="0 or more")
    model = standard_model()
    compiled = kernel(model, precision)
    given = Circumstances(setting=setting, switches=dict(switches or {}))
    arms = [Arm.of(name, plan, given, masking) for name, plan in plans.items()]
    arms += [arm.twin() for arm in arms]
    hours = weeks * WEEK
    study = _Study(model, compiled, people, hours, progress or (lambda done, total: None))
    study.total = people.n * len(arms) + draws * min(people.n, PEOPLE_PER_DRAW) * len(arms)
    with threads() as pool:
        groups, pairs = study.run(arms, people, pool)
        sample = people.part(0, min(people.n, PEOPLE_PER_DRAW))
        drawn = [study.run([arm.drawn(number) for arm in arms], sample, pool) for number in range(1, draws + 1)]
    outcomes = {name: study.outcome(name, groups, [each for each, _ in drawn]) for name in plans}
    for name in plans:
        outcomes[name] = replace(outcomes[name], specific=study.differences(name, f"{name} without the drug", pairs, drawn))
    names = list(plans)
    differences: dict[str, list[Difference]] = {scale: [] for scale in SCALES}
    for second, first in enumerate(names):
        for other in names[second + 1 :]:
            for scale, band in study.differences(other, first, pairs, drawn).items():
                differences[scale].append(Difference(other, first, band, say_difference(other, first, band)))
    return Comparison(
        study=describe_study("compare", plans, people, weeks, arms[: len(names)], draws, precision),
        scale=people.scale,
        outcomes=outcomes,
        differences={scale: tuple(rows) for scale, rows in differences.items()},
        warnings=tuple(dict.fromkeys(str(note) for plan in plans.values() for note in plan.check())),
    )


@dataclass
class _Study:
    """What all arms share, and the counting."""

    model: Model
    compiled: Kernel
    people: People
    hours: float
    progress: Progress
    done: int = 0
    total: int = 0

    def run(self, arms: Sequence[Arm], who: People, pool: Executor | None) -> tuple[dict[str, _Group], PairedTally]:
        """All arms over all blocks of people, counted."""
        records = score_hours(self.hours)
        groups = {}
        for arm in arms:
            window = self._window(arm)
            ready = prepare(self.compiled, arm, self.hours, [*records, *window], who.scale)
            safety = {name: np.zeros((len(window), 0)) for name in SAFETY}
            groups[arm.name] = _Group(ready, {}, safety, {name: [] for name in SAFETY})
        self.hours_scored = np.array(records)
        pairs = PairedTally(tuple(groups))
        for block in blocks(who):
            scores = {name: self._block(group, block, pool) for name, group in groups.items()}
            pairs.add(scores)
        return groups, pairs

    def _window(self, arm: Arm) -> list[float]:
        """Times around the first dose at which dissociation and blood pressure are read: every 10 min for 4 h."""
        plan_actions, _ = _actions(arm, self.hours, self.people.scale)
        start = first_dose(plan_actions)
        return [hour for hour in (start + np.arange(0, 25) / 6).tolist() if hour <= self.hours]

    def _block(self, group: _Group, block: People, pool: Executor | None) -> dict[str, NDArray[np.uint8]]:
        wanted = [*SCALES.values(), *SAFETY.values()]
        recording = simulate(self.model, self.compiled, group.ready, block, wanted, pool)
        rows = np.searchsorted(recording.hours, self.hours_scored - 1e-6)
        scores = {}
        for scale in SCALES:
            table = load_table("scales").group(scale)
            values = observed(recording, scale, block)[rows]
            tally = group.tallies.setdefault(scale, Tally.empty(rows.size, int(table.number("maximum"))))
            tally.add(
                values,
                response_fraction=table.number("response_fraction"),
                remission=table.number("remission"),
                judged=np.isclose(self.hours_scored % DAY, 0) & (self.hours_scored > 0),
            )
            scores[scale] = values
        window = np.searchsorted(recording.hours, np.array(self._window(group.ready.arm)) - 1e-6)
        for name, signal in SAFETY.items():
            group.safety[name] = np.concatenate([group.safety[name], recording.values[signal][window]], axis=1)
            group.peaks[name].append(np.asarray(recording.peaks[signal], float))
        self.done += block.n
        self.progress(self.done, self.total)
        return scores

    def outcome(self, name: str, groups: Mapping[str, _Group], drawn: Sequence[Mapping[str, _Group]]) -> Outcome:
        """The outcome of one plan, its intervals widened by the draws of what is not known."""
        group, hours = groups[name], self.hours_scored
        scores, change, shares = {}, {}, {"response": {}, "remission": {}, "relapse": {}}  # type: ignore[var-annotated]
        for scale, tally in group.tallies.items():
            unit = load_table("scales").text(scale, "points")
            scores[scale] = tally.curve(unit, hours)
            others = [each[name].tallies[scale] for each in drawn]
            change[scale] = band(unit, hours, tally.mean_change(), tally.change_error(), [one.mean_change() for one in others])
            for kind, (share, error) in tally.shares().items():
                spread = [one.shares()[kind][0] for one in others]
                shares[kind][scale] = band("1", hours, share, error, spread, 0.0, 1.0)
        return Outcome(
            name=name,
            scores=scores,
            change=change,
            specific={},
            response=shares["response"],
            remission=shares["remission"],
            relapse=shares["relapse"],
            around_dose=self._around_dose(group),
            peaks=_peaks(group),
            doses=_audit(group.ready.arm.plan, self.hours),
        )

    def _around_dose(self, group: _Group) -> dict[str, Curve]:
        window = np.array(self._window(group.ready.arm))
        start = window[0] if window.size else 0.0
        found = {}
        for name, values in group.safety.items():
            low, middle, high = np.percentile(values, (10, 50, 90), axis=1)
            unit = "CADSS_point" if name == "CADSS" else "mmHg"
            found[name] = Curve(unit, window - start, values.mean(axis=1), values.std(axis=1), low, middle, high)
        return found

    def differences(
        self, first: str, second: str, pairs: PairedTally, drawn: Sequence[tuple[Mapping[str, _Group], PairedTally]]
    ) -> dict[str, Band]:
        """Paired difference `first` minus `second` by scale."""
        found = {}
        for scale in SCALES:
            mean, error = pairs.difference(first, second, scale)
            others = [each.difference(first, second, scale)[0] for _, each in drawn]
            found[scale] = band(load_table("scales").text(scale, "points"), self.hours_scored, mean, error, others)
        return found


def _actions(arm: Arm, hours: float, scale: str) -> tuple[list, list]:  # type: ignore[type-arg]
    from rewire.models.inputs import actions_of

    return actions_of(arm.plan, hours, scale)


def band(
    unit: str,
    hours: NDArray[np.float64],
    mean: NDArray[np.float64],
    error: NDArray[np.float64],
    drawn: Sequence[NDArray[np.float64]],
    lowest: float = -np.inf,
    highest: float = np.inf,
) -> Band:
    """A mean with its 80 % interval: sampling error and the spread of the draws, added as variances."""
    spread = np.std(np.stack(drawn), axis=0, ddof=1) if len(drawn) > 1 else np.zeros_like(mean)
    half = EIGHTY * np.sqrt(error**2 + spread**2)
    return Band(unit, hours, mean, np.clip(mean - half, lowest, highest), np.clip(mean + half, lowest, highest))


def _peaks(group: _Group) -> dict[str, Peak]:
    found = {}
    for name, parts in group.peaks.items():
        values = np.concatenate(parts)
        low, high = np.percentile(values, (10, 90))
        unit = "CADSS_point" if name == "CADSS" else "mmHg"
        found[name] = Peak(unit, PEAK_OF[name], float(values.mean()), float(values.std()), float(low), float(high))
    return found


def _audit(plan: Plan, hours: float, weight: float = 70.0) -> tuple[DoseRow, ...]:
    return tuple(
        DoseRow(row.when, row.at, row.what, row.route, row.amount, row.milligrams, row.condition)
        for row in plan.audit(weight, hours)
    )
