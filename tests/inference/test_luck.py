"""The touched part, worked out alone, follows the engine along the same path of daily life."""

from __future__ import annotations

import numpy as np
import pytest

import rewire as rw
from rewire.engine.run import run
from rewire.engine.schedule import build
from rewire.inference.luck import luck
from rewire.inference.touched import touched
from rewire.layers.symptoms import SCALES
from rewire.models.inputs import actions_of
from rewire.models.parameters import Circumstances, parameters

PLAN = rw.Plan("ketamine 0.5 mg/kg IV over 40 min, twice weekly for 3 weeks", "CBT 50 min, weekly for 6 weeks")
WEEKS = 8


def test_chance_touches_mood_and_what_follows_but_no_drug_state(standard):
    part = touched(standard.system, SCALES.values())
    assert part.fast == ("mood", "threat")
    assert set(part.slow) == {"mood_last_week", "mood_last_fortnight", "threat_last_fortnight", "trauma_last_week"}
    assert "mood_drive__quiet" in part.series
    assert not any("ketamine" in name for name in (*part.series, *part.constants))


@pytest.mark.parametrize("condition", ["TRD", "PTSD", "healthy"])
def test_the_same_path_gives_the_scores_of_the_engine(standard, double, condition):
    people = rw.people(condition, 64, seed=3)
    hours = WEEKS * 168.0
    actions, gates = actions_of(PLAN, hours, "MADRS")
    doses = [action.at for action in actions if action.fine]
    grid = sorted({*np.arange(0, hours + 1, 12.0), *(d + o for d in doses for o in (1, 2, 4, 8) if d + o < hours)})
    schedule = build(double.layout, actions, gates, grid, hours)
    loud = run(
        double,
        schedule,
        parameters(standard, people, Circumstances()),
        seed=people.seed,
        record=(*SCALES.values(), "slow_noise", "day_noise"),
    )
    part = luck(standard)
    quiet = run(
        double,
        schedule,
        parameters(standard, people, Circumstances(switches={"daily_noise": False})),
        seed=people.seed,
        record=tuple(
            dict.fromkeys((*part.recorded, *part.states, *set(part.constants) & set(double.layout.constants)))
        ),
    )
    numbers = parameters(standard, people, Circumstances())
    at = {name: row for row, name in enumerate(double.layout.parameters)}
    c = np.stack([quiet.values[n][0] if n in quiet.values else numbers[at[n]] for n in part.constants], axis=-1)
    series = np.stack([quiet.values[name].T for name in part.recorded], axis=-1)
    x = np.zeros((people.n, part.width))
    x[:, : len(part.states)] = np.stack([quiet.values[name][0] for name in part.states], axis=-1)
    noise = np.stack([loud.values[name] for name in part.noises], axis=-1)
    out = np.empty((len(grid), len(SCALES), people.n))
    latent = np.empty(len(SCALES))
    for n in range(people.n):
        part.module.hold(x[n], c[n], series[n, 0], noise[0, n])
        for k in range(len(grid)):
            if k:
                part.module.step(x[n], c[n], series[n, k - 1], series[n, k], noise[k - 1, n], grid[k] - grid[k - 1])
            part.module.read_scores(x[n], c[n], series[n, k], noise[k, n], latent)
            out[k, :, n] = latent
    for place, (scale, signal) in enumerate(SCALES.items()):
        gap = np.abs(out[:, place] - loud.values[signal])
        assert gap.mean() < 0.15, (scale, gap.mean())
        assert np.quantile(gap, 0.99) < 1.2, (scale, np.quantile(gap, 0.99))
