"""Forecasts of one person: bands, chances, relapse, and the naive forecasts beside them."""

from __future__ import annotations

import numpy as np
import pytest

import rewire as rw
from rewire.errors import StudyError
from rewire.inference.cloud import Prior
from rewire.inference.fit import Depth, fit_person
from rewire.inference.naive import carried_forward, exponential
from rewire.inference.scores import Person, Score
from rewire.present.figures.forecast_icons import shares_at_end
from rewire.studies.accuracy import past_errors
from rewire.studies.forecast import forecast

PLAN = rw.Plan("ketamine 0.5 mg/kg IV over 40 min, twice weekly for 3 weeks")
SCORES = tuple(
    Score(24.0 * (day - 1), "MADRS", value, value) for day, value in ((1, 34), (2, 26), (8, 20), (15, 15), (22, 14))
)


@pytest.fixture(scope="module")
def belief():
    return fit_person(Person(SCORES, "A"), PLAN, Prior(size=2048), depth=Depth(256, 4, False))


@pytest.fixture(scope="module")
def result(belief):
    return belief.forecast(weeks=8)


def test_bands_are_ordered_within_the_scale_and_widen(result):
    bands = result.bands["MADRS"]
    assert (np.diff(bands.levels, axis=0) >= 0).all()
    assert bands.levels.min() >= 0
    assert bands.levels.max() <= 60
    width = bands.levels[5] - bands.levels[1]
    assert width[0] < width[-1]
    assert abs(bands.levels[3, 0] - 14) < 5
    assert bands.hours[0] > result.now


def test_chances_are_shares_and_sentences_are_read(result):
    assert 0 < result.chance("MADRS >= 20") < 1
    assert result.chance("MADRS >= 20") + result.chance("MADRS < 20") == pytest.approx(1.0)
    assert result.chance("MADRS >= 0", day=30) == 1.0
    for words in ("MADRS is high", "BDI > 3", "MADRS = 3"):
        with pytest.raises(StudyError):
            result.chance(words)
    with pytest.raises(StudyError, match="outside the forecast"):
        result.chance("MADRS > 3", day=3)


def test_relapse_is_a_distribution_that_only_grows(result):
    relapse = result.relapse
    assert (np.diff(relapse.lost) >= 0).all()
    assert 0 < relapse.lost[-1] < 1
    known = [quartile for quartile in relapse.quartiles if quartile is not None]
    assert known == sorted(known)


def test_naive_forecasts_stand_beside(result):
    names = {naive.name for naive in result.naive}
    assert names == {"last score carried forward", "fitted exponential"}
    assert set(result.accuracy) == {"this forecast", "population curve", *names}
    table = " ".join(result.table().split())
    assert all(f"{kind} {errors[0][1]:.1f} {errors[1][1]:.1f}" in table for kind, errors in result.accuracy.items())
    assert result.track is not None
    assert "lower MADRS on day 22" in result.track.words


def test_past_errors_are_told_in_points_of_the_scale_or_not_at_all(belief):
    assert set(past_errors("MADRS", 0)) == {"this forecast"}
    assert past_errors("MADRS", 4) == past_errors("MADRS", 3) != past_errors("MADRS", 5)
    ours = past_errors("PHQ-9", 3)["this forecast"]
    assert all(
        small < large for (_, small), (_, large) in zip(ours, past_errors("MADRS", 3)["this forecast"], strict=True)
    )
    table = " ".join(forecast(belief, 4, scale="GAD-7").table().split())
    assert "past errors of forecasts were not measured for GAD-7" in table
    assert "MADRS points" not in table


def test_an_exponential_is_found_again():
    hours = np.array([0.0, 48, 96, 168, 336, 504])
    scores = [
        Score(at, "MADRS", v, v)
        for at, v in zip(hours, np.round(12 + 22 * np.exp(-hours / 120)).astype(int), strict=True)
    ]
    assert exponential(scores, np.array([1000.0]))[0] == pytest.approx(12, abs=1.5)
    assert exponential(scores[:2], hours) is None
    assert carried_forward((), hours) is None


def test_the_same_seed_gives_the_same_forecast(belief, result):
    again = forecast(belief, 8)
    assert np.array_equal(again.bands["MADRS"].levels, result.bands["MADRS"].levels)


def test_more_doses_help_the_same_person_with_the_same_luck(belief, result):
    more = forecast(belief, 8, PLAN + "ketamine 0.5 mg/kg IV over 40 min, weekly from week 5 for 6 weeks")
    assert more.bands["MADRS"].mean[-20:].mean() < result.bands["MADRS"].mean[-20:].mean() - 0.3


def test_the_past_cannot_be_changed(belief):
    with pytest.raises(StudyError, match="differs from what was given"):
        forecast(belief, 8, rw.Plan("ketamine 0.5 mg/kg IV over 40 min, day 1"))
    with pytest.raises(StudyError):
        forecast(belief, 0)
    with pytest.raises(StudyError):
        forecast(belief, 8, scale="BDI")


def test_every_form_says_what_it_is_not(result, tmp_path):
    for text in (result.table(), result.explain(), result.to_json()["note"]):
        assert "not a medical device" in " ".join(text.split())
    assert sum(shares_at_end(result)) == 100
    for name in ("a.json", "a.csv", "a.svg"):
        assert result.save(tmp_path / name).stat().st_size > 500
    icons = result.plot("icons").to_svg()
    assert "not a medical device" in icons
    assert icons.count("<circle") == 104
    with pytest.raises(StudyError):
        result.plot("brain")
    assert len(result.sources()) > 5


def test_a_file_is_fitted_in_one_line(tmp_path):
    path = tmp_path / "scores.csv"
    path.write_text("date/time,instrument,score\n2026-01-05,MADRS,34\n2026-01-12,MADRS,22\n")
    belief = rw.fit(str(path), plan=PLAN, start="2026-01-05", depth=Depth(128, 4, False))
    assert belief.now == 168.0
    with pytest.raises(StudyError, match="date of day 1"):
        rw.fit(str(path), plan=PLAN)
