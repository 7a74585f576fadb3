"""Values of a result at chosen moments: baseline, 24 hours, 7 days, 4 weeks and the end."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rewire.present.words import HOURS_PER_DAY, HOURS_PER_WEEK, number

if TYPE_CHECKING:
    from rewire.studies.result import Array, Band, Comparison, Curve

_FIXED = (("24 h", HOURS_PER_DAY), ("7 days", 7 * HOURS_PER_DAY), ("4 weeks", 4 * HOURS_PER_WEEK))


@dataclass(frozen=True)
class Moment:
    """A moment of a run: how it is called and its hours since the first dose."""

    name: str
    hours: float


def moments_of(comparison: Comparison, scale: str) -> tuple[Moment, ...]:
    """Baseline, the fixed moments inside the run, and its end; times count from the first dose."""
    curves = [o.scores[scale] for o in comparison.outcomes.values() if scale in o.scores]
    start = min(float(c.hours[0]) for c in curves)
    end = max(float(c.hours[-1]) for c in curves)
    found = [Moment("baseline", start)]
    found += [Moment(name, hours) for name, hours in _FIXED if start < hours < end]
    return (*found, Moment(_span(end), end))


def value_at(series: Curve | Band, name: str, hours: float) -> float:
    """The field `name` of a curve or band at a time, straight between neighbours; not a number outside its times."""
    import numpy as np

    values: Array = getattr(series, name)
    return float(np.interp(hours, series.hours, values, left=np.nan, right=np.nan))


def _span(hours: float) -> str:
    if hours >= 2 * HOURS_PER_WEEK:
        return f"{number(hours / HOURS_PER_WEEK)} weeks"
    if hours >= 2 * HOURS_PER_DAY:
        return f"{number(hours / HOURS_PER_DAY)} days"
    return f"{number(hours)} h"
