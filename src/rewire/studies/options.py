"""The options of a search: a plan with blanks, what may fill them, and what a clinic can and will do."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise, product

from rewire.errors import RewireError, StudyError
from rewire.plans.events import Dose, Session
from rewire.plans.plan import Plan

MOST_OPTIONS = 2000
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
DAY, WEEK = 24.0, 168.0
BLANK = re.compile(r"\{([a-z][a-z ]*)\}")
NOTHING = "nothing"
RAPID = ("ketamine", "esketamine")


@dataclass(frozen=True)
class Clinic:
    """What a clinic can do. Day 1 is a Monday unless the plan says when it starts.

    `days` are working days; `gap` the least hours between two doses; `a_week` and `in_all` the most doses.
    """

    days: tuple[str, ...] = WEEKDAYS[:5]
    gap: float = 0.0
    a_week: int = 7
    in_all: int = 10_000

    def __post_init__(self) -> None:
        for day in self.days:
            if day not in WEEKDAYS:
                raise StudyError(f"there is no weekday '{day}'", expected=", ".join(WEEKDAYS))

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
        if len(doses) > self.in_all:
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


def fill(
    course: str | Sequence[str], vary: Mapping[str, Sequence[str]], clinic: Clinic, hours: float
) -> tuple[list[Candidate], list[Left]]:
    """Every filling of the blanks `{like this}` in a plan; those the safety rules or the clinic forbid are left out.

    A phrase with a blank filled by `nothing` is dropped. The safety rules are hard: no option may go beyond them.
    Raises `StudyError` for blanks without choices and for too many fillings.
    """
    lines = [course] if isinstance(course, str) else list(course)
    lines = [line for text in lines for line in text.splitlines() if line.strip()]
    blanks = list(dict.fromkeys(blank for line in lines for blank in BLANK.findall(line)))
    for blank in blanks:
        if not vary.get(blank):
            raise StudyError(f"the blank '{{{blank}}}' has no choices", advice=f"--vary '{blank}=weekly|twice weekly'")
    for unused in set(vary) - set(blanks):
        raise StudyError(f"the plan has no blank '{{{unused}}}'", expected=", ".join(blanks) or "a plan with blanks")
    total = 1
    for blank in blanks:
        total *= len(vary[blank])
    if total > MOST_OPTIONS:
        raise StudyError(f"{total:,} options are too many to compare fairly", expected=f"at most {MOST_OPTIONS:,}")
    found, left, seen = [], [], set()
    for choice in _choices(blanks, vary):
        label = ", ".join(value for value in choice.values() if value != NOTHING) or "as written"
        try:
            plan = _filled(lines, choice)
        except RewireError as wrong:
            left.append(Left(label, f"{wrong.problem}"))
            continue
        why = clinic.objection(plan, hours)
        if why:
            left.append(Left(label, why))
        elif plan not in seen:
            seen.add(plan)
            found.append(Candidate(label, plan))
    return found, left


def _choices(blanks: Sequence[str], vary: Mapping[str, Sequence[str]]) -> Iterator[dict[str, str]]:
    for values in product(*(vary[blank] for blank in blanks)):
        yield dict(zip(blanks, values, strict=True))


def _filled(lines: Sequence[str], choice: Mapping[str, str]) -> Plan:
    phrases = []
    for line in lines:
        inside = BLANK.findall(line)
        if any(choice[blank] == NOTHING for blank in inside):
            continue
        phrases.append(BLANK.sub(lambda match: choice[match[1]], line))
    return Plan(*phrases)
