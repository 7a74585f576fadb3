"""What a calibration says of itself: whether to trust it, what it told, and how it does without a trial."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rewire.evidence.published import Result
from rewire.inference.calibrate import Fit
from rewire.inference.checks import crps_sample, rank_of
from rewire.inference.misfit import Problem
from rewire.sources import Entry
from rewire.studies.scoring.baselines import Row
from rewire.studies.scoring.errors import RATIO
from rewire.studies.scoring.scorecard import kind_of
from rewire.studies.unknowns import value_of

Array = NDArray[np.float64]
LEVELS = (0.5, 0.8, 0.95)


def report(
    entries: Mapping[str, Entry],
    rows: tuple[Row, ...],
    problem: Problem,
    found: Fit,
    kept: Array,
    told: Array,
    ranks: Array,
    unseen: Array,
    left_out: Mapping[str, str],
) -> dict[str, Any]:
    """Diagnostics: agreement of chains, the stand-in, what shrank and what did not, each row's predictive.

    `unseen` `[draw, row]` is what was predicted for each row without its trial.
    """
    shrinkage, rhat, effective = 1 - found.sd(), found.rhat(), found.effective()
    numbers = {}
    for k, (name, entry) in enumerate(entries.items()):
        low, middle, high = (float(value_of(entry, z)) for z in np.quantile(found.flat[:, k], (0.1, 0.5, 0.9)))
        numbers[name] = {
            "prior": entry.number,
            "posterior": middle,
            "low": low,
            "high": high,
            "shrinkage": float(shrinkage[k]),
            "rhat": float(rhat[k]),
            "effective": float(effective[k]),
        }
    error = np.sqrt(problem.variance)
    predictive = [
        {
            "trial": trial.name,
            "use": trial.use,
            "row": f"{' v '.join(row.arms)}, {row.scale} {row.measure} at {row.at_hours:g} h",
            "observed": row.value,
            "fitted": _shown(row, float(np.nanmean(told[:, place]))),
            "standard_error": float(error[place]),
            "unseen": [_shown(row, end) for end in np.quantile(unseen[:, place], (0.5, 0.1, 0.9))],
        }
        for place, (trial, row) in enumerate(rows)
    ]
    off = np.abs(ranks - 0.5)
    return {
        "misfit_before": found.start_misfit,
        "misfit_after": found.top_misfit,
        "largest_rhat": float(rhat.max()),
        "fewest_effective": float(effective.min()),
        "stand_in_unseen": _root_mean_square(found.unseen / error),
        "stand_in_kept": _root_mean_square((found.stand_in(kept) - told) / error),
        "numbers": numbers,
        "not_identified": [name for name, one in numbers.items() if one["shrinkage"] < 0.15],
        "simulation_check": {
            "repeats": len(ranks),
            "inside": {f"{level:.0%}": float(np.mean(off < level / 2)) for level in LEVELS} if len(ranks) else {},
        },
        "left_out": dict(left_out),
        "left_out_trials": _unseen(rows, problem.observed, unseen),
        "predictive": predictive,
    }


def _root_mean_square(values: Array) -> float:
    return float(np.sqrt(np.nanmean(values**2)))


def _shown(row: Result, value: float) -> float:
    """A value as it is published: ratios are fitted as logarithms."""
    return float(math.exp(value) if row.measure == RATIO else value)


def _unseen(rows: tuple[Row, ...], observed: Array, told: Array) -> list[dict[str, Any]]:
    """How rows are predicted without their trial, by use and kind: inside intervals, mean error and CRPS."""
    place = np.array([rank_of(told[:, row], value, 0.5) for row, value in enumerate(observed)])
    score = np.array([crps_sample(told[:, row], value) for row, value in enumerate(observed)])
    error = np.abs(np.median(told, axis=0) - observed)
    kinds = [(trial.use, kind_of(row.measure)) for trial, row in rows]
    uses = [(use, "all") for use in dict.fromkeys(use for use, _ in kinds)]
    found = []
    for use, kind in (*dict.fromkeys(kinds), *uses):
        some = np.array([one[0] == use and kind in ("all", one[1]) for one in kinds])
        inside = {f"{level:.0%}": float(np.mean(np.abs(place[some] - 0.5) <= level / 2)) for level in LEVELS}
        one: dict[str, Any] = {"use": use, "kind": kind, "rows": int(some.sum()), "inside": inside}
        if kind != "all":
            one |= {"error": float(error[some].mean()), "crps": float(score[some].mean())}
        found.append(one)
    return found
