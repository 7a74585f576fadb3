"""The register of predictions: dated entries that nobody can change afterwards without being noticed."""

from __future__ import annotations

import json
from datetime import date

import numpy as np
import pytest
from typer.testing import CliRunner

from rewire.app.cli import build
from rewire.errors import EvidenceError, StudyError
from rewire.evidence.published.register import Entry, prospective_files, read_register, register_at, shipped_register
from rewire.evidence.published.shelf import find_trial, trial_names
from rewire.models.posterior import Posterior
from rewire.studies.register import register

PINNED: tuple[str, ...] = (
    "82fe81c1b6823106e53c969cb35e8718d5bc5a212758e3caa9c01e3c4e5805f0",
    "a898d2ff4222895ddd2aba2a4ce5bbef4aa0af70e29eb04dea5170077dec4380",
    "91fbff67e94320917b1cc13c527c372daa1cd607c0c5fb6e21dbec6856b0c53a",
    "f08dac0986242e1b547be5b43899282fc7a6806c76948e69d8483143a911906f",
)
"""The fingerprint of every entry ever shipped, in order. Append those of new entries; never change or take out one."""
SIZE = {"worlds": 2, "people": 8}


@pytest.fixture(scope="module")
def two(tmp_path_factory):
    """A register of two entries, by two models."""
    path = tmp_path_factory.mktemp("register") / "register.jsonl"
    register(path, today=date(2030, 1, 1), posterior=None, **SIZE)
    meek = Posterior(("fast_gain",), np.array([[1e-3]]), {})
    register(path, today=date(2030, 2, 1), posterior=meek, **SIZE)
    return path


def test_no_entry_that_was_shipped_has_changed() -> None:
    digests = tuple(entry.digest for entry in shipped_register())
    assert digests[: len(PINNED)] == PINNED
    assert len(digests) == len(PINNED), "append the fingerprints of the new entries to PINNED"


def test_unpublished_trials_hold_no_number_and_are_never_fitted() -> None:
    assert len(trial_names("prospective")) >= 2
    for name in trial_names("prospective"):
        trial = find_trial(name, "prospective")
        assert trial.use == "test"
        assert not any(result.published for result in trial.results)
        assert trial.headlines and name not in trial_names()


def test_an_entry_says_who_predicted_what_of_which_files(two) -> None:
    first, second = register_at(two)
    assert (first.date, second.date) == ("2030-01-01", "2030-02-01")
    assert second.before == first.digest
    assert first.model["version"] and len(first.model["evidence"]) == 64
    assert first.model["posterior_digest"] == "" and len(second.model["posterior_digest"]) == 64
    assert first.files == dict(prospective_files())
    counted = sum(len(find_trial(name, "prospective").results) for name in trial_names("prospective"))
    assert len(first.rows) == counted
    for row in first.rows:
        low, high = row["intervals"]["80"]
        assert low <= high and row["predicted"] is not None


def test_the_same_model_adds_nothing_and_old_lines_stay_byte_for_byte(two, tmp_path) -> None:
    path = tmp_path / "copy.jsonl"
    path.write_bytes(two.read_bytes())
    meek = Posterior(("fast_gain",), np.array([[1e-3]]), {})
    entry, new = register(path, today=date(2031, 1, 1), posterior=meek, **SIZE)
    assert not new and entry.date == "2030-02-01" and path.read_bytes() == two.read_bytes()
    _, new = register(path, today=date(2031, 1, 1), posterior=None, **SIZE)
    assert new and path.read_bytes().startswith(two.read_bytes()) and len(register_at(path)) == 3
    assert [item.name for item in tmp_path.iterdir()] == ["copy.jsonl"]


def spoil(text: str, how: str) -> str:
    lines = text.splitlines()
    data = json.loads(lines[0])
    if how == "a number":
        data["rows"][0]["predicted"] = 99.0
    elif how == "the date":
        data["date"] = "2029-01-01"
    elif how == "the model":
        data["model"]["version"] = "9"
    elif how == "a number, signed again":
        data["rows"][0]["predicted"] = 99.0
        return (
            Entry.made(*(data[k] for k in ("date", "model", "files", "rows", "before"))).line() + "\n" + lines[1] + "\n"
        )
    elif how == "taken out":
        return f"{lines[1]}\n"
    elif how == "order":
        return f"{lines[1]}\n{lines[0]}\n"
    elif how == "no entry":
        return "{}\n"
    return "\n".join([json.dumps(data), lines[1]]) + "\n"


@pytest.mark.parametrize(
    "how", ["a number", "the date", "the model", "a number, signed again", "taken out", "order", "no entry"]
)
def test_a_changed_register_is_refused_with_its_line(two, how: str, tmp_path) -> None:
    path = tmp_path / "spoiled.jsonl"
    path.write_text(spoil(two.read_text(), how))
    with pytest.raises(EvidenceError) as wrong:
        register_at(path)
    assert wrong.value.place.line in (1, 2)
    before = path.read_bytes()
    with pytest.raises(EvidenceError):
        register(path, posterior=None, **SIZE)
    assert path.read_bytes() == before


def test_an_empty_register_has_no_entry() -> None:
    assert read_register("") == ()


def test_the_verb(tmp_path) -> None:
    path = tmp_path / "register.jsonl"
    words = ["validate", "--register", str(path), "--worlds", "2", "--people", "8"]
    said = CliRunner().invoke(build(words), words)
    assert said.exit_code == 0 and "nct04560660" in said.stdout and "appended to" in said.stdout
    assert "unchanged" in CliRunner().invoke(build(words), words).stdout
    for wrong in (["validate", "--register", str(tmp_path)], ["validate", "--register", str(path), "--facts"]):
        refused = CliRunner().invoke(build(wrong), wrong, standalone_mode=False)
        assert isinstance(refused.exception, StudyError)
