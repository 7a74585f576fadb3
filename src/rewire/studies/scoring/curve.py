"""The curve to beat: an exponential rise and decay after every dose, fitted to trials, without any mechanism.

The form is that of the statistical time courses of single doses (Nunes and Singh 2024). A fall of the score is a share
of the baseline; what doses leave adds up like independent chances, so that it stays below one. Placebo visits have an
amplitude of their own.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from rewire.evidence.published import Result, Trial
from rewire.plans.events import Dose
from rewire.plans.plan import Plan
from rewire.sources import load_table
from rewire.studies.scoring.arms import AT_VISIT, DAY, origin_of, visits
from rewire.studies.scoring.errors import standard_error
from rewire.studies.scoring.least_squares import least_squares

Array = NDArray[np.float64]
START = np.log([0.25, 0.3, 0.3, 3.0, 240.0, 0.33])
"""Where the fit begins: amplitudes of a visit and of a dose, half dose, rise (h), decay (h), SD of a person's fall."""
BETWEEN = 0.08
"""Shares of the baseline by which trials differ beyond chance, in the weights of the fit."""
MEASURES = ("mean", "mean change", "difference", "response", "remission", "effect size", "response difference")


@dataclass(frozen=True)
class Curve:
    """The fitted numbers, as logarithms, and how far trials lie from them (a share of the baseline)."""

    numbers: Array
    residual: float

    def fall(self, plan: Plan, hour: float) -> float:
        """The mean fall of the score at an hour, as a share of the baseline."""
        return _fall(self.numbers, _doses(plan, hour), hour)

    def predict(self, trial: Trial, result: Result) -> tuple[float, float] | None:
        """The value of a result and its standard deviation; None where the curve says nothing."""
        value = value_of(self.numbers, trial, result)
        if value is None:
            return None
        chance = standard_error(trial, result) or 0.0
        return value, math.hypot(chance, self.residual * _slope(self.numbers, trial, result))


def fit_curve(rows: Sequence[tuple[Trial, Result]]) -> Curve:
    """The curve that fits published numbers best, each weighted by its standard error and what trials differ in."""
    used = [(trial, result) for trial, result in rows if value_of(START, trial, result) is not None]
    observed = np.array([result.value for _, result in used])
    slopes = np.array([_slope(START, trial, result) for trial, result in used])
    errors = np.array([standard_error(trial, result) or math.nan for trial, result in used])
    weights = 1 / np.sqrt(errors**2 + (BETWEEN * slopes) ** 2)
    keep = np.isfinite(weights)

    def misfit(numbers: Array) -> Array:
        predicted = np.array([value_of(numbers, trial, result) for trial, result in used], float)
        # A weak pull towards the start keeps a number that the rows do not tell from running away.
        return np.concatenate([((observed - predicted) * weights)[keep], 0.3 * (numbers - START)])

    numbers = least_squares(misfit, START)
    left = np.array([value_of(numbers, trial, result) for trial, result in used], float) - observed
    extra = np.maximum(left**2 - errors**2, 0.0)[keep] / slopes[keep] ** 2
    return Curve(numbers, float(np.sqrt(np.mean(extra))))


def value_of(numbers: Array, trial: Trial, result: Result) -> float | None:
    """The value of a result on the curve."""
    falls = [_fall_in(numbers, trial, name, result.at_hours) for name in result.arms]
    base = [_baseline(trial, result.scale, name) for name in result.arms]
    if any(one is None for one in base):
        return None
    starts = [one for one in base if one is not None]
    sd = math.exp(numbers[5])
    half = load_table("scales").number(result.scale, "response_fraction")
    match result.measure:
        case "mean":
            return starts[0] * (1 - falls[0])
        case "mean change":
            return -starts[0] * falls[0]
        case "sd" | "sd change":
            return starts[0] * sd
        case "difference":
            return starts[1] * falls[1] - starts[0] * falls[0]
        case "effect size":
            return (starts[1] * falls[1] - starts[0] * falls[0]) / (sd * sum(starts) / 2)
        case "response":
            return _above(falls[0], half, sd)
        case "response difference":
            return _above(falls[0], half, sd) - _above(falls[1], half, sd)
        case "remission":
            return _above(falls[0], 1 - (result.cut or 0.0) / max(starts[0], 1.0), sd)
        case "worse":
            return 1 - _above(falls[0], 0.0, sd)
        case _:
            return _relapse(numbers, trial, result, half, sd)


def _relapse(numbers: Array, trial: Trial, result: Result, half: float, sd: float) -> float | None:
    """Relapse on the curve: the share that responds, relative to that at the origin."""
    times = visits(result)
    origin = origin_of(result)
    shares = [[_above(_fall_in(numbers, trial, name, hour), half, sd) for hour in times] for name in result.arms]
    kept = [np.minimum.accumulate(np.clip(np.array(one) / max(one[0], 1e-6), 1e-3, 1.0)) for one in shares]
    if result.measure == "sustained":
        return float(np.interp(result.at_hours or origin, times, kept[0]))
    if result.measure == "median time to relapse":
        below = np.flatnonzero(kept[0] <= 0.5)
        return (times[below[0]] if below.size else times[-1]) / DAY - origin / DAY
    end = len(times) - 1 if result.at_hours is None else int(np.searchsorted(times, result.at_hours - 1e-6))
    hazards = [max(-math.log(float(one[min(end, one.size - 1)])), 0.02) for one in kept]
    return hazards[0] / hazards[1]


def _slope(numbers: Array, trial: Trial, result: Result) -> float:
    """What a share of the baseline is worth in the unit of a result."""
    base = _baseline(trial, result.scale, result.arms[0]) or 1.0
    if result.measure in ("mean", "mean change", "difference", "sd", "sd change"):
        return base
    if result.measure == "median time to relapse":
        return 100.0
    sd = math.exp(numbers[5])
    return 1 / sd if result.measure in ("effect size", "hazard ratio") else 0.4 / sd


def _fall_in(numbers: Array, trial: Trial, arm: str, hour: float | None) -> float:
    hour = hour or 0.0
    return _fall(numbers, _doses(trial.arm(arm).plan, hour), hour)


def _fall(numbers: Array, doses: tuple[tuple[float, float], ...], hour: float) -> float:
    visit, drug, half, rise, decay, _ = np.exp(np.clip(numbers, -12, 12))
    left = 1.0
    for at, dose in doses:
        since = hour - at
        shape = (1 - math.exp(-since / rise)) * math.exp(-since / decay)
        amplitude = visit + drug * dose * (1 + half) / (dose + half) if dose else visit
        left *= 1 - min(amplitude, 0.95) * shape
    return 1 - left


@lru_cache(maxsize=4096)
def _doses(plan: Plan, hour: float) -> tuple[tuple[float, float], ...]:
    """When something was given before `hour`, and how much, in reference doses; 0 for a placebo."""
    table = load_table("validation").group("reference_dose")
    found = []
    for event in plan.events(max(hour, 0.0)):
        what = event.what
        if not isinstance(what, Dose) or event.at < 0 or what.route not in AT_VISIT:
            continue
        amount = 0.0
        if what.drug in ("ketamine", "esketamine"):
            amount = what.milligrams(table.number("weight")) / (table.number(what.drug) * table.number("weight"))
        found.append((event.at, amount))
    return tuple(found)


def _baseline(trial: Trial, scale: str, arm: str) -> float | None:
    """The mean score at entry: stated, or the population's."""
    stated = trial.baseline_of(arm)
    if scale in stated:
        return stated[scale].mean
    known = load_table("populations").group(trial.people.diagnosis, "baseline")
    return known.number(scale, "mean") if scale in known else load_table("scales").number(scale, "maximum") / 2


def _above(mean: float, limit: float, sd: float) -> float:
    """The share of people whose fall reaches a limit."""
    return 0.5 * math.erfc((limit - mean) / (sd * math.sqrt(2)))
