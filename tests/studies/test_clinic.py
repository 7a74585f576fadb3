"""The virtual clinic, and the proof of forecasts on it."""

from __future__ import annotations

import csv
import tomllib

import numpy as np
import pytest

from rewire.errors import StudyError
from rewire.inference.checks import rank_of, uniformity
from rewire.inference.cloud import Prior
from rewire.inference.fit import Depth
from rewire.present.proof import accuracy_table, forecast_page
from rewire.studies.clinic import draw_clinic, write_clinic
from rewire.studies.proof import prove


def test_the_first_people_stay_when_the_clinic_grows():
    few, more = list(draw_clinic(12, seed=2)), list(draw_clinic(25, seed=2))
    assert [p.known.scores for p in few] == [p.known.scores for p in more[:12]]


def test_scores_scatter_around_the_truth_by_the_measurement_error():
    patients = list(draw_clinic(60, seed=2, missed=0.0))
    gaps = [
        s.middle - t
        for p in patients
        for s, t in zip(p.known.scores, p.true_scores["MADRS"], strict=True)
        if 3 < t < 57
    ]
    assert np.mean(gaps) == pytest.approx(0.0, abs=0.2)
    assert np.std(gaps) == pytest.approx(1.5, abs=0.2)


def test_the_files_hold_everybody(tmp_path):
    counts = write_clinic(tmp_path / "clinic", draw_clinic(11, seed=3))
    rows = list(csv.DictReader((tmp_path / "clinic" / "scores.csv").read_text().splitlines()))
    assert counts["people"] == 11
    assert len(rows) == counts["scores"]
    assert {row["person"] for row in rows} == {f"V{k:04}" for k in range(1, 12)}
    truth = list(csv.DictReader((tmp_path / "clinic" / "truth.csv").read_text().splitlines()))
    assert len(truth) == 11
    assert "responsiveness" in truth[0]
    with pytest.raises(StudyError):
        write_clinic(tmp_path / "clinic" / "scores.csv", draw_clinic(1))


def test_scores_of_a_forecast_are_judged_rightly():
    chance = np.random.default_rng(1)
    assert rank_of(np.array([1.0, 2, 2, 3]), 2.0, 0.5) == 0.5
    assert uniformity(chance.random(5000))[1] < 2.2
    assert uniformity(chance.random(5000) ** 2)[1] > 10


def test_a_proof_becomes_a_page_and_a_table():
    proof = prove(draw_clinic(12, seed=8), Prior(size=512), counts=(0, 3), depth=Depth(64, 2, False))
    assert proof.counts == (0, 3)
    assert 0 < proof.coverage_error(3, 0.8) < 0.2
    page = forecast_page({"MADRS": proof}, {"without expectancy": proof})
    assert "MADRS: 12 people" in page
    assert f"| 3 | {proof.coverage(3)[0.5]:.3f} |" in page
    table = tomllib.loads(accuracy_table({"MADRS": proof}))
    assert table["crps"]["MADRS"]["after_3"]["this_forecast"]["unit"] == "MADRS_point"
    assert "population_curve" not in table["crps"]["MADRS"]["after_0"]


@pytest.mark.slow
def test_bands_hold_what_they_say_and_beat_naive_forecasts():
    proof = prove(draw_clinic(200, seed=8), Prior(size=4096), counts=(0, 3, 8), depth=Depth(256, 4, False))
    for count in (0, 3, 8):
        # 200 people with correlated scores: the standard error of a coverage is about 0.02.
        assert 0.74 < proof.coverage(count)[0.8] < 0.86
    for count in (3, 8):
        scored = proof.crps(count)
        own = scored.pop("this forecast")
        assert all(own < other for other in scored.values()), scored
    assert "this forecast" in proof.table()
