"""Points in the middle of a course, the rates there by the reference solution, and errors over people."""

from __future__ import annotations

import numpy as np

from rewire.engine.reference import _functions
from rewire.engine.targets.numbers import load
from rewire.engine.targets.source import Places, start_source
from rewire.models.parameters import Circumstances, parameters
from rewire.population import people

CALM = Circumstances(switches={"daily_noise": False})


def calm_numbers(model, count=3):
    """Parameters `[parameter, person]` without the noise of daily life."""
    return parameters(model, people("TRD", count, seed=5), CALM)


def some_point(model, numbers, person=0):
    """A point in the middle of a course: everything a right-hand side needs."""
    places = Places.of(model.system)
    chance = np.random.default_rng(person)
    made = load(start_source(model.system))
    start = made["start"](numbers[:, person], [0.1, -0.2], [0.0] * len(model.system.linear_states))
    constants, states = np.split(np.array(start), [len(model.system.constants)])
    fixed = np.concatenate([numbers[:, person], constants])
    held = np.abs(chance.normal(size=len(places.held))) * 0.1
    linear = np.abs(chance.normal(size=len(model.system.linear_states)))
    return fixed, held, np.concatenate([linear, states * (1 + 0.01 * chance.normal(size=states.size))])


def by_reference(model, fixed, held, states):
    """The rates as the reference solution works them out."""
    functions = _functions(model)
    known = dict(zip(Places.of(model.system).all, [*fixed, *held, *states], strict=True))
    return np.array(functions.rates([known.get(name, 0.0) for name in functions.names]))


def e95(found, right):
    """By quantity: the 95th percentile over people of the largest error over time, relative to the largest value.

    Both hold `[time, person]` by name.
    """
    errors = {}
    for name, values in right.items():
        largest = np.maximum(np.abs(values).max(axis=0), 1e-4)
        errors[name] = np.quantile(np.abs(np.asarray(found[name], float) - values).max(axis=0) / largest, 0.95)
    return errors
