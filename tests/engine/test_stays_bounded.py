"""What lies between bounds stays there whatever the numbers: a step may be inexact where a rate is high, never unstable."""

from __future__ import annotations

import numpy as np
import pytest

import rewire as rw
from rewire.engine.kernels import kernel
from rewire.models.parameters import Circumstances
from rewire.models.standard import standard_model
from rewire.studies.cohort import Arm, prepare, simulate

PEOPLE = rw.people("TRD", 1000, seed=3)


def course(plan: str, values: dict[str, float], name: str, hours: list[float]) -> np.ndarray:
    model = standard_model()
    arm = Arm.of("ketamine", rw.Plan(plan, research=True), Circumstances(values=values))
    compiled = kernel(model, "float64")
    ready = prepare(compiled, arm, hours[-1], hours, PEOPLE.scale)
    return simulate(model, compiled, ready, PEOPLE, [name]).values[name]


@pytest.mark.parametrize("mood_time", [0.13, 0.5])
def test_fast_mood_with_strong_feedback(mood_time: float) -> None:
    plan, days = "ketamine 0.5 mg/kg IV over 40 min, twice weekly for 2 weeks", [24.0 * day for day in range(81)]
    mood = course(plan, {"mood_time": mood_time, "mood_coupling": 0.67}, "mood", days)
    assert np.abs(mood).max() <= 1.0


@pytest.mark.parametrize("plan", ["ketamine 0.5 mg/kg IV over 40 min, day 1", "ketamine 4.5 mg/kg IV over 40 h, day 1"])
def test_a_fast_effect_that_builds_up_at_once(plan: str) -> None:
    effect = course(plan, {"fast_rate": 100.0}, "fast_effect_state", [0.5 * half for half in range(160)])
    assert effect.min() >= 0.0 and 0.9 < effect.max() <= 1.0
