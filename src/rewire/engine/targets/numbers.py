"""The functions that generated source calls, for plain numbers: by Python itself, or compiled by Numba."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any


def power(x: float, y: float) -> float:
    """A power; of nothing, or of what rounding has taken below it, nothing."""
    return x**y if x > 0.0 else 0.0


def select(condition: bool, then: float, otherwise: float) -> float:
    """One of two numbers."""
    return then if condition else otherwise


def maximum(a: float, b: float) -> float:
    """The larger number."""
    return a if a > b else b


def minimum(a: float, b: float) -> float:
    """The smaller number."""
    return a if a < b else b


def absolute(a: float) -> float:
    """The size of a number."""
    return a if a > 0.0 else -a


OWN: tuple[Callable[..., Any], ...] = (power, select, maximum, minimum, absolute)


def functions(compiled: bool = False) -> dict[str, Any]:
    """The module that generated source runs in; `compiled` ones can be called from Numba."""
    found: dict[str, Any] = {name: getattr(math, name) for name in ("exp", "log", "tanh", "sqrt")}
    if compiled:
        from numba import njit

        return found | {function.__name__: njit(function) for function in OWN}
    return found | {function.__name__: function for function in OWN}


def load(source: str, compiled: bool = False) -> dict[str, Any]:
    """The functions of a generated source by name."""
    names = functions(compiled)
    before = set(names)
    exec(source, names)  # text made by this package
    found = {name: value for name, value in names.items() if name not in before and callable(value)}
    if compiled:
        from numba import njit

        return {name: njit(function) for name, function in found.items()}
    return found
