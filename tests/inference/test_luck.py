"""The touched part, worked out alone, follows the engine along the same path of daily life."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest

import rewire as rw
from rewire.engine.run import run
from rewire.engine.schedule import build
from rewire.inference.cloud import Prior, Quiet, prior_cloud, run_quiet
from rewire.inference.filter import Particles, begin, luck_between, march
from rewire.inference.luck import FUNCTIONS, luck
from rewire.inference.luck_source import luck_text
from rewire.inference.touched import touched
from rewire.layers.symptoms import SCALES
from rewire.machine.native import Library, compile_text
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


def rows(columns):
    """Columns side by side, in one piece."""
    return np.ascontiguousarray(np.stack(columns, axis=-1))


def normals_of(noises, loud, grid, c, constants):
    """The normal draws at time zero `[person, noise]` and of each block `[person, block, noise]` behind a path."""
    at = {name: c[:, column] for column, name in enumerate(constants)}
    begun, blocks = [], []
    for noise in noises:
        path = loud.values[noise.name]
        shift = at[noise.start_shift] if noise.start_shift else 0.0
        begun.append((path[0] - shift) / (at[noise.start_spread] if noise.start_spread else 1.0))
        kept = np.exp(-12.0 / at[noise.lasts])
        moving = [k for k, hour in enumerate(grid) if hour > 0 and hour % 12 == 0]
        blocks.append([(path[k] - kept * path[k - 1]) / np.sqrt(1 - kept**2) for k in moving])
    return rows(begun), np.ascontiguousarray(np.array(blocks).transpose(2, 1, 0))


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
    c = rows([quiet.values[n][0] if n in quiet.values else numbers[at[n]] for n in part.constants])
    series = rows([quiet.values[name].T for name in part.recorded])
    start = rows([quiet.values[name][0] for name in part.states])
    begun, normals = normals_of(standard.system.noises, loud, grid, c, part.constants)
    x, noise = np.zeros((people.n, part.width)), np.empty((people.n, len(part.noises)))
    everybody = np.arange(people.n)
    part.call("begin", people.n, x, noise, everybody, c, start, series, len(grid), begun)
    particles = Particles(x, noise, everybody)
    moves = np.array([hour > 0 and hour % 12 == 0 for hour in grid])
    still = Quiet(np.array(grid), moves, series, start, c, {})
    keep = np.arange(len(grid)) - 1
    out = march(particles, still, 0, len(grid) - 1, keep, normals).transpose(1, 2, 0)
    assert np.allclose(particles.noise, np.stack([loud.values[n][-2] for n in part.noises], axis=-1))
    for place, (scale, signal) in enumerate(SCALES.items()):
        gap = np.abs(out[:, place] - loud.values[signal][1:])
        assert gap.mean() < 0.15, (scale, gap.mean())
        assert np.quantile(gap, 0.99) < 1.2, (scale, np.quantile(gap, 0.99))


def test_rows_of_any_width_and_halves_side_by_side_give_the_same_bits(standard, monkeypatch):
    text = luck_text(standard.system, touched(standard.system, SCALES.values()), SCALES, 4)
    narrow = Library(compile_text(text), {name: ("i64",) * (1 + count) for name, count in FUNCTIONS.items()})
    cloud = prior_cloud(Prior(size=128))
    actions, _ = actions_of(PLAN, 600.0, "MADRS")
    quiet = run_quiet(cloud, actions, (), [600.0], 600.0)
    owner, keep = np.arange(101) % 128, np.arange(quiet.hours.size) - 1
    own = luck(standard)
    found = []
    with ThreadPoolExecutor(2) as pool:
        for part, side_by_side in ((own, None), (replace(own, library=narrow), None), (own, pool)):
            monkeypatch.setattr("rewire.inference.filter.models", lambda part=part: (standard, None, part))
            chance = np.random.default_rng(3)
            particles = begin(quiet, owner, chance)
            last = quiet.row(600.0)
            out = march(particles, quiet, 0, last, keep, luck_between(quiet, 0, last, 101, chance), side_by_side)
            found.append((out, particles.x, particles.noise))
    for other in found[1:]:
        assert all(np.array_equal(one, two) for one, two in zip(found[0], other, strict=True))


def test_arrays_that_stand_in_pieces_are_refused(standard):
    with pytest.raises(ValueError, match="row by row"):
        luck(standard).call("begin", 4, np.zeros((4, 8)).T, *[np.zeros(4)] * 6, 1, np.zeros(4))
