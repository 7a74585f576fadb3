"""The dose audit: what is given, when, by which route and how many mg that is for one body weight."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from rewire.errors import PlanError
from rewire.plans.catalogue import plausible_weights
from rewire.plans.events import Dose, Event
from rewire.plans.phrase import day_of
from rewire.plans.say import say_amount, say_clock, say_condition


@dataclass(frozen=True)
class DoseRow:
    """One dose of an audit. `at` and `lasts` are in hours; `amount` is as written; `condition` is its rule in words."""

    item: int
    at: float
    when: str
    date: date | None
    what: str
    route: str
    amount: str
    milligrams: float
    lasts: float
    condition: str


def audit_doses(events: tuple[Event, ...], weight: float, start: date | None) -> tuple[DoseRow, ...]:
    """One row for every dose among the events, in their order; `weight` in kg."""
    low, high = plausible_weights()
    if not low <= weight <= high:
        raise PlanError(f"a body weight of {weight:g} kg", expected=f"{low:g} to {high:g} kg")
    return tuple(_row(event, event.what, weight, start) for event in events if isinstance(event.what, Dose))


def _row(event: Event, dose: Dose, weight: float, start: date | None) -> DoseRow:
    day, minutes = day_of(event.at)
    return DoseRow(
        item=event.item,
        at=event.at,
        when=f"day {day} {say_clock(minutes)}",
        date=start + timedelta(days=day - 1) if start else None,
        what=dose.drug,
        route=dose.route,
        amount=say_amount(dose),
        milligrams=dose.milligrams(weight),
        lasts=event.lasts,
        condition=say_condition(event.condition) if event.condition else "",
    )
