"""Effect sizes of an imaging study and its power: change between visits beside what people and scans differ by anyway.

Power is by the normal approximation: up to 0.05 too high with 20 people, 0.10 with 10.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from rewire.errors import StudyError
from rewire.studies.imaging.noise import Noise
from rewire.studies.imaging.readouts import ReadOut
from rewire.studies.imaging.visits import Visit

Array = NDArray[np.float64]

SIGNIFICANCE, POWER = 0.05, 0.8
"""Two-sided level and the power that is asked for, as is usual."""
ONE_GROUP, TWO_GROUPS = "one group", "two groups"
MOST_PEOPLE = 100_000
_NORMAL = NormalDist()


@dataclass(frozen=True)
class Effect:
    """The change of one read-out from the first visit to another, in its unit.

    `change` is the mean and `change_sd` its spread between people, both of brains, without scan noise. `between` is the
    SD between people of one scan each at the first visit, `change_noise` the SD of a change that is noise alone.
    `specific` and `specific_sd` are of the change minus that of the drug-free twin. `correlation` is with the change of
    the score between people, for noise-free scans; `correlation_seen` is what real scans would show.
    """

    readout: str
    unit: str
    visit: str
    against: str
    before: float
    change: float
    change_sd: float
    between: float
    change_noise: float
    specific: float
    specific_sd: float
    correlation: float
    correlation_seen: float

    @property
    def d(self) -> float:
        """Cohen's d in units of the spread between people of one scan, as most papers give it."""
        return ratio(self.change, self.between)

    @property
    def d_paired(self) -> float:
        """Mean change over the SD of changes, which a paired test uses."""
        return ratio(self.change, math.hypot(self.change_sd, self.change_noise))

    @property
    def d_specific(self) -> float:
        """The drug-specific change in units of the spread between people of one scan."""
        return ratio(self.specific, self.between)

    @property
    def d_groups(self) -> float:
        """The difference of changes between a group with and one without the drug, over the SD of changes."""
        return ratio(self.specific, math.hypot(self.change_sd, self.change_noise))

    def power(self, n: int, design: str = ONE_GROUP) -> float:
        """The chance that `n` people (in each group, for `two groups`) show the change at the 5 % level."""
        return chance(self._size(design), n, design)

    def people_needed(self, design: str = ONE_GROUP) -> int | None:
        """People (in each group) for a power of 80 %, or None when it takes more than 100,000."""
        return enough_people(self._size(design), design)

    def _size(self, design: str) -> float:
        return self.d_paired if design == ONE_GROUP else self.d_groups


@dataclass(frozen=True)
class Power:
    """One row of a power table: the chance to see a change with `n` people, and the people needed for 80 %."""

    readout: str
    visit: str
    design: str
    n: int
    power: float
    people_needed: int | None


def find_effects(
    readouts: Sequence[ReadOut],
    visits: Sequence[Visit],
    values: Mapping[str, Array],
    without: Mapping[str, Array],
    scores: Array,
    noise: Mapping[str, Noise],
) -> tuple[Effect, ...]:
    """Effects of every read-out at every visit after the first; `values` and `scores` are `[person, visit]`."""
    found = []
    for readout in readouts:
        seen, twin, own = values[readout.name], without[readout.name], noise[readout.name]
        scale = float(seen[:, 0].mean()) if readout.structural else 1.0  # structural noise is relative
        for place, visit in enumerate(visits[1:], start=1):
            change = seen[:, place] - seen[:, 0]
            specific = change - (twin[:, place] - twin[:, 0])
            spread, lost = spread_of(change), own.change * scale
            related = _correlation(change, scores[:, place] - scores[:, 0])
            found.append(
                Effect(
                    readout=readout.name,
                    unit=readout.unit,
                    visit=visit.name,
                    against=visits[0].name,
                    before=float(seen[:, 0].mean()),
                    change=float(change.mean()),
                    change_sd=spread,
                    between=math.hypot(own.between * scale, spread_of(seen[:, 0])),
                    change_noise=lost,
                    specific=float(specific.mean()),
                    specific_sd=spread_of(specific),
                    correlation=related,
                    correlation_seen=related * ratio(spread, math.hypot(spread, lost)),
                )
            )
    return tuple(found)


def power_table(effects: Sequence[Effect], numbers: Sequence[int], design: str = ONE_GROUP) -> tuple[Power, ...]:
    """The power of every effect for every number of people.

    Raises `StudyError` for a number below 2 or a design other than `one group` and `two groups`.
    """
    _groups(design)
    for n in numbers:
        if n < 2:
            raise StudyError(f"the power of a study of {n} people", expected="2 people or more")
    return tuple(
        Power(effect.readout, effect.visit, design, n, effect.power(n, design), effect.people_needed(design))
        for effect in effects
        for n in numbers
    )


def chance(size: float, n: int, design: str) -> float:
    """The power of `n` people (in each group) for a standardised `size`, two-sided at the 5 % level."""
    shift = abs(size) * math.sqrt(n / _groups(design))
    cut = _NORMAL.inv_cdf(1 - SIGNIFICANCE / 2)
    return _NORMAL.cdf(shift - cut) + _NORMAL.cdf(-shift - cut)


def enough_people(size: float, design: str) -> int | None:
    """People (in each group) for a power of 80 % at a standardised `size`, or None when it takes more than 100,000."""
    if size == 0.0 or not math.isfinite(size):
        return None
    enough = _groups(design) * ((_NORMAL.inv_cdf(1 - SIGNIFICANCE / 2) + _NORMAL.inv_cdf(POWER)) / abs(size)) ** 2
    return max(2, math.ceil(enough)) if enough <= MOST_PEOPLE else None


def spread_of(values: Array) -> float:
    """The SD between people of `values [person]`; 0 for one person."""
    return float(values.std(ddof=1)) if len(values) > 1 else 0.0


def ratio(part: float, whole: float) -> float:
    """`part / whole`; 0 for nothing in nothing, nan for something in nothing."""
    return part / whole if whole > 0 else math.nan if part else 0.0


def _groups(design: str) -> int:
    if design not in (ONE_GROUP, TWO_GROUPS):
        raise StudyError(f"there is no design '{design}'", expected=f"'{ONE_GROUP}' or '{TWO_GROUPS}'")
    return 1 if design == ONE_GROUP else 2


def _correlation(one: Array, other: Array) -> float:
    """The correlation between people; nan when one of them does not differ between people."""
    if len(one) < 3 or one.std() < 1e-12 or other.std() < 1e-12:
        return math.nan
    return float(np.corrcoef(one, other)[0, 1])
