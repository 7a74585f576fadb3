"""Maps of people at visits: connectivity by region, system and place, and structure by synaptic region.

Values are what a long scan without noise would show; noise is accounted for in the effect sizes. Blocks of people keep
the work small; what is kept is about 1.5 kB for each person and visit.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from rewire.errors import StudyError, closest
from rewire.layers.synapse import REGIONS
from rewire.network import (
    Circuit,
    Connectivity,
    Gains,
    NearCritical,
    connect,
    from_synapses,
    read_diffusivity,
    read_sv2a,
    read_volume,
)
from rewire.studies.imaging.readouts import STRUCTURAL, ReadOut, read

Array = NDArray[np.float64]
Floats = NDArray[np.float32]

SCANS_AT_A_TIME = 256
"""Scans whose matrices are in memory at once."""
MAPS = ("global_connectivity", "strength", "participation", "blocks")
_STRUCTURE = {"sv2a": read_sv2a, "diffusivity": read_diffusivity, "volume": read_volume}


@dataclass(frozen=True, eq=False)
class Maps:
    """What scans show of every person at every visit.

    `global_connectivity`, `strength`, `participation` are `[person, visit, region]`; `blocks` (mean Fisher z within and
    between large systems) `[person, visit, system, system]`; `synapses`, `sv2a`, `diffusivity`, `volume` (relative to
    health) `[person, visit, synaptic region]`; `nmda_block` and `slowest_mode` (1/s) `[person, visit]`. `values` holds
    the read-outs `[person, visit]` by name. `matrix` and `matrix_sd` are the mean and the spread between people of the
    correlations, `[visit, region, region]`.
    """

    regions: tuple[str, ...]
    systems: tuple[str, ...]
    synaptic_regions: tuple[str, ...]
    global_connectivity: Floats
    strength: Floats
    participation: Floats
    blocks: Floats
    synapses: Array
    sv2a: Array
    diffusivity: Array
    volume: Array
    nmda_block: Array
    slowest_mode: Array
    values: Mapping[str, Array]
    matrix: Array
    matrix_sd: Array
    near_critical: int

    @property
    def efficiency(self) -> Array:
        """Global efficiency `[person, visit]`."""
        return self.values["efficiency"]

    @property
    def modularity(self) -> Array:
        """Modularity `[person, visit]`."""
        return self.values["modularity"]

    def of(self, name: str) -> Array:
        """A read-out `[person, visit]` by name."""
        if name not in self.values:
            raise StudyError(
                f"there is no read-out '{name}'",
                expected=f"one of {', '.join(self.values)}",
                advice=closest(name, self.values),
            )
        return self.values[name]


@dataclass
class MapMaker:
    """Collects maps block by block of people."""

    circuit: Circuit
    readouts: tuple[ReadOut, ...]
    acute: NDArray[np.bool_]
    regress_global: bool
    parts: dict[str, list[NDArray[np.floating]]] = field(default_factory=dict)
    sums: Array | None = None
    squares: Array | None = None
    near_critical: int = 0
    systems: tuple[str, ...] = ()

    def add(self, hours: Array, courses: Mapping[str, Array], rows: NDArray[np.int64], nmda_block: Array) -> None:
        """One block of people: synapse `courses [person, time]` at `hours [time]`, visits at `rows`.

        `nmda_block [person, visit]` acts where the visit is acute.
        """
        self._keep("synapses", np.stack([courses[region][:, rows] for region in REGIONS], axis=-1))
        self._keep("nmda_block", nmda_block)
        for kind, reader in _STRUCTURE.items():
            seen = [reader(hours, courses[region], region).expected[:, rows] for region in REGIONS]
            self._keep(kind, np.stack(seen, axis=-1))
            for region, values in zip(REGIONS, seen, strict=True):
                self._keep(f"value {STRUCTURAL[kind][0]} {region}", values)
        people, visits = nmda_block.shape
        step = max(1, SCANS_AT_A_TIME // visits)
        for first in range(0, people, step):
            part = slice(first, first + step)
            levels = {region: courses[region][part][:, rows] for region in REGIONS}
            self._scan(scan(self.circuit, levels, nmda_block[part] * self.acute, self.regress_global))

    def done(self) -> Maps:
        """The maps of everybody counted."""
        joined = {name: np.concatenate(parts) for name, parts in self.parts.items()}
        if self.sums is None or self.squares is None:
            raise StudyError("an imaging study without people")
        count = len(joined["nmda_block"])
        mean = self.sums / count
        values = {readout.name: joined.pop(f"value {readout.name}") for readout in self.readouts}
        return Maps(
            regions=self.circuit.network.labels,
            systems=self.systems,
            synaptic_regions=REGIONS,
            values=values,
            matrix=mean,
            matrix_sd=np.sqrt(np.maximum(self.squares / count - mean**2, 0.0)),
            near_critical=self.near_critical,
            **joined,
        )

    def _scan(self, found: Connectivity) -> None:
        self.systems = found.systems
        for name, values in (
            ("global_connectivity", found.global_connectivity),
            ("strength", found.node_strength),
            ("participation", found.participation),
            ("blocks", found.blocks),
        ):
            self._keep(name, np.asarray(values, np.float32))
        self._keep("slowest_mode", found.slowest_mode)
        for name, values in read(found, tuple(r for r in self.readouts if not r.structural)).items():
            self._keep(f"value {name}", values)
        matrix = np.asarray(found.matrix, float)
        self.sums = matrix.sum(axis=0) + (0.0 if self.sums is None else self.sums)
        self.squares = (matrix**2).sum(axis=0) + (0.0 if self.squares is None else self.squares)
        self.near_critical += int(found.near_critical.sum())

    def _keep(self, name: str, values: NDArray[np.floating]) -> None:
        self.parts.setdefault(name, []).append(values)


def scan(
    circuit: Circuit, synapses: Mapping[str, Array], nmda_block: Array, regress_global: bool = False
) -> Connectivity:
    """Connectivity of scans with these `synapses [...]` by region while `nmda_block [...]` of receptors is blocked.

    Scans too near the critical point are marked in the result and do not warn here.
    """
    gains: Gains = from_synapses(circuit.network, synapses).during_infusion(nmda_block)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", NearCritical)
        return connect(circuit, gains, regress_global=regress_global)
