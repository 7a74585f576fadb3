"""Readings of learning: training and exposure with ketamine, beliefs, fear and extinction."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache

import numpy as np

from rewire.population import people, person
from rewire.studies.laboratory import STILL, Array, Trace, experiment, pulse
from rewire.studies.mechanism.molecules import DAY, PEOPLE, SEED, STANDARD

SALINE = "saline IV over 40 min, day 1"
MIDAZOLAM = "midazolam 0.045 mg/kg IV over 40 min, day 1"


@cache
def _training(drug: str, training: str) -> Array:
    """MADRS `[time, person]` at 0, 1, 5 and 30 days of one infusion with eight sessions on days 2 to 5."""
    phrases = (drug, f"{training}, days 2, 3, 4, 5", f"{training}, days 2, 3, 4, 5 at 15:00")
    at = (0.0, DAY, 5 * DAY, 30 * DAY)
    trace = experiment(people("TRD", PEOPLE, SEED), *phrases, record=("madrs",), at=at)
    return trace.scores("MADRS")


def effect(one: Array, other: Array) -> float:
    """Standardised difference of two groups of scores, Cohen's d."""
    spread = np.sqrt((one.var(ddof=1) + other.var(ddof=1)) / 2)
    return float((one.mean() - other.mean()) / spread)


def _after_a_day() -> float:
    given = [_training(STANDARD, training) for training in ("self-association training", "sham training")]
    both, saline = np.concatenate(given, axis=1), _training(SALINE, "self-association training")
    return effect(both[1] - both[0], saline[1] - saline[0])


def _after_a_month() -> float:
    ketamine, saline = (_training(drug, "self-association training") for drug in (STANDARD, SALINE))
    return effect(ketamine[3] - ketamine[0], saline[3] - saline[0])


def _drift() -> float:
    """MADRS points gained back from day 5 to day 30 after ketamine with sham training."""
    scores = _training(STANDARD, "sham training").mean(axis=1)
    return float(scores[3] - scores[2])


def _multiplier(on: bool) -> float:
    """How much faster practice works 4 h after an infusion."""
    trace = experiment(
        person("TRD"), STANDARD, record=("learning_multiplier",), at=(0.0, 4.0), switches={**STILL, "window": on}
    )
    return trace.one("learning_multiplier", 4.0)


@cache
def fear(ketamine_day: int = 0, boost: bool = False, rapamycin: bool = False, exposure: bool = True) -> Trace:
    """Fear conditioned on day 8, extinction on days 10 to 12, ketamine on a chosen day (0: none)."""
    phrases = ["exposure practice, days 10, 11, 12"] if exposure else []
    phrases += [f"ketamine 0.5 mg/kg IV over 40 min, day {ketamine_day}"] if ketamine_day else []
    extra = [pulse("trauma", 7 * DAY + 1)]
    extra += [pulse("rapamycin_oral_dose", 8 * DAY - 2, 6.0)] if rapamycin else []
    switches = {**STILL, "extinction_boost": boost}
    at = [float(hour) for hour in range(0, 17 * 24, 2)]
    names = ("fear_expression", "extinction_memory")
    return experiment(person("healthy"), *phrases, record=names, at=at, extra=extra, switches=switches)


def learned(trace: Trace) -> float:
    """Extinction learned by the second session."""
    return trace.one("extinction_memory", 10 * DAY + 2) - trace.one("extinction_memory", 9 * DAY)


def _faster(boost: bool) -> float:
    return learned(fear(9, boost)) / learned(fear(0, boost))


def _boost_left() -> float:
    """Share of the speed-up of extinction that is left under rapamycin."""
    return (learned(fear(9, True, True)) / learned(fear(0, True, True)) - 1) / (_faster(True) - 1)


def _prophylaxis() -> float:
    """Fear a day after conditioning when ketamine was given a week before, relative to none."""
    one, none = (fear(day, exposure=False).one("fear_expression", 8 * DAY + 2) for day in (1, 0))
    return one / none


def _exposure() -> float:
    """PTSD, infusion and four days of exposure: CAPS-5 with ketamine against midazolam at 7 days, Cohen's d."""
    groups = []
    for drug in (STANDARD, MIDAZOLAM):
        who = people("PTSD", PEOPLE, SEED)
        trace = experiment(who, drug, "prolonged exposure, days 2, 3, 4, 5", record=("caps5",), at=(0.0, 7 * DAY))
        groups.append(trace.scores("CAPS-5", 7 * DAY))
    return effect(groups[0], groups[1])


READINGS: Mapping[str, Callable[[], float]] = {
    "WIN-1a": _after_a_day,
    "WIN-1b": _after_a_month,
    "WIN-1c": _drift,
    "LRN-1a": lambda: _multiplier(False),
    "LRN-1b": lambda: _multiplier(True),
    "LRN-2a": lambda: _faster(False),
    "LRN-2b": lambda: _faster(True),
    "LRN-2c": _boost_left,
    "LRN-3": _prophylaxis,
    "LRN-4": _exposure,
}
