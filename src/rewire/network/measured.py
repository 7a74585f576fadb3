"""Measured functional connectivity from a file, in the order of a network's regions."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rewire.errors import Place
from rewire.network import atlas
from rewire.network.failures import NetworkError
from rewire.network.network import Network
from rewire.network.readers import read_correlations

Array = NDArray[np.float64]


def read_connectivity(path: str | Path, network: Network, labels: str | Path | None = None) -> Array:
    """Correlations `[region, region]` from a table (CSV, TSV, spaces or .npy), in the order of `network`.

    Labels stand in the first row, there and in the first column, or in a file of their own; those of the
    Desikan-Killiany atlas may be written in any usual way. Regions of the network that the table lacks are nan, and
    others are left out. A table without labels must have the regions of the network in their order.

    Raises `NetworkError` for a file that cannot be read, or whose labels are not those of the network.
    """
    file = Path(path)
    names, table = read_correlations(file, None if labels is None else Path(labels))
    if names is None:
        if table.shape != (network.regions, network.regions):
            shape = " x ".join(str(length) for length in table.shape)
            raise NetworkError(
                f"a table of {shape} without labels, for a network of {network.regions} regions",
                place=Place(str(file)),
                expected="labels, or the regions of the network in their order",
            )
        return table
    return arrange(table, names, network, str(file))


def arrange(table: Array, names: Sequence[str], network: Network, where: str = "connectivity") -> Array:
    """A table `[label, label]` in the order of a network's regions `[region, region]`, nan where it has no number."""
    if table.shape != (len(names), len(names)):
        shape = " x ".join(str(length) for length in table.shape)
        raise NetworkError(
            f"{len(names)} labels for a table of {shape}", place=Place(where), expected="one label for each region"
        )
    known = [name if name in network.labels else (atlas.recognise([name]) or ("",))[0] for name in names]
    places = {name: place for place, name in enumerate(known) if name in network.labels}
    if len(places) < sum(name in network.labels for name in known):
        twice = next(name for name in known if name in places and known.count(name) > 1)
        raise NetworkError(f"two labels of the table stand for '{twice}'", place=Place(where))
    if len(places) < 2:
        raise NetworkError(
            f"none of the {len(names)} labels is a region of the network '{network.name}': '{names[0]}', ...",
            place=Place(where),
            expected=f"labels such as {', '.join(network.labels[:3])}",
        )
    here, there = [network.labels.index(name) for name in places], list(places.values())
    found = np.full((network.regions, network.regions), np.nan)
    found[np.ix_(here, here)] = table[np.ix_(there, there)]
    return found
