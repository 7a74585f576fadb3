"""Virtual trials: the predictive distribution of every published number of a trial, with and without the drug."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import Executor
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from rewire.core.model import Model
from rewire.engine.kernels import Kernel
from rewire.errors import RewireError
from rewire.evidence.published import Result, Trial
from rewire.population import SCORES
from rewire.sources import load_table
from rewire.studies.scoring.arms import RELAPSE, TRAIT, TrialArm, record_hours, trial_arms
from rewire.studies.scoring.errors import count_of
from rewire.studies.scoring.measures import Seen, eligible, measure
from rewire.studies.scoring.worlds import Worlds, choose, watch

Array = NDArray[np.float64]
LEAST = 0.5
"""A number is given only if at least this share of the virtual trials can tell it."""


@dataclass(frozen=True)
class Prediction:
    """What virtual trials found for one result: `sample` with the drug, `without` it; or the `reason` for neither."""

    sample: Array | None = None
    without: Array | None = None
    reason: str = ""


@dataclass(frozen=True)
class Simulator:
    """What all trials share: the compiled model, the worlds, how many virtual trials, threads."""

    model: Model
    compiled: Kernel
    worlds: Worlds
    trials: int
    pool: Executor | None = None
    switches: Mapping[str, bool] | None = None


def predict(simulator: Simulator, trial: Trial, results: tuple[Result, ...] | None = None) -> list[Prediction]:
    """One prediction for each of the results (all of the trial unless given)."""
    results = trial.results if results is None else results
    largest = max((count_of(trial, result, name) for result in results for name in result.arms), default=0)
    simulator = replace(simulator, worlds=simulator.worlds.sized(largest))
    silent = {result: reason for result in results if (reason := _silent(trial, result))}
    told = tuple(result for result in results if result not in silent)
    arms, problems = _arms(simulator, trial)
    with_drug = _watch(simulator, trial, arms, told, problems)
    twins = {name: _twin(arm) for name, arm in arms.items() if arm.active}
    without = {**with_drug, **_watch(simulator, trial, twins, told, problems)}
    return [
        Prediction(reason=silent[result])
        if result in silent
        else _prediction(simulator, trial, result, with_drug, without, problems)
        for result in results
    ]


def _twin(arm: TrialArm) -> TrialArm:
    return replace(arm, arm=replace(arm.arm, inert=True))


def _arms(simulator: Simulator, trial: Trial) -> tuple[dict[str, TrialArm], dict[str, str]]:
    """The arms that can be simulated, and why the others cannot."""
    problems: dict[str, str] = {}
    arms: dict[str, TrialArm] = {}
    for name in (arm.name for arm in trial.arms):
        try:
            arm = trial_arms(replace(trial, arms=(trial.arm(name),)))[name]
        except RewireError as wrong:
            problems[name] = wrong.problem
            continue
        circumstances = replace(arm.arm.circumstances, switches=dict(simulator.switches or {}))
        arms[name] = replace(arm, arm=replace(arm.arm, circumstances=circumstances))
    return arms, problems


def _watch(
    simulator: Simulator,
    trial: Trial,
    arms: Mapping[str, TrialArm],
    results: tuple[Result, ...],
    problems: dict[str, str],
) -> dict[str, dict[str, Seen]]:
    found: dict[str, dict[str, Seen]] = {}
    for name, arm in arms.items():
        about = [result for result in results if name in result.arms]
        if not about:
            continue
        scales = sorted({result.scale for result in about})
        try:
            found[name] = watch(
                simulator.model,
                simulator.compiled,
                trial.name,
                arm,
                record_hours(arm, about),
                scales,
                simulator.worlds,
                simulator.pool,
            )
        except RewireError as wrong:
            problems[name] = wrong.problem
    return found


def _prediction(
    simulator: Simulator,
    trial: Trial,
    result: Result,
    with_drug: Mapping[str, Mapping[str, Seen]],
    without: Mapping[str, Mapping[str, Seen]],
    problems: Mapping[str, str],
) -> Prediction:
    for name in result.arms:
        if name in problems:
            return Prediction(reason=f"the arm '{name}' cannot be simulated: {problems[name]}")
    samples = []
    for source in (with_drug, without):
        arms = tuple(source[name][result.scale] for name in result.arms)
        chosen = tuple(
            choose(
                simulator.worlds,
                simulator.trials,
                count_of(trial, result, name),
                eligible(result, arm),
                # Each arm has people of its own; the same with and without the drug.
                f"{trial.name}.{name}.{result.measure in RELAPSE}",
            )
            for name, arm in zip(result.arms, arms, strict=True)
        )
        values = measure(result, arms, chosen)
        samples.append(values[np.isfinite(values)])
    if samples[0].size < LEAST * simulator.trials:
        why = "hardly anybody responds by then" if result.measure in RELAPSE else "an arm has too few people"
        return Prediction(reason=f"too few virtual trials can tell it: {why}")
    return Prediction(samples[0], samples[1] if samples[1].size >= LEAST * simulator.trials else None)


def _silent(trial: Trial, result: Result) -> str:
    """Why a scale says nothing about these people; empty when it does."""
    trait = TRAIT.get(result.scale)
    if trait is None or trait not in SCORES:
        return f"the model does not have the scale {result.scale}"
    known = load_table("populations").group(trial.people.diagnosis, "baseline")
    for name in result.arms:
        stated = any(TRAIT[scale] == trait for scale in trial.baseline_of(name))
        if trait not in known and not stated:
            return f"people with {trial.people.diagnosis} have no baseline on {result.scale}, and the file gives none"
    if result.measure not in RELAPSE and (result.at_hours or 0.0) <= 0 and result.measure not in ("mean", "sd"):
        return "nothing has changed at the baseline"
    return ""
