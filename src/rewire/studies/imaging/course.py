"""The course of each read-out beside the score, with the plan and without the drug."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from rewire.layers.synapse import REGIONS
from rewire.network import Circuit, read_diffusivity, read_sv2a, read_volume
from rewire.studies.imaging.maps import SCANS_AT_A_TIME, scan
from rewire.studies.imaging.readouts import STRUCTURAL, ReadOut, read
from rewire.studies.result import Curve

Array = NDArray[np.float64]

PEOPLE_FOLLOWED = 60
"""People whose brains are read at every point of the course; scores are of everybody."""
POINTS = 24
"""Points of the course at which connectivity is read."""
DENSE_HOURS, DENSE_STEP, STEP = 672.0, 6.0, 12.0
"""Synapses are recorded every 6 h for four weeks, then every 12 h: what structural read-outs follow."""
_STRUCTURE = {"sv2a": read_sv2a, "diffusivity": read_diffusivity, "volume": read_volume}


def moments(end: float, visits: Sequence[float]) -> list[float]:
    """When synapses are recorded up to `end`, in hours: a grid, and the visits."""
    grid = [*np.arange(0.0, min(end, DENSE_HOURS) + 1e-9, DENSE_STEP), *np.arange(DENSE_HOURS, end + 1e-9, STEP)]
    return sorted({float(hour) for hour in (*grid, *visits, end) if hour <= end})


def score_moments(end: float) -> Array:
    """When scores and connectivity are read for the course: whole days before the day's treatment, at most 24 of them.

    Days are dense at the start. Nobody is under the drug then.
    """
    days = np.arange(int(end // 24) + 1)
    if len(days) > POINTS:
        days = np.unique(np.round(days[-1] * np.linspace(0, 1, POINTS) ** 1.5).astype(int))
    return np.asarray(24.0 * days, dtype=np.float64)


def follow_readouts(
    circuit: Circuit,
    readouts: Sequence[ReadOut],
    hours: Array,
    courses: Mapping[str, Array],
    regress_global: bool,
) -> dict[str, Curve]:
    """Curves of all read-outs from synapse `courses [person, time]` at `hours`, at the moments of the course."""
    points = score_moments(float(hours[-1]))
    rows = np.searchsorted(hours, points - 1e-6)
    levels = {region: courses[region][:, rows] for region in REGIONS}
    wanted = tuple(readout for readout in readouts if not readout.structural)
    parts = []
    people, step = len(levels[REGIONS[0]]), max(1, SCANS_AT_A_TIME // len(points))
    for first in range(0, people, step):
        some = {region: level[first : first + step] for region, level in levels.items()}
        parts.append(read(scan(circuit, some, np.zeros(some[REGIONS[0]].shape), regress_global), wanted))
    values = {readout.name: np.concatenate([part[readout.name] for part in parts]) for readout in wanted}
    for kind, reader in _STRUCTURE.items():
        for region in REGIONS:
            values[f"{STRUCTURAL[kind][0]} {region}"] = reader(hours, courses[region], region).expected[:, rows]
    return {readout.name: curve_of(readout.unit, points, values[readout.name]) for readout in readouts}


def curve_of(unit: str, hours: Array, values: Array) -> Curve:
    """Mean, spread and percentiles between people of `values [person, time]`."""
    low, middle, high = np.percentile(values, (10, 50, 90), axis=0)
    spread = values.std(axis=0, ddof=1) if len(values) > 1 else np.zeros(values.shape[1])
    return Curve(unit, hours, values.mean(axis=0), spread, low, middle, high)
