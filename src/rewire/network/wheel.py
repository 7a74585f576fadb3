"""Reads the connectome out of the installed `tvboptim` wheel without importing that package.

The matrices belong to that project (EUPL-1.2; it does not state whose brains they average) and are not copied here.
"""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, files
from io import BytesIO
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rewire.errors import closest
from rewire.network.failures import NetworkError

Array = NDArray[np.float64]

STRUCTURE = {"dk84": "tvboptim/data/connectivity/dk_average/data.npz"}
FUNCTION = {"dk84": "tvboptim/data/functional/dk_average/data.npz"}


def load_weights(name: str) -> tuple[Array, Array, tuple[str, ...]]:
    """Weights and lengths (mm), each `[region, region]`, and labels."""
    arrays = _read(name, STRUCTURE, ("weights", "lengths", "region_labels"))
    return arrays["weights"], arrays["lengths"], tuple(str(label) for label in arrays["region_labels"])


def load_connectivity(name: str) -> Array:
    """The group mean functional connectivity `[region, region]` that comes with a connectome (correlations)."""
    connectivity = np.array(_read(name, FUNCTION, ("fc",))["fc"], dtype=np.float64)
    np.fill_diagonal(connectivity, 1.0)
    return connectivity


def _read(name: str, where: dict[str, str], wanted: tuple[str, ...]) -> dict[str, Array]:
    if name not in where:
        raise NetworkError(
            f"there is no network '{name}' to load", expected="one of " + ", ".join(where), advice=closest(name, where)
        )
    install = 'pip install "rewire[connectome]", or use Network.synthetic(seed)'
    try:
        listed = files("tvboptim") or []
    except PackageNotFoundError:
        raise NetworkError(
            f"the network '{name}' comes with the package tvboptim, which is not installed", advice=install
        ) from None
    found = next((file for file in listed if file.as_posix() == where[name]), None)
    path = None if found is None else Path(str(found.locate()))
    if path is None or not path.is_file():
        raise NetworkError(f"the installed tvboptim holds no {where[name]}", advice="install tvboptim 0.4.0")
    try:
        with np.load(BytesIO(path.read_bytes()), allow_pickle=False) as data:
            return {key: data[key] for key in wanted}
    except (OSError, ValueError, KeyError, EOFError) as wrong:
        raise NetworkError(
            f"{path.name} of tvboptim cannot be read: {wrong}", advice="install tvboptim 0.4.0"
        ) from None
