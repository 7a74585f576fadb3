"""Calibration on problems with a known answer, and posteriors that refuse other tables."""

from __future__ import annotations

import json

import numpy as np
import pytest

from rewire.errors import EvidenceError
from rewire.inference.calibrate import Problem, check_by_simulation, fit, flatten, scale_reduction
from rewire.models.parameters import Circumstances, parameters
from rewire.models.posterior import Posterior, fingerprint, posterior_text, read_posterior
from rewire.population import people
from rewire.studies.calibrate import Ledger, fitted_rows, unknowns, value_of

RNG = np.random.default_rng(3)
SLOPES = RNG.normal(size=(12, 3))
TRUTH = np.array([0.8, -0.6, 0.0])


def quiet(words: str) -> None:
    """Says nothing."""


def problem(forward=lambda z: SLOPES[:, :2] @ z[:2], effects=None) -> Problem:
    observed = forward(TRUTH) + 0.3 * RNG.normal(size=12)
    return Problem(("a", "b", "c"), observed, np.full(12, 0.09), np.repeat([0, 1, 2], 4), effects or {}, forward)


def test_a_linear_problem_has_the_known_posterior() -> None:
    asked = problem()
    found = fit(asked, 400, 1, quiet)
    slopes = np.column_stack([SLOPES[:, :2], np.zeros(12)])
    exact = np.linalg.inv(np.eye(3) + slopes.T @ slopes / 0.09)
    assert found.covariance == pytest.approx(exact, abs=1e-6)
    assert found.top == pytest.approx(exact @ slopes.T @ asked.observed / 0.09, abs=1e-3)
    assert found.mean() == pytest.approx(found.top, abs=0.12)
    assert found.sd()[2] == pytest.approx(1.0, abs=0.2), "an unknown no row depends on keeps its prior"
    assert found.power == 1.0 and found.effective > 200


def test_a_curved_problem_is_weighed_by_the_model_itself() -> None:
    """One unknown through an exponential: the weighted mean agrees with numerical integration."""

    def bent(z):
        return np.exp(np.outer(np.linspace(0.2, 1.2, 12), z[:1]))[:, 0]

    asked = problem(bent)
    found = fit(asked, 600, 2, quiet)
    grid = np.linspace(-4, 4, 8001)
    logs = np.array([-((asked.observed - bent(np.array([g]))) ** 2).sum() / 0.18 - g * g / 2 for g in grid])
    weights = np.exp(logs - logs.max())
    assert found.mean()[0] == pytest.approx(weights @ grid / weights.sum(), abs=0.05)


def test_what_trials_differ_in_widens_the_posterior() -> None:
    narrow = fit(problem(), 40, 1, quiet)
    wide = fit(problem(effects={"level": np.array([0.5, 0.0, 0.0])}), 40, 1, quiet)
    assert wide.covariance[0, 0] > 1.2 * narrow.covariance[0, 0]


def test_known_truths_lie_where_the_posterior_says() -> None:
    asked = problem()
    ranks = check_by_simulation(asked, fit(asked, 40, 1, quiet), 300, 4)
    inside = np.mean((ranks > 0.1) & (ranks < 0.9), axis=0)
    assert np.all(np.abs(inside - 0.8) < 0.1)


def test_weights_are_flattened_only_as_far_as_needed() -> None:
    even, power, effective = flatten(np.zeros(100))
    assert power == 1.0 and effective == pytest.approx(100) and even == pytest.approx(0.01)
    _, power, effective = flatten(40 * RNG.normal(size=100))
    assert power < 0.5 and effective >= 25


def test_runs_that_disagree_are_found_out() -> None:
    one = RNG.normal(size=(300, 2))
    other = RNG.normal(size=(300, 2)) + np.array([0.0, 3.0])
    alike, apart = scale_reduction([one, other])
    assert alike < 1.05 and apart > 1.5


def test_only_calibration_records_are_fitted() -> None:
    rows = fitted_rows()
    assert {trial.use for trial, _ in rows} == {"calibrate"}
    assert not any(trial.part_of or row.status == "recalled" for trial, row in rows)
    assert {"murrough-2013", "daly-2018", "transform-1-2-pooled"} <= {trial.name for trial, _ in rows}


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
    assert numbers["belief"].tolist() == [0.1, 0.3, 0.1, 0.3]
    ratio = numbers["expectancy_gain"] / plain["expectancy_gain"]
    assert ratio[0] == pytest.approx(ratio[2]) and ratio[1] == pytest.approx(2 * ratio[0]), "people keep their spread"


def test_a_posterior_of_other_tables_is_refused() -> None:
    with pytest.raises(EvidenceError, match="other tables"):
        read_posterior(posterior_text(stored(fingerprint="0" * 64)))


@pytest.mark.parametrize("text", ["", "[]", "{}", json.dumps({"names": ["a"], "draws": [["x"]], "recipe": {}})])
def test_a_broken_posterior_is_refused(text) -> None:
    with pytest.raises(EvidenceError, match="posterior"):
        read_posterior(text)
