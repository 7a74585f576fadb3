"""The scorecard: one row for each published number, and what the rows say together."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any

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

    `row` counts the results of the file from 1; `at` and `origin` are hours from the first dose. `low` and `high` are
    the ends of the 80 % interval. `crps` and `baselines` are in the unit of the measure (the logarithm for a hazard
    ratio). A number that could not be predicted has `reason` and no prediction.
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
    observed: float
    predicted: float | None = None
    low: float | None = None
    high: float | None = None
    inside: bool | None = None
    crps: float | None = None
    baselines: Mapping[str, float | None] = field(default_factory=dict)
    baseline_predictions: Mapping[str, float | None] = field(default_factory=dict)
    reason: str = ""

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
        return None if self.predicted is None else self.predicted - self.observed


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
    """Coverage of the 80 % intervals, their mean width, mean error and CRPS beside the baselines.

    Errors are absolute, widths and CRPS means; each by kind, for points, shares, days and ratios do not add up.
    """
    told = [row for row in rows if row.predicted is not None]
    found: dict[str, Any] = {
        "rows": len(rows),
        "not_computed": len(rows) - len(told),
        "coverage": _mean(float(bool(row.inside)) for row in told),
        "by_kind": {},
    }
    for kind in dict.fromkeys(row.kind for row in told):
        some = [row for row in told if row.kind == kind]
        beside = {name: [row for row in some if row.baselines.get(name) is not None] for name in BASELINES}
        found["by_kind"][kind] = {
            "rows": len(some),
            "coverage": _mean(float(bool(row.inside)) for row in some),
            "interval_width": _mean((row.high or 0.0) - (row.low or 0.0) for row in some),
            "mean_error": _mean(abs(row.error or 0.0) for row in some),
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
