"""The equations of a wired model as one ordered system, ready to be generated for any target."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import sympy

from rewire.core.declare import Constant, Level, Noise, Pulse, Signal, State
from rewire.core.model import Model, order
from rewire.core.symbols import Expression, Names, symbol
from rewire.errors import ModelError, closest


@dataclass(frozen=True)
class Compartments:
    """A linear block: `d states/dt = matrix . (states + levels)`; entries are expressions of parameters only.

    The levels that feed the block are held constant over a step and stand behind the states in `names`.
    """

    states: tuple[str, ...]
    levels: tuple[str, ...]
    matrix: Mapping[tuple[int, int], Expression]

    @property
    def names(self) -> tuple[str, ...]:
        """States, then the levels that feed them."""
        return self.states + self.levels


@dataclass(frozen=True)
class System:
    """All equations, ordered.

    `rates` of the nonlinear states; `stiff` the exactly integrated part of their decay; `signals` in order of
    dependence, of which `driven` need no nonlinear state; `start` the program of time zero in order; `jumps` by pulse.
    """

    parameters: tuple[str, ...]
    blocks: tuple[Compartments, ...]
    states: tuple[str, ...]
    rates: Mapping[str, Expression]
    stiff: Mapping[str, Expression]
    signals: Mapping[str, Expression]
    driven: frozenset[str]
    peaks: tuple[str, ...]
    constants: tuple[str, ...]
    start: Mapping[str, Expression]
    levels: tuple[str, ...]
    pulses: tuple[str, ...]
    jumps: Mapping[str, Mapping[str, Expression]]
    noises: tuple[Noise, ...]

    @property
    def linear_states(self) -> tuple[str, ...]:
        """The states of all linear blocks."""
        return tuple(name for block in self.blocks for name in block.states)

    def needed(self, expressions: Iterable[Expression]) -> tuple[str, ...]:
        """The signals, in order, that `expressions` need, directly or through other signals."""
        found: set[str] = set()
        waiting = [name for expression in expressions for name in names_in(expression)]
        while waiting:
            name = waiting.pop()
            if name in self.signals and name not in found:
                found.add(name)
                waiting.extend(names_in(self.signals[name]))
        return tuple(name for name in self.signals if name in found)


def names_in(expression: Expression) -> set[str]:
    """The names an expression uses."""
    return {str(symbol) for symbol in sympy.sympify(expression).free_symbols}


@dataclass(frozen=True)
class Stated:
    """What the layers of a model state, by name and as written: equations, values at time zero, stiff rates, jumps."""

    equations: Mapping[str, Expression]
    start: Mapping[str, Expression]
    stiff: Mapping[str, Expression]
    jumps: Mapping[str, Mapping[str, Expression]]


def collect(model: Model) -> Stated:
    """Everything the layers state. Each may state only what it declares, and only where it belongs."""
    equations: dict[str, Expression] = {}
    start: dict[str, Expression] = {}
    stiff: dict[str, Expression] = {}
    jumps: dict[str, dict[str, Expression]] = {}
    linear = {quantity.name for quantity in model.declared(State) if isinstance(quantity, State) and quantity.linear}
    every_pulse = {quantity.name for quantity in model.declared(Pulse)}
    for layer in model.layers:
        names = Names(layer.name, [*(quantity.name for quantity in layer.own()), *(read.name for read in layer.reads)])
        states = {quantity.name for quantity in layer.states}
        nonlinear = states - linear
        signals, constants = ({quantity.name for quantity in kind} for kind in (layer.signals, layer.constants))
        for target, stated, fitting, what in (
            (
                equations,
                layer.equations(names),
                states | signals,
                "an equation for '{}', which is no state or signal of it",
            ),
            (
                start,
                layer.start(names),
                nonlinear | constants,
                "a start for '{}', which is no constant or nonlinear state of it",
            ),
            (stiff, layer.stiff(names), nonlinear, "a stiff rate for '{}', which is no nonlinear state of it"),
        ):
            for key, expression in stated.items():
                if str(key) not in fitting:
                    raise ModelError(
                        f"layer '{layer.name}' states {what.format(key)}", advice=closest(str(key), fitting)
                    )
                target[str(key)] = sympy.sympify(expression)
        pulses = {quantity.name for quantity in layer.pulses} | {read.name for read in layer.reads} & every_pulse
        for pulse, changes in layer.jumps(names).items():
            if str(pulse) not in pulses:
                raise ModelError(
                    f"layer '{layer.name}' states jumps at '{pulse}', which is no pulse it declares or reads",
                    advice=closest(str(pulse), pulses),
                )
            for key, expression in changes.items():
                if str(key) not in states:
                    raise ModelError(f"layer '{layer.name}' lets '{key}' jump, which is no state of it")
                jumps.setdefault(str(pulse), {})[str(key)] = sympy.sympify(expression)
    return Stated(equations, start, stiff, jumps)


def _blocks(
    linear: list[str], levels: set[str], rates: Mapping[str, Expression], constant: set[str]
) -> tuple[Compartments, ...]:
    """Linear states grouped into connected blocks, each with its matrix; anything nonlinear is refused."""
    group = {name: name for name in linear}

    def root(name: str) -> str:
        while group[name] != name:
            name = group[name]
        return name

    coefficients: dict[str, dict[str, Expression]] = {}
    for name in linear:
        used = [symbol(other) for other in sorted(names_in(rates[name]) & (set(linear) | levels))]
        expanded = sympy.expand(rates[name])
        row = {str(other): sympy.simplify(expanded.coeff(other)) for other in used}
        rest = sympy.expand(expanded - sum((row[str(other)] * other for other in used), sympy.Integer(0)))
        rest = rest if rest == 0 else sympy.simplify(rest)
        loose = {free for entry in row.values() for free in names_in(entry)} - constant
        if rest != 0 or loose:
            raise ModelError(
                f"the rate of the linear state '{name}' is not linear: {rates[name]}",
                expected="a sum of parameters times linear states and levels of its own model",
            )
        coefficients[name] = row
        for other in used:
            if str(other) in group:
                group[root(str(other))] = root(name)
    blocks: dict[str, list[str]] = {}
    for name in linear:
        blocks.setdefault(root(name), []).append(name)
    result = []
    for states in blocks.values():
        feeding = tuple(sorted({other for name in states for other in coefficients[name] if other in levels}))
        names = (*states, *feeding)
        matrix = {
            (row, names.index(other)): entry
            for row, name in enumerate(states)
            for other, entry in coefficients[name].items()
        }
        result.append(Compartments(tuple(states), feeding, matrix))
    return tuple(result)


def wire(model: Model) -> System:
    """One ordered system of the layers' equations; anything missing, circular or nonlinear-where-linear is refused."""
    stated = collect(model)
    equations, start, stiff, jumps = stated.equations, stated.start, stated.stiff, stated.jumps
    states = {quantity.name: quantity for quantity in model.declared(State)}
    signals = {quantity.name: quantity for quantity in model.declared(Signal)}
    constants = [quantity.name for quantity in model.declared(Constant)]
    levels = [quantity.name for quantity in model.declared(Level)]
    pulses = [quantity.name for quantity in model.declared(Pulse)]
    noises = tuple(quantity for quantity in model.declared(Noise) if isinstance(quantity, Noise))
    parameters = [quantity.name for quantity in model.parameters]
    for name in (*states, *signals):
        if name not in equations:
            raise ModelError(f"'{name}' of layer '{model.layer_of[name]}' has no equation")
    for name in constants:
        if name not in start:
            raise ModelError(f"the constant '{name}' of layer '{model.layer_of[name]}' has no value at the start")

    linear = [name for name, state in states.items() if isinstance(state, State) and state.linear]
    blocks = _blocks(linear, set(levels), {name: equations[name] for name in linear}, set(parameters))
    sorted_signals = order({name: names_in(equations[name]) & set(signals) for name in signals}, "signals")
    nonlinear = [name for name in states if name not in linear]
    driven: set[str] = set()
    for name in sorted_signals:
        used = names_in(equations[name])
        if not used & set(nonlinear) and (used & set(signals)) <= driven:
            driven.add(name)

    program = {name: start.get(name, sympy.Integer(0)) for name in (*constants, *nonlinear)}
    known = {**{name: equations[name] for name in sorted_signals}, **program}
    sequence = order({name: names_in(known[name]) & set(known) for name in known}, "values at time zero")
    for name, decay in stiff.items():
        if names_in(decay) - set(parameters):
            raise ModelError(f"the stiff rate of '{name}' may use parameters only: {decay}")
    for name, expression in (*equations.items(), *start.items()):
        if names_in(expression) & set(pulses):
            raise ModelError(f"'{name}' of layer '{model.layer_of[name]}' uses a pulse outside a jump: {expression}")
    for noise in noises:
        for needed in (noise.lasts, *filter(None, (noise.start_shift, noise.start_spread))):
            if needed not in parameters:
                raise ModelError(
                    f"the noise '{noise.name}' of layer '{model.layer_of[noise.name]}' needs the parameter '{needed}', "
                    "which no layer declares",
                    advice=closest(needed, parameters),
                )
    return System(
        parameters=tuple(parameters),
        blocks=blocks,
        states=tuple(nonlinear),
        rates={name: equations[name] for name in nonlinear},
        stiff={name: stiff[name] for name in nonlinear if name in stiff},
        signals={name: equations[name] for name in sorted_signals},
        driven=frozenset(driven),
        peaks=tuple(name for name, signal in signals.items() if isinstance(signal, Signal) and signal.peak),
        constants=tuple(constants),
        start={name: known[name] for name in sequence},
        levels=tuple(levels),
        pulses=tuple(pulses),
        jumps={pulse: jumps.get(pulse, {}) for pulse in pulses},
        noises=noises,
    )
