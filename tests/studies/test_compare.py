"""Comparisons: paired people, drug-free twins, intervals, and results that do not depend on how the work is cut."""

from __future__ import annotations

import numpy as np
import pytest

import rewire as rw
from rewire.errors import PlanError, StudyError
from rewire.studies import cohort
from rewire.studies.compare import compare
from rewire.studies.scale import keep_people

INFUSION = rw.Plan("ketamine 0.5 mg/kg IV over 40 min, day 1")
SALINE = rw.Plan("saline IV, day 1")
NOTHING = rw.Plan("clinic visit, day 300")
TRD = rw.people("TRD", 120, seed=7)


def at(series, hours: float) -> int:
    return int(np.argmin(np.abs(series.hours - hours)))


@pytest.fixture(scope="module")
def result():
    return compare({"ketamine": INFUSION, "saline": SALINE}, TRD, weeks=2, draws=3)


def test_everybody_starts_from_the_same_score(result) -> None:
    first, second = (outcome.scores["MADRS"] for outcome in result.outcomes.values())
    assert first.mean[0] == second.mean[0]
    assert first.mean[0] == pytest.approx(TRD.covariates()["baseline_depression"].mean(), abs=0.3)


def test_the_drug_free_twin_of_a_placebo_is_itself(result) -> None:
    saline = result.outcomes["saline"]
    for band in saline.specific.values():
        assert np.all(band.mean == 0)
    assert result.outcomes["ketamine"].specific["MADRS"].mean[at(saline.specific["MADRS"], 24)] < -2


def test_a_plan_compared_with_itself_differs_in_nothing() -> None:
    same = compare({"one": INFUSION, "other": INFUSION.called("other")}, TRD, weeks=1, draws=0)
    for rows in same.differences.values():
        assert np.all(rows[0].band.mean == 0)
        assert "no difference that can be told" in rows[0].words


def test_paired_difference_is_the_difference_of_the_means(result) -> None:
    row = result.differences["MADRS"][0]
    first, second = result.outcomes[row.first].scores["MADRS"], result.outcomes[row.second].scores["MADRS"]
    np.testing.assert_allclose(row.band.mean, first.mean - second.mean, atol=1e-9)


def test_the_early_result_is_the_comparison_without_draws(result) -> None:
    early = []
    plans = {"ketamine": INFUSION, "saline": SALINE}
    late = compare(plans, TRD, weeks=2, draws=3, early=early.append)
    assert late.to_json() == result.to_json()
    assert [one.to_json() for one in early] == [compare(plans, TRD, weeks=2, draws=0).to_json()]
    compare(plans, TRD, weeks=1, draws=0, early=early.append)
    assert len(early) == 1


def test_draws_of_what_is_not_known_widen_the_interval(result) -> None:
    without = compare({"ketamine": INFUSION, "saline": SALINE}, TRD, weeks=2, draws=0)
    place = at(result.outcomes["ketamine"].change["MADRS"], 24)

    def width(found) -> float:
        band = found.outcomes["ketamine"].change["MADRS"]
        return float(band.high[place] - band.low[place])

    assert width(result) > 1.2 * width(without)
    np.testing.assert_array_equal(
        result.outcomes["ketamine"].scores["MADRS"].mean, without.outcomes["ketamine"].scores["MADRS"].mean
    )


def test_block_size_and_threads_change_nothing(monkeypatch, result) -> None:
    monkeypatch.setitem(cohort.BLOCKS, "cpu", 37)
    monkeypatch.setattr(cohort, "workers", lambda: 1)
    monkeypatch.setattr(cohort.blocks, "__defaults__", (37,))
    again = compare({"ketamine": INFUSION, "saline": SALINE}, TRD, weeks=2, draws=3)
    for name, outcome in result.outcomes.items():
        for scale, curve in outcome.scores.items():
            np.testing.assert_array_equal(curve.mean, again.outcomes[name].scores[scale].mean)
            np.testing.assert_array_equal(curve.p10, again.outcomes[name].scores[scale].p10)
        np.testing.assert_allclose(outcome.change["MADRS"].low, again.outcomes[name].change["MADRS"].low, atol=1e-12)


def test_counts_agree_with_the_scores_of_everybody(tmp_path, result) -> None:
    pq = pytest.importorskip("pyarrow.parquet")
    path = tmp_path / "people.parquet"
    keep_people({"ketamine": INFUSION}, TRD, 2, str(path), precision="float64")
    table = pq.read_table(path).to_pydict()
    hours, scores = np.array(table["hours"]), np.array(table["MADRS"], float)
    curve = result.outcomes["ketamine"].scores["MADRS"]
    baseline = scores[hours == 0]
    # Scores are kept at other moments, so that steps and last digits differ: now and then one is rounded the other way.
    few = 2 / TRD.n
    for hour in (0.0, 24.0, 168.0, 336.0):
        place, now = at(curve, hour), scores[hours == hour]
        assert curve.mean[place] == pytest.approx(now.mean(), abs=few)
        assert curve.sd[place] == pytest.approx(now.std(ddof=1), abs=few)
        assert curve.p50[place] == pytest.approx(np.percentile(now, 50, method="inverted_cdf"), abs=1)
        response = ((baseline - now) >= 0.5 * baseline).mean() if hour else 0.0
        assert result.outcomes["ketamine"].response["MADRS"].mean[place] == pytest.approx(response, abs=few)


def test_closed_loop_stops_for_those_who_respond() -> None:
    always = rw.Plan("ketamine 0.5 mg/kg IV over 40 min, twice weekly for 3 weeks")
    until = rw.Plan("ketamine 0.5 mg/kg IV over 40 min, twice weekly for 3 weeks until response")
    found = compare({"always": always, "until": until}, TRD, weeks=4, draws=0)
    band = found.differences["MADRS"][0].band
    assert abs(band.mean[at(band, 24)]) < 1e-9, "nobody has stopped before the second dose"
    later = band.mean[at(band, 21 * 24)]
    assert (later if found.differences["MADRS"][0].first == "until" else -later) > 0.3, (
        "stopping early costs points later"
    )


def test_peaks_name_their_statistic(result) -> None:
    peaks = result.outcomes["ketamine"].peaks
    assert "largest rise" in peaks["SBP rise"].statistic
    assert 4 < peaks["CADSS"].mean < 25
    assert peaks["CADSS"].mean >= result.outcomes["ketamine"].around_dose["CADSS"].mean.max()
    assert result.outcomes["saline"].peaks["CADSS"].mean == 0


def test_the_study_can_be_repeated_from_its_record(result) -> None:
    study = result.study
    plans = {name: rw.Plan(text) for name, text in study["plans"].items()}
    who = study["people"]
    again = compare(plans, rw.people(who["condition"], who["n"], who["seed"]), study["weeks"], draws=study["draws"])
    np.testing.assert_array_equal(
        again.outcomes["ketamine"].change["MADRS"].low, result.outcomes["ketamine"].change["MADRS"].low
    )
    assert again.study["evidence"] == study["evidence"]


def test_the_bibliography_names_what_was_used(result) -> None:
    works = result.sources()
    assert len(works) > 20
    assert any("Kamp" in work for work in works), "racemic ketamine was given"
    with_tablets = rw.run(INFUSION + "sertraline 50 mg oral, daily", rw.person("TRD"), weeks=1).sources()
    assert set(works) < set(with_tablets)
    assert any("ATC" in work for work in set(with_tablets) - set(works)), "usual daily doses come with the tablets"


@pytest.mark.parametrize("weeks", [0, -1, float("nan"), 1e6])
def test_impossible_lengths_are_refused(weeks: float) -> None:
    with pytest.raises(StudyError, match="weeks"):
        compare({"a": INFUSION}, TRD, weeks=weeks)


def test_other_bad_requests_are_refused() -> None:
    for wrong in (
        {"setting": "moon"},
        {"masking": "x"},
        {"switches": {"windo": True}},
        {"precision": "f16"},
        {"draws": -1},
    ):
        with pytest.raises(StudyError):
            compare({"a": INFUSION}, TRD, weeks=1, **wrong)
    with pytest.raises(StudyError):
        compare({}, TRD, weeks=1)
    with pytest.raises(PlanError):
        compare({"a": rw.Plan("esketamine 1 mg/kg intranasal, day 1", research=True)}, TRD, weeks=1)


def test_single_precision_agrees_with_double() -> None:
    double = compare({"a": INFUSION}, TRD, weeks=2, draws=0)
    single = compare({"a": INFUSION}, TRD, weeks=2, draws=0, precision="float32")
    np.testing.assert_allclose(
        double.outcomes["a"].scores["MADRS"].mean, single.outcomes["a"].scores["MADRS"].mean, atol=0.15
    )


def test_longer_steps_say_how_far_they_err(result) -> None:
    quick = compare({"ketamine": INFUSION, "saline": SALINE}, TRD, weeks=2, draws=0, steps="quick")
    assert any("quick steps" in warning and "0.3 %" in warning for warning in quick.warnings)
    assert quick.study["steps"] == "quick" and result.study["steps"] == "standard"
    one, other = (found.outcomes["ketamine"].scores["MADRS"].mean for found in (result, quick))
    assert np.abs(one - other).max() < 0.1  # scores on paper are whole numbers: few change
    with pytest.raises(StudyError, match="unknown steps 'quik'"):
        compare({"ketamine": INFUSION}, TRD, weeks=2, steps="quik")


def test_people_older_than_the_model_was_fitted_to_are_warned_of() -> None:
    plan = rw.Plan("ketamine 0.5 mg/kg IV over 40 min, day 1")
    for age, warned in (((71.0, 4.0), True), (71.0, True), ((45.0, 10.0), False)):
        found = compare({"plan": plan}, rw.people("TRD", 20, age=age), weeks=1, draws=0)
        assert any("older than 64" in warning for warning in found.warnings) == warned
