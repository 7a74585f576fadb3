"""Calibration on problems with a known answer, and posteriors that refuse other tables."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from rewire.errors import EvidenceError
from rewire.inference.calibrate import check_by_simulation, fit, posterior
from rewire.inference.leave_out import predict_left_out
from rewire.inference.misfit import Effect, Problem
from rewire.inference.surrogate import fit_stand_in
from rewire.models.parameters import Circumstances, parameters
from rewire.models.posterior import Posterior, fingerprint, posterior_text, read_posterior
from rewire.population import people
from rewire.sources import load_table
from rewire.studies.calibrate import Ledger, fitted_rows
from rewire.studies.unknowns import unknowns, value_of

RNG = np.random.default_rng(3)
SLOPES = RNG.normal(size=(12, 3))
TRUTH = np.array([0.8, -0.6, 0.0])
SMALL = {"trained": 80, "chains": 8, "draws": 300, "seed": 1}


def quiet(words: str) -> None:
    """Says nothing."""


def problem(forward=lambda z: SLOPES[:, :2] @ z[:2], effects=None, names=("a", "b", "c")) -> Problem:
    observed = forward(np.pad(TRUTH, (0, len(names) - 3))) + 0.3 * RNG.normal(size=12)
    group = np.repeat([0, 1, 2], 4)
    return Problem(names, observed, np.full(12, 0.09), group, forward, np.ones(12), effects or {})


def level(size: float) -> dict[str, Effect]:
    """An effect of a trial on the first unknown, of a size that the fourth unknown changes."""
    return {"level": Effect(np.array([1.0, 0.0, 0.0, 0.0]), 3, size, 0.5)}


def test_a_linear_problem_has_the_known_posterior() -> None:
    asked = problem()
    found = fit(asked, **SMALL, tell=quiet)
    slopes = np.column_stack([SLOPES[:, :2], np.zeros(12)])
    exact = np.linalg.inv(np.eye(3) + slopes.T @ slopes / 0.09)
    # Draws are some two thousand: what is told is sharp, what is not has a standard deviation of 1.
    assert found.mean()[:2] == pytest.approx((exact @ slopes.T @ asked.observed / 0.09)[:2], abs=0.02)
    assert found.mean()[2] == pytest.approx(0.0, abs=0.12)
    assert np.cov(found.flat.T) == pytest.approx(exact, abs=0.1)
    assert found.sd()[2] == pytest.approx(1.0, abs=0.06), "an unknown no row depends on keeps its prior"
    assert found.rhat().max() < 1.02 and found.effective().min() > 500
    assert found.stand_in.error.max() < 1e-3, "a quadratic stand-in is exact for a line"


def test_a_curved_problem_agrees_with_numerical_integration() -> None:
    def bent(z):
        return np.exp(np.outer(np.linspace(0.2, 1.2, 12), z[:1]))[:, 0]

    asked = problem(bent)
    found = fit(asked, **SMALL, tell=quiet)
    grid = np.linspace(-4, 4, 8001)
    logs = np.array([-((asked.observed - bent(np.array([g]))) ** 2).sum() / 0.18 - g * g / 2 for g in grid])
    weights = np.exp(logs - logs.max())
    weights /= weights.sum()
    mean = weights @ grid
    assert found.mean()[0] == pytest.approx(mean, abs=0.02)
    assert found.sd()[0] == pytest.approx(np.sqrt(weights @ (grid - mean) ** 2), rel=0.15)


def test_the_misfit_is_that_of_the_whole_covariance() -> None:
    asked = problem(effects=level(0.7), names=("a", "b", "c", "size"))
    z, value, variance = RNG.normal(size=(5, 4)), RNG.normal(size=(5, 12)), RNG.uniform(0.1, 1.0, 12)
    loads = asked.loads(z, RNG.normal(size=(5, 12, 4)))
    found = asked.log_chance(asked.observed, value, loads, variance)[0]
    for one in range(5):
        whole = asked.covariance(loads[one], variance)
        left = asked.observed - value[one]
        exact = -0.5 * (left @ np.linalg.solve(whole, left) + np.linalg.slogdet(whole)[1])
        assert found[one] == pytest.approx(exact)


def test_slopes_of_the_posterior_are_those_of_its_log() -> None:
    asked = problem(effects=level(0.7), names=("a", "b", "c", "size"))
    places = RNG.normal(size=(60, 4))
    curved = np.stack([asked.forward(place) + 0.3 * place[0] * place[1] for place in places])
    stand_in = fit_stand_in(places, curved, asked.active, np.zeros(4), np.eye(4))
    told = posterior(asked, stand_in, asked.variance, (asked.observed[::-1],))
    z, step = RNG.normal(size=(5, 4)), 1e-5 * np.eye(4)
    slopes = np.stack([(told(z + one)[0] - told(z - one)[0]) / 2e-5 for one in step], axis=1)
    found = told(z)[1]
    assert found == pytest.approx(slopes, rel=1e-5, abs=1e-5)


def test_what_trials_differ_in_widens_the_posterior() -> None:
    names = ("a", "b", "c", "size")
    narrow = fit(problem(effects=level(1e-3), names=names), **SMALL, tell=quiet)
    wide = fit(problem(effects=level(0.7), names=names), **SMALL, tell=quiet)
    assert wide.sd()[0] > 1.5 * narrow.sd()[0]


def test_a_mean_of_several_trials_is_nearer_to_the_model() -> None:
    asked = problem(effects=level(0.7), names=("a", "b", "c", "size"))
    slopes = np.pad(SLOPES, ((0, 0), (0, 1)))[None]
    alone = asked.loads(np.zeros((1, 4)), slopes)
    pooled = replace(asked, share=np.full(12, 1 / 3)).loads(np.zeros((1, 4)), slopes)
    assert pooled == pytest.approx(alone / 3)


def test_a_trial_left_out_is_predicted_by_the_others_alone() -> None:
    """A linear problem without effects of trials: the prediction is the known normal one."""
    asked = problem()
    asked = replace(asked, observed=asked.observed + np.repeat([0.0, 0.0, 9.0], 4))
    chance = np.full(12, 0.09)
    told = predict_left_out(asked, fit(asked, **SMALL, tell=quiet), chance, 1)
    for trial in range(3):
        inside, outside = asked.group == trial, asked.group != trial
        slopes = np.column_stack([SLOPES[:, :2], np.zeros(12)])
        covariance = np.linalg.inv(np.eye(3) + slopes[outside].T @ slopes[outside] / 0.09)
        mean = covariance @ slopes[outside].T @ asked.observed[outside] / 0.09
        spread = np.sqrt(0.09 + np.diag(slopes[inside] @ covariance @ slopes[inside].T))
        assert told[:, inside].mean(axis=0) == pytest.approx(slopes[inside] @ mean, abs=0.06)
        assert told[:, inside].std(axis=0) == pytest.approx(spread, rel=0.1)


def test_effects_of_a_trial_that_is_left_out_are_part_of_its_prediction() -> None:
    names = ("a", "b", "c", "size")
    told = [
        predict_left_out(asked, fit(asked, **SMALL, tell=quiet), np.full(12, 0.09), 1).std(axis=0).mean()
        for asked in (problem(effects=level(size), names=names) for size in (1e-3, 0.7))
    ]
    assert told[1] > 1.5 * told[0]


def test_known_truths_lie_where_the_posterior_says() -> None:
    asked = problem(effects=level(0.3), names=("a", "b", "c", "size"))
    ranks = check_by_simulation(asked, fit(asked, **SMALL, tell=quiet), 60, 4)
    inside = np.mean((ranks > 0.1) & (ranks < 0.9), axis=0)
    assert abs(inside.mean() - 0.8) < 0.08 and np.all(np.abs(inside - 0.8) < 0.2)


def test_a_stand_in_tells_how_far_it_is_off() -> None:
    """The model is bumpy: what is left out of the fit is missed by as much as what was never seen."""

    def bumpy(z):
        return np.stack([z[:, 0] ** 2 + 0.3 * np.sin(9 * z[:, 1]), z[:, 0] * z[:, 1]], axis=1)

    places = RNG.normal(size=(120, 3))
    stand_in = fit_stand_in(places, bumpy(places), np.array([0, 1]), np.zeros(3), np.eye(3))
    new = RNG.normal(size=(400, 3))
    unseen = np.sqrt(((stand_in(new) - bumpy(new)) ** 2).mean(axis=0))
    assert stand_in.error[0] == pytest.approx(unseen[0], rel=0.25) and unseen[1] < 0.01
    step = 1e-5 * np.array([1.0, 2.0, 0.0])
    slope = (stand_in(new + step) - stand_in(new - step)) / 2e-5
    assert stand_in.with_slopes(new)[1] @ [1.0, 2.0, 0.0] == pytest.approx(slope, abs=1e-5)


def test_only_calibration_records_and_named_priors_are_fitted() -> None:
    rows = fitted_rows()
    priors = {trial.name for trial, _ in rows if trial.use == "prior"}
    assert {trial.use for trial, _ in rows} == {"calibrate", "prior"}
    assert priors == set(load_table("calibration").texts("prior_records"))
    assert not any(trial.part_of or row.status == "recalled" for trial, row in rows)
    assert {"murrough-2013", "daly-2018", "transform-1-2-pooled", "feder-2021"} <= {trial.name for trial, _ in rows}


def test_an_unknown_of_zero_is_the_value_of_the_table() -> None:
    for name, entry in unknowns().items():
        assert value_of(entry, np.zeros(1))[0] == pytest.approx(entry.number), name


def test_a_calibration_goes_on_where_it_was(tmp_path) -> None:
    file, asked = tmp_path / "run.jsonl", []

    def compute():
        asked.append(1)
        return np.array([1.0, 2.0])

    z = np.array([0.25, -1.5])
    assert Ledger(file, "one").get(z, compute).tolist() == [1.0, 2.0]
    with file.open("a") as half:
        half.write('{"key": "cut off in the mid')
    again = Ledger(file, "one").get(z, compute)
    assert again.tolist() == [1.0, 2.0] and len(asked) == 1
    Ledger(file, "another recipe").get(z, compute)
    assert len(asked) == 2


def stored(**more) -> Posterior:
    names, draws = ("expectancy_gain", "masking.saline"), np.array([[0.2, 0.1], [0.4, 0.3]])
    return Posterior(names, draws, {"fingerprint": fingerprint(), **more})


def test_a_posterior_reads_back_and_gives_everyone_their_draw(standard) -> None:
    found = read_posterior(posterior_text(stored()))
    draw = np.array([1, 2, 3, 4])
    assert found.typical(draw)["expectancy_gain"].tolist() == [0.2, 0.4, 0.2, 0.4]
    who = people("TRD", 4, seed=2)
    where = Circumstances(masking="saline", typical=found.typical(draw))
    numbers = {q.name: row for q, row in zip(standard.parameters, parameters(standard, who, where), strict=True)}
    plain = {q.name: row for q, row in zip(standard.parameters, parameters(standard, who), strict=True)}
    assert numbers["control_belief"].tolist() == [0.1, 0.3, 0.1, 0.3]
    assert set(numbers["belief"]) == {1.0}, "awake people notice the drug"
    ratio = numbers["expectancy_gain"] / plain["expectancy_gain"]
    assert ratio[0] == pytest.approx(ratio[2]) and ratio[1] == pytest.approx(2 * ratio[0]), "people keep their spread"


def test_a_posterior_of_other_tables_is_refused() -> None:
    with pytest.raises(EvidenceError, match="other tables"):
        read_posterior(posterior_text(stored(fingerprint="0" * 64)))


@pytest.mark.parametrize("text", ["", "[]", "{}", json.dumps({"names": ["a"], "draws": [["x"]], "recipe": {}})])
def test_a_broken_posterior_is_refused(text) -> None:
    with pytest.raises(EvidenceError, match="posterior"):
        read_posterior(text)
