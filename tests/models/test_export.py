from __future__ import annotations

import sys

import pytest

from rewire.app import cli
from rewire.engine.targets.numbers import load
from rewire.engine.targets.source import rates_source


def rewire(*arguments):
    with pytest.raises(SystemExit) as left:
        cli.main(list(arguments))
    return int(left.value.code or 0)


@pytest.mark.parametrize(
    ("name", "holds"),
    [
        ("model.md", "$$\n\\frac{d\\,\\text{mood}}{dt}"),
        ("model.tex", "\\section*{mood}"),
        ("model.ll", "define void @run(ptr %x)"),
        ("model.cuda", "@cuda.jit(cache=True, fastmath=False)\ndef run("),
    ],
)
def test_the_model_is_written_by_the_ending_of_the_file(capsys, tmp_path, name, holds):
    assert rewire("model", "--out", str(tmp_path / name)) == 0
    assert holds in (tmp_path / name).read_text()
    assert capsys.readouterr().out == f"wrote {tmp_path / name}\n"


def test_the_python_source_stands_alone(standard, tmp_path, monkeypatch):
    assert rewire("model", "--out", str(tmp_path / "written_model.py")) == 0
    monkeypatch.syspath_prepend(tmp_path)
    import written_model

    points = [[0.7] * len(names) for names in (written_model.FIXED, written_model.HELD, written_model.STATES)]
    assert written_model.rates(*points) == pytest.approx(load(rates_source(standard.system))["rates"](*points))
    assert len(written_model.signals(*points)) == len(written_model.SIGNALS)
    del sys.modules["written_model"]


def test_endings_and_folders_that_will_not_do_are_refused(capsys, tmp_path):
    assert rewire("model", "--out", str(tmp_path / "model.doc")) == 2
    assert "cannot tell what of the model to write to 'model.doc'" in capsys.readouterr().err
    assert rewire("model", "--out", str(tmp_path / "nowhere" / "model.md")) == 2
    assert "does not exist" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_run_writes_a_person_as_sbml(capsys, tmp_path):
    pytest.importorskip("libsbml", reason="NOT TESTED: SBML needs the extra rewire[sbml]")
    plan, file = "ketamine 0.5 mg/kg IV over 40 min, day 1", tmp_path / "person.xml"
    assert rewire("run", plan, "--weeks", "1", "--sbml", str(file), "--quiet") == 0
    assert file.read_text().startswith("<?xml") and "event_0" in file.read_text()
    assert rewire("run", plan, "--n", "3", "--weeks", "1", "--sbml", str(tmp_path / "people.xml")) == 2
    assert "holds one person, not 3" in capsys.readouterr().err
    assert not (tmp_path / "people.xml").exists()
