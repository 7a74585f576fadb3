"""W2: the shipped model under eight infusions, twelve hours of therapy and daily sertraline, read daily, 26 weeks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rewire.core.model import Model
from rewire.engine.schedule import Grid, Schedule, build
from rewire.models.inputs import actions_of, factors_of, masking_of
from rewire.models.parameters import Circumstances, parameters
from rewire.models.standard import standard_model
from rewire.plans.plan import Plan
from rewire.population import people

WEEKS = 26
SEED = 7
PLAN = (
    "ketamine 0.5 mg/kg IV over 40 min, twice weekly for 4 weeks",
    "CBT 60 min, 30 h after each ketamine",
    "CBT 60 min, days 32, 39, 46, 53",
    "sertraline 100 mg oral, daily",
)


@dataclass(frozen=True)
class Setting:
    """A workload of the shipped model."""

    model: Model
    people: Callable[[int], NDArray[np.float64]]
    schedule: Callable[[Any, Grid], Schedule]
    recorded: str


def w2_setting() -> Setting:
    """W2, ready to run."""
    plan, model, hours = Plan(*PLAN), standard_model(), WEEKS * 168.0
    actions, gates = actions_of(plan, hours, "MADRS")
    where = Circumstances(masking=masking_of(plan), factors=factors_of(plan))
    days = [24.0 * day for day in range(WEEKS * 7 + 1)]

    def schedule(compiled: Any, grid: Grid) -> Schedule:
        return build(compiled.layout, actions, gates, days, hours, grid)

    return Setting(model, lambda n: parameters(model, people("TRD", n, seed=SEED), where), schedule, "madrs")
