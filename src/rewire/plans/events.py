"""What happens to a person, and when: the frozen events into which a plan is expanded.

Time is in hours; 0 is day 1 at 09:00, the time of the first dose. What went before is negative.
"""

from __future__ import annotations

from dataclasses import dataclass

SCALES = ("PHQ-9", "MADRS", "HAM-D17", "QIDS-SR16", "GAD-7", "HAM-A", "PCL-5", "CAPS-5")
OUTCOMES = ("response", "remission")


@dataclass(frozen=True, slots=True)
class Dose:
    """An amount of a drug by a route. `unit` is "mg" or "mg/kg"; a drug without an amount (saline) has 0 mg."""

    drug: str
    amount: float
    unit: str
    route: str

    def milligrams(self, weight: float) -> float:
        """The dose in mg for a body weight in kg."""
        return self.amount * weight if self.unit == "mg/kg" else self.amount


@dataclass(frozen=True, slots=True)
class Session:
    """A session of psychotherapy or training."""

    therapy: str


@dataclass(frozen=True, slots=True)
class Activity:
    """Something a person does for health: walking, running, a sleep routine."""

    name: str


@dataclass(frozen=True, slots=True)
class LifeEvent:
    """Something that happens to a person; `severity` runs from 0 (nothing) to 1 (the worst)."""

    name: str
    severity: float


What = Dose | Session | Activity | LifeEvent


@dataclass(frozen=True, slots=True)
class Condition:
    """A closed-loop rule, judged when the event is due.

    `until` stops the phrase for good once the measure is met; `when` gives the event only if it is met. `measure` is
    "response", "remission" or a scale; a scale has a `comparison` (">=", "<=", ">", "<") and a `value` in its points.
    """

    kind: str
    measure: str
    comparison: str = ""
    value: float = 0.0


@dataclass(frozen=True, slots=True)
class Event:
    """One dose, session, activity or life event: begins `at` (h) and `lasts` (h; 0 for a moment).

    `item` is the index of the phrase in `Plan.phrases`. An event tied to another one (`24 h after each ketamine`)
    carries that one's rule, and `judged` is then the time (h) of the rule's judgement; None means the event's own time.
    """

    at: float
    lasts: float
    what: What
    condition: Condition | None
    item: int
    judged: float | None = None
