"""Drug levels by a second route: the layers' own equations, integrated step by step with SciPy.

Nothing here is shared with the engine, which advances the same compartments with matrix exponentials.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

import numpy as np
import sympy
from scipy.integrate import solve_ivp

from rewire.core.declare import Parameter
from rewire.core.layer import Layer
from rewire.core.model import Model
from rewire.core.symbols import Names, symbol
from rewire.layers.drug import (
    Antidepressant,
    Conversions,
    EffectSite,
    Esketamine,
    Interactions,
    Ketamine,
    Midazolam,
    Rapamycin,
)
from rewire.layers.giving import give
from rewire.sources import load_table

TOPICS = (
    "conversions",
    "interactions",
    "esketamine",
    "ketamine",
    "effect_site",
    "midazolam",
    "rapamycin",
    "antidepressant",
)
PERSON = {"body_weight": 70.0, "age": 40.0, "asian": 0.0, "japanese": 0.0}


class Somebody(Layer):
    """The four traits of a person that drug levels depend on."""

    name = "person"
    parameters = (
        Parameter("body_weight", "kg_body", "body weight"),
        Parameter("age", "year", "age"),
        Parameter("asian", "1", "1 for Asian people"),
        Parameter("japanese", "1", "1 for Japanese people"),
    )

    def equations(self, q: Names) -> Mapping[object, object]:
        return {}


MODEL = Model(
    (
        Somebody(),
        Conversions(),
        Interactions(),
        Esketamine(),
        Ketamine(),
        EffectSite(),
        Midazolam(),
        Rapamycin(),
        Antidepressant(),
    )
)


@dataclass(frozen=True)
class Dose:
    """`mg` of a drug by a route, over `lasting` hours, at `at` hours."""

    drug: str
    route: str
    mg: float
    lasting: float = 0.0
    at: float = 0.0


@dataclass(frozen=True)
class Curves:
    """Levels over time: `values[name]` at `time` (h)."""

    time: np.ndarray
    values: Mapping[str, np.ndarray]

    def peak(self, name: str) -> float:
        return float(self.values[name].max())

    def peak_time(self, name: str) -> float:
        return float(self.time[self.values[name].argmax()])

    def area(self, name: str, until: float = np.inf) -> float:
        inside = self.time <= until
        return float(np.trapezoid(self.values[name][inside], self.time[inside]))

    def at(self, name: str, hour: float) -> float:
        return float(np.interp(hour, self.time, self.values[name]))


@cache
def typical() -> dict[str, float]:
    """The value of every parameter, from the tables."""
    known = {quantity.name for layer in MODEL.layers for quantity in layer.parameters}
    values = dict(PERSON)
    for topic in TOPICS:
        values.update({name: entry.number for name, entry in load_table(topic).entries().items()})
    assert set(values) == known
    return values


@dataclass(frozen=True)
class Equations:
    """The equations of all layers as functions of states, levels and parameters, in the order of these names."""

    states: list[str]
    levels: list[str]
    parameters: list[str]
    signals: list[str]
    rates: Callable[..., list[float]]
    seen: Callable[..., list[np.ndarray]]
    jumps: Mapping[str, Mapping[str, Callable[..., float]]]


@cache
def compiled() -> Equations:
    """The layers' expressions turned into functions, once."""
    layers = MODEL.layers
    states = [quantity.name for layer in layers for quantity in layer.states]
    levels = [quantity.name for layer in layers for quantity in layer.levels]
    signals = [quantity.name for layer in layers for quantity in layer.signals]
    parameters = sorted(typical())
    stated: dict[str, sympy.Expr] = {}
    jumps: dict[str, dict[str, Callable[..., float]]] = {}
    for layer in layers:
        q = Names(layer.name, [*(own.name for own in layer.own()), *(read.name for read in layer.reads)])
        stated.update({str(key): sympy.sympify(expression) for key, expression in layer.equations(q).items()})
        for pulse, changes in layer.jumps(q).items():
            given = [*map(symbol, states), *map(symbol, parameters), pulse]
            jumps[str(pulse)] = {
                str(key): sympy.lambdify(given, expression, modules="math") for key, expression in changes.items()
            }
    known = [*map(symbol, states), *map(symbol, levels), *map(symbol, parameters)]
    rates = sympy.lambdify(known, [stated[name] for name in states], modules="math", cse=True)
    seen = sympy.lambdify(known, [stated[name] for name in signals], modules="numpy", cse=True)
    return Equations(states, levels, parameters, signals, rates, seen, jumps)


def simulate(doses: Sequence[Dose], hours: float = 24.0, step: float = 1 / 60, **changes: float) -> Curves:
    """Curves of all states and signals after `doses`; `changes` replaces parameters of the typical person."""
    model = compiled()
    assert set(changes) <= set(model.parameters), changes
    person = [{**typical(), **changes}[name] for name in model.parameters]
    givings = [(dose, giving) for dose in doses for giving in give(dose.drug, dose.route, dose.lasting)]
    ends = [dose.at + giving.lasts for dose, giving in givings]
    edges = [edge for edge in sorted({0.0, hours, *(dose.at for dose in doses), *ends}) if edge <= hours]
    now = np.zeros(len(model.states))
    times, rows, inputs = [], [], []
    for begin, end in pairwise(edges):
        level = [0.0] * len(model.levels)
        for dose, giving in givings:
            if giving.kind == "level" and dose.at <= begin < dose.at + giving.lasts:
                level[model.levels.index(giving.input)] += giving.amount(dose.mg)
            if giving.kind == "pulse" and dose.at == begin:
                moves = model.jumps[giving.input].items()
                after = {key: move(*now, *person, giving.amount(dose.mg)) for key, move in moves}
                for key, value in after.items():
                    now[model.states.index(key)] = value
        grid = np.linspace(begin, end, max(2, int(np.ceil((end - begin) / step)) + 1))
        solved = solve_ivp(
            lambda _, y, level=level: model.rates(*y, *level, *person),
            (begin, end),
            now,
            method="LSODA",
            t_eval=grid,
            rtol=1e-8,
            atol=1e-10,
        )
        assert solved.success
        times.append(grid)
        rows.append(solved.y)
        inputs.append(np.repeat(np.array(level)[:, None], len(grid), axis=1))
        now = solved.y[:, -1].copy()
    time, y, u = np.concatenate(times), np.concatenate(rows, axis=1), np.concatenate(inputs, axis=1)
    values = dict(zip(model.states, y, strict=True))
    shown = model.seen(*y, *u, *person)
    values.update({name: np.broadcast_to(curve, time.shape) for name, curve in zip(model.signals, shown, strict=True)})
    return Curves(time, values)
