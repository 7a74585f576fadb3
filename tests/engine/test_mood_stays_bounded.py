"""Mood lies between -1 and 1 whatever the numbers: a step may be inexact where mood is fast, never unstable."""

from __future__ import annotations

import numpy as np
import pytest

import rewire as rw
from rewire.engine.kernels import kernel
from rewire.models.parameters import Circumstances
from rewire.models.standard import standard_model
from rewire.studies.cohort import Arm, prepare, simulate


@pytest.mark.parametrize("mood_time", [0.13, 0.5])
def test_fast_mood_with_strong_feedback(mood_time: float) -> None:
    model = standard_model()
    compiled = kernel(model, "float64")
    plan = rw.Plan("ketamine 0.5 mg/kg IV over 40 min, twice weekly for 2 weeks")
    values = {"mood_time": mood_time, "mood_coupling": 0.67}
    people = rw.people("TRD", 1000, seed=3)
    arm = Arm.of("ketamine", plan, Circumstances(values=values))
    ready = prepare(compiled, arm, 1920.0, [24.0 * day for day in range(81)], people.scale)
    mood = simulate(model, compiled, ready, people, ["mood"]).values["mood"]
    assert np.abs(mood).max() <= 1.0
