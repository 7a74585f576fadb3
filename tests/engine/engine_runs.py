"""Short ways to run the standard model in the engine's tests."""

from __future__ import annotations

import numpy as np

from rewire.engine.run import run
from rewire.engine.schedule import LEVEL, PULSE, Action, Gate, build
from rewire.models.inputs import actions_of
from rewire.models.parameters import Circumstances, parameters
from rewire.models.standard import standard_model
from rewire.plans import Plan
from rewire.population import people

CALM = Circumstances(switches={"daily_noise": False})
TREATMENT = Plan(
    "ketamine 0.5 mg/kg IV over 40 min, twice weekly for 2 weeks",
    "esketamine 84 mg intranasal, days 16, 19",
    "sertraline 100 mg oral, daily",
    "CBT 50 min, 24 h after each ketamine",
)


def simulate(
    kernel, who, records, *, actions=(), gates=(), where=None, names=("madrs",), grid=None, pool=None, pieces=1
):
    """Records at `records` (h), the last of which ends the run."""
    schedule = build(kernel.layout, actions, gates, records, records[-1], grid)
    numbers = parameters(standard_model(), who, where or Circumstances())
    return run(kernel, schedule, numbers, seed=who.seed, first=who.first, record=names, pool=pool, pieces=pieces)


def treated(hours):
    """The actions of the treatment plan."""
    return actions_of(TREATMENT, hours, "MADRS")[0]


def pulse(name, at, amount, gate=0):
    return Action(at, PULSE, name, amount, gate=gate)


def hold(name, start, end, value, gate=0):
    return [Action(start, LEVEL, name, value, gate=gate), Action(end, LEVEL, name, -value, gate=gate)]


def rule(comparison, limit, times, *, latched, error=0.0, signal="madrs", baseline=""):
    return Gate(signal, error, 0.0, 60.0, 7, limit, comparison, latched, tuple(times), baseline)


def quantities(kernel):
    """Every state and signal."""
    return (*kernel.layout.states, *kernel.layout.linear_states, *kernel.layout.signals)


def same_bits(one, other):
    return one.values.keys() == other.values.keys() and all(
        np.array_equal(one.values[name], other.values[name]) for name in one.values
    )


__all__ = ["CALM", "hold", "people", "pulse", "quantities", "rule", "same_bits", "simulate", "treated"]
