"""Readings of mood: dose, relapse, healthy volunteers, a healthy year, stress and trauma in a healthy person."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache

import numpy as np

from rewire.layers.symptoms import SCALES
from rewire.population import people, person
from rewire.sources import load_table
from rewire.studies.laboratory import STILL, Array, Trace, experiment
from rewire.studies.mechanism.learning import MIDAZOLAM, effect
from rewire.studies.mechanism.molecules import COURSE, DAY, MANY, PEOPLE, SEED, STANDARD

WEEK = 168.0
VISIT_GAPS = (3, 4)
"""Days between visits twice a week."""


@cache
def _change(drug: str, condition: str = "TRD") -> Array:
    """Change of MADRS `[time, person]` at 1 and 3 days; all believe in the drug as under an active placebo."""
    at = (0.0, DAY, 3 * DAY)
    who = people(condition, PEOPLE, SEED)
    scores = experiment(who, drug, record=("madrs",), at=at, masking="active placebo").scores("MADRS")
    return np.asarray(scores[1:] - scores[0])


def _dose(amount: float, row: int = 0) -> float:
    """Effect of a dose against midazolam, Cohen's d."""
    return effect(_change(f"ketamine {amount:g} mg/kg IV over 40 min, day 1")[row], _change(MIDAZOLAM)[row])


def _order() -> float:
    """The smaller effect of 0.5 and 1.0 mg/kg beyond the larger one of 0.1 and 0.2 mg/kg (in d)."""
    return min(-_dose(0.5), -_dose(1.0)) - max(-_dose(0.1), -_dose(0.2))


def relapse(condition: str, drug: str, scale: str, last_day: int, until: int) -> float:
    """Median days from `last_day` to relapse in responders: response lost at two visits in a row, visits twice a week.

    Not a number when nobody responded.
    """
    visits = [last_day]
    while visits[-1] < until:
        visits.append(visits[-1] + VISIT_GAPS[len(visits) % 2])
    who = people(condition, PEOPLE, SEED)
    trace = experiment(who, drug, record=(SCALES[scale],), at=[0.0, *(day * DAY for day in visits)])
    scores = trace.scores(scale)
    kept = scores <= (1 - load_table("scales").number(scale, "response_fraction")) * scores[0]
    kept = kept[1:, kept[1]]
    if kept.size == 0:
        return float("nan")
    lost = ~kept[1:-1] & ~kept[2:]
    first = np.where(lost.any(axis=0), lost.argmax(axis=0), len(visits) - 2)
    return float(np.median(np.array(visits)[1 + first] - last_day))


@cache
def _volunteer() -> Trace:
    """A standard infusion in a typical healthy person, nothing but the drug at work."""
    return experiment(person("healthy"), STANDARD, record=("madrs",), at=(0.0, DAY, 7 * DAY), switches=STILL)


def _volunteers() -> float:
    """MADRS of healthy people a day after ketamine minus midazolam (points)."""
    drug, placebo = (_change(given, "healthy")[0].mean() for given in (STANDARD, MIDAZOLAM))
    return float(drug - placebo)


@cache
def _year() -> Array:
    """MADRS `[week, person]` of healthy people to whom nothing happens for a year."""
    who = people("healthy", MANY, SEED)
    return experiment(who, record=("madrs",), at=[week * WEEK for week in range(53)]).scores("MADRS")


@cache
def stressed() -> Array:
    """MADRS by week of a healthy person who is bereaved in week 2 and mourns for eight weeks."""
    phrase = "bereavement, severity 0.8, day 8 for 8 weeks"
    at = [week * WEEK for week in range(53)]
    return experiment(person("healthy"), phrase, record=("madrs",), at=at, switches=STILL).values("madrs")[:, 0]


@cache
def frightened(sessions: bool) -> Trace:
    """A healthy person with a trauma on day 8, and ten sessions of exposure from week 4 or none."""
    phrases = ["trauma, severity 0.8, day 8"]
    phrases += ["exposure practice, twice weekly for 5 weeks from week 4"] if sessions else []
    at = [week * WEEK for week in range(53)]
    names = ("fear_expression", "extinction_memory")
    return experiment(person("healthy"), *phrases, record=names, at=at, switches=STILL)


def _fear_left() -> float:
    """Fear after ten sessions relative to the same time without them."""
    with_it, without = (frightened(sessions).one("fear_expression", 8 * WEEK) for sessions in (True, False))
    return with_it / without


def _memory_left() -> float:
    """Share of the extinction learned that is left half a year after the last session."""
    trace = frightened(True)
    before, after, later = (trace.one("extinction_memory", week * WEEK) for week in (0, 8, 34))
    return (later - before) / (after - before)


READINGS: Mapping[str, Callable[[], float]] = {
    "MOOD-1a": _order,
    "MOOD-1b": lambda: _dose(0.5),
    "MOOD-1c": lambda: _dose(0.5, 1) / _dose(0.5),
    "MOOD-1d": lambda: _dose(0.1),
    "MOOD-2": lambda: relapse("TRD", STANDARD, "MADRS", 1, 60),
    "MOOD-3a": lambda: relapse("TRD", COURSE, "MADRS", 12, 120),
    "MOOD-3b": lambda: relapse("PTSD", COURSE, "PCL-5", 12, 120),
    "MOOD-4a": lambda: _volunteer().one("madrs", DAY) - _volunteer().one("madrs", 0.0),
    "MOOD-4b": _volunteers,
    "MOOD-4c": lambda: _volunteer().one("madrs", 7 * DAY) - _volunteer().one("madrs", 0.0),
    "HEALTH-1": lambda: float(_year()[-1].mean()),
    "HEALTH-2": lambda: float((_year() > load_table("mechanism").number("HEALTH-2", "depressed")).any(axis=0).mean()),
    "HEALTH-3": lambda: float(stressed().max() - stressed()[0]),
    "HEALTH-4": lambda: float((stressed()[39] - stressed()[0]) / (stressed().max() - stressed()[0])),
    "HEALTH-5": _fear_left,
    "HEALTH-6": _memory_left,
}
