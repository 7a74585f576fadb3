"""One person from milligrams to scores."""

from __future__ import annotations

import numpy as np
import pytest

import rewire as rw
from rewire.errors import StudyError

INFUSION = rw.Plan("ketamine 0.5 mg/kg IV over 40 min, day 1")


@pytest.fixture(scope="module")
def course():
    return rw.run(INFUSION, rw.person("TRD", MADRS=33, weight=70), weeks=4)


def value(course, name: str, hours: float) -> float:
    return float(course.values[name][int(np.argmin(np.abs(course.hours - hours)))])


def test_the_chain_runs_in_order(course) -> None:
    peaks = [
        float(course.hours[int(np.argmax(course.values[name]))])
        for name in ("ketamine_plasma", "glutamate_surge", "bdnf", "synaptic_protein", "synapses_prefrontal")
    ]
    assert peaks == sorted(peaks)
    assert peaks[0] == pytest.approx(2 / 3, abs=0.1)
    assert 24 < peaks[-1] < 120


def test_the_score_starts_at_the_baseline_and_comes_back(course) -> None:
    assert value(course, "MADRS", 0) == pytest.approx(33)
    assert value(course, "MADRS", 24) < 22
    assert value(course, "MADRS", 27 * 24) > 33 - (33 - value(course, "MADRS", 24)) / 2


def test_every_value_has_a_unit_and_a_meaning(course) -> None:
    assert course.values.keys() == course.units.keys() == course.meanings.keys()
    assert all(np.all(np.isfinite(values)) for values in course.values.values())
    assert all(course.meanings.values())


def test_without_luck_nothing_moves_when_nothing_is_given() -> None:
    quiet = rw.run(rw.Plan("clinic visit, day 60"), rw.person("TRD", MADRS=33), weeks=8, switches={"contact": False})
    assert np.ptp(quiet.values["MADRS"]) < 0.01
    lucky = rw.run(rw.Plan("clinic visit, day 60"), rw.person("TRD", MADRS=33), weeks=8, luck=True)
    assert np.ptp(lucky.values["MADRS"]) > 2


def test_a_labelled_dataset_holds_the_regions(course) -> None:
    pytest.importorskip("xarray")
    data = course.to_xarray()
    assert data["synapses"].dims == ("time", "region")
    np.testing.assert_array_equal(
        data["synapses"].sel(region="amygdala").to_numpy(), course.values["synapses_amygdala"]
    )
    assert data["ketamine_plasma"].attrs["units"] == "ng/mL"


def test_text_and_words(course) -> None:
    text = course.table()
    assert "NMDA receptors blocked" in text and "MADRS" in text and "esketamine" not in text
    assert "not known" in course.explain()


def test_a_course_is_of_one_person() -> None:
    from rewire.studies.course import follow

    with pytest.raises(StudyError, match="one person"):
        follow(INFUSION, rw.people("TRD", 2), weeks=1)


@pytest.mark.parametrize(
    ("condition", "scale"), [("PTSD", "CAPS-5"), ("GAD", "HAM-A"), ("bipolar depression", "MADRS")]
)
def test_each_condition_starts_from_its_own_score(condition: str, scale: str) -> None:
    who = rw.person(condition)
    course = rw.run(INFUSION, who, weeks=1)
    given = {"CAPS-5": "baseline_trauma", "HAM-A": "baseline_anxiety", "MADRS": "baseline_depression"}[scale]
    assert value(course, scale, 0) == pytest.approx(who.covariates()[given][0], abs=0.5)
    assert value(course, scale, 24) < value(course, scale, 0)
