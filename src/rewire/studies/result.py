"""What studies return: plain arrays with their units, frozen, carrying the study that made them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from rewire.studies.shown import Shown

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

EIGHTY = 1.2816
"""Standard deviations to either side that hold 80 % of a normal distribution."""


@dataclass(frozen=True)
class Curve:
    """A quantity of a population over time: mean, spread and percentiles between people, arrays `[time]`."""

    unit: str
    hours: Array
    mean: Array
    sd: Array
    p10: Array
    p50: Array
    p90: Array


@dataclass(frozen=True)
class Band:
    """A mean with an 80 % interval of what is not known (parameters and sampling), arrays `[time]`."""

    unit: str
    hours: Array
    mean: Array
    low: Array
    high: Array


@dataclass(frozen=True)
class Peak:
    """The largest value each person reaches during a run: mean, spread and percentiles between people."""

    unit: str
    statistic: str
    mean: float
    sd: float
    p10: float
    p90: float


@dataclass(frozen=True)
class DoseRow:
    """One line of the dose audit: what is given, when, and how much that is for a person of `weight` kg."""

    when: str
    hours: float
    what: str
    route: str
    amount: str
    milligrams: float
    condition: str = ""


@dataclass(frozen=True)
class Outcome:
    """What one plan does to a population.

    `scores` total scores by scale; `specific` the drug-specific part of the change (the plan minus its drug-free twin:
    same visits, same expectancy, same people); `response`, `remission`, `relapse` shares by scale (relapse: of those
    who had responded by then, the share who have lost the response); `around_dose` dissociation and blood pressure in
    the hours after the first dose; `peaks` the largest values.
    """

    name: str
    scores: Mapping[str, Curve]
    change: Mapping[str, Band]
    specific: Mapping[str, Band]
    response: Mapping[str, Band]
    remission: Mapping[str, Band]
    relapse: Mapping[str, Band]
    around_dose: Mapping[str, Curve]
    peaks: Mapping[str, Peak]
    doses: tuple[DoseRow, ...]


@dataclass(frozen=True)
class Difference:
    """Plan A minus plan B in the same people with the same luck, over time, with its 80 % interval; `words` at the end.

    `words` says in plain language who does better, or 'no difference that can be told'.
    """

    first: str
    second: str
    band: Band
    words: str


@dataclass(frozen=True, repr=False)
class Comparison(Shown):
    """The result of `run` (one plan) or `compare`: outcomes by plan name and paired differences by scale."""

    study: Mapping[str, Any]
    scale: str
    outcomes: Mapping[str, Outcome]
    differences: Mapping[str, tuple[Difference, ...]]
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, repr=False)
class Course(Shown):
    """One person from milligrams to scores: every state, signal and score on one time axis, arrays `[time]`."""

    study: Mapping[str, Any]
    name: str
    hours: Array
    values: Mapping[str, Array]
    units: Mapping[str, str]
    meanings: Mapping[str, str]
    doses: tuple[DoseRow, ...] = field(default=())
