"""Which part of a model chance touches: the states and signals that the ups and downs of daily life reach.

Everything else about a person follows from traits and treatment alone. One run of the engine without chance therefore
serves any number of paths of daily life: only the touched part has to be worked out again for each path.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import sympy

from rewire.core.symbols import Expression, symbol
from rewire.core.system import System, names_in
from rewire.errors import ModelError

QUIET = "daily_noise"
"""The switch that leaves chance out of a run."""


@dataclass(frozen=True)
class Touched:
    """The touched part of a system, in the order in which it is worked out.

    `signals` and `rates` are expressions of touched names, parameters, constants and `series`; a series is a quantity
    of the run without chance (named `name__quiet` where the quantity itself is touched). `held` are constants that
    depend on the chance of time zero. `fast` states relax within a day, `slow` ones do not.
    """

    signals: Mapping[str, Expression]
    rates: Mapping[str, Expression]
    held: Mapping[str, Expression]
    fast: tuple[str, ...]
    slow: tuple[str, ...]
    series: tuple[str, ...]
    constants: tuple[str, ...]
    noises: tuple[str, ...]

    @property
    def recorded(self) -> tuple[str, ...]:
        """What the engine records for each series."""
        return tuple(name.removesuffix("__quiet") for name in self.series)

    @property
    def states(self) -> tuple[str, ...]:
        """All touched states, fast ones first."""
        return self.fast + self.slow


def touched(system: System, wanted: Iterable[str]) -> Touched:
    """The touched part that the signals `wanted` need."""
    wanted = tuple(wanted)
    noises = tuple(noise.name for noise in system.noises)
    names = _reached(system, set(noises))
    fixed = {*system.parameters, *system.constants} - names
    needed = _needed(system, wanted, names)
    jumping = {state for changes in system.jumps.values() for state in changes} & needed
    if jumping:
        raise ModelError(f"chance touches '{min(jumping)}', which treatment sets at a moment; no fit can be made then")
    signals: dict[str, Expression] = {}
    for name in system.signals:
        if name in needed:
            signals[name] = _around_quiet(system, name, names, fixed, set(noises))
    rates = {name: system.rates[name] for name in system.states if name in needed}
    held = {name: system.start[name] for name in system.start if name in needed and name in system.constants}
    expressions = [expression.subs(symbol(QUIET), 1) for expression in (*signals.values(), *rates.values())]
    signals = dict(zip(signals, expressions[: len(signals)], strict=True))
    rates = dict(zip(rates, expressions[len(signals) :], strict=True))
    held = {name: expression.subs(symbol(QUIET), 1) for name, expression in held.items()}
    used = {
        name for expression in (*signals.values(), *rates.values(), *held.values()) for name in names_in(expression)
    }
    own = {*signals, *rates, *held, *noises}
    series = used - own - fixed
    fast = _ordered(tuple(name for name in rates if name in system.stiff), signals, rates)
    lasting = {name for noise in system.noises for name in (noise.lasts, noise.start_shift, noise.start_spread) if name}
    return Touched(
        signals=signals,
        rates=rates,
        held=held,
        fast=fast,
        slow=tuple(name for name in rates if name not in system.stiff),
        series=tuple(sorted(series | {f"{name}__quiet" for name in fast})),
        constants=tuple(sorted((used & fixed) | lasting)),
        noises=noises,
    )


def _reached(system: System, found: set[str]) -> set[str]:
    """Everything that depends on chance, directly or through others."""
    stated = {**system.start, **system.rates, **system.signals}
    sources = {name: names_in(expression) for name, expression in stated.items()}
    for name in system.constants:
        sources[name] = names_in(system.start[name])
    while True:
        more = {name for name, used in sources.items() if used & found} - found
        if not more:
            return found
        found |= more


def _needed(system: System, wanted: Iterable[str], reached: set[str]) -> set[str]:
    """The touched names that `wanted` needs."""
    needed, waiting = set(), [name for name in wanted if name in reached]
    while waiting:
        name = waiting.pop()
        if name in needed:
            continue
        needed.add(name)
        stated = system.signals.get(name, system.rates.get(name, system.start.get(name)))
        if stated is not None:
            waiting += [other for other in names_in(stated) if other in reached]
    return needed


def _around_quiet(system: System, name: str, reached: set[str], fixed: set[str], noises: set[str]) -> Expression:
    """A touched signal as what it is without chance plus what chance adds, where it is linear in what chance touches."""
    stated = system.signals[name]
    inside = sorted(names_in(stated) & reached)
    outside = names_in(stated) - reached - fixed
    if set(inside) & noises or len(outside) < 2:
        return stated
    total = symbol(f"{name}__quiet")
    for other in inside:
        slope = sympy.diff(stated, symbol(other))
        if names_in(slope) - fixed:
            return stated
        total = total + slope * (symbol(other) - _quiet_value(system, other))
    return total


def _quiet_value(system: System, name: str) -> Expression:
    """What a touched quantity is in a run without chance: nothing, or a recorded series."""
    stated = system.signals.get(name, system.start.get(name) if name in system.constants else None)
    if stated is not None and sympy.simplify(stated.subs(symbol(QUIET), 0)) == 0:
        return sympy.Integer(0)
    return symbol(f"{name}__quiet")


def _ordered(
    fast: tuple[str, ...], signals: Mapping[str, Expression], rates: Mapping[str, Expression]
) -> tuple[str, ...]:
    """Fast states in an order in which each needs only those before it."""
    waiting = list(fast)
    done: list[str] = []
    uses = {name: names_in(resolved(rates[name], signals)) & set(fast) - {name} for name in fast}
    while waiting:
        ready = next((name for name in waiting if uses[name] <= set(done)), None)
        if ready is None:
            raise ModelError("fast states that chance touches depend on each other in a circle: " + ", ".join(waiting))
        done.append(ready)
        waiting.remove(ready)
    return tuple(done)


def resolved(expression: Expression, signals: Mapping[str, Expression]) -> Expression:
    """An expression with its touched signals written out."""
    while inside := [name for name in names_in(expression) if name in signals]:
        expression = expression.subs({symbol(name): signals[name] for name in inside})
    return expression
