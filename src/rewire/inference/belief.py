"""What is believed about a person after the scores: virtual people, their paths, and what makes it doubtful."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rewire.inference.cloud import Cloud, Prior
from rewire.inference.filter import Filtered
from rewire.inference.scores import Person
from rewire.inference.weights import effective
from rewire.models.parameters import varying
from rewire.models.standard import standard_model
from rewire.plans.plan import Plan

Array = NDArray[np.float64]
RARE = 3.0
"""Standard errors that the largest of some tens of traits hardly reaches by chance."""


@dataclass(frozen=True)
class Trait:
    """What the scores say about one trait: mean and SD of the person's place among others (prior: 0 and 1).

    `effective` is the number of virtual people, as if all weighed the same, that this rests on.
    """

    name: str
    mean: float
    sd: float
    effective: float

    @property
    def told(self) -> float:
        """How far the scores moved or narrowed it, in SDs; 0 when they say nothing."""
        return max(abs(self.mean), 1 - self.sd)

    @property
    def beyond_chance(self) -> bool:
        """Whether so much is told that among all traits chance alone would hardly show it."""
        return self.told > RARE / float(np.sqrt(self.effective))


@dataclass(frozen=True)
class Belief:
    """The posterior over a person: `people` (virtual), and equally likely `particles` with the person behind each.

    `remarks` say why it should be held less firmly than its numbers say.
    """

    person: Person
    plan: Plan
    prior: Prior
    people: Cloud
    filtered: Filtered
    like_at_entry: float
    remarks: tuple[str, ...]
    seed: int

    @property
    def now(self) -> float:
        """The time (h) up to which scores are known."""
        return self.filtered.at

    @property
    def sure(self) -> bool:
        """Whether nothing speaks against the bands; covariates outside the studied range do."""
        return not any(remark.startswith(("off support", "collapsed", "heavy-tailed")) for remark in self.remarks)

    def traits(self) -> tuple[Trait, ...]:
        """Every varying trait, those that the scores tell most about first."""
        owner = self.filtered.particles.owner
        count = effective(np.bincount(owner).astype(float))
        places = self.people.places[:, owner]
        found = [
            Trait(name, float(row.mean()), float(row.std()), count)
            for name, row in zip(varying(standard_model()), places, strict=True)
        ]
        return tuple(sorted(found, key=lambda trait: -trait.told))

    def diagnostics(self) -> Mapping[str, float]:
        """Numbers on how well the particles did."""
        looks = self.filtered.looks
        return {
            "like_at_entry": self.like_at_entry,
            "distinct_people": float(np.unique(self.filtered.particles.owner).size),
            "smallest_effective": min(
                (look.effective for look in looks), default=float(len(self.filtered.particles.owner))
            ),
            "largest_pareto_k": max((look.pareto for look in looks), default=0.0),
            "log_evidence": self.filtered.evidence,
        }

    def forecast(self, weeks: float = 8.0, plan: Plan | None = None, **options: Any) -> Any:
        """Score bands for the coming `weeks`; see `rewire.studies.forecast.forecast`."""
        return import_module("rewire.studies.forecast").forecast(self, weeks, plan, **options)
