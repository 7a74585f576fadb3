"""What a request may hold: the same study that every result carries, so that a result can be repeated."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from rewire.errors import StudyError
from rewire.models.inputs import masking_of
from rewire.plans import Plan, read
from rewire.population import People

DESCRIBED = ("care", "scale", "scales", "drug_layers", "seed", "device", "posterior", "version", "evidence", "python")
"""What a result's study says for its reader; asking again, it is worked out anew."""
Given = float | tuple[float, float]


class Asked(BaseModel):
    """A request refuses every word it does not know."""

    model_config = ConfigDict(extra="forbid")


class Placed(BaseModel):
    """Where in a text something is wrong: its name, the line and column from 1, and how many letters."""

    source: str
    line: int | None
    column: int | None
    length: int


class Told(BaseModel):
    """What is wrong, where, what was expected, and one thing to try."""

    problem: str
    place: Placed | None
    expected: str
    advice: str


class Refusal(BaseModel):
    """The answer to every request that cannot be met."""

    error: Told


class PeopleAsked(Asked):
    """Who: a population, or one typical person with `typical` and `n` 1."""

    condition: str = "TRD"
    n: int = Field(default=1, ge=1)
    seed: int = Field(default=1, ge=0)
    first: int = Field(default=0, ge=0)
    given: dict[str, Given] = Field(default_factory=dict)
    typical: bool = False

    @model_validator(mode="before")
    @classmethod
    def _without_name(cls, value: Any) -> Any:
        return {key: item for key, item in value.items() if key != "name"} if isinstance(value, dict) else value

    def people(self) -> People:
        """The people as a recipe; nobody is drawn yet."""
        return People(self.condition, self.n, self.seed, self.first, dict(self.given), self.typical)


class StudyAsked(Asked):
    """A study: plans by name (phrases, one a line, or the text of a plan file), people, and circumstances."""

    kind: Literal["run", "compare"] = "compare"
    plans: dict[str, str] = Field(min_length=1)
    people: PeopleAsked = Field(default_factory=PeopleAsked)
    weeks: float = Field(default=12.0, gt=0)
    masking: str | dict[str, str] | None = None
    setting: str = "clinic"
    switches: dict[str, bool] = Field(default_factory=dict)
    draws: int = Field(default=12, ge=0)
    precision: Literal["float64", "float32"] = "float64"
    steps: Literal["standard", "quick", "fine"] = "standard"
    research: bool = False

    @model_validator(mode="before")
    @classmethod
    def _without_description(cls, value: Any) -> Any:
        return {key: item for key, item in value.items() if key not in DESCRIBED} if isinstance(value, dict) else value

    def read_plans(self) -> dict[str, Plan]:
        """The plans by name; an error says which plan it is about."""
        return {name: self._plan(name, text) for name, text in self.plans.items()}

    def masking_for(self, plans: dict[str, Plan]) -> str | None:
        """One masking for all plans, or None when each plan's own doses imply it."""
        if self.masking is None or isinstance(self.masking, str):
            return self.masking
        if all(self.masking.get(name) == masking_of(plan) for name, plan in plans.items()):
            return None
        chosen = set(self.masking.values())
        if len(chosen) == 1:
            return chosen.pop()
        raise StudyError("plans cannot each be masked in their own way", expected="one masking for all plans, or none")

    def _plan(self, name: str, text: str) -> Plan:
        if not text.strip():
            return Plan(name=name)
        plan = read(text, name)
        return Plan(*plan.phrases, name=name, start=plan.start, research=plan.research or self.research)


class PlanAsked(Asked):
    """A plan as it is being written: one phrase a line, in the order of the page; empty lines stay empty."""

    phrases: list[str] = Field(max_length=60)
    weight: float | None = None
    weeks: float | None = None
    research: bool = False


class MoveAsked(Asked):
    """One event of a phrase moved to another day, or taken away; with `all` the whole phrase moves."""

    phrases: list[str] = Field(max_length=60)
    line: int = Field(ge=0)
    day: int = Field(ge=-3650, le=3650)
    to: int | None = Field(default=None, ge=-3650, le=3650)
    all: bool = False
    weeks: float = Field(default=52.0, gt=0)
    research: bool = False
