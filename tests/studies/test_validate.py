"""The scorecard: trials simulated as they were done, rows scored, files never seen before, and errors with a line."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest
from typer.testing import CliRunner

import rewire as rw
from rewire.app.cli import build
from rewire.errors import EvidenceError, RewireError, StudyError
from rewire.evidence.published import find_trial, read_trial_text, trials
from rewire.models.posterior import Posterior
from rewire.studies.scoring.arms import trial_arms
from rewire.studies.scoring.baselines import Baselines, calibration_rows
from rewire.studies.scoring.errors import standard_error

SIZE = {"worlds": 6, "people": 24}
UNSEEN = """rewire: 1
trial: unseen-2030
use: test
source: {citation: "Nobody 2030"}
people:
  diagnosis: MDD
  n: 60
  age: {mean: 70}
  weight: {mean: 64, sd: 9}
  female: 0.4
  background: [stable antidepressant, "lithium 900 mg oral, daily"]
  baseline: {HAM-D17: {mean: 22.5, sd: 4.1}}
arms:
  drug: {n: 30, masking: saline, plan: ["ketamine 0.5 mg/kg IV over 40 min, twice weekly for 2 weeks"]}
  control: {n: 30, masking: saline, plan: ["saline IV over 40 min, twice weekly for 2 weeks"]}
results:
  - {arm: drug, scale: HAM-D17, at: 24 h, measure: mean change, value: -10.0, headline: true}
  - {arm: drug, scale: HAM-D17, at: baseline, measure: mean, value: 22.5}
  - {arm: drug, scale: QIDS-SR16, at: day 15, measure: sd, value: 5.0}
  - {arm: drug, scale: QIDS-SR16, at: day 15, measure: sd change, value: 5.0}
  - {arm: drug, scale: HAM-D17, at: day 15, measure: worse, value: 0.1}
  - {arm: drug, scale: PHQ-9, at: day 15, measure: remission, cut: 4, value: 0.2}
  - {arms: [drug, control], scale: HAM-D17, at: day 15, measure: response difference, value: 0.3}
  - {arms: [drug, control], scale: HAM-D17, at: day 15, measure: effect size, value: -0.7}
  - {arms: [drug, control], scale: HAM-D17, at: day 15, measure: difference, value: -5}
  - {arm: drug, scale: HAM-D17, from: day 12, at: 2 weeks, measure: sustained, value: 0.5}
  - {arm: drug, scale: HAM-D17, from: day 12, measure: median time to relapse, value: 15}
  - {arms: [drug, control], scale: HAM-D17, from: day 12, measure: hazard ratio, value: 0.8}
  - {arm: drug, scale: PCL-5, at: day 15, measure: mean change, value: -5}
  - {arm: drug, scale: GAD-7, at: day 15, measure: mean change, value: -5}
"""


@pytest.fixture(scope="module")
def unseen():
    return rw.validate(read_trial_text(UNSEEN, "unseen.yaml"), **SIZE)


def test_every_row_is_predicted_or_says_why_not(unseen) -> None:
    assert [score.row for score in unseen.scores] == list(range(1, 15))
    for score in unseen.scores:
        assert (score.predicted is None) == bool(score.reason)
        if score.predicted is not None:
            assert score.low <= score.high and math.isfinite(score.predicted) and score.crps >= 0
    silent = [score.row for score in unseen.scores if score.reason]
    assert silent == [13], "people with depression have no score of post-traumatic stress"


def test_clinics_outside_trials_differ_more_than_trials_do() -> None:
    routine = read_trial_text(UNSEEN.replace("diagnosis: MDD", "diagnosis: MDD\n  setting: clinic"), "unseen.yaml")
    trial = read_trial_text(UNSEEN.replace("diagnosis: MDD", "diagnosis: MDD\n  setting: outpatient"), "unseen.yaml")
    width = [rw.validate(one, worlds=60, people=40).scores[0] for one in (routine, trial)]
    assert width[0].high - width[0].low > 1.1 * (width[1].high - width[1].low)


def test_small_trials_are_expected_to_report_more_and_pooled_ones_to_differ_less() -> None:
    small, large = (UNSEEN.replace("n: 60", f"n: {n}") for n in (60, 60_000))
    alone = large.replace("n: 30", "n: 30_000")
    pooled = alone.replace("use: test", "use: test\npools: 100")
    texts = (small, large, alone, pooled)
    found = [rw.validate(read_trial_text(text, "unseen.yaml"), worlds=60, people=40) for text in texts]
    contrast = [next(score for score in card.scores if score.measure == "difference") for card in found]
    assert contrast[0].predicted < contrast[1].predicted - 0.3 < 0, "fewer points are better"
    width = [score.high - score.low for score in contrast]
    assert width[3] < 0.95 * width[2], "arms so large that the chance of their people hardly counts"


def test_the_error_to_be_expected_grows_with_what_is_not_known() -> None:
    trial = read_trial_text(
        UNSEEN.replace("QIDS-SR16, at: day 15, measure: sd change", "HAM-D17, at: 24 h, measure: sd change")
    )
    known = {"draws": False, "trials_differ": False}
    cards = [rw.validate(trial, worlds=120, people=40, **less) for less in (known, {"draws": False}, {})]
    expected = [card.scores[0].expected_error for card in cards]
    chance = cards[0].scores[3].predicted / math.sqrt(30) * math.sqrt(2 / math.pi)
    assert expected[0] == pytest.approx(chance, rel=0.15), "of the mean of a sample, about normal"
    assert expected[0] < 0.9 * expected[1] < expected[2]


def test_a_baseline_on_another_scale_is_met(unseen) -> None:
    start = unseen.scores[1]
    assert start.predicted == pytest.approx(22.5, abs=1.2)


def test_what_the_file_left_open_is_said(unseen) -> None:
    words = " ".join(unseen.assumed["unseen-2030"])
    assert "escitalopram" in words and "HAM-D17" in words and "setting" in words


def test_the_same_seed_gives_the_same_card_whatever_else_is_scored() -> None:
    alone = rw.validate("murrough-2013", **SIZE)
    together = rw.validate("zarate-2012", "murrough-2013", **SIZE)
    assert alone.scores == tuple(score for score in together.scores if score.trial == "murrough-2013")


def test_the_card_says_which_uncertainty_it_took() -> None:
    asked = rw.validate("zarate-2012", posterior=None, **SIZE)
    assert "as asked" in asked.model["posterior"]
    shipped = rw.validate("zarate-2012", **SIZE)
    assert shipped.model["posterior"].startswith(("stored", "not used", "none"))


def test_a_posterior_moves_the_predictions() -> None:
    meek = Posterior(("expectancy_gain",), np.array([[1e-3]]), {})
    trial = find_trial("murrough-2013")
    quiet, usual = (rw.validate(trial, posterior=one, **SIZE).scores[1].predicted for one in (meek, None))
    assert quiet > usual + 3, "without expectancy a placebo does little"


def test_masking_setting_and_background_as_the_trial_says() -> None:
    daly = trial_arms(find_trial("daly-2018"))
    assert daly["placebo"].arm.circumstances.masking == "placebo spray"
    assert daly["esketamine 84 mg"].arm.circumstances.masking == "placebo spray", "of what it might have been"
    assert any("escitalopram" in str(phrase) for phrase in daly["placebo"].arm.plan.background)
    assert trial_arms(find_trial("zarate-2012"))["saline"].arm.circumstances.setting == "crossover"
    assert trial_arms(find_trial("transform-1-2-pooled"))["placebo"].arm.circumstances.setting == "new antidepressant"
    assert trial_arms(find_trial("murrough-2013"))["midazolam"].arm.circumstances.masking == "active placebo"
    assert trial_arms(find_trial("kasper-entrd"))["esketamine"].arm.circumstances.care == "routine"
    assert daly["placebo"].arm.circumstances.care == "trial"


def test_the_drug_matters_and_the_baselines_are_beside() -> None:
    first, second, gap = rw.validate("murrough-2013", worlds=12, people=40).scores[:3]
    assert first.predicted < second.predicted - 2
    assert gap.baseline_predictions["no_drug"] > gap.predicted + 2
    assert set(first.baselines) == {"mean_response", "no_drug", "curve"}
    assert all(value >= 0 for value in first.baselines.values())


def test_calibration_rows_hold_no_test_no_prior_no_pooled_part_and_nothing_recalled() -> None:
    rows = calibration_rows()
    assert {trial.use for trial, _ in rows} == {"calibrate"}
    assert not any(trial.part_of or row.status == "recalled" for trial, row in rows)


def test_a_baseline_never_sees_the_trial_it_predicts() -> None:
    for trial in (find_trial("murrough-2013"), find_trial("popova-2019-transform2")):
        names = {other.name for other, _ in Baselines.without(trial).rows}
        assert trial.name not in names and trial.part_of not in names


def test_every_shipped_number_has_a_standard_error_that_makes_sense() -> None:
    for trial in trials():
        for result in trial.results:
            error = standard_error(trial, result)
            assert error is not None and 0 < error < 100


def test_an_unpublished_number_and_a_scale_the_model_lacks() -> None:
    text = (
        UNSEEN[: UNSEEN.index("results:")]
        + """results:
  - {arm: drug, scale: HAM-D17, at: 24 h, measure: mean change, status: prospective, headline: true}
  - {arm: drug, scale: LSAS, at: 24 h, measure: mean change, value: -10}
  - {arm: drug, scale: HAM-D17, at: day 15, measure: mean change, value: -9}
"""
    )
    card = rw.validate(read_trial_text(text), **SIZE)
    future, foreign, known = card.scores
    assert future.observed is None and future.inside is None and future.crps is None and future.low < future.high
    assert set(future.baselines.values()) == {None} and future.baseline_predictions["no_drug"] is not None
    assert foreign.predicted is None and "LSAS" in foreign.reason
    found = card.summary()["test"]["all"]
    assert (found["rows"], found["judged"], found["not_published"], found["not_computed"]) == (3, 1, 1, 1)
    assert found["coverages"].keys() == {"50", "80", "95"}
    assert found["coverage"] == float(known.inside)
    json.dumps(card.to_json(), allow_nan=False)
    assert card.table() and card.plot()


def test_intervals_hold_each_other_and_are_judged_at_three_levels(unseen) -> None:
    for score in unseen.scores:
        if score.predicted is not None:
            (a, b), (c, d), (e, f) = (score.intervals[level] for level in (50, 80, 95))
            assert e <= c <= a <= b <= d <= f
            assert score.held(50) <= score.held(80) <= score.held(95)
    row = unseen.to_json()["rows"][0]
    assert row["p2.5"] <= row["p10"] <= row["p25"] <= row["p75"] <= row["p90"] <= row["p97.5"]


def test_wrong_input_is_refused_with_its_place(tmp_path) -> None:
    bad = tmp_path / "bad.yaml"
    bad.write_text(UNSEEN.replace("measure: worse", "measure: worst"))
    with pytest.raises(EvidenceError) as caught:
        rw.validate(bad)
    assert f"{bad}:21" in str(caught.value)
    with pytest.raises(EvidenceError, match="no published trial"):
        rw.validate("murrough-2031")
    with pytest.raises(StudyError, match="worlds"):
        rw.validate("murrough-2013", worlds=1)
    with pytest.raises(StudyError, match="two trials"):
        rw.validate("murrough-2013", "murrough-2013", **SIZE)


def test_the_verb_writes_the_agreed_data(tmp_path) -> None:
    file, picture, table = tmp_path / "unseen.yaml", tmp_path / "forest.svg", tmp_path / "rows.csv"
    file.write_text(UNSEEN)
    words = ["validate", str(file), "--worlds", "4", "--people", "16", "--out", str(picture), "--out", str(table)]
    said = CliRunner().invoke(build(), [*words, "--json", "-"], standalone_mode=False)
    assert said.exception is None, said.exception
    data = json.loads(said.stdout)
    assert set(data) >= {"model", "rows", "summary"}
    wanted = {
        "trial", "use", "row", "arm", "scale", "measure", "at", "headline", "observed", "predicted", "p10", "p90",
        "inside", "crps", "baselines",
    }  # fmt: skip
    assert all(wanted <= set(row) for row in data["rows"])
    assert data["summary"]["test"]["headline"]["rows"] == 1
    assert picture.read_text(encoding="utf-8").startswith("<svg") and len(table.read_text().splitlines()) == 15


def test_the_verb_refuses_what_is_no_trial(tmp_path) -> None:
    said = CliRunner().invoke(build(), ["validate", str(tmp_path / "nothing.yaml")], standalone_mode=False)
    assert isinstance(said.exception, RewireError)


def test_the_table_names_rows_that_could_not_be_computed(unseen) -> None:
    text = unseen.table()
    assert "Not computed" in text and "row 13" in text and "unseen-2030" in text
    assert max(map(len, text.splitlines())) <= 150
