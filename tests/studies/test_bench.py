from __future__ import annotations

import locale
import os

import numpy as np
import pytest

from rewire.engine.kernels import kernel
from rewire.engine.run import run
from rewire.engine.schedule import build
from rewire.errors import StudyError
from rewire.studies.bench import measure
from rewire.studies.bench.counts import bound, count_operations
from rewire.studies.bench.measure import bench, once_peer
from rewire.studies.bench.peaks import measure_peaks
from rewire.studies.bench.peers import TIGHT, peers, scipy_lsoda
from rewire.studies.bench.seats import Seat
from rewire.studies.bench.w1 import w1_actions, w1_days, w1_model, w1_people
from rewire.studies.bench.works import FINE, W1_GRID


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
    found = bench("W2", n=64, others=0, threads=(1,))
    assert {row["engine"] for row in found["rows"]} == {
        "rewire float64",
        "rewire float32",
        "rewire float32, standard steps",
    }
    for row in found["rows"]:
        assert row["people_per_s"] > 0 and row["peak_mb"] > 10 and row["e95"] < 1e-3
    assert 0 < found["share_of_bound"] < 1.2
    assert set(found) >= {"rows", "peaks", "share_of_bound", "left_out"}


def test_unknown_work_is_refused():
    with pytest.raises(StudyError, match="no workload called 'W9'"):
        bench("W9")
    with pytest.raises(StudyError, match="needs people"):
        bench("W1", n=0)


def test_a_missing_package_is_named(monkeypatch):
    monkeypatch.setattr(measure, "find_spec", lambda _: None)
    with pytest.raises(StudyError, match="W1 needs scipy"):
        bench("W1")


def test_the_arithmetic_of_a_run_is_counted():
    compiled = kernel(w1_model(), "float32")
    schedule = build(compiled.layout, w1_actions(), [], w1_days(), w1_days()[-1], W1_GRID)
    counted = count_operations(w1_model(), schedule, "float32")
    # Four stages of 17 moving states with three exponentials take hundreds of operations a step.
    assert 300 * schedule.steps < counted["fma"] < 1500 * schedule.steps
    assert 10 * schedule.steps < counted["divide"] < 60 * schedule.steps
    assert bound(counted, {"fma": 1e9, "divide": 1e9}) == pytest.approx(1e9 / (counted["fma"] + counted["divide"]))


def solved(name, people):
    peer = peers()[name]
    if not peer.installed:
        pytest.skip(f"NOT TESTED: {name} is not installed ({peer.how})")
    return peer.make(1e-6)(people)


@pytest.mark.slow
@pytest.mark.parametrize("name", list(peers()))
def test_every_peer_solves_the_same_equations(name):
    people, language = w1_people(2), locale.setlocale(locale.LC_ALL)
    assert np.abs(solved(name, people) / severity(FINE, people) - 1).max() < 1e-3
    assert locale.setlocale(locale.LC_ALL) == language, "of the process, which is not the solver's to change"


def test_a_solver_that_fails_or_dies_is_told_and_the_rest_go_on():
    seat = Seat(once_peer, "SciPy LSODA, Numba rates", 1)
    assert seat.once(1e-3).found.shape == (183, 1)
    with pytest.raises(RuntimeError, match="TypeError"):
        seat.once("loose")
    with pytest.raises(RuntimeError, match="its process ended"):
        Seat(os._exit, 3)
    seat.close()
