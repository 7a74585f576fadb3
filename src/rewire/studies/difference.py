"""Paired differences: the same people with the same luck under two plans, so that most of the noise cancels."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from rewire.studies.cohort import Key
from rewire.studies.result import EIGHTY, Band

Array = NDArray[np.float64]
Interval = tuple[float, float, float]
"""A mean, and the low and the high end of an interval around it."""


@dataclass
class PairedTally:
    """Sums of differences between arms, person by person; blocks of people add up."""

    arms: tuple[Key, ...]
    sums: dict[tuple[Key, Key, str], tuple[Array, Array]] = field(default_factory=dict)
    people: int = 0

    def add(self, scores: Mapping[Key, Mapping[str, NDArray[np.uint8]]]) -> None:
        """Counts one block: `scores[arm][scale]` is `[time, person]`."""
        wide = {arm: {scale: values.astype(float) for scale, values in scores[arm].items()} for arm in self.arms}
        for first, second in combinations(self.arms, 2):
            for scale, values in wide[first].items():
                gap = values - wide[second][scale]
                total, squares = gap.sum(axis=1), np.einsum("ij,ij->i", gap, gap)
                before = self.sums.get((first, second, scale), (np.zeros_like(total), np.zeros_like(total)))
                self.sums[first, second, scale] = (before[0] + total, before[1] + squares)
        self.people += next(iter(next(iter(scores.values())).values())).shape[1]

    def difference(self, first: Key, second: Key, scale: str) -> tuple[Array, Array]:
        """Mean of `first` minus `second` `[time]` and its standard error."""
        sign = 1.0 if (first, second, scale) in self.sums else -1.0
        total, squares = self.sums[(first, second, scale) if sign > 0 else (second, first, scale)]
        mean = total / self.people
        variance = np.maximum(squares / self.people - mean**2, 0.0)
        return sign * mean, np.sqrt(variance / max(self.people - 1, 1))


def interval(values: Array, group: NDArray[np.int64] | None) -> Interval:
    """Mean and 80 % interval of what is not known, of one value a person.

    For a population that is its mean: chance among people, and what differs between draws (`group`) of typical values.
    For one person (no group) it is the person's own value: the spread over what the person may be like.
    """
    mean, count = float(values.mean()), values.size
    if group is None:
        low, high = np.quantile(values, (0.1, 0.9))
        return mean, float(low), float(high)
    sampling = float(values.var(ddof=1)) / count if count > 1 else 0.0
    means = np.array([values[group == g].mean() for g in np.unique(group)])
    within = float(values.var(ddof=1)) * means.size / count if count > 1 else 0.0
    between = max(0.0, float(means.var(ddof=1)) - within) if means.size > 1 else 0.0
    half = EIGHTY * float(np.sqrt(sampling + between))
    return mean, mean - half, mean + half


def say_difference(first: str, second: str, band: Band, matters: float) -> str:
    """Who does better at the end, in words; fewer points are better, and less than `matters` points hardly count."""
    mean, low, high = float(band.mean[-1]), float(band.low[-1]), float(band.high[-1])
    if low <= 0.0 <= high:
        return (
            f"no difference that can be told between '{first}' and '{second}' (80 % interval {low:+.1f} to {high:+.1f})"
        )
    better, worse = (first, second) if mean < 0 else (second, first)
    near, far = sorted((abs(low), abs(high)))
    told = f"'{better}' ends {abs(mean):.1f} points lower than '{worse}' (80 % interval {near:.1f} to {far:.1f})"
    return told if abs(mean) >= matters else f"{told}, less than the {matters:g} points that matter to people"
