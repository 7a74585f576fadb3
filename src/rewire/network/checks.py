"""What a connectivity matrix must be before anything is computed with it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from rewire.network.failures import NetworkError

Array = NDArray[np.float64]


def frozen(numbers: object) -> Array:
    """A copy as float64 that cannot be written to."""
    array = np.array(numbers, dtype=np.float64)
    array.setflags(write=False)
    return array


def check_matrix(numbers: object, what: str, regions: int | None = None, *, gaps: bool = False) -> Array:
    """A frozen square matrix of finite numbers; `what` names it in the message. `gaps` allows nan, as nothing known."""
    try:
        array = frozen(numbers)
    except (TypeError, ValueError):
        raise NetworkError(f"the {what} are not a table of numbers", expected="[region, region]") from None
    if array.ndim != 2 or array.shape[0] != array.shape[1] or array.size == 0:
        shape = " x ".join(str(length) for length in array.shape)
        raise NetworkError(
            f"the {what} are {shape or 'one number'}", expected="a square table, one row and one column for each region"
        )
    if regions is not None and len(array) != regions:
        raise NetworkError(f"the {what} have {len(array)} regions", expected=f"{regions}")
    bad = ~np.isfinite(array) & ~(np.isnan(array) & gaps)
    if bad.any():
        row, column = np.argwhere(bad)[0]
        raise NetworkError(
            f"the {what} hold {array[row, column]} at row {row + 1}, column {column + 1}",
            expected="finite numbers",
            advice="put 0 where there is no connection",
        )
    return array


def check_weights(numbers: object, labels: Sequence[str]) -> Array:
    """Weights: square, finite, 0 or more, without self-connections, one label each, and every region within reach."""
    weights = np.array(check_matrix(numbers, "weights"))
    regions = len(weights)
    names = [str(label) for label in labels]
    if len(names) != regions:
        raise NetworkError(f"{len(names)} labels for {regions} regions", expected="one label for each region")
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise NetworkError(f"the label '{twice[0]}' stands twice", expected="a different label for each region")
    if weights.min() < 0:
        row, column = np.unravel_index(weights.argmin(), weights.shape)
        raise NetworkError(
            f"the weight from '{names[column]}' to '{names[row]}' is {weights.min():g}",
            expected="weights of 0 or more",
            advice="functional connectivity is not a connectome; give fibre counts or densities",
        )
    np.fill_diagonal(weights, 0.0)
    reached = _reached((weights + weights.T) > 0)
    if not reached.all():
        cut = [name for name, near in zip(names, reached, strict=True) if not near]
        raise NetworkError(
            f"the network falls apart: no path leads from '{names[0]}' to {len(cut)} regions, first '{cut[0]}'",
            expected="a connected network",
            advice="leave those regions out, or give their missing connections",
        )
    return frozen(weights)


def _reached(linked: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Which regions a path connects with the first one."""
    reached = np.zeros(len(linked), dtype=bool)
    reached[0] = True
    while True:
        further = reached | linked[reached].any(axis=0)
        if (further == reached).all():
            return reached
        reached = further
