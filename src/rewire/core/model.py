"""Wiring: layers become one system of equations, or a clear error about what does not fit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from graphlib import CycleError, TopologicalSorter
from typing import TYPE_CHECKING

from rewire.core.declare import Parameter, Quantity, Switch
from rewire.core.layer import Layer
from rewire.errors import ModelError, closest

if TYPE_CHECKING:
    from rewire.core.system import System


@dataclass(frozen=True)
class Model:
    """Layers wired together. Names are unique, every read is declared somewhere with the same unit."""

    layers: tuple[Layer, ...]

    def __post_init__(self) -> None:
        seen: dict[str, str] = {}
        for layer in self.layers:
            for quantity in layer.own():
                if quantity.name in seen:
                    raise ModelError(f"'{quantity.name}' is declared by '{seen[quantity.name]}' and by '{layer.name}'")
                seen[quantity.name] = layer.name
        for layer in self.layers:
            for read in layer.reads:
                if read.name not in self.quantities:
                    raise ModelError(
                        f"layer '{layer.name}' reads '{read.name}', which no layer declares",
                        advice=closest(read.name, self.quantities) or "add the layer that declares it",
                    )
                if self.quantities[read.name].unit != read.unit:
                    raise ModelError(
                        f"layer '{layer.name}' reads '{read.name}' in {read.unit}",
                        expected=f"{self.quantities[read.name].unit}, as layer '{seen[read.name]}' declares it",
                    )

    @cached_property
    def quantities(self) -> Mapping[str, Quantity]:
        """Everything declared, by name."""
        return {quantity.name: quantity for layer in self.layers for quantity in layer.own()}

    @cached_property
    def layer_of(self) -> Mapping[str, str]:
        """The name of the layer that declares each quantity."""
        return {quantity.name: layer.name for layer in self.layers for quantity in layer.own()}

    def declared(self, kind: type[Quantity]) -> tuple[Quantity, ...]:
        """All quantities of one kind, in the order of the layers."""
        return tuple(quantity for quantity in self.quantities.values() if type(quantity) is kind)

    @cached_property
    def parameters(self) -> tuple[Quantity, ...]:
        """Parameters, then switches: one row each of the parameter array of a run."""
        return (*self.declared(Parameter), *self.declared(Switch))

    def replace(self, name: str, layer: Layer) -> Model:
        """The same model with the layer called `name` swapped for another."""
        if name not in (old.name for old in self.layers):
            raise ModelError(f"no layer is called '{name}'", advice=closest(name, (old.name for old in self.layers)))
        return Model(tuple(layer if old.name == name else old for old in self.layers))

    @cached_property
    def system(self) -> System:
        """The equations of all layers as one ordered system (loads SymPy)."""
        from rewire.core.system import wire

        return wire(self)


def order(depends: Mapping[str, Iterable[str]], what: str) -> tuple[str, ...]:
    """Names sorted so that each comes after those it depends on; a circle raises `ModelError` and names it."""
    # Dependencies come as sets of strings, whose order differs from process to process: sorted, it is always the same.
    steady = {name: sorted(set(others)) for name, others in depends.items()}
    try:
        return tuple(TopologicalSorter(steady).static_order())
    except CycleError as error:
        raise ModelError(f"{what} depend on each other in a circle: {' -> '.join(error.args[1])}") from None
