"""Refuses parameters that are no numbers, in a fraction of the time it takes to look at each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rewire.errors import StudyError


def refuse_broken(names: Sequence[str], parameters: NDArray[Any]) -> None:
    """Raises `StudyError` for the first parameter `[parameter, person]` that is not finite for everybody."""
    # One sum tells whether there is any; it may also be too large a number, so a look follows.
    if np.isfinite(parameters.sum()):
        return
    broken = np.flatnonzero(~np.isfinite(parameters).all(axis=1))
    if broken.size:
        raise StudyError(f"the parameter '{names[broken[0]]}' is not a finite number for everybody")
