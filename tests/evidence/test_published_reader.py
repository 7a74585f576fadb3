"""The reader of trial files: what it takes, and what it refuses, with the place and the next step."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rewire.errors import EvidenceError, PlanError, RewireError
from rewire.evidence.published import check_trial, is_trial_file, read_trial, read_trial_text, trial_text
from rewire.evidence.published.at import read_time, say_time
from rewire.plans.words import within

GOOD = """\
rewire: 1
trial: some-trial
use: test
design: parallel
source: {citation: "Somebody et al. 2030 Some Journal 1:1", doi: 10.1000/1}
people:
  diagnosis: TRD
  n: 73
  age: {mean: 46, sd: 12}
  female: 0.51
  weight: {mean: 80, sd: 18}
  setting: outpatient
  background: none
  baseline: {MADRS: {mean: 32.6, sd: 6.1}}
arms:
  ketamine: {n: 47, masking: active placebo, plan: ["ketamine 0.5 mg/kg IV over 40 min, day 1"]}
  midazolam: {n: 25, masking: active placebo, plan: ["midazolam 0.045 mg/kg IV over 40 min, day 1"]}
results:
  - {arm: ketamine, scale: MADRS, at: 24 h, measure: mean change, value: -16.5, se: 1.6, headline: true}
  - {arms: [ketamine, midazolam], scale: MADRS, at: 24 h, measure: difference, value: -7.95, ci95: [-12.71, -3.2]}
  - {arm: ketamine, scale: MADRS, at: 24 h, measure: response, value: 0.64}
"""
ROW = "  - {arm: ketamine, scale: MADRS, at: 24 h, measure: response, value: 0.64}"
ARM = '  ketamine: {n: 47, masking: active placebo, plan: ["ketamine 0.5 mg/kg IV over 40 min, day 1"]}'


def change(old: str, new: str) -> str:
    assert GOOD.count(old) == 1, old
    return GOOD.replace(old, new)


def row(text: str) -> str:
    return change(ROW, f"  - {{{text}}}")


def one(measure: str, value: str, rest: str = "", arm: str = "ketamine", scale: str = "MADRS") -> str:
    """The good file with another last row, about one arm at 24 h."""
    return row(f"arm: {arm}, scale: {scale}, at: 24 h, measure: {measure}, value: {value}{rest}")


def two(measure: str, value: str, other: str = "midazolam") -> str:
    """The good file with another last row, about two arms at 24 h."""
    return row(f"arms: [ketamine, {other}], scale: MADRS, at: 24 h, measure: {measure}, value: {value}")


def at(time: str) -> str:
    """The good file with another time in the last row."""
    return row(f"arm: ketamine, scale: MADRS, at: {time}, measure: response, value: 0.64")


def test_reads_the_form() -> None:
    trial = read_trial_text(GOOD)
    assert (trial.name, trial.use, trial.design, trial.people.diagnosis, trial.people.n) == (
        "some-trial", "test", "parallel", "TRD", 73,
    )  # fmt: skip
    assert (trial.people.age.mean, trial.people.age.sd, trial.people.female) == (46, 12, 0.51)
    assert [arm.name for arm in trial.arms] == ["ketamine", "midazolam"]
    assert trial.arms[0].plan.events(24)[0].what.amount == 0.5
    assert trial.results[1].arms == ("ketamine", "midazolam")
    assert trial.results[1].ci95 == (-12.71, -3.2)
    assert trial.results[2].status == ""
    assert trial.assumed == ()
    assert read_trial_text(trial_text(trial)) == trial


def test_what_is_left_out_has_a_default_that_is_listed() -> None:
    text = """\
rewire: 1
trial: short
use: test
source: {citation: A trial}
people: {diagnosis: MDD, baseline: {MADRS: 30}, age: null}
arms:
  a: {n: 10, masking: saline, plan: "ketamine 0.5 mg/kg IV, day 1"}
  b: {n: 12, masking: saline, plan: []}
results:
  - {arm: a, scale: madrs, at: week 1, measure: mean, value: 20, se: null}
"""
    trial = read_trial_text(text)
    assert (trial.people.n, trial.people.setting, trial.people.background.antidepressant) == (22, "outpatient", "none")
    assert trial.people.age is None
    assert trial.arms[1].plan.phrases == ()
    assert trial.results[0].scale == "MADRS"
    assert set(trial.assumed) == {
        "design: parallel", "age: as in the population MDD", "female: as in the population MDD",
        "weight: as in the population MDD", "setting: outpatient", "background: none", "n: 22, from the arms",
        "SD of MADRS: as in the population MDD",
    }  # fmt: skip


def test_people_of_a_crossover_are_counted_once() -> None:
    text = change("design: parallel", "design: crossover").replace("  n: 73\n", "")
    assert read_trial_text(text).people.n == 47


def test_an_open_design_needs_no_masking() -> None:
    text = change("design: parallel", "design: open").replace("masking: active placebo, ", "")
    trial = read_trial_text(text)
    assert [arm.masking for arm in trial.arms] == ["open", "open"]
    assert "masking of ketamine: open, as the design is" in trial.assumed


@pytest.mark.parametrize(
    ("text", "antidepressant", "phrases"),
    [
        ("none", "none", 0),
        ("stable antidepressant", "stable", 0),
        ("new antidepressant", "new", 0),
        ('"sertraline 100 mg oral, daily, since 8 weeks before"', "none", 1),
        ('[stable antidepressant, "lithium 900 mg oral, daily, since 8 weeks before"]', "stable", 1),
        ('["escitalopram 10 mg oral, daily", "lorazepam 1 mg oral, daily"]', "none", 2),
    ],
)
def test_background(text: str, antidepressant: str, phrases: int) -> None:
    trial = read_trial_text(change("background: none", f"background: {text}"))
    assert (trial.people.background.antidepressant, len(trial.people.background.phrases)) == (antidepressant, phrases)
    assert read_trial_text(trial_text(trial)) == trial


def test_an_arm_may_have_its_own_baseline_and_setting() -> None:
    text = change(ARM, ARM.replace("}", ", baseline: {MADRS: {mean: 40, sd: 4}}, setting: inpatient}"))
    trial = read_trial_text(text)
    assert trial.baseline_of("ketamine")["MADRS"].mean == 40
    assert trial.baseline_of("midazolam")["MADRS"].mean == 32.6
    assert (trial.setting_of("ketamine"), trial.setting_of("midazolam")) == ("inpatient", "outpatient")


def test_a_plan_beyond_the_safety_rules_is_read_as_what_was_done() -> None:
    trial = read_trial_text(change("ketamine 0.5 mg/kg IV over 40 min, day 1", "ketamine 2 mg/kg IV, daily for 9 days"))
    assert trial.arms[0].plan.research


def test_from_moves_the_origin() -> None:
    last = "arm: ketamine, scale: MADRS, from: day 12, at: 4 weeks, measure: sustained, value: 0.5"
    trial = read_trial_text(row(last))
    assert (trial.results[2].from_hours, trial.results[2].at_hours) == (264.0, 264.0 + 672.0)
    assert read_trial_text(trial_text(trial)) == trial


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("24 h", 24), ("24h", 24), ("40 min", 40 / 60), ("day 1", 0), ("day 8", 168), ("day 28", 648), ("Day 2", 24),
        ("week 4", 672), ("week 0", 0), ("4 weeks", 672), ("10 days", 240), ("1.5 h", 1.5), ("0 h", 0),
        ("baseline", 0), ("2 months", 1461), ("month 1", 730.5),
    ],
)  # fmt: skip
def test_times(text: str, hours: float) -> None:
    assert read_time(text, within("at", text)) == pytest.approx(hours)


@given(st.floats(min_value=0.001, max_value=20_000))
def test_times_are_said_and_read_back(hours: float) -> None:
    text = say_time(hours)
    assert read_time(text, within("at", text)) == hours


@pytest.mark.parametrize(
    "text", ["", "day 0", "day", "day 1.5", "24", "soon", "24 hh", "24 h later", "0 bananas", "-3 h", "week -1"]
)
def test_times_that_cannot_be_read(text: str) -> None:
    with pytest.raises(EvidenceError) as wrong:
        read_time(text, within("at", text))
    assert wrong.value.expected


BAD = {
    # the file
    "unknown key 'tiral'": (change("trial: some-trial", "tiral: some-trial"), 2, "did you mean 'trial'?"),
    "the file has no 'use'": (change("use: test\n", ""), 1, ""),
    "500 trials with 73 people in all": (change("use: test\n", "use: test\npools: 500\n"), 4, ""),
    "pools": (change("use: test\n", "use: test\npools: none\n"), 4, ""),
    "'use' stands twice": (change("use: test\n", "use: test\nuse: prior\n"), 4, ""),
    "unknown use 'calibration'": (change("use: test", "use: calibration"), 3, "did you mean 'calibrate'?"),
    "unknown design 'paralel'": (change("design: parallel", "design: paralel"), 4, "did you mean 'parallel'?"),
    "an unknown version": (change("rewire: 1", "rewire: 2"), 1, ""),
    "the file has no 'source'": (change(GOOD.splitlines()[4] + "\n", ""), 1, ""),
    "a source that says nothing": (change('{citation: "Somebody et al. 2030 Some Journal 1:1", doi: 10.1000/1}', "{}"), 5, ""),
    "unknown key 'DOI' in source": (change("doi: 10", "DOI: 10"), 5, "did you mean 'doi'?"),
    "not valid YAML": (change("people:", "people: ["), 8, ""),
    # people
    "people has no 'diagnosis'": (change("  diagnosis: TRD\n", ""), 7, ""),
    "unknown diagnosis 'OCD'": (change("diagnosis: TRD", "diagnosis: OCD"), 7, ""),
    "n is -3": (change("n: 73", "n: -3"), 8, ""),
    "n is 7.5": (change("n: 73", "n: 7.5"), 8, ""),
    "n is not a finite number": (change("n: 73", 'n: "73"'), 8, ""),
    "unknown key 'std' in age": (change("mean: 46, sd: 12", "mean: 46, std: 12"), 9, "did you mean 'sd'?"),
    "age has no 'mean'": (change("age: {mean: 46, sd: 12}", "age: {sd: 12}"), 9, ""),
    "sd of age is 0": (change("age: {mean: 46, sd: 12}", "age: {mean: 46, sd: 0}"), 9, ""),
    "mean of age is not a finite number": (change("age: {mean: 46", "age: {mean: .nan"), 9, ""),
    "female is 51": (change("female: 0.51", "female: 51"), 10, "write 51 % as 0.51"),
    "female is not a finite number": (change("female: 0.51", "female: 51%"), 10, "write 64% as 0.64"),
    "unknown setting 'ward'": (change("setting: outpatient", "setting: ward"), 12, ""),
    "unknown background 'stable antidepresant'": (
        change("background: none", "background: stable antidepresant"), 13, "did you mean 'stable antidepressant'?",
    ),
    "unknown scale 'MARDS'": (change("{MADRS: {mean", "{MARDS: {mean"), 14, "did you mean 'MADRS'?"),
    "mean of baseline MADRS is 90": (change("mean: 32.6", "mean: 90"), 14, ""),
    # arms
    "a trial without arms": (GOOD[: GOOD.index("arms:")] + "arms: {}\nresults: []\n", 15, ""),
    "the arm 'ketamine' has no 'n'": (change("n: 47, ", ""), 16, ""),
    "the arm 'ketamine' has no 'masking'": (change(ARM, ARM.replace("masking: active placebo, ", "")), 16, ""),
    "unknown masking 'double-blind'": (change(ARM, ARM.replace("active placebo", "double-blind")), 16, ""),
    "'ketamine' stands twice in arms": (change(ARM, f"{ARM}\n{ARM}"), 17, ""),
    "the plan of 'ketamine' is not a list": (change(ARM, "  ketamine: {n: 4, masking: open, plan: {a: b}}"), 16, ""),
    # results
    "results is not a list": (GOOD[: GOOD.index("results:")] + "results: []\n", 18, ""),
    "the trial has no arm 'ketamin'": (one("response", "0.64", arm="ketamin"), 21, "did you mean 'ketamine'?"),
    "unknown scale 'HDRS-23'": (one("response", "0.64", scale="HDRS-23"), 21, ""),
    "unknown scale 'HAM-D'": (one("response", "0.64", scale="HAM-D"), 21, "say which form, such as HAM-D17"),
    "unknown measure 'responders'": (one("responders", "0.64"), 21, "did you mean 'response'?"),
    "the response is 64": (one("response", "64"), 21, "write 64 % as 0.64"),
    "the response is -0.1": (one("response", "-0.1"), 21, ""),
    "value is not a finite number": (one("mean", "\u22123"), 21, "write the minus sign as -"),
    "'response' needs 'at'": (row("arm: ketamine, scale: MADRS, measure: response, value: 0.64"), 21, ""),
    "'at' is a time without a unit": (at("24"), 21, "write 24 h"),
    "'hors' is not a unit of time": (at("24 hors"), 21, "did you mean"),
    "'sustained' needs 'from'": (one("sustained", "0.64"), 21, ""),
    "remission without a cut": (one("remission", "0.64"), 21, ""),
    "'response' has no cut": (one("response", "0.64", ", cut: 10"), 21, ""),
    "no score of MADRS is 99": (one("remission", "0.64", ", cut: 99"), 21, ""),
    "the mean is 61": (one("mean", "61"), 21, ""),
    "the mean change is -70": (one("mean change", "-70"), 21, ""),
    "the sd is 0": (one("sd", "0"), 21, ""),
    "the hazard ratio is -1": (two("hazard ratio", "-1"), 21, ""),
    "sd is -2": (one("mean", "20", ", sd: -2"), 21, ""),
    "se is 0": (one("mean", "20", ", se: 0"), 21, ""),
    "n is 0": (one("mean", "20", ", n: 0"), 21, ""),
    "ci95 are in the wrong order": (one("mean", "20", ", ci95: [22, 18]"), 21, ""),
    "ci95 does not hold the value -7.95": (change("[-12.71, -3.2]", "[3.2, 12.71]"), 20, "write [-12.71, -3.2]"),
    "ci95 is not a pair": (change("[-12.71, -3.2]", "[-12.71]"), 20, ""),
    "'difference' is about two arms": (one("difference", "-3"), 21, ""),
    "'mean' is about one arm": (two("mean", "3"), 21, ""),
    "'effect size' is about two arms": (two("effect size", "3", "ketamine"), 21, ""),
    "a result without 'arm'": (row("scale: MADRS, at: 24 h, measure: mean, value: 3"), 21, ""),
    "a result has no 'value'": (one("mean", "null"), 21, "status: prospective, if it is not published yet"),
    "a value that is published is not prospective": (one("mean", "3", ", status: prospective"), 21, ""),
    "'se' of a number that is not published yet": (one("mean", "null", ", se: 2, status: prospective"), 21, ""),
    "nothing can be fitted to a number": (
        one("mean", "null", ", status: prospective").replace("use: test", "use: calibrate"), 3, "",
    ),
    "this result stands already on line 19": (one("mean change", "-15"), 21, "the primary outcome"),
    "'at' is the moment of 'from' itself": (
        row("arm: ketamine, scale: MADRS, from: 24 h, at: 0 h, measure: sustained, value: 0.5"), 21, "",
    ),
    "the arm 'ketamine' has 47 people, the trial 40": (change("n: 73", "n: 40"), 16, ""),
    "mean of age is 460": (change("mean: 46,", "mean: 460,"), 9, ""),
    "mean of weight is 800": (change("mean: 80,", "mean: 800,"), 11, ""),
    "sd of baseline MADRS is 61": (change("sd: 6.1", "sd: 61"), 14, ""),
    "unknown key 'daily' in people": (
        GOOD[: GOOD.index("people:")]
        + "people: {diagnosis: TRD, background: sertraline 50 mg oral, daily}\n"
        + GOOD[GOOD.index("arms:") :],
        6,
        "text with a comma needs quotes inside { }",
    ),
    "headline is neither": (one("mean", "3", ", headline: yes"), 21, ""),
    "unknown status 'guessed'": (one("mean", "3", ", status: guessed"), 21, ""),
    "unknown key 'note2'": (one("mean", "3", ", note2: x"), 21, "did you mean 'note'?"),
    "'value' stands twice": (one("mean", "3", ", value: 4"), 21, ""),
}  # fmt: skip


@pytest.mark.parametrize(("problem", "case"), BAD.items(), ids=list(BAD))
def test_bad_files_are_refused_with_line_and_next_step(problem: str, case: tuple[str, int, str]) -> None:
    text, line, advice = case
    with pytest.raises(EvidenceError, match=problem.replace("[", r"\[")) as wrong:
        read_trial_text(text, "bad.yaml")
    place = wrong.value.place
    assert place is not None
    assert place.source == "bad.yaml"
    assert place.line == line
    assert place.column is not None
    assert wrong.value.expected
    assert advice in wrong.value.advice
    assert bool(advice) <= bool(wrong.value.advice)


def test_a_phrase_is_refused_at_its_word() -> None:
    with pytest.raises(PlanError) as wrong:
        read_trial_text(change('IV over 40 min, day 1"]}\n  mid', 'IV over 40 mins, dya 1"]}\n  mid'), "bad.yaml")
    place = wrong.value.place
    assert (place.source, place.line) == ("bad.yaml", 16)
    assert place.text[place.column - 1 :].startswith("dya")
    assert "  at bad.yaml:16:" in str(wrong.value)


def test_a_phrase_cut_by_its_comma_is_explained() -> None:
    with pytest.raises(PlanError) as wrong:
        read_trial_text(change('["ketamine 0.5 mg/kg IV over 40 min, day 1"]', "[saline IV, day 1]"))
    assert wrong.value.advice in ("add ', day 1'", "a phrase with a comma needs quotes inside [ ]")


def test_a_phrase_that_follows_nothing_is_refused() -> None:
    with pytest.raises(PlanError, match="which the plan does not hold"):
        read_trial_text(change("ketamine 0.5 mg/kg IV over 40 min, day 1", "CBT 50 min, 24 h after each ketamine"))


def test_files(tmp_path: Path) -> None:
    good, plan = tmp_path / "good.yaml", tmp_path / "plan.yaml"
    good.write_text(GOOD, encoding="utf-8")
    plan.write_text("rewire: 1\ncourse: []\n", encoding="utf-8")
    assert check_trial(good) == read_trial(good) == read_trial_text(GOOD)
    assert is_trial_file(good)
    assert not is_trial_file(plan)
    assert not is_trial_file(tmp_path / "none.yaml")
    assert not is_trial_file(tmp_path)


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "trial.yaml").write_text(GOOD, encoding="utf-8")
    with pytest.raises(EvidenceError, match="there is no file") as wrong:
        read_trial(tmp_path / "trail.yaml")
    assert "trial.yaml" in wrong.value.advice
    with pytest.raises(EvidenceError, match="is a folder"):
        read_trial(tmp_path)
    (tmp_path / "other.yaml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(EvidenceError, match="not a text file"):
        read_trial(tmp_path / "other.yaml")
    for text in ("", "- a\n", "just words\n", "rewire: 1\n\ttrial: x\n", "[" * 60):
        with pytest.raises(EvidenceError):
            read_trial_text(text)


@given(st.integers(min_value=0, max_value=len(GOOD) - 1), st.integers(min_value=1, max_value=12))
def test_a_file_with_a_hole_never_breaks_the_reader(start: int, length: int) -> None:
    try:
        read_trial_text(GOOD[:start] + GOOD[start + length :])
    except RewireError as wrong:
        assert str(wrong)
