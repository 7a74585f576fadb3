"""Scans under several plans: the same people, the same luck, and what a study would need to tell the plans apart."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any

from rewire.errors import StudyError
from rewire.plans.plan import Plan
from rewire.population import People
from rewire.studies.imaging.effects import ONE_GROUP, TWO_GROUPS, chance, enough_people, ratio, spread_of
from rewire.studies.imaging.result import ImagingResult
from rewire.studies.imaging.study import VISITS, imaging
from rewire.studies.shown import ShownScans


@dataclass(frozen=True)
class Contrast:
    """The change of one read-out under `plan` less that under `other`, at a visit, in the unit of the read-out.

    `change` and `other_change` are the mean changes since the first visit. `difference_sd` is the spread between people
    of the difference within a person, `change_sd` that of changes (the two plans pooled), both of brains, without scan
    noise. `between` is the SD between people of one scan each at the first visit, `change_noise` the SD of a change
    that is noise alone.
    """

    readout: str
    unit: str
    visit: str
    against: str
    plan: str
    other: str
    change: float
    other_change: float
    difference_sd: float
    change_sd: float
    between: float
    change_noise: float

    @property
    def difference(self) -> float:
        """How much larger the mean change is under `plan`."""
        return self.change - self.other_change

    @property
    def d(self) -> float:
        """The difference in units of the spread between people of one scan."""
        return ratio(self.difference, self.between)

    @property
    def d_groups(self) -> float:
        """The difference over the SD of changes: what a trial with a group for each plan sees."""
        return ratio(self.difference, math.hypot(self.change_sd, self.change_noise))

    @property
    def d_crossover(self) -> float:
        """The difference over its SD in people who are scanned under both plans, each with a baseline of its own."""
        return ratio(self.difference, math.hypot(self.difference_sd, math.sqrt(2) * self.change_noise))

    def power(self, n: int, design: str = TWO_GROUPS) -> float:
        """The chance that `n` people in each group (`two groups`) or under both plans (`one group`) show it."""
        return chance(self._size(design), n, design)

    def people_needed(self, design: str = TWO_GROUPS) -> int | None:
        """People (in each group) for a power of 80 %, or None when it takes more than 100,000."""
        return enough_people(self._size(design), design)

    def _size(self, design: str) -> float:
        return self.d_crossover if design == ONE_GROUP else self.d_groups


@dataclass(frozen=True, eq=False, repr=False)
class ImagingComparison(ShownScans):
    """Imaging studies of the same people under several plans: `results` by plan, and `contrasts` of every pair.

    Pictures are `courses` and `effects`; files .png .svg .pdf .html, .json and .csv; the first dimension of an
    `xarray.Dataset` is `plan`.
    """

    presented = ("imaging_contrasts", "contrasts")

    study: Mapping[str, Any]
    results: Mapping[str, ImagingResult]
    contrasts: tuple[Contrast, ...]

    @property
    def first(self) -> ImagingResult:
        """The study of the first plan, which holds what all share: people, visits, network, read-outs."""
        return next(iter(self.results.values()))

    @property
    def not_known(self) -> tuple[str, ...]:
        """What is not known, and what the studies warn of, each once."""
        every = self.results.values()
        return tuple(dict.fromkeys(note for result in every for note in (*result.not_known, *result.warnings)))

    def contrast(self, readout: str, visit: str | None = None) -> Contrast:
        """The first plan less the second for one read-out at a visit, the last one unless named."""
        wanted = self.first.effect(readout, visit)  # refuses what there is not
        return next(one for one in self.contrasts if (one.readout, one.visit) == (readout, wanted.visit))

    def sources(self) -> tuple[str, ...]:
        """The works that the numbers of all plans rest on."""
        return tuple(sorted({work for result in self.results.values() for work in result.sources()}))


def compare_imaging(
    plans: Mapping[str, Plan], people: People, at: Sequence[str] = VISITS, **how: Any
) -> ImagingComparison:
    """Scans of the same `people` under several `plans`, by name, and how far the plans differ.

    Everybody meets every plan with the same luck, so differences between plans have no sampling noise of people.
    Further arguments are those of `imaging`, one plan's study.

    Raises `StudyError` for fewer than two plans, and what `imaging` raises.
    """
    if len(plans) < 2:
        raise StudyError(
            f"a comparison of {len(plans)} plan{'s' if not plans else ''}",
            expected="two plans or more, each with a name",
            advice="imaging(plan, people) studies one plan",
        )
    results = {name: replace(imaging(plan, people, at, **how), plan=name) for name, plan in plans.items()}
    first = next(iter(results.values()))
    return ImagingComparison(
        study={**first.study, "plans": {name: plan.say() for name, plan in plans.items()}},
        results=results,
        contrasts=tuple(
            contrast for one, other in combinations(results.values(), 2) for contrast in find_contrasts(one, other)
        ),
    )


def find_contrasts(one: ImagingResult, other: ImagingResult) -> list[Contrast]:
    """Every read-out at every visit after the first: changes in the study `one` less those in `other`."""
    found = []
    for effect in one.effects:
        place = [visit.name for visit in one.visits].index(effect.visit)
        values, others = (result.maps.values[effect.readout] for result in (one, other))
        change, other_change = values[:, place] - values[:, 0], others[:, place] - others[:, 0]
        found.append(
            Contrast(
                readout=effect.readout,
                unit=effect.unit,
                visit=effect.visit,
                against=effect.against,
                plan=one.plan,
                other=other.plan,
                change=effect.change,
                other_change=float(other_change.mean()),
                difference_sd=spread_of(change - other_change),
                change_sd=math.sqrt((spread_of(change) ** 2 + spread_of(other_change) ** 2) / 2),
                between=effect.between,
                change_noise=effect.change_noise,
            )
        )
    return found
