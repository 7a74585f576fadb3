from __future__ import annotations

import numpy as np
import pytest

from rewire.engine.kernels import kernel
from rewire.engine.run import run
from rewire.engine.schedule import build
from rewire.errors import StudyError
from rewire.studies.bench.measure import FINE, W1_GRID, bench
from rewire.studies.bench.peaks import measure_peaks
from rewire.studies.bench.peers import TIGHT, scipy_lsoda
from rewire.studies.bench.w1 import w1_actions, w1_days, w1_model, w1_people


def severity(grid, people, precision="float64"):
    compiled = kernel(w1_model(), precision)
    schedule = build(compiled.layout, w1_actions(), [], w1_days(), w1_days()[-1], grid)
    return run(compiled, schedule, people, seed=1, record=["severity"]).values["severity"].astype(float)


def test_w1_is_the_benchmark_it_says():
    model = w1_model()
    assert len(model.system.linear_states) + len(model.system.states) == 26
    assert len(model.system.linear_states) == 9
    assert len(model.parameters) == 79 + 3  # and body weight with two settings of the noise
    assert len(w1_days()) == 183
    assert len([action for action in w1_actions() if action.name == "tablet"]) == 182


def test_fine_steps_are_the_reference_solution():
    people = w1_people(3)
    right = scipy_lsoda(TIGHT)(people)
    assert np.abs(severity(FINE, people) / right - 1).max() < 1e-4


@pytest.mark.parametrize("precision", ["float64", "float32"])
def test_w1_errs_by_less_than_a_thousandth(precision):
    people = w1_people(128)
    right = severity(FINE, people)
    worst = np.abs(severity(W1_GRID, people, precision) / right - 1).max(axis=0)
    assert np.quantile(worst, 0.95) < 1e-3


def test_people_are_the_same_in_any_number():
    assert np.array_equal(w1_people(7), w1_people(20)[:, :7])
    assert np.array_equal(w1_people(3, first=4), w1_people(7)[:, 4:])


def test_a_processor_does_more_multiplications_than_divisions():
    peaks = measure_peaks("float64")
    assert peaks["fma"] > peaks["divide"] > 1e6
    assert peaks["exp"] > 1e6


@pytest.mark.slow
def test_the_rows_of_a_benchmark():
    found = bench("W2", n=64, peers=0, threads=(1,))
    assert {row["engine"] for row in found["rows"]} == {"rewire float64", "rewire float32"}
    for row in found["rows"]:
        assert row["people_per_s"] > 0 and row["peak_mb"] > 10 and row["e95"] < 1e-3
    assert 0 < found["share_of_bound"] < 1.2
    assert set(found) >= {"rows", "peaks", "share_of_bound", "left_out"}


def test_unknown_work_is_refused():
    with pytest.raises(StudyError, match="no workload called 'W9'"):
        bench("W9")
    with pytest.raises(StudyError, match="needs people"):
        bench("W1", n=0)
