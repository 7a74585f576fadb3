"""What is known about a person: scores with their times, covariates, and what could not be used."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from rewire.errors import StudyError, closest
from rewire.layers.symptoms import check_scale
from rewire.sources import load_table

STILL_ENTRY = 336.0
"""Hours before the start within which a score still counts as the score at entry."""
LONGEST = 3 * 365.25 * 24
"""Hours after the start beyond which nothing is followed, so that memory and time stay bounded."""
COVARIATES = {"age": "age", "weight": "body_weight", "female": "female", "hypertension": "hypertension"}
"""What may be known about a person, and the model's name for it."""


@dataclass(frozen=True)
class Score:
    """One score: hours since the start, the scale, and the range it lies in (`low` = `high` unless items are missing)."""

    at: float
    scale: str
    low: int
    high: int
    row: int = 0
    written: str = ""

    @property
    def middle(self) -> float:
        """The score, or the middle of its range."""
        return (self.low + self.high) / 2


@dataclass(frozen=True)
class Person:
    """A person as data: a name, scores sorted by time, covariates, and where the scores begin to be recent history.

    `scores` before the start count as entry scores if they are the last of their scale within two weeks.
    """

    scores: tuple[Score, ...] = ()
    name: str = "person"
    number: int = 0
    covariates: Mapping[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for score in self.scores:
            check_scale(score.scale)
            low, high = bounds(score.scale)
            if not low <= score.low <= score.high <= high:
                raise StudyError(f"{score.scale} cannot be {score.middle:g}", expected=f"{low} to {high}")
            if not -math.inf < score.at <= LONGEST:
                raise StudyError(f"a score at {score.at:g} h", expected=f"a time up to {LONGEST:g} h after the start")
        if len({(score.scale, score.at) for score in self.scores}) < len(self.scores):
            raise StudyError("two scores of one scale at one time", expected="one")
        check_covariates(self.covariates)
        object.__setattr__(self, "scores", tuple(sorted(self.scores, key=lambda score: score.at)))

    @property
    def entry(self) -> tuple[Score, ...]:
        """The last score of each scale at or shortly before the start."""
        last = {score.scale: score for score in self.scores if -STILL_ENTRY <= score.at <= 0}
        return tuple(last.values())

    @property
    def later(self) -> tuple[Score, ...]:
        """The scores after the start."""
        return tuple(score for score in self.scores if score.at > 0)

    @property
    def unused(self) -> tuple[Score, ...]:
        """Scores too long before the start, or followed by a later one before it."""
        kept = {id(score) for score in (*self.entry, *self.later)}
        return tuple(score for score in self.scores if id(score) not in kept)

    @property
    def now(self) -> float:
        """The time (h) of the last score, or of the start."""
        return max((score.at for score in self.later), default=0.0)

    def until(self, hours: float) -> Person:
        """The same person as known at a time."""
        return replace(self, scores=tuple(score for score in self.scores if score.at <= hours))

    def first(self, count: int) -> Person:
        """The same person with the first scores only."""
        return replace(self, scores=self.scores[:count])


def bounds(scale: str) -> tuple[int, int]:
    """The lowest and the highest score of a scale."""
    group = load_table("scales").group(scale)
    return int(group.number("minimum")), int(group.number("maximum"))


def measurement_sd(scale: str) -> float:
    """The standard deviation of a score around the true one."""
    return load_table("scales").number(scale, "measurement_sd")


def check_covariates(given: Mapping[str, float]) -> None:
    """Refuses what no adult can be; what lies outside the studied range is warned of later."""
    for name, value in given.items():
        if name not in COVARIATES:
            raise StudyError(f"'{name}' is not used", expected=", ".join(COVARIATES), advice=closest(name, COVARIATES))
        limits = load_table("limits").groups().get(name)
        low, high = (
            (limits.number("adult" if name == "age" else "low"), limits.number("high")) if limits else (0.0, 1.0)
        )
        if not low <= value <= high:
            raise StudyError(
                f"{name} {value:g} cannot be used", expected=f"{low:g} to {high:g}: the model is of adults"
            )
