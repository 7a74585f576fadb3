"""The equations of a model as LaTeX, layer by layer, for the documentation."""

from __future__ import annotations

from sympy import latex

from rewire.core.model import Model
from rewire.core.symbols import symbol
from rewire.core.system import collect


def _name(text: str) -> str:
    return rf"\text{{{text.replace('_', ' ')}}}"


def equations_latex(model: Model) -> dict[str, list[str]]:
    """For each layer the equations of its states and signals, in the order it states them."""
    stated = collect(model)
    states = {name for layer in model.layers for name in (state.name for state in layer.states)}
    names = {symbol(name): _name(name) for name in model.quantities}
    found: dict[str, list[str]] = {}
    for name, expression in stated.equations.items():
        left = rf"\frac{{d\,{_name(name)}}}{{dt}}" if name in states else _name(name)
        found.setdefault(model.layer_of[name], []).append(
            f"{left} = {latex(expression, symbol_names=names, mul_symbol='dot')}"
        )
    return found
