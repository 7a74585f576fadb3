"""The ten clinical facts: each has rows, every row is scored or says why not, misses are starred and explained."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from rewire.app.cli import build
from rewire.errors import StudyError
from rewire.evidence.published import trials
from rewire.evidence.published.facts import facts
from rewire.evidence.published.shelf import find_trial, trial_names
from rewire.studies.facts import check_facts
from rewire.studies.scoring.baselines import Baselines, calibration_rows


@pytest.fixture(scope="module")
def found():
    return check_facts(worlds=4, people=24)


def test_there_are_ten_and_each_has_rows_with_an_explanation() -> None:
    assert [fact.title for fact in facts()][:2] == ["Onset", "Peak near 24 hours"]
    assert len(facts()) == 10
    for fact in facts():
        assert fact.statement and fact.rows
        assert all(row.miss for row in fact.rows)


def test_files_of_facts_are_never_fitted_and_never_a_test() -> None:
    for name in trial_names("facts"):
        trial = find_trial(name, "facts")
        assert trial.use == "prior"
        assert trial.name not in {other.name for other in trials()}
        assert trial.name not in {other.name for other, _ in calibration_rows()}
        if trial.part_of:
            assert trial.part_of not in {other.name for other, _ in Baselines.without(trial).rows}


def test_every_row_is_scored(found) -> None:
    assert len(found.scores) == sum(len(fact.rows) for fact in facts()) > 30
    for (fact, rows), known in zip(found.facts, facts(), strict=True):
        assert fact == known
        for one in rows:
            assert one.score.observed == one.row.result.value
            assert one.score.trial == one.row.trial.name
            assert one.score.predicted is not None or one.score.reason


def test_the_published_sd_beside_a_change_is_a_row() -> None:
    rows = next(fact.rows for fact in facts() if fact.name == "people")
    assert {row.result.measure for row in rows} == {"sd change"}
    assert rows[0].result.value == 13.5


def test_misses_are_starred_and_explained_and_only_they(found) -> None:
    text = found.table()
    for one in (one for _, rows in found.facts for one in rows):
        told = next(row for fact in found.to_json()["facts"] for row in fact["rows"] if row["row"] == one.score.row
                    and row["trial"] == one.score.trial)  # fmt: skip
        assert bool(told["explanation"]) != bool(one.score.inside)
    assert sum(line.startswith(" * ") for line in text.splitlines()) == sum(not s.inside for s in found.scores)
    assert max(map(len, text.splitlines())) <= 150
    json.dumps(found.to_json(), allow_nan=False)


def test_the_verb(tmp_path) -> None:
    words = ["validate", "--facts", "--worlds", "2", "--people", "8", "--json", "-", "--out", str(tmp_path / "a.csv")]
    data = json.loads(CliRunner().invoke(build(words), words).stdout)
    assert set(data) == {"model", "facts", "summary"} and len(data["facts"]) == 10
    assert (tmp_path / "a.csv").read_text().count("\n") > 30
    wrong = ["validate", "--facts", "murrough-2013"]
    refused = CliRunner().invoke(build(wrong), wrong, standalone_mode=False)
    assert isinstance(refused.exception, StudyError)
