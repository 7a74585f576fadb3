"""The scorecard: one row for each published number, and what the rows say together."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any

LEVELS = (50, 80, 95)
"""The central intervals that are told of every prediction, in per cent; the middle one is shown."""
SHOWN = 80
BASELINES = ("mean_response", "no_drug", "curve")
POINTS = ("mean", "sd", "mean change", "sd change", "difference")
SHARES = ("response", "remission", "worse", "sustained", "response difference")
PASS_POINTS, PASS_SHARE, PASS_COVERAGE = 3.0, 0.10, 0.80
"""The pass mark: mean error in points and as a share, and how many 80 % intervals hold what was observed."""


def kind_of(measure: str) -> str:
    """What a measure is counted in: points, share, effect size, days or ratio."""
    if measure in POINTS:
        return "points"
    if measure in SHARES:
        return "share"
    return {"effect size": "effect size", "median time to relapse": "days"}.get(measure, "ratio")


@dataclass(frozen=True)
class Score:
    """One published number and what was predicted of it before it was looked at.

    `row` counts the results of the file from 1; `at` and `origin` are hours from the first dose. `observed` is None
    where the number is not published yet. `intervals` holds the central intervals by their level in per cent; `slack`
    is how far rounding in print may have moved the number. `expected_error` is how far from `predicted` the number would
    lie on average if the prediction were right in every way. `crps` and `baselines` are in the unit of the measure (the
    logarithm for a hazard ratio). A number that could not be predicted has `reason` and no prediction.
    """

    trial: str
    use: str
    row: int
    arms: tuple[str, ...]
    scale: str
    measure: str
    at: float | None
    origin: float | None
    headline: bool
    status: str
    observed: float | None
    predicted: float | None = None
    intervals: Mapping[int, tuple[float, float]] = field(default_factory=dict)
    slack: float = 0.0
    expected_error: float | None = None
    crps: float | None = None
    baselines: Mapping[str, float | None] = field(default_factory=dict)
    baseline_predictions: Mapping[str, float | None] = field(default_factory=dict)
    reason: str = ""

    @property
    def low(self) -> float | None:
        """The lower end of the 80 % interval."""
        return self.intervals[SHOWN][0] if self.intervals else None

    @property
    def high(self) -> float | None:
        """The upper end of the 80 % interval."""
        return self.intervals[SHOWN][1] if self.intervals else None

    @property
    def inside(self) -> bool | None:
        """Whether the 80 % interval holds what was observed."""
        return self.held(SHOWN)

    def held(self, level: int) -> bool | None:
        """Whether the interval of a level holds what was observed; None where one of the two is missing."""
        if self.observed is None or not self.intervals:
            return None
        low, high = self.intervals[level]
        return low - self.slack <= self.observed <= high + self.slack

    @property
    def kind(self) -> str:
        """What the number is counted in."""
        return kind_of(self.measure)

    @property
    def arm(self) -> str:
        """The arm, or the two that are compared."""
        return (" against " if any(" v " in name for name in self.arms) else " v ").join(self.arms)

    @property
    def error(self) -> float | None:
        """Predicted minus observed, in the unit of the measure."""
        return None if self.predicted is None or self.observed is None else self.predicted - self.observed


@dataclass(frozen=True)
class Scorecard:
    """The scores of one or more published trials. `assumed` says by trial what its file left open."""

    model: Mapping[str, Any]
    scores: tuple[Score, ...]
    assumed: Mapping[str, tuple[str, ...]]

    def summary(self) -> dict[str, Any]:
        """What the rows say together: by use, for all rows and for headline rows."""
        uses = dict.fromkeys(score.use for score in self.scores)
        found: dict[str, Any] = {}
        for use in uses:
            rows = [score for score in self.scores if score.use == use]
            found[use] = {"all": summarise(rows), "headline": summarise([row for row in rows if row.headline])}
        return found

    def to_json(self) -> dict[str, Any]:
        """The scorecard as plain data."""
        return dict(_present("scorecard_json")(self))

    def table(self) -> str:
        """The scorecard as a plain-text table."""
        return str(_present("scorecard_text")(self))

    def __str__(self) -> str:
        return self.table()

    def plot(self) -> Any:
        """The forest plot: observed and predicted side by side."""
        return import_module("rewire.present.figures.forest").plot_forest(self)

    def save(self, path: str | Path) -> Path:
        """Writes a picture (.png .svg .pdf .html), the data (.json) or rows (.csv), by the ending of the path."""
        return Path(_present("save_scorecard")(self, path))


def _present(name: str) -> Callable[..., Any]:
    return getattr(import_module("rewire.present.scorecard"), name)  # type: ignore[no-any-return]


def summarise(rows: Sequence[Score]) -> dict[str, Any]:
    """How many intervals hold what was observed, how wide they are, mean error and CRPS beside the baselines.

    `coverage` and `interval_width` are of the 80 % interval, `coverages` and `interval_widths` of every level. Errors
    are absolute, widths and CRPS means; each by kind, for points, shares, days and ratios do not add up. The error that
    was expected stands beside the one that was made: no model that is right about how trials differ does better, but by
    luck. Only rows that were both published and predicted count.
    """
    told = [row for row in rows if row.inside is not None]
    found: dict[str, Any] = {
        "rows": len(rows),
        "not_computed": sum(row.predicted is None for row in rows),
        "not_published": sum(row.observed is None for row in rows),
        "judged": len(told),
        **_coverage(told),
        "by_kind": {},
    }
    for kind in dict.fromkeys(row.kind for row in told):
        some = [row for row in told if row.kind == kind]
        beside = {name: [row for row in some if row.baselines.get(name) is not None] for name in BASELINES}
        widths = {level: _mean(row.intervals[level][1] - row.intervals[level][0] for row in some) for level in LEVELS}
        found["by_kind"][kind] = {
            "rows": len(some),
            **_coverage(some),
            "interval_width": widths[SHOWN],
            "interval_widths": {str(level): width for level, width in widths.items()},
            "mean_error": _mean(abs(row.error or 0.0) for row in some),
            "expected_error": _mean(row.expected_error or 0.0 for row in some),
            "bias": _mean(row.error or 0.0 for row in some),
            "crps": _mean(row.crps or 0.0 for row in some),
            "baselines": {
                name: {
                    "rows": len(those),
                    "crps": _mean(row.baselines[name] or 0.0 for row in those),
                    "model_crps": _mean(row.crps or 0.0 for row in those),
                }
                for name, those in beside.items()
            },
        }
    found["passes"] = _passes(found)
    return found


def _coverage(rows: Sequence[Score]) -> dict[str, Any]:
    shares = {level: _mean(float(bool(row.held(level))) for row in rows) for level in LEVELS}
    return {"coverage": shares[SHOWN], "coverages": {str(level): share for level, share in shares.items()}}


def _passes(found: Mapping[str, Any]) -> dict[str, bool | None]:
    """The pass marks one by one; None where there is nothing to judge."""
    kinds = found["by_kind"]
    better = [
        one["model_crps"] < one["crps"]
        for kind in ("points", "share")
        if kind in kinds
        for one in kinds[kind]["baselines"].values()
        if one["rows"]
    ]
    return {
        "coverage": None if found["coverage"] is None else found["coverage"] >= PASS_COVERAGE,
        "error_points": kinds["points"]["mean_error"] <= PASS_POINTS if "points" in kinds else None,
        "error_share": kinds["share"]["mean_error"] <= PASS_SHARE if "share" in kinds else None,
        "better_than_baselines": all(better) if better else None,
    }


def _mean(values: Iterable[float]) -> float | None:
    numbers = [value for value in values if math.isfinite(value)]
    return sum(numbers) / len(numbers) if numbers else None
