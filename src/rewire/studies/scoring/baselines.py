"""Three predictions that the model has to beat: the mean of other trials, no effect of the drug, and a fitted curve."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rewire.evidence.published import Result, Trial, trials
from rewire.inference.checks import crps_normal, crps_sample
from rewire.plans.events import Dose
from rewire.sources import load_table
from rewire.studies.scoring.curve import Curve, fit_curve
from rewire.studies.scoring.errors import RATIO

Array = NDArray[np.float64]
Row = tuple[Trial, Result]
SCORED = ("mean", "mean change", "difference", "sd", "sd change")


def calibration_rows() -> tuple[Row, ...]:
    """The published numbers a fit may use: of calibration records, none counted twice, none from memory."""
    return tuple(
        (trial, result)
        for trial in trials("calibrate", parts=False)
        for result in trial.results
        if result.status != "recalled"
    )


@dataclass(frozen=True)
class Baselines:
    """What the baselines were made from: calibration rows without the trial that is scored."""

    rows: tuple[Row, ...]
    curve: Curve

    @staticmethod
    def without(trial: Trial) -> Baselines:
        """The baselines for a trial; its own rows, and those of what pools it or is pooled by it, are left out."""
        kin = {trial.name, trial.part_of}
        rows = tuple(row for row in calibration_rows() if row[0].name not in kin and row[0].part_of != trial.name)
        return Baselines(rows, _curve(rows))

    def mean_response(self, trial: Trial, result: Result) -> Array | None:
        """What trials of this kind of arm found for this measure, in the unit of the result; None if none did."""
        size = _size(trial, result)
        alike = [
            value
            for other, row in self.rows
            if (value := _alike(result, other, row)) is not None and _active(other, row) == _active(trial, result)
        ]
        if not alike:
            return None
        found = np.array(alike)
        if result.measure == "mean":
            return size * (1 + found)
        return found * size if result.measure in SCORED else found

    def curve_prediction(self, trial: Trial, result: Result) -> tuple[float, float] | None:
        """Mean and SD on the fitted curve."""
        return self.curve.predict(trial, result)


_CURVES: dict[frozenset[str], Curve] = {}


def _curve(rows: Sequence[Row]) -> Curve:
    key = frozenset(trial.name for trial, _ in rows)
    if key not in _CURVES:
        _CURVES[key] = fit_curve(rows)
    return _CURVES[key]


def _alike(result: Result, trial: Trial, row: Result) -> float | None:
    """A row's value as a share of its baseline where points are counted; None where it is of another measure."""
    wanted = {"mean": "mean change", "sd": "sd change"}.get(result.measure, result.measure)
    if wanted == "sd change":
        return row.sd / _size(trial, row) if row.measure == "mean change" and row.sd else None
    if row.measure != wanted or (wanted == "remission" and row.scale != result.scale):
        return None
    return row.value / _size(trial, row) if wanted in SCORED else row.value


def _size(trial: Trial, result: Result) -> float:
    """The mean score at entry."""
    stated = trial.baseline_of(result.arms[0])
    if result.scale in stated:
        return stated[result.scale].mean
    known = load_table("populations").group(trial.people.diagnosis, "baseline")
    scales = load_table("scales")
    return known.number(result.scale, "mean") if result.scale in known else scales.number(result.scale, "maximum") / 2


def _active(trial: Trial, result: Result) -> bool:
    """Whether the first arm of a row gets the drug."""
    return any(
        isinstance(phrase.what, Dose) and phrase.what.drug in ("ketamine", "esketamine")
        for phrase in trial.arm(result.arms[0]).plan.course
    )


def score_sample(result: Result, sample: Array | None) -> tuple[float | None, float | None]:
    """The middle of a sample and its CRPS, None for an unpublished number; the logarithm is scored for a ratio."""
    if sample is None or not sample.size:
        return None, None
    if not result.published:
        return middle(result, sample), None
    if result.measure == RATIO:
        return float(np.median(sample)), crps_sample(np.log(sample), math.log(result.value))
    return middle(result, sample), crps_sample(sample, result.value)


def score_normal(result: Result, told: tuple[float, float] | None) -> tuple[float | None, float | None]:
    """The mean of a normal prediction and its CRPS, None for an unpublished number."""
    if told is None:
        return None, None
    mean, sd = (float(one) for one in told)
    if not result.published:
        return mean, None
    if result.measure == RATIO:
        return mean, crps_normal(math.log(mean), sd, math.log(result.value))
    return mean, crps_normal(mean, sd, result.value)


def middle(result: Result, sample: Array) -> float:
    """The prediction as one number: the mean, or the median for times and ratios."""
    skewed = result.measure in (RATIO, "median time to relapse")
    return float(np.median(sample) if skewed else np.mean(sample))


def rounding(result: Result) -> float:
    """How far rounding in print may have moved a value."""
    if result.measure in ("response", "remission", "worse", "sustained", "response difference"):
        return 0.005
    return 0.5 if result.measure == "median time to relapse" else 0.05 if result.measure in SCORED else 0.005
