"""The right-hand side of a model as Python source: plain arithmetic that CPython, Numba and JAX can all run.

The numbers of one person stand in this order: parameters, constants, levels, noises, linear states, states.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from rewire.core.symbols import Expression, symbol
from rewire.core.system import System, names_in
from rewire.engine.printer import PythonPrinter


@dataclass(frozen=True)
class Places:
    """Where each quantity of a model stands in the list of one person's numbers."""

    fixed: tuple[str, ...]
    held: tuple[str, ...]
    states: tuple[str, ...]

    @staticmethod
    def of(system: System) -> Places:
        """The order of a system."""
        noises = tuple(noise.name for noise in system.noises)
        fixed = (*system.parameters, *system.constants)
        return Places(fixed, (*system.levels, *noises), (*system.linear_states, *system.states))

    @property
    def all(self) -> tuple[str, ...]:
        """Every name in order."""
        return (*self.fixed, *self.held, *self.states)


def rates_of(system: System) -> dict[str, Expression]:
    """The rate of every state, linear ones first, as a sum over their matrix."""
    found: dict[str, Expression] = {}
    for block in system.blocks:
        for row, name in enumerate(block.states):
            terms = (entry * symbol(block.names[column]) for (at, column), entry in block.matrix.items() if at == row)
            found[name] = sum(terms, start=0 * symbol(name))
    return {**found, **system.rates}


def function_source(
    system: System,
    name: str,
    arguments: Mapping[str, Sequence[str]],
    results: Sequence[Expression],
    gives: str = "list",
) -> str:
    """A function over lists of named numbers. It gives a list, or sets the elements of its last argument, `out`.

    `exp log tanh sqrt power select maximum minimum absolute` are to be in its module; `power` of nothing is nothing.
    """
    results = list(results)
    needed = system.needed(results)
    expressions = [*(system.signals[signal] for signal in needed), *results]
    used = {symbol_name for expression in expressions for symbol_name in names_in(expression)}
    lines = [f"def {name}({', '.join([*arguments, *(['out'] if gives == 'out' else [])])}):"]
    for argument, names in arguments.items():
        lines += [f"    {quantity} = {argument}[{k}]" for k, quantity in enumerate(names) if quantity in used]
    printer = PythonPrinter()
    lines += [f"    {signal} = {printer.doprint(system.signals[signal])}" for signal in needed]
    if gives == "out":
        lines += [f"    out[{k}] = {printer.doprint(result)}" for k, result in enumerate(results)]
    else:
        lines.append(f"    return [{', '.join(printer.doprint(result) for result in results)}]")
    return "\n".join(lines) + "\n"


def rates_source(system: System, gives: str = "list") -> str:
    """`rates(fixed, held, states)`: how fast every state changes, per hour."""
    places = Places.of(system)
    arguments = {"fixed": places.fixed, "held": places.held, "states": places.states}
    return function_source(system, "rates", arguments, list(rates_of(system).values()), gives)


def jumps_source(system: System, gives: str = "list") -> str:
    """For each pulse that changes something, `jump_<pulse>(fixed, held, states, given)`: all states after it."""
    places = Places.of(system)
    found = []
    for pulse, changes in system.jumps.items():
        arguments = {"fixed": places.fixed, "held": places.held, "states": places.states, "given": (pulse,)}
        after = [changes.get(state, symbol(state)) for state in places.states]
        found.append(function_source(system, f"jump_{pulse}", arguments, after, gives))
    return "\n\n".join(found)


def signals_source(system: System, names: Iterable[str], gives: str = "list") -> str:
    """`signals(fixed, held, states)`: the values of some signals."""
    places = Places.of(system)
    arguments = {"fixed": places.fixed, "held": places.held, "states": places.states}
    return function_source(system, "signals", arguments, [symbol(name) for name in names], gives)


def tables_source(system: System) -> str:
    """`stiff(fixed)`: the exactly integrated decay rates; `matrix_<n>(fixed)`: the entries of each linear block."""
    arguments = {"fixed": Places.of(system).fixed}
    found = [function_source(system, "stiff", arguments, list(system.stiff.values()))]
    for number, block in enumerate(system.blocks):
        found.append(function_source(system, f"matrix_{number}", arguments, list(block.matrix.values())))
    return "\n\n".join(found)


def start_source(system: System) -> str:
    """`start(parameters, noises, linear)`: all constants and all nonlinear states at time zero, in order."""
    names = [*system.constants, *system.states]
    noises = tuple(noise.name for noise in system.noises)
    arguments = {"parameters": system.parameters, "noises": noises, "linear": system.linear_states}
    set_here = set(names)
    needed = {*set_here, *system.needed(system.start[name] for name in names)}
    lines = [f"def start({', '.join(arguments)}):"]
    for argument, quantities in arguments.items():
        lines += [f"    {quantity} = {argument}[{k}]" for k, quantity in enumerate(quantities)]
    lines += [f"    {level} = 0.0" for level in system.levels]
    printer = PythonPrinter()
    lines += [f"    {name} = {printer.doprint(part)}" for name, part in system.start.items() if name in needed]
    lines.append(f"    return [{', '.join(names)}]")
    return "\n".join(lines) + "\n"
