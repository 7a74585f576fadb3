"""JSON has the agreed shape and is strict JSON; rows hold every number once."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np

from rewire.present import comparison_json, comparison_rows, course_json, write_rows
from rewire.present.export import COLUMNS
from rewire.studies.result import Comparison, Course


def test_comparison_json_has_the_agreed_shape(comparison: Comparison) -> None:
    told = json.loads(json.dumps(comparison_json(comparison), allow_nan=False))
    assert {"study", "plans", "differences"} <= set(told)
    plan = told["plans"]["ketamine"]
    scores = plan["scores"]["MADRS"]
    assert {"day", "mean", "sd", "p10", "p50", "p90"} <= set(scores)
    assert len({len(scores[name]) for name in ("day", "mean", "sd", "p10", "p50", "p90")}) == 1
    assert scores["day"][0] == 0.0 and scores["day"][-1] == 182.0
    for kind in ("response", "remission"):
        assert set(plan[kind]["MADRS"]) >= {"day", "share"}
        assert all(0 <= share <= 1 for share in plan[kind]["MADRS"]["share"])
    assert plan["peaks"] == {"CADSS": 31.2, "SBP rise": 21.8}
    assert told["differences"]["MADRS"][0]["first"] == "ketamine"
    assert told["study"]["seed"] == 7


def test_what_is_not_known_is_null(comparison: Comparison) -> None:
    relapse = comparison_json(comparison)["plans"]["ketamine"]["relapse"]["MADRS"]["share"]
    assert relapse[0] is None and relapse[-1] is not None


def test_a_study_with_arrays_becomes_plain(comparison: Comparison) -> None:
    odd = {
        **comparison.study,
        "days": np.arange(3),
        "one": np.float64(2.5),
        "plans": {"a": ("x", "y")},
        "where": Path("f"),
    }
    told = comparison_json(Comparison(odd, "MADRS", comparison.outcomes, {}))["study"]
    assert (told["days"], told["one"], told["plans"], told["where"]) == ([0, 1, 2], 2.5, {"a": ["x", "y"]}, "f")


def test_course_json_carries_units_and_meanings(course: Course) -> None:
    told = json.loads(json.dumps(course_json(course), allow_nan=False))
    plasma = told["values"]["ketamine_plasma"]
    assert (plasma["unit"], plasma["meaning"]) == ("ng/mL", "ketamine plasma")
    assert len(plasma["values"]) == len(told["hours"]) == len(told["day"])
    assert told["doses"][0]["milligrams"] == 40.0


def test_rows_are_tidy_and_complete(comparison: Comparison, tmp_path: Path) -> None:
    rows = comparison_rows(comparison)
    assert all(tuple(row) == COLUMNS for row in rows)
    keys = [(row["plan"], row["quantity"], row["scale"], row["hours"]) for row in rows]
    assert len(keys) == len(set(keys))
    assert {row["quantity"] for row in rows} >= {"score", "drug-specific change", "relapse", "difference", "peak"}
    with write_rows(rows, tmp_path / "rows.csv").open(newline="", encoding="utf-8") as file:
        back = list(csv.DictReader(file))
    assert len(back) == len(rows)
    assert float(back[0]["mean"]) == rows[0]["mean"] and back[0]["low"] == ""
    assert [path.name for path in tmp_path.iterdir()] == ["rows.csv"]
