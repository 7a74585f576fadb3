"""Symbols and functions in which layers state their equations.

They are SymPy's, loaded on the first call: declaring a model, listing it or running a kernel from the cache needs none.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from rewire.errors import ModelError, closest

Expression = Any
"""A SymPy expression."""


def symbol(name: str) -> Expression:
    """The symbol of a quantity; all quantities are real numbers."""
    import sympy

    return sympy.Symbol(name, real=True)


def exp(x: Expression) -> Expression:
    """The exponential of a plain number."""
    import sympy

    return sympy.exp(x)


def log(x: Expression) -> Expression:
    """The natural logarithm of a plain number."""
    import sympy

    return sympy.log(x)


def sqrt(x: Expression) -> Expression:
    """The square root."""
    import sympy

    return sympy.sqrt(x)


def tanh(x: Expression) -> Expression:
    """The hyperbolic tangent of a plain number."""
    import sympy

    return sympy.tanh(x)


def maximum(*values: Expression) -> Expression:
    """The largest of the values."""
    import sympy

    return sympy.Max(*values)


def minimum(*values: Expression) -> Expression:
    """The smallest of the values."""
    import sympy

    return sympy.Min(*values)


def choose(condition: Expression, then: Expression, otherwise: Expression) -> Expression:
    """`then` where `condition` (a comparison of expressions) holds, else `otherwise`."""
    import sympy

    return sympy.Piecewise((then, condition), (otherwise, True))


class Names:
    """The names a layer may use, as symbols: its own quantities and those it reads."""

    def __init__(self, layer: str, names: Iterable[str]) -> None:
        self._layer, self._known = layer, {name: symbol(name) for name in names}

    def __getattr__(self, name: str) -> Expression:
        try:
            return self._known[name]
        except KeyError:
            raise ModelError(
                f"layer '{self._layer}' uses '{name}', which it neither declares nor reads",
                advice=closest(name, self._known) or f"add Reads('{name}', unit) or declare it in the layer",
            ) from None

    def __getitem__(self, name: str) -> Expression:
        return getattr(self, name)
