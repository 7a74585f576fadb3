"""`rewire imaging`: files written, JSON on stdout, and one clear message for bad input."""

import json

import pytest

from rewire.app import cli
from rewire.network import Network, build_circuit, connect, healthy

PLAN = "ketamine 0.5 mg/kg IV over 40 min, day 1"


@pytest.fixture
def rewire(capsys):
    def run(*arguments):
        with pytest.raises(SystemExit) as left:
            cli.main(list(arguments))
        seen = capsys.readouterr()
        return left.value.code, seen.out, seen.err

    return run


def test_a_study_is_shown_and_written(rewire, tmp_path):
    names = ["fig.png", "maps.csv", "fc.npz", "fc_relmat.tsv", "all.json"]
    outs = [part for name in names for part in ("--out", str(tmp_path / name))]
    code, out, err = rewire("imaging", PLAN, "--n", "4", "--at", "baseline,24 h", *outs)
    assert (code, err) == (0, "")
    assert "Change from baseline to 24 h" in out
    assert "clinic view" in " ".join(out.split())
    for name in names:
        assert (tmp_path / name).stat().st_size > 1000
        assert f"wrote {tmp_path / name}" in out


def test_json_alone_on_stdout(rewire):
    code, out, _ = rewire("imaging", PLAN, "--n", "4", "--at", "baseline,24 h", "--minutes", "15", "--json", "-")
    told = json.loads(out)
    assert code == 0
    assert told["study"]["kind"] == "imaging"
    assert told["study"]["scan_minutes"] == 15
    assert told["not_known"]


def test_plan_files_are_compared(rewire, tmp_path):
    files = []
    for name, days in (("one", "day 1"), ("two", "days 1, 3")):
        files.append(tmp_path / f"{name}.yaml")
        files[-1].write_text(f"rewire: 1\nname: {name}\ncourse:\n  - ketamine 0.5 mg/kg IV over 40 min, {days}\n")
    plans = [str(file) for file in files]
    picture = tmp_path / "both.png"
    code, out, err = rewire("imaging", *plans, "--n", "4", "--at", "baseline,day 8", "--out", str(picture))
    assert (code, err) == (0, "")
    assert "A - B" in out and picture.stat().st_size > 1000
    code, _, err = rewire("imaging", *plans, "--n", "4", "--out", str(tmp_path / "maps.npz"))
    assert code == 2 and "one plan" in err


def test_connections_are_fitted_to_a_file(rewire, tmp_path):
    net = Network.synthetic(1)
    matrix = connect(build_circuit(net), healthy(net)).matrix
    table = tmp_path / "fc.csv"
    table.write_text("\n".join([",".join(net.labels), *(",".join(f"{v:.3f}" for v in row) for row in matrix)]))
    code, out, err = rewire("imaging", PLAN, "--n", "3", "--at", "baseline,24 h", "--connectivity", str(table))
    assert (code, err) == (0, "")
    assert "synthetic (seed 0) fitted to fc.csv" in out and "kept out of the fit" in " ".join(out.split())
    table.write_text("a,b\n1,0.5\n0.5,1\n")
    code, _, err = rewire("imaging", PLAN, "--n", "3", "--connectivity", str(table))
    assert code == 2 and "none of the 2 labels" in err


def test_quiet_says_nothing(rewire):
    assert rewire("imaging", PLAN, "--n", "3", "--at", "baseline", "--quiet") == (0, "", "")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--at", "24 hh"), "unit of time"),
        (("--at", "baseline,day 1"), "same time"),
        (("--minutes", "0"), "scan of 0 minutes"),
        (("--network", "dk85"), "dk85"),
        (("--out", "a.gif"), "cannot tell what to write"),
        (("--people", "TDR"), "no population"),
    ],
)
def test_bad_input_is_one_message_and_exit_code_2(rewire, arguments, told):
    code, out, err = rewire("imaging", PLAN, "--n", "3", *arguments)
    assert code == 2
    assert out == ""
    assert told in err
    assert "Traceback" not in err
