"""Readings of receptor block, glutamate, BDNF and mTORC1."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache

import numpy as np

from rewire.evidence.library import find
from rewire.population import people, person
from rewire.sources import load_table
from rewire.studies.laboratory import STILL, Trace, experiment, infusion, pulse

STANDARD = "ketamine 0.5 mg/kg IV over 40 min, day 1"
COURSE = "ketamine 0.5 mg/kg IV over 40 min, three times weekly for 2 weeks"
INFUSION = 2 / 3
HUMAN_PER_RAT = 0.05
"""Rat 10 mg/kg into the belly stands for 0.5 mg/kg by vein in people, other doses in proportion."""
DAY = 24.0
SCANNED = 193 / 60
"""Hours from the start of the infusion to the scan of row GLU-3."""
PEOPLE, SEED = 500, 11
MANY = 4000
"""People for readings whose chance error would otherwise be as large as the effect."""


@cache
def single(condition: str) -> Trace:
    """One standard infusion in a typical person, nothing else moving."""
    hours = [*np.arange(0, 24.01, 0.05).tolist(), SCANNED]
    names = ("nmda_block", "glutamate_surge", "bdnf", "plasma_bdnf")
    return experiment(person(condition), STANDARD, record=names, at=hours, switches=STILL)


@cache
def _rat(mg_per_kg: float) -> float:
    """Mean glutamate above rest over 100 min from the start of a rat's dose, as a share of the largest surge."""
    at = np.arange(0, 100.1, 2) / 60
    trace = experiment(
        person("healthy"),
        record=("glutamate_surge",),
        at=at.tolist(),
        extra=infusion(mg_per_kg * HUMAN_PER_RAT, INFUSION),
        switches=STILL,
    )
    return float(trace.values("glutamate_surge").mean())


def _half_block() -> float:
    """Esketamine in plasma (ng/mL) at which half the receptors are blocked."""
    unbound = find("half_block").number / find("esketamine_relative_potency").number
    ng_per_nmol = find("ketamine_molar_mass").number * find("ng_per_ml_in_mg_per_l").number
    return unbound / find("esketamine_unbound_fraction").number * ng_per_nmol / find("nmol_per_l_in_mmol_per_l").number


def _glutamate_scanned() -> float:
    """Glutamate above rest (share of it) when people were scanned, if the largest surge is as large as in rats."""
    largest = load_table("mechanism").number("GLU-3", "largest_surge")
    return largest * single("healthy").one("glutamate_surge", SCANNED)


def _plasma_rise(hour: float) -> float:
    trace = single("healthy")
    return trace.one("plasma_bdnf", hour) - trace.one("plasma_bdnf", 0.0)


@cache
def _patients(rapamycin: bool) -> Trace:
    """A standard infusion in a population, with or without rapamycin 6 mg two hours before."""
    extra = (pulse("rapamycin_oral_dose", -2.0, 6.0),) if rapamycin else ()
    at = (0.0, 4.0, DAY, 14 * DAY)
    return experiment(people("TRD", MANY, SEED), STANDARD, record=("madrs", "plasma_bdnf"), at=at, extra=extra)


def _responders_bdnf() -> float:
    """Rise of plasma BDNF at 240 min in responders at 24 h minus that in others, as a share of their own rest."""
    trace = _patients(False)
    scores = trace.scores("MADRS", 0.0, DAY)
    rest, risen = trace.values("plasma_bdnf", 0.0, 4.0)
    rise = risen / rest - 1
    responded = scores[1] <= scores[0] / 2
    return float(rise[responded].mean() - rise[~responded].mean())


@cache
def _course_bdnf() -> float:
    """The smaller of the rises of plasma BDNF on day 13 and day 26 of six infusions (ng/mL)."""
    at = (0.0, 13 * DAY, 26 * DAY)
    trace = experiment(people("TRD", PEOPLE, SEED), COURSE, record=("plasma_bdnf",), at=at)
    mean = trace.values("plasma_bdnf").mean(axis=1)
    return float(min(mean[1:] - mean[0]))


def _rapamycin_day() -> float:
    """MADRS at 24 h with rapamycin minus without (points)."""
    with_it, without = (_patients(on).scores("MADRS", DAY).mean() for on in (True, False))
    return float(with_it - without)


def _rapamycin_fortnight() -> float:
    """Response at two weeks with rapamycin minus without (share of people)."""
    shares = []
    for on in (True, False):
        scores = _patients(on).scores("MADRS", 0.0, 14 * DAY)
        shares.append(float((scores[1] <= scores[0] / 2).mean()))
    return shares[0] - shares[1]


@cache
def spine_gain(met_alleles: int) -> float:
    """Prefrontal synapses gained a day after a standard infusion, by number of Met alleles."""
    trace = experiment(
        person("TRD", met_alleles=met_alleles), STANDARD, record=("synapses_prefrontal",), at=(0.0, DAY), switches=STILL
    )
    return trace.one("synapses_prefrontal", DAY) - trace.one("synapses_prefrontal", 0.0)


READINGS: Mapping[str, Callable[[], float]] = {
    "PD-OCC-1a": lambda: float(single("TRD").values("nmda_block").max()),
    "PD-OCC-1b": lambda: single("TRD").one("nmda_block", 6.0),
    "PD-HIGH-1": _half_block,
    "GLU-1a": lambda: min(_rat(dose) for dose in (10.0, 20.0, 30.0)),
    "GLU-1b": lambda: _rat(50.0) / _rat(30.0),
    "GLU-1c": lambda: _rat(200.0),
    "GLU-2": lambda: single("healthy").one("glutamate_surge", 0.65),
    "GLU-3": _glutamate_scanned,
    "MOL-1a": lambda: _plasma_rise(2.0),
    "MOL-1b": lambda: _plasma_rise(DAY),
    "MOL-2": _responders_bdnf,
    "MOL-3": _course_bdnf,
    "MOL-4a": _rapamycin_day,
    "MOL-4b": _rapamycin_fortnight,
    "MOL-5": lambda: spine_gain(2) / spine_gain(0),
    "MOL-6": lambda: single("healthy").one("bdnf", 8.0) - 1,
}
