"""The read-outs of an imaging study: what each is, how it is read from a scan, and what is not known about it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rewire.network import Connectivity, Network, NetworkError
from rewire.network.atlas import SYNAPTIC_REGIONS

Array = NDArray[np.float64]

GLOBAL_CONNECTIVITY_UNKNOWN = (
    "the literature is split: Abdallah 2017 saw prefrontal global connectivity rise 24 h after ketamine, with the "
    "global signal regressed; Kraus 2020, placebo-controlled, saw no effect of ketamine in any pipeline"
)
SV2A_UNKNOWN = (
    "Holmes 2022 found no mean change 24 h after ketamine in people; the lag of two weeks between spines and terminals "
    "is assumed"
)
DIFFUSIVITY_UNKNOWN = "only the signs have a source (Kopelman 2023); sizes are assumed"
VOLUME_UNKNOWN = "published volumes hardly change; no change is the default here, not a finding"
GRAPH_UNKNOWN = "no published effect of ketamine was used; the size of the change follows from the network alone"
SYNTHETIC_UNKNOWN = (
    "the network is synthetic, nobody's brain: at most directions can be read from it; the network dk84 uses measured "
    "tracts"
)
MEASURED_UNKNOWN = (
    "the tracts are a group mean whose people are not named by its source; everybody has the same network"
)
UNFITTED_UNKNOWN = (
    "the tracts are taken as diffusion imaging shows them, which is a poor guide to how strongly they act; effects on "
    "prefrontal regions come out about half as large again as after a fit to measured connectivity"
)
REGRESSED_UNKNOWN = (
    "the global signal is regressed out: at the level of parcels the mean connectivity is then forced to about zero, "
    "and global connectivity says little"
)
ONE_PERSON = (
    "for groups only: one scan says next to nothing about one person, and imaging never feeds an individual's clinic "
    "view"
)


@dataclass(frozen=True)
class ReadOut:
    """A number read from one scan.

    `kind` says which spread between people applies (`global`, `place`, `efficiency`, `modularity`, `participation`,
    `sv2a`, `diffusivity`, `volume`); `unit` is `z` (Fisher z), `1`, or `of health` (relative to a healthy brain).
    """

    name: str
    kind: str
    unit: str
    meaning: str
    unknown: str

    @property
    def structural(self) -> bool:
        """Whether it is read from PET or structural MRI rather than from connectivity."""
        return self.kind in STRUCTURAL


STRUCTURAL = {
    "sv2a": ("SV2A", "density of nerve terminals (SV2A PET)", SV2A_UNKNOWN),
    "diffusivity": ("mean diffusivity", "mean diffusivity (diffusion MRI)", DIFFUSIVITY_UNKNOWN),
    "volume": ("volume", "volume (structural MRI)", VOLUME_UNKNOWN),
}
EDGES = {
    "insula - default mode": (
        "insula",
        "posterior default mode",
        "Evans 2018: normal at 2 days, gone at 10; one study of 33 patients",
    ),
    "subgenual - default mode": (
        "subgenual proxy",
        "posterior default mode",
        "the atlas has no subgenual region: medial orbitofrontal and rostral anterior cingulate stand in; reports of "
        "hyper-connectivity in depression are not reproduced without an assumed tighter loop",
    ),
    "posterior cingulate - medial prefrontal": (
        "posterior cingulate",
        "medial prefrontal",
        "Scheidegger 2012 saw a fall in 17 healthy people at 24 h; the model does not",
    ),
    "accumbens - prefrontal": (
        "accumbens",
        "prefrontal",
        "Mkrtchian 2021: up in patients, the other way in healthy people, at 2 days; the model has no fall in health",
    ),
    "hippocampus - prefrontal": ("hippocampus", "prefrontal", GRAPH_UNKNOWN),
    "within default mode": ("default mode", "default mode", GRAPH_UNKNOWN),
    "within salience": ("salience", "salience", GRAPH_UNKNOWN),
}
_WHOLE: dict[str, tuple[str, str, str, str, Callable[[Connectivity], Array]]] = {
    "global connectivity": (
        "global",
        "z",
        "mean Fisher z of every region with all others",
        GLOBAL_CONNECTIVITY_UNKNOWN,
        lambda scan: np.asarray(scan.global_connectivity, float).mean(axis=-1),
    ),
    "prefrontal global connectivity": (
        "global",
        "z",
        "mean Fisher z of prefrontal regions with all others",
        GLOBAL_CONNECTIVITY_UNKNOWN,
        lambda scan: np.asarray(scan.mean_global("prefrontal"), float),
    ),
    "efficiency": ("efficiency", "1", "global efficiency", GRAPH_UNKNOWN, lambda scan: scan.efficiency),
    "modularity": (
        "modularity",
        "1",
        "modularity of the division into large systems",
        GRAPH_UNKNOWN,
        lambda scan: scan.modularity,
    ),
    "participation": (
        "participation",
        "1",
        "mean participation coefficient",
        GRAPH_UNKNOWN,
        lambda scan: scan.participation.mean(axis=-1),
    ),
}


def functional(network: Network) -> tuple[ReadOut, ...]:
    """The read-outs of connectivity that a network allows: an edge between places it does not know is left out."""
    whole = [ReadOut(name, *parts[:4]) for name, parts in _WHOLE.items()]
    edges = [
        ReadOut(name, "place", "z", f"mean Fisher z, {one} with {other}", unknown)
        for name, (one, other, unknown) in EDGES.items()
        if _knows(network, one) and _knows(network, other)
    ]
    return (*whole, *edges)


def structural() -> tuple[ReadOut, ...]:
    """The structural read-outs, one for each synaptic region."""
    return tuple(
        ReadOut(f"{short} {region}", kind, "of health", f"{long}, {region}", unknown)
        for kind, (short, long, unknown) in STRUCTURAL.items()
        for region in SYNAPTIC_REGIONS
    )


def read(scan: Connectivity, wanted: tuple[ReadOut, ...]) -> dict[str, Array]:
    """The values `[...]` of functional read-outs, by name."""
    found = {}
    for readout in wanted:
        if readout.name in _WHOLE:
            found[readout.name] = np.asarray(_WHOLE[readout.name][4](scan), float)
        else:
            one, other, _ = EDGES[readout.name]
            found[readout.name] = np.asarray(scan.edges(one, other), float)
    return found


def _knows(network: Network, place: str) -> bool:
    try:
        network.find(place)
    except NetworkError:
        return False
    return True
