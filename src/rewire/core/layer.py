"""The interface of a layer: one biological idea, stated once as expressions.

Copy an existing layer to write a new one: declare what it reads and what it adds, return its equations, put each
parameter's number with its source into `evidence/tables/`, and list the layer in `models.py`.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any, ClassVar

from rewire.core.declare import Constant, Level, Noise, Parameter, Pulse, Quantity, Reads, Signal, State, Switch
from rewire.core.symbols import Names

Equations = Mapping[Any, Any]
"""Expressions by the symbol they belong to."""


class Layer(ABC):
    """One biological idea: declared quantities and their equations.

    Expressions are SymPy expressions over the symbols of `q` (`q.nmda_block`), with time in hours. Functions come from
    `rewire.core.symbols`: `exp log tanh sqrt maximum minimum choose`.
    """

    name: ClassVar[str]
    about: ClassVar[str] = ""
    reads: ClassVar[tuple[Reads, ...]] = ()
    parameters: ClassVar[tuple[Parameter, ...]] = ()
    switches: ClassVar[tuple[Switch, ...]] = ()
    constants: ClassVar[tuple[Constant, ...]] = ()
    states: ClassVar[tuple[State, ...]] = ()
    signals: ClassVar[tuple[Signal, ...]] = ()
    levels: ClassVar[tuple[Level, ...]] = ()
    pulses: ClassVar[tuple[Pulse, ...]] = ()
    noises: ClassVar[tuple[Noise, ...]] = ()

    @abstractmethod
    def equations(self, q: Names) -> Equations:
        """The value of each signal and the rate of change (per hour) of each state."""

    def start(self, q: Names) -> Equations:
        """The value at time zero of each constant, and of each state that does not start at 0."""
        return {}

    def stiff(self, q: Names) -> Equations:
        """For states that relax faster than the coarse steps: the constant part of their decay rate (1/h).

        It may use parameters only; that part of the decay is then integrated exactly.
        """
        return {}

    def jumps(self, q: Names) -> Mapping[Any, Equations]:
        """For each pulse (a symbol of `q`, equal to its amount): the new value of each state that jumps."""
        return {}

    @classmethod
    def own(cls) -> tuple[Quantity, ...]:
        """Everything this layer adds to a model."""
        return (
            *cls.parameters,
            *cls.switches,
            *cls.constants,
            *cls.states,
            *cls.signals,
            *cls.levels,
            *cls.pulses,
            *cls.noises,
        )
