"""Readings of synapses: turnover, loss with stress, growth after ketamine, and the window of plasticity."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache

import numpy as np

from rewire.evidence.library import find
from rewire.population import person
from rewire.studies.laboratory import STILL, Trace, experiment, pulse
from rewire.studies.mechanism.molecules import DAY, STANDARD

HOURLY = tuple(float(hour) for hour in range(337))


@cache
def single(condition: str, deletions: Sequence[float] = ()) -> Trace:
    """One standard infusion in a typical person, new synapses deleted at these hours."""
    names = ("synapses_prefrontal", "plasticity_index", "madrs", "drug_relief")
    extra = [pulse("synapse_deletion", hour) for hour in deletions]
    return experiment(person(condition), STANDARD, record=names, at=HOURLY, extra=extra, switches=STILL)


def gone(hours: float) -> float:
    """Share of the spines of one day that are gone so many hours later, in a healthy person without a drug.

    Labile spines are lost or become stable, stable ones are lost slowly; nothing that forms in between counts.
    """
    names = ("labile_prefrontal", "stable_prefrontal")
    start = experiment(person("healthy"), record=names, at=(0.0, 1.0), switches=STILL)
    labile, stable = (start.one(name, 0.0) for name in names)
    loss, maturation = 1 / find("labile_life").number, find("maturation_rate").number
    elimination = find("elimination_rate").number
    away = loss + maturation
    left_labile = labile * np.exp(-away * hours)
    matured = labile * maturation / (away - elimination) * (np.exp(-elimination * hours) - np.exp(-away * hours))
    left = left_labile + stable * np.exp(-elimination * hours) + matured
    return float(1 - left / (labile + stable))


def _restored(hour: float) -> float:
    """Share of the synapses lost to stress that is back at an hour."""
    density = single("TRD").values("synapses_prefrontal")[:, 0]
    return float((density[int(hour)] - density[0]) / (1 - density[0]))


def _lead() -> float:
    """Hours by which half of the relief comes before half of the new synapses."""
    trace = single("TRD")
    rows = []
    for name in ("drug_relief", "synapses_prefrontal"):
        rise = trace.values(name)[:, 0] - trace.one(name, 0.0)
        rows.append(int(np.argmax(rise >= rise.max() / 2)))
    return float(rows[1] - rows[0])


def relief(hour: int, deletions: Sequence[float] = ()) -> float:
    """Fall of MADRS at an hour after one infusion, nothing but the drug at work (points)."""
    trace = single("TRD", tuple(deletions))
    return trace.one("madrs", 0.0) - trace.one("madrs", float(hour))


def _induction() -> float:
    """Relief at 4 h that is left when new synapses are deleted from the start."""
    return relief(4, tuple(range(1, 24))) / relief(4)


def _maintenance() -> float:
    """Relief at day 7 that is left when new synapses are deleted on day 2."""
    return relief(168, (48.0,)) / relief(168)


def _late_share() -> float:
    """Excess of synapses at 14 days as a share of its peak, in a healthy person."""
    excess = single("healthy").values("synapses_prefrontal")[:, 0] - 1
    return float(excess[336] / excess.max())


def _window_half_life() -> float:
    """Days from the peak of the plasticity index to half of it."""
    index = single("TRD").values("plasticity_index")[:, 0]
    peak = int(index.argmax())
    return float(np.argmax(index[peak:] <= index[peak] / 2)) / DAY


READINGS: Mapping[str, Callable[[], float]] = {
    "STR-1a": lambda: gone(14 * DAY),
    "STR-1b": lambda: 1 - gone(30 * DAY),
    "STR-2a": lambda: _restored(24),
    "STR-2b": lambda: _restored(12),
    "STR-2c": _lead,
    "STR-3a": _induction,
    "STR-3b": _maintenance,
    "STR-4": _late_share,
    "WIN-2": _window_half_life,
}
