from __future__ import annotations

import numpy as np
import pytest
from engine_runs import hold, people, pulse, quantities, rule, simulate, treated

from rewire.engine.reference import draw_normals, solve_reference
from rewire.engine.schedule import SCORE_ERRORS, Action, Grid, build
from rewire.errors import StudyError
from rewire.models.parameters import Circumstances, parameters

WEEKS = 4
RECORDS = (0.0, 0.5, 2 / 3, 1.0, 2.0, 4.0, 8.0, 12.0, *np.arange(24.0, WEEKS * 168.0 + 1, 24.0))
COHORT = (("TRD", 7, 3), ("TRD", 8, 1), ("PTSD", 7, 2), ("healthy", 9, 2))
DRUG_LEVELS = ("_plasma", "_arterial", "_effect_site", "_blood", "_unbound", "antidepressant_adaptation")
SCORES = ("madrs", "hamd17", "qids", "phq9", "hama", "gad7", "caps5", "pcl5")


@pytest.fixture(scope="module")
def solved(standard):
    """For each group of people, the reference solution of every person."""
    found = {}
    for condition, seed, count in COHORT:
        numbers = parameters(standard, people(condition, count, seed=seed))
        found[condition, seed] = [
            solve_reference(standard, numbers[:, k], treated(RECORDS[-1]), RECORDS, seed=seed, person=k)
            for k in range(count)
        ]
    return found


def largest_errors(kernel, solved, grid=None):
    """For each quantity the errors of all people, each the largest over time relative to the largest value."""
    names = quantities(kernel)
    errors = {name: [] for name in names}
    for condition, seed, count in COHORT:
        who = people(condition, count, seed=seed)
        recorded = simulate(kernel, who, RECORDS, actions=treated(RECORDS[-1]), names=names, grid=grid)
        for k in range(count):
            for name in names:
                right = solved[condition, seed][k][name]
                wrong = np.abs(recorded.values[name][:, k] - right).max()
                errors[name].append(wrong / max(np.abs(right).max(), 1e-4))
    return {name: np.array(found) for name, found in errors.items()}


@pytest.fixture(scope="module")
def in_double(double, solved):
    return largest_errors(double, solved)


def test_drug_levels_are_exact(double, in_double):
    linear = [*double.layout.linear_states, *(name for name in double.layout.signals if name.endswith(DRUG_LEVELS))]
    assert len(linear) > 40
    assert max(in_double[name].max() for name in linear) < 1e-6


def test_scores_are_right_to_a_few_ten_thousandths(in_double):
    assert max(np.quantile(in_double[name], 0.95) for name in SCORES) < 6e-4


def test_every_quantity_is_right_to_three_thousandths(in_double):
    worst = max(in_double, key=lambda name: np.quantile(in_double[name], 0.95))
    assert np.quantile(in_double[worst], 0.95) < 3e-3, worst


def test_single_precision_agrees_with_double(double, single):
    names = quantities(double)
    who = people("TRD", 64, seed=7)
    one, two = (
        simulate(kernel, who, RECORDS, actions=treated(RECORDS[-1]), names=names) for kernel in (double, single)
    )
    for name in names:
        right = one.values[name]
        largest = np.maximum(np.abs(right).max(axis=0), 1e-6)
        assert np.quantile(np.abs(two.values[name] - right).max(axis=0) / largest, 0.95) < 2e-4, name


def test_smaller_steps_come_closer(double, solved, in_double, monkeypatch):
    from rewire.engine import schedule

    finer = tuple((until, step / 4) for until, step in schedule.AFTER_A_DOSE)
    monkeypatch.setattr(schedule, "AFTER_A_DOSE", finer)
    monkeypatch.setattr(schedule, "COARSE", schedule.COARSE / 4)
    errors = largest_errors(double, solved)
    coarse, fine = (max(np.quantile(found[name], 0.95) for name in found) for found in (in_double, errors))
    assert fine < coarse / 10
    assert fine < 1e-4


@pytest.mark.parametrize("name", SCORE_ERRORS)
def test_named_grids_err_as_far_as_they_say(double, solved, name):
    grid = Grid.named(name)
    errors = largest_errors(double, solved, grid)
    assert max(np.quantile(errors[score], 0.95) for score in SCORES) < SCORE_ERRORS[name]
    steps = {other: build(double.layout, [], [], [168.0], 168.0, Grid.named(other)).steps for other in SCORE_ERRORS}
    assert steps["quick"] < steps["standard"] < steps["fine"]


def test_unknown_steps_are_refused():
    with pytest.raises(StudyError, match="unknown steps 'coarse'") as caught:
        Grid.named("coarse")
    assert "standard or quick or fine" in str(caught.value)


def test_two_valleys_and_rules_and_what_came_before_agree(double, standard, monkeypatch):
    from rewire.engine import schedule

    # Between two valleys errors grow, so that the steps have to be smaller.
    monkeypatch.setattr(schedule, "AFTER_A_DOSE", tuple((until, step / 4) for until, step in schedule.AFTER_A_DOSE))
    monkeypatch.setattr(schedule, "COARSE", 0.5)
    who = people("TRD", 4, seed=21)
    where = Circumstances(switches={"two_valleys": True, "window": True, "surge_tolerance": True})
    gates = [
        rule("<=", 0.6, [72.0, 168.0], latched=True, error=2.0, baseline="baseline_depression"),
        rule(">=", 20.0, [24.0, 96.0], latched=False, error=2.0),
    ]
    records = (0.0, 1.0, 24.0, 48.0, 73.0, 96.0, 120.0, 168.0, 240.0)
    actions = [
        *(pulse("antidepressant_dose", -24.0 * k, 1.0) for k in range(1, 20)),
        *(Action(72.0 * k, 1, "ketamine_bolus_dose", 0.4, by_weight=True, gate=1, fine=True) for k in range(3)),
        *hold("schema_practice", 26.0, 100.0, 1.0, gate=2),
        *hold("life_stress", 90.0, 130.0, 0.5, gate=1),
        pulse("therapy_visit", 100.0, 1.0, gate=2),
        pulse("trauma", 50.0, 0.5),
    ]
    recorded = simulate(
        double, who, records, actions=actions, gates=gates, where=where, names=(*quantities(double), "life_stress")
    )
    numbers = parameters(standard, who, where)
    for k in range(who.n):
        right = solve_reference(standard, numbers[:, k], actions, records, seed=21, person=k, gates=gates)
        for name, values in recorded.values.items():
            largest = max(np.abs(right[name]).max(), 1e-3)
            assert np.abs(values[:, k] - right[name]).max() < 1e-3 * largest, (name, k)


def test_the_noise_of_daily_life_is_the_same_chance(double, standard):
    who = people("MDD", 5, seed=2**40 + 3).part(1, 5)
    recorded = simulate(double, who, (0.0, 12.0, 60.0, 120.0), names=("slow_noise", "day_noise"))
    numbers = parameters(standard, who)
    for k in range(who.n):
        right = solve_reference(standard, numbers[:, k], [], [0.0, 12.0, 60.0, 120.0], seed=who.seed, person=1 + k)
        for name, values in recorded.values.items():
            assert values[:, k] == pytest.approx(right[name], rel=1e-12)


def test_the_noise_has_the_spread_and_the_memory_it_declares(double, standard):
    who = people("healthy", 4000, seed=5)
    hours = np.arange(0.0, 481.0, 24.0)
    values = simulate(double, who, hours, names=("day_noise",)).values["day_noise"]
    lasts = parameters(standard, who.part(0, 1))[[q.name for q in standard.parameters].index("daily_noise_time"), 0]
    assert values.std(axis=1) == pytest.approx(1, abs=0.05)
    assert np.corrcoef(values[5], values[6])[0, 1] == pytest.approx(np.exp(-24 / lasts), abs=0.05)
    assert len({draw_normals(1, person, "day_noise", 0)[0] for person in range(50)}) == 50


@pytest.mark.parametrize("hours", [(), (24.0, 0.0), (-1.0, 5.0)])
def test_times_that_make_no_sense_are_refused(standard, hours):
    numbers = parameters(standard, people("TRD", 1))
    with pytest.raises(StudyError, match="sorted times from 0 on"):
        solve_reference(standard, numbers[:, 0], [], hours, seed=1, person=0)


def test_without_scipy_the_error_says_what_to_install(standard, monkeypatch):
    import sys

    monkeypatch.setitem(sys.modules, "scipy.integrate", None)
    numbers = parameters(standard, people("TRD", 1))
    with pytest.raises(StudyError, match="needs SciPy") as caught:
        solve_reference(standard, numbers[:, 0], [], [1.0], seed=1, person=0)
    assert "pip install scipy" in str(caught.value)
