"""The verbs about people with scores, run as a user runs them."""

from __future__ import annotations

import csv
import json

import pytest

from rewire.app import cli

GIVEN = ("--doses", "examples/doses.csv", "--start", "2026-01-05")


def rewire(*arguments: str) -> int:
    with pytest.raises(SystemExit) as left:
        cli.main(list(arguments))
    return int(left.value.code or 0)


def test_a_fit_says_what_was_read_and_passes_it_on_as_events(capsys, tmp_path):
    events, out = tmp_path / "events.csv", tmp_path / "belief.json"
    assert rewire("fit", "examples/scores.csv", *GIVEN, "--events", str(events), "--out", str(out)) == 0
    said = capsys.readouterr()
    assert "11 rows read, 0 refused" in said.err
    assert "wrote" in said.err and "17 rows" in said.err
    assert "not a medical device" in said.out
    rows = list(csv.DictReader(events.read_text().splitlines()))
    assert [row["EVID"] for row in rows].count("1") == 6
    (person,) = json.loads(out.read_text())["people"]
    assert person["sure"] and person["diagnostics"]["smallest_effective"] > 60
    assert rewire("fit", str(events), "--plan", "ketamine 0.5 mg/kg IV over 40 min, day 1") == 2
    assert "holds its own doses" in capsys.readouterr().err


def test_a_forecast_has_a_picture_a_chance_and_past_errors(capsys, tmp_path):
    picture = tmp_path / "forecast.svg"
    asked = ("--weeks", "4", "--chance", "PHQ-9 >= 15", "--out", str(picture), "--json", str(tmp_path / "f.json"))
    assert rewire("forecast", "examples/scores.csv", *GIVEN, *asked) == 0
    shown = capsys.readouterr().out
    assert "chance of PHQ-9 >= 15 at the end" in shown and "population curve" in shown
    assert picture.read_text().startswith("<svg")
    told = json.loads((tmp_path / "f.json").read_text())
    assert 0 < told["asked"]["PHQ-9 >= 15"] < 1
    assert len(told["past_crps"]["population curve"]) == 4


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "is empty"),
        ("date,score\n2026-01-05,3\n", "no column for the instrument"),
        ("date,scale,score\n2131-01-05,MADRS,3\n", "lies in the future"),
        ('date,scale,score\n2026-01-05,"MADRS,3\n', "not closed"),
    ],
)
def test_a_file_that_cannot_be_used_stops_with_its_reason_and_writes_nothing(capsys, tmp_path, text, said):
    path, out = tmp_path / "scores.csv", tmp_path / "out.json"
    path.write_text(text)
    assert rewire("fit", str(path), *GIVEN, "--out", str(out), "--events", str(tmp_path / "e.csv")) == 2
    error = capsys.readouterr().err
    assert said in error and "Traceback" not in error
    assert [one.name for one in tmp_path.iterdir()] == ["scores.csv"]


def test_options_keep_to_what_a_clinic_can_do(capsys):
    course = "ketamine 0.5 mg/kg IV over 40 min, {how often} for 2 weeks"
    asked = ("--vary", "how often=weekly|twice weekly", "--goal", "MADRS at week 3", "--n", "32", "--draws", "0")
    assert rewire("optimise", course, *asked, "--in-all", "3", "--json", "-") == 0
    found = json.loads(capsys.readouterr().out)
    assert [option["option"] for option in found["options"]] == ["weekly"]
    assert "more than 3" in found["left_out"][0]["why"]


def test_a_clinic_is_written_and_its_cohort_is_fitted(capsys, tmp_path):
    folder = tmp_path / "clinic"
    assert rewire("clinic", "--out", str(folder), "--n", "3", "--scale", "PHQ-9", "--quiet") == 0
    assert sorted(one.name for one in folder.iterdir()) == [
        "README.txt", "doses.csv", "people.csv", "scores.csv", "truth.csv"
    ]  # fmt: skip
    files = (str(folder / "scores.csv"), "--doses", str(folder / "doses.csv"), "--start", "2026-01-05")
    assert rewire("fit", *files, "--covariates", str(folder / "people.csv"), "--json", "-", "--quiet") == 0
    people = json.loads(capsys.readouterr().out)["people"]
    assert [person["person"] for person in people] == ["V0001", "V0002", "V0003"]
    assert rewire("forecast", *files) == 2
    assert "--person V0001" in capsys.readouterr().err
