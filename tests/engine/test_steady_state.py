from __future__ import annotations

import numpy as np
import pytest
from engine_runs import CALM, Action, hold, people, pulse, quantities, simulate

YEAR = 8766.0


@pytest.mark.parametrize("condition", ["TRD", "MDD", "GAD", "healthy", "PTSD"])
def test_without_treatment_and_noise_everything_stays_for_a_year(double, condition):
    names = quantities(double)
    recorded = simulate(double, people(condition, 20, seed=4), (0.0, 24.0, 672.0, YEAR), where=CALM, names=names)
    for name in names:
        values = recorded.values[name]
        if condition == "PTSD":
            # A fear memory fades over years, and what it drives follows.
            assert np.abs(values[1] - values[0]).max() <= 1e-3 * max(np.abs(values[0]).max(), 1.0), name
        else:
            assert np.abs(values - values[0]).max() <= 1e-6 * max(np.abs(values[0]).max(), 1.0), name


def test_the_fear_of_ptsd_fades_and_never_grows(double):
    recorded = simulate(double, people("PTSD", 20, seed=4), (0.0, 672.0, YEAR), where=CALM, names=("fear_association",))
    fear = recorded.values["fear_association"]
    assert np.all(fear[1:] < fear[:-1])
    assert np.all(fear > 0)


@pytest.mark.parametrize("names", [("mood", "threat", "labile_prefrontal", "stable_prefrontal", "bdnf", "stress_load")])
def test_after_a_push_everything_returns(double, names):
    push = [
        Action(24.0, 1, "ketamine_bolus_dose", 0.5, by_weight=True, fine=True),
        *hold("life_stress", 24.0, 360.0, 0.5),
        pulse("treatment_visit", 24.0, 1.0),
    ]
    records = (0.0, 26.0, 48.0, 168.0, 360.0, 5 * YEAR)
    recorded = simulate(double, people("TRD", 20, seed=4), records, actions=push, where=CALM, names=names)
    for name in names:
        values = recorded.values[name]
        moved = np.abs(values - values[0]).max(axis=0)
        assert np.all(moved > 1e-4), name
        assert np.all(np.abs(values[-1] - values[0]) < 0.02 * moved), name


def test_the_first_record_shows_the_scores_people_came_with(double):
    who = people("PTSD", 50, seed=2)
    recorded = simulate(double, who, (0.0, 24.0), where=CALM, names=("madrs", "hama", "caps5"))
    came = who.covariates()
    for name, trait in (("madrs", "baseline_depression"), ("hama", "baseline_anxiety"), ("caps5", "baseline_trauma")):
        shown, given = recorded.values[name][0], came[trait]
        inside = (given > np.quantile(given, 0.2)) & (given < np.quantile(given, 0.8))
        assert shown[inside] == pytest.approx(given[inside], abs=1e-9), name
