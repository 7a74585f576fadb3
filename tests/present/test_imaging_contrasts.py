"""Scans under several plans as pictures, words and files."""

import csv
import json

import pytest

import rewire as rw
from rewire.errors import RewireError, StudyError

PLANS = {
    "one infusion": rw.Plan("ketamine 0.5 mg/kg IV over 40 min, day 1"),
    "three infusions": rw.Plan("ketamine 0.5 mg/kg IV over 40 min, days 1, 3, 5"),
}


@pytest.fixture(scope="module")
def both():
    return rw.compare_imaging(PLANS, rw.people("TRD", 12, seed=7), ["baseline", "24 h", "day 8"])


def test_the_table_names_plans_and_every_readout(both):
    told = both.table()
    assert "  A  one infusion" in told and "  B  three infusions" in told
    for readout in both.first.readouts:
        assert told.count(f"\n{readout.name} ") == 2
    assert max(map(len, told.splitlines())) <= 120
    assert "clinic view" in " ".join(told.split())


def test_the_explanation_says_where_plans_differ(both):
    assert "differ most in" in both.explain()


@pytest.mark.parametrize("ending", [".png", ".svg", ".pdf", ".html"])
@pytest.mark.parametrize("name", ["", "courses", "effects"])
def test_pictures_are_saved(both, tmp_path, ending, name):
    path = both.save(tmp_path / f"picture{ending}", name)
    start = path.read_bytes()[:200].lower()
    assert {".png": b"\x89png", ".svg": b"<svg", ".pdf": b"%pdf", ".html": b"<!doctype html"}[ending] in start


def test_curves_are_of_every_plan_in_its_colour(both, tmp_path):
    drawn = both.save(tmp_path / "courses.svg", "courses").read_text()
    assert all(words in drawn for words in ("one infusion", "three infusions", "#2b62b0", "#c2560c"))


def test_rows_and_json_hold_the_contrasts(both, tmp_path):
    with both.save(tmp_path / "a.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == len(both.contrasts) == 2 * len(both.first.readouts)
    told = json.loads(both.save(tmp_path / "a.json").read_text())
    assert told["contrasts"][0]["readout"] == rows[0]["readout"]
    assert told["plans"].keys() == PLANS.keys()


def test_labelled_arrays_have_plans(both):
    pytest.importorskip("xarray")
    data = both.to_xarray()
    assert data["values"].dims == ("plan", "person", "visit", "readout")
    seen = data["values"].sel(plan="three infusions", person=2, visit="day 8", readout="efficiency")
    assert float(seen) == pytest.approx(both.results["three infusions"].maps.efficiency[2, 2])


@pytest.mark.parametrize("name", ["a.npz", "a_relmat.tsv"])
def test_maps_of_several_plans_are_refused(both, tmp_path, name):
    with pytest.raises(RewireError, match="one plan"):
        both.save(tmp_path / name)
    assert not list(tmp_path.iterdir())


def test_unknown_pictures_and_single_visits_are_refused(both):
    with pytest.raises(StudyError, match="no picture 'brain'"):
        both.plot("brain")
    with pytest.raises(StudyError, match="one visit"):
        rw.compare_imaging(PLANS, rw.people("TRD", 3), ["baseline"]).plot()
