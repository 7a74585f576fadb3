"""How much read-outs differ between people and between two scans of one person, for a given length of scan.

What is measured between people in one scan holds three parts: lasting differences, days that differ, and the sampling
noise of a scan of that length. The last one follows from the network; the others from published reliability. A longer
scan lowers the sampling noise only.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from rewire.network import Circuit, Connectivity, sample_scans
from rewire.network.connectivity import correlation, without_global
from rewire.network.constants import constant
from rewire.sources import load_table
from rewire.studies.imaging.maps import scan
from rewire.studies.imaging.readouts import ReadOut, read

Array = NDArray[np.float64]

SAMPLES = 200
"""Noisy scans drawn to find the sampling noise: its size is then known to 5 %."""
SEED = 20
"""The noise is a property of the scan, not of the people: always the same draws."""


@dataclass(frozen=True)
class Noise:
    """Standard deviations of one read-out, in its unit.

    `lasting` between people, `days` within a person between days, `sampling` of one scan of the chosen length.
    """

    lasting: float
    days: float
    sampling: float

    @property
    def between(self) -> float:
        """Of one scan each, between people."""
        return float(np.sqrt(self.lasting**2 + self.days**2 + self.sampling**2))

    @property
    def change(self) -> float:
        """Of the difference of two scans of one person whose brain has not changed."""
        return float(np.sqrt(2 * (self.days**2 + self.sampling**2)))


def noise_of(
    circuit: Circuit,
    synapses: Mapping[str, float],
    readouts: Sequence[ReadOut],
    minutes: float,
    regress_global: bool,
) -> dict[str, Noise]:
    """The noise of every read-out in scans of `minutes`, of people with these mean `synapses` by region."""
    table = load_table("imaging")
    spread, retest = table.group("spread_regressed" if regress_global else "spread"), table.group("retest")
    usual = table.group("spread")
    functional = tuple(readout for readout in readouts if not readout.structural)
    brain = scan(circuit, {region: np.array([level]) for region, level in synapses.items()}, np.zeros(1))
    short = _sampling(brain, functional, minutes, regress_global)
    measured = _sampling(brain, functional, usual.number("minutes"), regress_global)
    found = {}
    for readout in readouts:
        if readout.structural:
            found[readout.name] = Noise(usual.number(readout.kind), 0.0, constant("structure", readout.kind, "noise"))
            continue
        seen = spread.number(readout.kind)
        again = retest.number("place" if readout.kind == "place" else "whole")
        days = np.sqrt(max((1 - again) * seen**2 - measured[readout.name] ** 2, 0.0))
        found[readout.name] = Noise(float(np.sqrt(again) * seen), float(days), short[readout.name])
    return found


def _sampling(
    brain: Connectivity, readouts: tuple[ReadOut, ...], minutes: float, regress_global: bool
) -> dict[str, float]:
    """The spread of read-outs between scans of one brain: sampling noise alone."""
    random = np.random.default_rng(SEED)
    truth = np.asarray(brain.matrix[0], float)
    drawn = sample_scans(truth, minutes, SAMPLES, random)
    if regress_global:
        drawn = np.asarray(correlation(without_global(drawn)), float)
    noisy = replace(brain, matrix=drawn)
    return {name: float(values.std(ddof=1)) for name, values in read(noisy, readouts).items()}
