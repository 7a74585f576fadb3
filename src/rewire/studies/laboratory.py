"""Experiments on the model: inputs that no clinic can give, single parameters replaced, any quantity recorded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from rewire.core.random import stream
from rewire.engine.kernels import kernel
from rewire.engine.observe import observe
from rewire.engine.run import Recording, run
from rewire.engine.schedule import LEVEL, PULSE, Action, build, minutes
from rewire.errors import StudyError
from rewire.layers.symptoms import SCALES
from rewire.models.inputs import actions_of, masking_of
from rewire.models.parameters import Circumstances, parameters
from rewire.models.standard import standard_model
from rewire.plans.plan import Plan
from rewire.population import People
from rewire.sources import load_table

Array = NDArray[np.float64]
STILL: Mapping[str, bool] = MappingProxyType({"daily_noise": False, "expectancy": False, "contact": False})
"""Hypotheses switched off so that nothing but the drug, life and practice moves a person: the calm of a laboratory."""


@dataclass(frozen=True)
class Trace:
    """What an experiment recorded: quantities `[time, person]` at `hours`, in those `people`."""

    people: People
    recording: Recording

    def values(self, name: str, *hours: float) -> Array:
        """A quantity `[time, person]` at these hours, or at all of them."""
        if name not in self.recording.values:
            raise StudyError(f"'{name}' was not recorded", expected=", ".join(self.recording.values))
        rows = self._rows(hours) if hours else slice(None)
        return np.asarray(self.recording.values[name], float)[rows]

    def one(self, name: str, hour: float) -> float:
        """A quantity of the first person at one moment."""
        return float(self.values(name, hour)[0, 0])

    def scores(self, scale: str, *hours: float) -> Array:
        """Scores on paper `[time, person]` at these hours: with measurement error, rounded, within the scale."""
        table = load_table("scales").group(scale)
        latent = self.values(SCALES[scale], *hours)
        times = self.recording.hours if not hours else self.recording.hours[self._rows(hours)]
        return observe(
            latent,
            error=table.number("measurement_sd"),
            low=table.number("minimum"),
            high=table.number("maximum"),
            seed=self.people.seed,
            first=self.people.first,
            stream=stream(f"error.{scale}"),
            minutes=minutes(times),
        ).astype(float)

    def _rows(self, hours: Sequence[float]) -> NDArray[np.int64]:
        rows = np.searchsorted(self.recording.hours, np.asarray(hours, float) - 1e-6)
        if rows.max() >= self.recording.hours.size or not np.allclose(self.recording.hours[rows], hours):
            raise StudyError("a time was not recorded", expected=f"0 to {self.recording.hours[-1]:g} h as recorded")
        return rows


def experiment(
    people: People,
    *phrases: str,
    record: Sequence[str],
    at: Sequence[float],
    extra: Sequence[Action] = (),
    masking: str | None = None,
    switches: Mapping[str, bool] | None = None,
    values: Mapping[str, float] | None = None,
) -> Trace:
    """Runs `phrases` of a plan and `extra` inputs on people, and records quantities `at` these hours.

    `extra` reaches inputs that plans cannot name (deletion of synapses, doses for animals). `values` replaces single
    parameters. Safety rules do not apply: nobody is treated here.
    """
    model = standard_model()
    compiled = kernel(model)
    plan = Plan(*phrases, research=True)
    end = float(max(at))
    if end <= 0.0:
        raise StudyError("an experiment without a length", expected="at least one moment after the start")
    actions, gates = actions_of(plan, end, people.scale)
    given = Circumstances(masking=masking or masking_of(plan), switches=dict(switches or {}), values=dict(values or {}))
    schedule = build(compiled.layout, [*actions, *extra], gates, sorted(at), end)
    numbers = parameters(model, people, given)
    return Trace(people, run(compiled, schedule, numbers, seed=people.seed, first=people.first, record=list(record)))


def pulse(name: str, at: float, amount: float = 1.0) -> Action:
    """One input at one moment (h)."""
    return Action(at, PULSE, name, amount)


def infusion(mg_per_kg: float, hours: float, at: float = 0.0) -> tuple[Action, Action]:
    """Ketamine by vein over `hours`, of any size: animals get more than a plan allows."""
    rate = mg_per_kg / hours
    return (
        Action(at, LEVEL, "ketamine_infusion", rate, by_weight=True, fine=True),
        Action(at + hours, LEVEL, "ketamine_infusion", -rate, by_weight=True),
    )
