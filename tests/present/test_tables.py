"""Tables and words carry the numbers of the result, fit their width and never recommend."""

from __future__ import annotations

import dataclasses
import io
import re
from types import ModuleType

import numpy as np
import pytest
from rich.console import Console

from rewire.errors import StudyError
from rewire.present import explain_comparison, show_comparison, text_comparison
from rewire.present.words import number, short_names, who
from rewire.studies.result import Comparison


@pytest.mark.parametrize("width", [80, 100])
def test_plain_text_fits_and_has_no_colours(comparison: Comparison, width: int) -> None:
    text = text_comparison(comparison, width=width)
    assert max(map(len, text.splitlines())) <= width
    assert "\x1b" not in text
    text.encode("cp1252")


def test_long_names_fit_too(synthetic: ModuleType) -> None:
    names = (
        "ketamine 0.5 mg/kg IV over 40 min, twice weekly for 3 weeks",
        "ketamine 0.5 mg/kg IV over 40 min, twice weekly for 3 weeks; CBT 50 min, 24 h after each ketamine",
    )
    text = text_comparison(synthetic.comparison(names), width=80)
    assert max(map(len, text.splitlines())) <= 80


def test_the_numbers_are_those_of_the_result(comparison: Comparison) -> None:
    lines = text_comparison(comparison).splitlines()
    score = comparison.outcomes["ketamine"].scores["MADRS"]
    day = np.flatnonzero(score.hours == 24.0)[0]
    row = next(line for line in lines if line.startswith("mean (SD)"))
    assert re.split(r"\s{2,}", row)[2] == f"{score.mean[day]:.1f} ({score.sd[day]:.1f})"
    header = next(line for line in lines if "baseline" in line)
    assert header.split("  ")[-1].strip() == "26 weeks"
    assert any(line.startswith("relapse %") and line.split()[2] == "-" for line in lines)
    assert "Systolic blood pressure rise: mean of each person's largest rise" in lines
    assert any("ketamine minus with therapy at the end" in line for line in lines)
    assert "Warnings" in lines and "not a medical device" in lines[-2]


def test_moments_after_the_end_are_left_out(comparison: Comparison) -> None:
    name, outcome = next(iter(comparison.outcomes.items()))
    short = outcome.scores["MADRS"].hours <= 48.0
    cut = {
        field: {
            "MADRS": dataclasses.replace(
                series["MADRS"],
                **{f.name: getattr(series["MADRS"], f.name)[short] for f in dataclasses.fields(series["MADRS"])[1:]},
            )
        }
        for field in ("scores", "change", "specific", "response", "remission", "relapse")
        for series in [getattr(outcome, field)]
    }
    brief = dataclasses.replace(comparison, outcomes={name: dataclasses.replace(outcome, **cut)}, differences={})
    header = next(line for line in text_comparison(brief).splitlines() if "baseline" in line)
    assert header.split() == ["baseline", "24", "h", "2", "days"]


def test_shown_in_a_terminal_it_has_colours(comparison: Comparison) -> None:
    file = io.StringIO()
    Console(file=file, force_terminal=True, width=100, color_system="256").print(show_comparison(comparison))
    assert "\x1b[" in file.getvalue()


def test_an_unknown_scale_is_explained(comparison: Comparison) -> None:
    with pytest.raises(StudyError, match="one of MADRS, PHQ-9"):
        text_comparison(comparison, "HAM-D")


def test_the_explanation_is_honest_and_recommends_nothing(comparison: Comparison) -> None:
    text = explain_comparison(comparison)
    change = comparison.outcomes["ketamine"].change["MADRS"].mean[-1]
    assert f"of {change:.1f} points at 26 weeks" in text
    assert "drug-specific part" in text and "Nothing here recommends a dose" in text
    assert "The interval does not hold zero." in text
    assert not re.search(r"\b(should|best plan|we recommend|safe)\b", text)


def test_a_difference_that_cannot_be_told_is_said(comparison: Comparison) -> None:
    found = comparison.differences["MADRS"][0]
    wide = dataclasses.replace(found.band, low=found.band.mean - 20, high=found.band.mean + 20)
    unsure = dataclasses.replace(found, band=wide, words="no difference that can be told")
    text = explain_comparison(dataclasses.replace(comparison, differences={"MADRS": (unsure,)}))
    assert "cannot tell the two apart" in text


@pytest.mark.parametrize(
    ("value", "words"),
    [(1234.5, "1,234.5"), (-0.04, "0"), (-3.0, "-3"), (20.0, "20"), (100.0, "100"), (float("nan"), "-")],
)
def test_numbers_to_read(value: float, words: str) -> None:
    assert number(value) == words
    assert number(-0.04, fixed=True) == "0.0"


def test_short_names_stay_apart() -> None:
    start = "ketamine 0.5 mg/kg IV over 40 min, twice weekly for 3 weeks"
    names = [start, f"{start}; CBT 50 min, 24 h after each ketamine", f"{start}; walking 30 min, daily"]
    for letters in (16, 30, 62):
        short = short_names(names, letters)
        assert len(set(short.values())) == 3
        assert max(map(len, short.values())) <= letters + 3
    assert "CBT" in short_names(names, 30)[names[1]]
    assert short_names(["a", "b"], 20) == {"a": "a", "b": "b"}


@pytest.mark.parametrize(
    ("care", "said"),
    [
        ("routine", "40 people with TRD in routine care"),
        ("trial", "40 people with TRD in the care of a trial"),
        (None, "40 people with TRD"),
    ],
)
def test_people_are_said_with_their_care(care: str | None, said: str) -> None:
    study = {"people": {"name": "TRD", "n": 40}} | ({"care": care} if care else {})
    assert who(study) == said
