"""The options of a search: a plan with blanks, what may fill them, and what a clinic can and will do."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise, product
from math import prod

from rewire.errors import RewireError, StudyError, closest
from rewire.plans.events import Dose, Session
from rewire.plans.plan import Plan

MOST_OPTIONS = 2000
"""So many fillings are tried one by one; of more, a search tries some."""
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
DAY, WEEK = 24.0, 168.0
BLANK = re.compile(r"\{([a-z][a-z ]*)\}")
NOTHING = "nothing"
RAPID = ("ketamine", "esketamine")


@dataclass(frozen=True)
class Clinic:
    """What a clinic can do. Day 1 is a Monday unless the plan says when it starts.

    `days` are working days; `gap` the least hours between two doses; `a_week` and `in_all` the most doses (None: any number).
    """

    days: tuple[str, ...] = WEEKDAYS[:5]
    gap: float = 0.0
    a_week: int = 7
    in_all: int | None = None

    def __post_init__(self) -> None:
        for day in self.days:
            if day not in WEEKDAYS:
                raise StudyError(
                    f"there is no weekday '{day}'", expected=", ".join(WEEKDAYS), advice=closest(day, WEEKDAYS)
                )
        for what, value, least in (
            ("hours between doses", self.gap, 0),
            ("doses in seven days", self.a_week, 1),
            ("doses in all", self.in_all or 0, 0),
        ):
            if value < least:
                raise StudyError(f"{value:g} {what}", expected=f"{least} or more")

    def objection(self, plan: Plan, hours: float) -> str:
        """Why the clinic cannot do this plan; empty when it can."""
        visits = [
            e
            for e in plan.events(hours)
            if isinstance(e.what, Dose | Session) and e.at >= 0 and e.item < len(plan.course)
        ]
        first = plan.start.weekday() if plan.start else 0
        for event in visits:
            weekday = WEEKDAYS[(first + int((event.at + 9) // DAY)) % 7]
            if weekday not in self.days and not _at_home(event.what):
                return f"a visit on a {weekday}"
        doses = [event.at for event in visits if isinstance(event.what, Dose) and event.what.drug in RAPID]
        if self.in_all is not None and len(doses) > self.in_all:
            return f"{len(doses)} doses, more than {self.in_all}"
        for one, other in pairwise(doses):
            if other - one < self.gap - 1e-6:
                return f"doses {other - one:g} h apart, less than {self.gap:g} h"
        for at in doses:
            if sum(at <= other < at + WEEK for other in doses) > self.a_week:
                return f"more than {self.a_week} doses in a week"
        return ""


def _at_home(what: object) -> bool:
    return isinstance(what, Dose) and what.drug not in RAPID


@dataclass(frozen=True)
class Candidate:
    """One filled-in plan under its name."""

    name: str
    plan: Plan


@dataclass(frozen=True)
class Left:
    """A filling that was left out, and why."""

    name: str
    why: str


@dataclass(frozen=True)
class Blanks:
    """A plan with blanks `{like this}` and the choices for each; a phrase with a blank filled by `nothing` is dropped."""

    lines: tuple[str, ...]
    choices: Mapping[str, tuple[str, ...]]

    @staticmethod
    def of(course: str | Sequence[str], vary: Mapping[str, Sequence[str]]) -> Blanks:
        """From phrases; raises `StudyError` for blanks without choices and choices without a blank."""
        texts = [course] if isinstance(course, str) else list(course)
        lines = tuple(line for text in texts for line in text.splitlines() if line.strip())
        names = list(dict.fromkeys(blank for line in lines for blank in BLANK.findall(line)))
        for name in names:
            if not vary.get(name):
                raise StudyError(
                    f"the blank '{{{name}}}' has no choices", advice=f"--vary '{name}=weekly|twice weekly'"
                )
        for unused in set(vary) - set(names):
            raise StudyError(f"the plan has no blank '{{{unused}}}'", expected=", ".join(names) or "a plan with blanks")
        return Blanks(lines, {name: tuple(vary[name]) for name in names})

    @property
    def size(self) -> int:
        """How many fillings there are."""
        return prod(len(values) for values in self.choices.values())

    def every(self) -> Iterator[dict[str, str]]:
        """Every filling."""
        for values in product(*self.choices.values()):
            yield dict(zip(self.choices, values, strict=True))

    def filled(self, choice: Mapping[str, str], clinic: Clinic, hours: float) -> Candidate | Left:
        """The plan of a filling, or why the safety rules or the clinic forbid it. The safety rules are hard."""
        label = ", ".join(choice[name] for name in self.choices if choice[name] != NOTHING) or NOTHING
        kept = [line for line in self.lines if all(choice[blank] != NOTHING for blank in BLANK.findall(line))]
        try:
            plan = Plan(*(BLANK.sub(lambda match: choice[match[1]], line) for line in kept))
        except RewireError as wrong:
            return Left(label, wrong.problem)
        why = clinic.objection(plan, hours)
        return Left(label, why) if why else Candidate(label, plan)


def fill(blanks: Blanks, clinic: Clinic, hours: float) -> tuple[list[Candidate], list[Left]]:
    """Every filling of the blanks, each plan once; those the safety rules or the clinic forbid are left out."""
    found: dict[Plan, Candidate] = {}
    left = []
    for choice in blanks.every():
        made = blanks.filled(choice, clinic, hours)
        if isinstance(made, Left):
            left.append(made)
        else:
            found.setdefault(made.plan, made)
    return list(found.values()), left
