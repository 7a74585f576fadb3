"""The verbs that simulate and look things up, run as a user runs them."""

from __future__ import annotations

import json

import pytest

from rewire.app import cli

SIX = "examples/six-infusions.yaml"


def rewire(*arguments: str) -> int:
    with pytest.raises(SystemExit) as left:
        cli.main(list(arguments))
    return int(left.value.code or 0)


def test_compare_prints_a_table_and_draws_a_picture(capsys, tmp_path) -> None:
    picture = tmp_path / "comparison.png"
    code = rewire(
        "compare", SIX, "ketamine 0.5 mg/kg IV over 40 min, day 1", "--n", "40", "--weeks", "2", "--draws", "0",
        "--out", str(picture),
    )  # fmt: skip
    shown = capsys.readouterr().out
    assert code == 0
    assert "drug-specific" in shown and "Paired differences" in shown and "not a medical device" in shown
    assert picture.read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"


def test_compare_writes_the_json_of_the_design(capsys) -> None:
    assert rewire("compare", SIX, "--n", "20", "--weeks", "1", "--draws", "0", "--json", "-") == 0
    found = json.loads(capsys.readouterr().out)
    plan = found["plans"]["Six infusions"]
    assert {"day", "mean", "sd", "p10", "p50", "p90"} <= plan["scores"]["MADRS"].keys()
    assert plan["response"]["MADRS"].keys() >= {"day", "share"}
    assert {"CADSS", "SBP rise"} <= plan["peaks"].keys()
    assert "differences" in found and found["study"]["people"]["n"] == 20


def test_run_shows_one_person(capsys) -> None:
    assert rewire("run", SIX, "--weeks", "2", "--with", "age=52", "--with", "MADRS=34") == 0
    shown = capsys.readouterr().out
    assert "NMDA receptors blocked" in shown and "34.0" in shown


@pytest.mark.parametrize(
    "arguments",
    [
        ("--weeks", "0"),
        ("--weeks", "nan"),
        ("--n", "0"),
        ("--people", "trd"),
        ("--with", "agee=4"),
        ("--with", "age=young"),
        ("--with", "age=nan"),
        ("--switch", "window"),
        ("--switch", "windo=on"),
        ("--setting", "moon"),
        ("--precision", "f16"),
        ("--out", "picture.gif"),
        ("--out", "/no/such/folder/picture.png"),
        ("--cluster", "tcp://127.0.0.1:1"),
        ("--out", "people.parquet", "--device", "gpu"),
    ],
)
def test_bad_input_ends_with_one_clear_message(capsys, arguments: tuple[str, str]) -> None:
    assert rewire("compare", SIX, "--n", "10", "--draws", "0", *arguments) == 2
    told = capsys.readouterr()
    assert told.err.startswith("rewire: ") and "Traceback" not in told.err and told.out == ""


def test_everybodys_scores_are_written_and_nothing_else_is_made(capsys, tmp_path) -> None:
    pq = pytest.importorskip("pyarrow.parquet")
    folder = tmp_path / "people.parquet"
    asked = ("compare", SIX, "saline IV, day 1", "--n", "30", "--weeks", "1", "--out", str(folder), "--workers", "1")
    assert rewire(*asked) == 0
    assert capsys.readouterr().out == f"wrote {folder}: 30 people in 1 parts\n"
    assert pq.read_table(folder).num_rows == 2 * 30 * 8
    assert rewire(*asked) == 0
    assert "30 of them before" in capsys.readouterr().out


def test_two_plans_need_two_names(capsys) -> None:
    assert rewire("compare", SIX, SIX) == 2
    assert "two plans are called" in capsys.readouterr().err


def test_sources_of_a_number(capsys) -> None:
    assert rewire("sources", "esketamine_central_volume") == 0
    shown = capsys.readouterr().out
    assert "192" in shown and "2021" in shown
    assert rewire("sources", "no_such_number_at_all") == 2


def test_the_model_lists_itself(capsys) -> None:
    assert rewire("model") == 0
    assert "receptor" in capsys.readouterr().out
    assert rewire("model", "receptor") == 0
    assert "nmda_block = " in capsys.readouterr().out
    assert rewire("model", "switches") == 0
    assert "off by default" in capsys.readouterr().out
    assert rewire("model", "recepter") == 2
    assert "did you mean 'receptor'" in capsys.readouterr().err


def test_the_doctor_finds_nothing_wrong(capsys) -> None:
    assert rewire("doctor") == 0
    assert "FAIL" not in capsys.readouterr().out
