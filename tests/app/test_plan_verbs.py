"""`rewire say` and `rewire check`: what they print, what they return, and that nothing ever ends in a traceback."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from rewire.app import cli

EXAMPLES = Path(__file__).parents[2] / "examples"
INFUSIONS = "ketamine 0.5 mg/kg IV, twice weekly for 3 weeks"


@pytest.fixture
def rewire(capsys):
    """Runs the command line; returns the exit code, stdout and stderr."""

    def run(*arguments):
        with pytest.raises(SystemExit) as left:
            cli.main(list(arguments))
        seen = capsys.readouterr()
        return left.value.code, seen.out, seen.err

    return run


def test_say_prints_the_canonical_plan_and_the_doses(rewire):
    code, out, err = rewire("say", INFUSIONS)
    assert (code, err) == (0, "")
    lines = out.splitlines()
    assert lines[0] == "ketamine 0.5 mg/kg IV over 40 min, twice weekly for 3 weeks"
    assert "Doses for 70 kg" in lines
    assert " ".join(lines[-1].split()) == "day 18 09:00 ketamine IV 35 mg = 0.5 mg/kg over 40 min"


def test_say_for_another_weight_and_with_dates(rewire):
    code, out, _ = rewire("say", str(EXAMPLES / "with-therapy.yaml"), "--weight", "90")
    assert code == 0
    assert "2026-01-12   ketamine   IV   45 mg" in out


def test_say_joins_phrases_and_files(rewire):
    code, out, _ = rewire("say", "CBT, 24 h after each ketamine", str(EXAMPLES / "six-infusions.yaml"))
    assert code == 0
    assert "name: Six infusions" in out
    assert "  - CBT 50 min, 24 h after each ketamine" in out


def test_say_as_json(rewire, tmp_path):
    code, out, _ = rewire("say", INFUSIONS, "--json", "-")
    said = json.loads(out)
    assert code == 0
    assert said["plan"]["course"] == ["ketamine 0.5 mg/kg IV over 40 min, twice weekly for 3 weeks"]
    assert [dose["mg"] for dose in said["doses"]] == [35] * 6
    assert said["doses"][1]["when"] == "day 4 09:00"
    assert {rule["rule"] for rule in said["rules"]} >= {"monitor_2h", "home_use"}
    code, out, _ = rewire("say", INFUSIONS, "--json", str(tmp_path / "said.json"), "--quiet")
    assert (code, out) == (0, "")
    assert json.loads((tmp_path / "said.json").read_text()) == said


def test_say_writes_a_plan_file_that_checks(rewire, tmp_path):
    path = str(tmp_path / "plan.yaml")
    assert rewire("say", INFUSIONS, "--out", path)[0] == 0
    code, out, _ = rewire("check", path)
    assert code == 0
    assert out.startswith(f"ok  {path}\n")
    assert "6 \N{MULTIPLICATION SIGN} ketamine IV 35 mg, days 1 to 18" in out


def test_research_turns_a_refusal_into_a_note(rewire):
    code, out, err = rewire("say", "ketamine 2 mg/kg IV, day 1")
    assert (code, out) == (2, "")
    assert "safety rule 'largest_dose'" in err
    code, out, _ = rewire("say", "ketamine 2 mg/kg IV, day 1", "--research")
    assert code == 0
    assert "research: true" in out
    assert "research: ketamine 2 mg/kg IV in one session (rule: at most 1 mg/kg)" in out


def test_check_reads_every_file_and_fails_if_one_is_wrong(rewire, tmp_path):
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text("rewire: 1\ncourse:\n  - ketamine 0.5 mg IV, day 1\n")
    code, out, err = rewire("check", str(wrong), str(EXAMPLES / "six-infusions.yaml"))
    assert code == 2
    assert "six-infusions" in out
    assert err == (
        "rewire: ketamine 0.5 mg IV is too small a dose to be meant\n"
        f"  at {wrong}:3:14\n"
        "      - ketamine 0.5 mg IV, day 1\n"
        "                 ^^^^^^\n"
        "  expected: an amount from 0.02 to 4.5 mg/kg\n"
        "  try: write '0.5 mg/kg' if that is meant\n"
    )


def test_check_as_json(rewire, tmp_path):
    code, out, _ = rewire("check", str(EXAMPLES / "stop-when-well.yaml"), str(tmp_path / "no.yaml"), "--json", "-")
    good, bad = json.loads(out)["files"]
    assert code == 2
    assert good["ok"] and len(good["doses"]) == 28 and good["doses"][0]["rule"] == "until remission"
    assert not bad["ok"] and "there is no file" in bad["error"]["problem"]


@pytest.mark.parametrize(
    "arguments",
    [
        ("say", "nonsense"),
        ("say", ""),
        ("say", "x" * 100_000),
        ("say", "no.yaml"),
        ("say", INFUSIONS, "--weight", "7"),
        ("say", INFUSIONS, "--weight", "nan"),
        ("say", INFUSIONS, "--weight", "heavy"),
        ("say", INFUSIONS, "--weeks", "0"),
        ("say", INFUSIONS, "--weeks", "nan"),
        ("say", INFUSIONS, "--json", "/no/such/folder/said.json"),
        ("say", INFUSIONS, "--out", "/no/such/folder/plan.yaml"),
        ("say",),
        ("check",),
        ("check", "/"),
        ("check", "/dev/null"),
        ("say", INFUSIONS, "--unknown"),
        ("unknown",),
    ],
)
def test_bad_input_exits_with_2_and_a_message(rewire, arguments):
    code, out, err = rewire(*arguments)
    assert code == 2
    assert out == ""
    assert err.startswith("rewire: ")
    assert "Traceback" not in err


def test_help_names_the_verbs(rewire):
    code, out, _ = rewire("--help")
    assert code == 0
    assert "say" in out and "check" in out


def test_a_stop_by_the_user_exits_with_130(rewire, monkeypatch):
    def stop(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("rewire.plans.files.read_bytes", stop)
    code, _, err = rewire("check", "plan.yaml")
    assert code == 130
    assert "stopped" in err


def test_a_fault_of_the_program_is_no_traceback(rewire, monkeypatch):
    def break_down(*_):
        raise ZeroDivisionError("zero")

    monkeypatch.delenv("REWIRE_TRACEBACK", raising=False)
    monkeypatch.setattr("rewire.plans.files.read_bytes", break_down)
    code, _, err = rewire("check", "plan.yaml")
    assert code == 1
    assert "ZeroDivisionError" in err and "Traceback" not in err


def _run(*arguments, **options):
    command = [sys.executable, "-m", "rewire.app.cli", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, **options)


def test_no_colour_when_nobody_looks():
    assert "\x1b" not in _run("check", str(EXAMPLES / "six-infusions.yaml")).stdout


@pytest.mark.skipif(os.name != "posix", reason="needs a pipe that closes")
def test_a_reader_that_leaves_is_no_error():
    command = f"{sys.executable} -m rewire.app.cli say 'walking, days {', '.join(map(str, range(1, 100)))}' | true"
    done = subprocess.run(["bash", "-c", f"set -o pipefail; {command}"], capture_output=True, text=True, check=False)
    assert done.stderr == ""
