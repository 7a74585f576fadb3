"""A published trial as a frozen value: who took part, what each arm got, and what was found.

Time is in hours from the start of the first dose; day 1 is the day of the first dose.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from rewire.errors import EvidenceError, Place, closest
from rewire.plans.phrase import Phrase
from rewire.plans.plan import Plan

USES = ("calibrate", "prior", "test")
DESIGNS = ("parallel", "crossover", "open")
SETTINGS = ("outpatient", "inpatient", "clinic", "home")
MASKINGS = ("open", "saline", "active placebo", "anaesthesia")
PROSPECTIVE = "prospective"
STATUSES = ("verified", "derived", "digitised", "recalled", "hypothesis", PROSPECTIVE)


@dataclass(frozen=True)
class Spread:
    """The mean of a group and, where reported, its standard deviation, both in the unit of the quantity."""

    mean: float
    sd: float | None = None


@dataclass(frozen=True)
class Source:
    """Where a trial was published."""

    citation: str
    doi: str = ""
    pmid: str = ""
    nct: str = ""
    url: str = ""


@dataclass(frozen=True)
class Background:
    """What people took besides: an oral antidepressant ("none", "stable", "new" from day 1), and phrases of a plan."""

    antidepressant: str = "none"
    phrases: tuple[Phrase, ...] = ()


@dataclass(frozen=True)
class TrialPeople:
    """Who took part. `age` in years, `weight` in kg, `female` a share; None where the file leaves it to the population.

    `baseline` holds scores at the start by scale; an arm may have its own.
    """

    diagnosis: str
    n: int
    age: Spread | None = None
    female: float | None = None
    weight: Spread | None = None
    setting: str = "outpatient"
    background: Background = Background()
    baseline: Mapping[str, Spread] = field(default_factory=dict)
    note: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "baseline", MappingProxyType(dict(self.baseline)))


@dataclass(frozen=True)
class Arm:
    """One arm: `n` people, how they were masked, and their plan; `baseline` and `setting` where its own are given."""

    name: str
    n: int
    masking: str
    plan: Plan
    baseline: Mapping[str, Spread] = field(default_factory=dict)
    setting: str = ""
    note: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "baseline", MappingProxyType(dict(self.baseline)))


@dataclass(frozen=True)
class Result:
    """One published number. `arms` holds one arm, or two: the first minus, or over, the second.

    `at_hours` is counted from the start of the first dose, None where the measure needs no time; `from_hours` is the
    moved origin, None without one. `cut` is the score at or below which people count as remitted. `value` is NaN where
    the number is not published yet, which the status `prospective` says.
    """

    arms: tuple[str, ...]
    scale: str
    measure: str
    value: float
    at_hours: float | None = None
    from_hours: float | None = None
    se: float | None = None
    sd: float | None = None
    ci95: tuple[float, float] | None = None
    n: int | None = None
    headline: bool = False
    cut: float | None = None
    status: str = ""
    note: str = ""
    place: Place | None = field(default=None, compare=False, repr=False)

    @property
    def published(self) -> bool:
        """Whether there is a number to compare with."""
        return self.status != PROSPECTIVE


@dataclass(frozen=True)
class Trial:
    """A published trial. `assumed` lists in words what its file did not say; `part_of` names a record that pools it.

    A fit takes either a pooled record or its parts, never both: the people are the same. `pools` counts the trials that
    a record is the mean of.
    """

    name: str
    use: str
    design: str
    source: Source
    people: TrialPeople
    arms: tuple[Arm, ...]
    results: tuple[Result, ...]
    note: str = ""
    part_of: str = ""
    pools: int = 1
    assumed: tuple[str, ...] = field(default=(), compare=False)

    def arm(self, name: str) -> Arm:
        """The arm of that name."""
        names = [arm.name for arm in self.arms]
        if name not in names:
            raise EvidenceError(
                f"the trial '{self.name}' has no arm '{name}'", expected=", ".join(names), advice=closest(name, names)
            )
        return self.arms[names.index(name)]

    def baseline_of(self, arm: str) -> Mapping[str, Spread]:
        """Scores at the start of an arm by scale: its own where given, else those of everyone."""
        return MappingProxyType({**self.people.baseline, **self.arm(arm).baseline})

    def setting_of(self, arm: str) -> str:
        """Where an arm was treated."""
        return self.arm(arm).setting or self.people.setting

    @property
    def headlines(self) -> tuple[Result, ...]:
        """The results of the primary outcome."""
        return tuple(result for result in self.results if result.headline)
