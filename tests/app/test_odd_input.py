"""Input that is odd but plausible: told apart, refused in plain words, never answered with something else."""

from __future__ import annotations

import os
import threading
from datetime import date

import numpy as np
import pytest
from typer.testing import CliRunner

import rewire as rw
from rewire.app.cli import build
from rewire.errors import PlanError, RewireError, StudyError
from rewire.inference.read_doses import read_doses
from rewire.inference.scores import Person, Score
from rewire.whole import write_whole

SIX = "ketamine 0.5 mg/kg IV over 40 min, twice weekly for 3 weeks"


def say(*words):
    return CliRunner().invoke(build(), list(words), standalone_mode=False)


def test_times_of_scores_are_labels_of_what_was_read(tmp_path):
    parquet = pytest.importorskip("pyarrow.parquet")
    who, read = rw.people("TRD", 3), []
    for name, hours in (("a.parquet", (0, 24, 48)), ("b.parquet", (48, 24, 24))):
        rw.keep_people({"six": rw.Plan(SIX)}, who, 1, str(tmp_path / name), hours=hours)
        read.append(parquet.read_table(tmp_path / name).to_pydict())
    assert read[0] == read[1]
    with pytest.raises(StudyError, match="outside the study"):
        rw.keep_people({"six": rw.Plan(SIX)}, who, 1, str(tmp_path / "c.parquet"), hours=(400,))


@pytest.mark.parametrize("given", [{"stress": 1e5}, {"age": 200}, {"weight": 900}, {"failed_treatments": 1e6}])
def test_what_nobody_can_be_is_refused(given):
    with pytest.raises(StudyError, match="expected: a number from"):
        rw.people("TRD", 2, **given)


def test_a_plan_does_not_take_the_place_of_anothers_twin():
    who, six = rw.people("TRD", 20), rw.Plan(SIX)
    alone = rw.compare({"a": six}, who, weeks=1, draws=0)
    beside = rw.compare({"a": six, "a without the drug": rw.Plan("CBT 50 min, weekly")}, who, weeks=1, draws=0)
    specific = [one.outcomes["a"].specific["MADRS"].mean for one in (alone, beside)]
    assert np.array_equal(*specific) and specific[0][-1] < 0


@pytest.mark.parametrize("when", ["for 4 doses", "until day 14"])
def test_what_follows_for_a_time_is_not_lost_when_a_plan_is_repeated(when):
    plan = rw.Plan("ketamine 0.5 mg/kg IV, twice weekly for 2 weeks", f"CBT 50 min, 24 h after each ketamine, {when}")
    with pytest.raises(PlanError, match="cannot be repeated"):
        plan.repeat(2, every="4 weeks")


@pytest.mark.parametrize("n", ["1", "5"])
def test_every_kind_of_file_can_be_written(n, tmp_path):
    files = [tmp_path / f"result{suffix}" for suffix in (".csv", ".json", ".svg")]
    outs = [word for file in files for word in ("--out", str(file))]
    found = say("run", SIX, "--n", n, "--weeks", "1", "--draws", "0", "--quiet", *outs)
    assert found.exception is None and all(file.stat().st_size > 500 for file in files)


def test_the_scale_that_was_asked_for_is_shown():
    found = say("run", SIX, "--n", "5", "--weeks", "1", "--draws", "0", "--scale", "PHQ-9")
    assert "PHQ-9 in points" in found.stdout
    for verb in (("run", SIX), ("compare", SIX, "CBT 50 min, weekly")):
        wrong = say(*verb, "--scale", "PHQ9").exception
        assert isinstance(wrong, StudyError) and "did you mean 'PHQ-9'" in str(wrong)


def test_links_and_pipes_are_written_to(tmp_path):
    (tmp_path / "real").write_text("old")
    (tmp_path / "link").symlink_to(tmp_path / "real")
    write_whole(tmp_path / "link", "new")
    assert (tmp_path / "link").is_symlink() and (tmp_path / "real").read_text() == "new"
    os.mkfifo(tmp_path / "pipe")
    heard = []
    reader = threading.Thread(target=lambda: heard.append((tmp_path / "pipe").read_text()))
    reader.start()
    write_whole(tmp_path / "pipe", "through")
    reader.join(10)
    assert heard == ["through"] and (tmp_path / "pipe").is_fifo()
    assert write_whole(tmp_path / ("n" * 230), "long").read_text() == "long"


@pytest.mark.parametrize(
    "text",
    [
        "id,date,instrument,score\nA,2026-01-05,PHQ-9,18\n,2026-01-05,PHQ-9,25\n",
        "ID,TIME,EVID,AMT,DV,SCALE,DRUG,ROUTE\nA,0,0,,18,PHQ-9,,\nA,0,1,40,,,ketamine,IV\n,0,0,,25,PHQ-9,,\n",
    ],
)
def test_rows_of_nobody_are_refused(text, tmp_path):
    file = tmp_path / "rows.csv"
    file.write_text(text)
    plan = () if text.startswith("ID") else ("--plan", SIX, "--start", "2026-01-05")
    found = say("fit", str(file), *plan)
    assert found.exception is None and "does not say whose it is" in found.stderr


def test_doses_of_nobody_are_refused(tmp_path):
    file = tmp_path / "doses.csv"
    file.write_text("id,date,drug,dose,unit,route\nA,2026-01-05,ketamine,40,mg,IV\n,2026-01-08,ketamine,40,mg,IV\n")
    plans, report = read_doses(file, date(2026, 1, 5))
    assert list(plans) == ["A"] and "does not say whose it is" in report.refused[0].why


def test_one_person_has_one_value(tmp_path):
    file = tmp_path / "scores.csv"
    file.write_text("date,instrument,score\n2026-01-05,PHQ-9,18\n")
    wrong = say("fit", str(file), "--plan", SIX, "--start", "2026-01-05", "--with", "age=70:5").exception
    assert isinstance(wrong, RewireError) and "mean and an SD" in str(wrong)


@pytest.mark.parametrize("at", [float("nan"), float("inf"), 80_000.0])
def test_scores_at_no_time_are_refused(at):
    with pytest.raises(StudyError, match="a score at"):
        Person((Score(0, "MADRS", 30, 30), Score(at, "MADRS", 5, 5)))


def test_two_scores_at_one_time_are_refused():
    with pytest.raises(StudyError, match="two scores of one scale"):
        Person((Score(24.0, "MADRS", 30, 30), Score(24.0, "MADRS", 5, 5)))


def test_a_result_prints_as_its_table():
    one = rw.run(rw.Plan(SIX), rw.person(), weeks=1)
    several = rw.compare({"six": rw.Plan(SIX)}, rw.people("TRD", 3), weeks=1, draws=0)
    for result in (one, several):
        assert str(result) == result.table()
        assert len(repr(result)) < 100 and type(result).__name__ in repr(result)
        assert result._repr_html_().startswith("<pre>")
