"""A second, slow way to the same numbers: SciPy's adaptive solver on the equations as the layers state them.

Nothing of the kernel is used: no matrix exponentials, no fixed steps, no generated code. The solver starts anew at
every action and every change of the noise of daily life, with the same chance. It serves to check the engine; a run of
a month takes half a second for one person.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np
import sympy
from numpy.typing import NDArray

from rewire.core.model import Model
from rewire.core.random import philox, stream
from rewire.core.symbols import Expression, symbol
from rewire.core.system import System, collect
from rewire.engine.observe import observe_one
from rewire.engine.schedule import LEVEL, NOISE_STEP, PULSE, TICK, Action, Gate, minutes
from rewire.errors import StudyError

FIRST_BLOCK = 0xFFFFFFFF
"""The block of chance from which the noises of time zero are drawn."""
COMPARE: Mapping[str, Callable[[float, float], bool]] = {
    ">=": lambda score, limit: score >= limit,
    "<=": lambda score, limit: score <= limit,
    ">": lambda score, limit: score > limit,
    "<": lambda score, limit: score < limit,
}


def solve_reference(
    model: Model,
    parameters: NDArray[np.float64],
    actions: Sequence[Action],
    hours: Sequence[float],
    *,
    seed: int,
    person: int,
    gates: Sequence[Gate] = (),
    tolerance: float = 1e-10,
) -> dict[str, NDArray[np.float64]]:
    """Every state, signal, constant and noise `[time]` of one person at `hours` (h, sorted, from 0 on).

    `parameters` `[parameter]` stand in the order of `model.parameters`; the last of `hours` ends the run; `tolerance`
    is the relative error allowed per step. Raises `StudyError` when SciPy is missing or the solver gives up.
    """
    hours = [float(hour) for hour in hours]
    if not hours or sorted(hours) != hours or hours[0] < 0:
        raise StudyError("the reference solution needs sorted times from 0 on")
    course = _Course(_functions(model), model.system, np.asarray(parameters, float), seed, person, tolerance)
    recorded = course.follow(actions, gates, hours)
    return {name: np.array([row[name] for row in recorded]) for name in recorded[0]}


def draw_normals(seed: int, person: int, noise: str, block: int) -> tuple[float, float, float, float]:
    """The four successive standard normals of one noise, from 24 bits each, as the kernel draws them."""
    words = [
        np.uint64(part)
        for part in (person & FIRST_BLOCK, block, stream(noise), person >> 32, seed & FIRST_BLOCK, seed >> 32)
    ]
    a, b, c, d = (int(word) >> 8 for word in philox(*words))
    first, second = (math.sqrt(-2 * math.log((word + 0.5) / 2**24)) for word in (a, c))
    one, two = 2 * math.pi * b / 2**24, 2 * math.pi * d / 2**24
    return first * math.cos(one), first * math.sin(one), second * math.cos(two), second * math.sin(two)


@dataclass(frozen=True)
class _Functions:
    """The model's equations as Python functions of the list of all its numbers."""

    names: tuple[str, ...]
    states: tuple[str, ...]
    linear: tuple[str, ...]
    rates: Callable[[Sequence[float]], list[float]]
    linear_rates: Callable[[Sequence[float]], list[float]]
    signals: Callable[[Sequence[float]], list[float]]
    start: tuple[tuple[str, Callable[[Sequence[float]], float]], ...]
    jumps: Mapping[str, tuple[tuple[str, ...], Callable[[Sequence[float]], list[float]]]]


@cache
def _functions(model: Model) -> _Functions:
    system, stated = model.system, collect(model).equations
    linear = system.linear_states
    states = (*linear, *system.states)
    noises = tuple(noise.name for noise in system.noises)
    names = (*system.parameters, *system.constants, *system.levels, *system.pulses, *noises, *states)
    everything = [symbol(name) for name in names]

    def function(expressions: Sequence[Expression]) -> Callable[[Sequence[float]], Any]:
        signals = [(symbol(name), _plain_power(system.signals[name])) for name in system.needed(expressions)]
        stated_here = [_plain_power(expression) for expression in expressions]
        return sympy.lambdify(  # type: ignore[no-any-return]
            [everything], stated_here, [{"power": _power}, "math"], cse=lambda given: (signals, list(given))
        )

    order = [name for name in system.start if name not in system.signals]
    return _Functions(
        names,
        states,
        linear,
        rates=function([stated[name] for name in states]),
        linear_rates=function([stated[name] for name in linear]),
        signals=function([symbol(name) for name in system.signals]),
        start=tuple((name, function([system.start[name]])) for name in order),
        jumps={pulse: (tuple(changes), function(list(changes.values()))) for pulse, changes in system.jumps.items()},
    )


def _power(base: float, exponent: float) -> float:
    """A power of a level; a level that the solver has taken a hair below zero counts as zero."""
    return float(base**exponent) if base > 0 else 0.0


def _plain_power(expression: Expression) -> Expression:
    varying = [power for power in expression.atoms(sympy.Pow) if power.base != sympy.E and not power.exp.is_number]
    return (
        expression.xreplace({power: sympy.Function("power")(*power.args) for power in varying})
        if varying
        else expression
    )


class _Course:
    """One person on the way through a plan: all numbers of the moment, by place in the list of names."""

    def __init__(
        self,
        functions: _Functions,
        system: System,
        parameters: NDArray[np.float64],
        seed: int,
        person: int,
        tolerance: float,
    ) -> None:
        self.functions, self.system, self.tolerance = functions, system, tolerance
        self.seed, self.person = seed, person
        self.at = {name: k for k, name in enumerate(functions.names)}
        self.now = [0.0] * len(functions.names)
        self.now[: parameters.size] = parameters.tolist()
        self.held: dict[int, float] = {}
        self.begun = False

    def follow(
        self, actions: Sequence[Action], gates: Sequence[Gate], hours: Sequence[float]
    ) -> list[dict[str, float]]:
        """The records at `hours`. At one moment: the noise, the record, what ends, decisions, what begins."""
        self.gates, self.open = gates, [1.0] * (len(gates) + 1)
        end = hours[-1]
        steps = np.arange(0.0, end, NOISE_STEP).tolist()
        given = [action.at for action in actions] + [time for gate in gates for time in gate.times]
        moments: list[float] = []
        for time in sorted({0.0, end, *steps, *hours, *(time for time in given if time < end)}):
            if not moments or time - moments[-1] > TICK:
                moments.append(time)
        recorded: list[dict[str, float]] = []
        for time, following in pairwise([*moments, math.inf]):
            if abs(time) <= TICK:
                self._begin()
            if time > TICK and abs(time / NOISE_STEP - round(time / NOISE_STEP)) * NOISE_STEP <= TICK:
                self._move_noise(round(time / NOISE_STEP))
            if len(recorded) < len(hours) and abs(hours[len(recorded)] - time) <= TICK:
                recorded.append(self._record())
            if following == math.inf:
                break
            due = [action for action in actions if abs(action.at - time) <= TICK]
            self._act([action for action in due if action.kind == LEVEL and action.value < 0])
            for number, gate in enumerate(gates, start=1):
                if any(abs(judged - time) <= TICK for judged in gate.times):
                    self._decide(number, gate, time)
            self._act([action for action in due if action.kind == PULSE or action.value > 0])
            self._integrate(time, following)
        return recorded

    def _begin(self) -> None:
        for noise in self.system.noises:
            chance = draw_normals(self.seed, self.person, noise.name, FIRST_BLOCK)[0]
            spread = self.now[self.at[noise.start_spread]] if noise.start_spread else 1.0
            shift = self.now[self.at[noise.start_shift]] if noise.start_shift else 0.0
            self.now[self.at[noise.name]] = shift + spread * chance
        for name, value in self.functions.start:
            self.now[self.at[name]] = value(self.now)[0]  # type: ignore[index]
        self.begun = True

    def _move_noise(self, block: int) -> None:
        for noise in self.system.noises:
            kept = math.exp(-NOISE_STEP / self.now[self.at[noise.lasts]])
            chance = draw_normals(self.seed, self.person, noise.name, block // 4)[block % 4]
            place = self.at[noise.name]
            self.now[place] = kept * self.now[place] + math.sqrt(1 - kept * kept) * chance

    def _act(self, actions: Sequence[Action]) -> None:
        for action in actions:
            amount = action.value * (self.now[self.at["body_weight"]] if action.by_weight else 1.0)
            if action.kind == LEVEL:
                if action.value > 0:
                    self.held[action.gate] = self.open[action.gate]
                self.now[self.at[action.name]] += amount * self.held.get(action.gate, 1.0)
            elif amount * self.open[action.gate] > 0:
                self.now[self.at[action.name]] = amount
                changed, jump = self.functions.jumps[action.name]
                for name, value in zip(changed, jump(self.now), strict=True):
                    self.now[self.at[name]] = value
                self.now[self.at[action.name]] = 0.0

    def _decide(self, number: int, gate: Gate, time: float) -> None:
        latent = self._record()[gate.signal]
        score = observe_one(
            latent, gate.error, gate.low, gate.high, self.seed, self.person, gate.stream, int(minutes(time))
        )
        limit = gate.limit * (self.now[self.at[gate.baseline]] if gate.baseline else 1.0)
        met = COMPARE[gate.comparison](score, limit)
        if gate.latched:
            self.open[number] = 0.0 if met else self.open[number]
        else:
            self.open[number] = 1.0 if met else 0.0

    def _integrate(self, start: float, end: float) -> None:
        """Adaptive integration with all inputs held; before time zero only the linear states move."""
        try:
            from scipy.integrate import solve_ivp
        except ImportError:
            raise StudyError("the reference solution needs SciPy", advice="pip install scipy") from None
        count = len(self.functions.states if self.begun else self.functions.linear)
        rates = self.functions.rates if self.begun else self.functions.linear_rates
        first = self.at[self.functions.states[0]]
        fixed, rest = self.now[:first], self.now[first + count :]

        def slope(_: float, moving: NDArray[np.float64]) -> list[float]:
            return rates([*fixed, *moving.tolist(), *rest])

        solved = solve_ivp(
            slope,
            (start, end),
            self.now[first : first + count],
            method="LSODA",
            rtol=self.tolerance,
            atol=self.tolerance * 1e-2,
        )
        if not solved.success:
            raise StudyError(f"the reference solver gave up at {solved.t[-1]:.3f} h: {solved.message}")
        self.now[first : first + count] = solved.y[:, -1].tolist()

    def _record(self) -> dict[str, float]:
        values = dict(
            zip(
                self.functions.names[len(self.system.parameters) :],
                self.now[len(self.system.parameters) :],
                strict=True,
            )
        )
        return values | dict(zip(self.system.signals, self.functions.signals(self.now), strict=True))
