"""Figures: units on axes, data there, labels apart, footer present, and no data frame on the way."""

from __future__ import annotations

import dataclasses
import re
import subprocess
import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from types import ModuleType
from typing import Any

import altair as alt
import numpy as np
import pytest
import vl_convert

from rewire.errors import StudyError
from rewire.present import (
    PAGE,
    PLOTS,
    SLIDE,
    draw,
    plot_cascade,
    plot_change,
    plot_difference,
    plot_dose_window,
    plot_response,
    plot_scores,
    plot_summary,
)
from rewire.present.marks import EndLabel, spread
from rewire.present.theme import fitting
from rewire.present.words import DISCLAIMER
from rewire.studies.result import Comparison, Course

COMPARISON_PLOTS = [name for name in PLOTS if name != "cascade"]


def parts(spec: Any) -> Iterator[dict[str, Any]]:
    """Every dictionary inside a specification."""
    if isinstance(spec, dict):
        yield spec
        for item in spec.values():
            yield from parts(item)
    elif isinstance(spec, list):
        for item in spec:
            yield from parts(item)


def axis_titles(spec: dict[str, Any]) -> set[str]:
    titles = [part["axis"].get("title") for part in parts(spec) if "field" in part and "axis" in part]
    return {title if isinstance(title, str) else " ".join(title) for title in titles if title}


def written(spec: dict[str, Any]) -> list[str]:
    return [row["words"] for rows in spec["datasets"].values() for row in rows if "words" in row]


@pytest.mark.parametrize("name", COMPARISON_PLOTS)
def test_a_plot_is_a_valid_altair_chart_with_footer_and_units(name: str, comparison: Comparison) -> None:
    chart = draw(comparison, name)
    assert isinstance(chart, alt.VConcatChart)
    spec = chart.to_dict()  # checks the Vega-Lite schema
    footers = [part["text"] for part in parts(spec) if part.get("orient") == "bottom" and "text" in part]
    assert footers == [[f"{DISCLAIMER} rewire 0.1.0, model whole 1, seed 7, n = 1,000"]]
    titles = axis_titles(spec)
    assert titles
    for title in titles:
        assert title.endswith(")") and "(" in title, title


@pytest.mark.parametrize("name", COMPARISON_PLOTS)
@pytest.mark.parametrize("pixels", [330, 620, 930])
def test_a_figure_fits_the_pixels_it_is_asked_for(name: str, pixels: int, comparison: Comparison) -> None:
    drawn = vl_convert.vegalite_to_svg(draw(comparison, name, size=fitting(pixels)).to_json())
    width = re.search(r'<svg[^>]* width="([0-9.]+)"', drawn)
    assert width
    assert float(width[1]) <= pixels


def test_intervals_say_what_they_hold(comparison: Comparison) -> None:
    def subtitle(shown: Comparison) -> str:
        return " ".join(draw(shown, "response").to_dict()["title"]["subtitle"])

    alone = dataclasses.replace(comparison, study={**comparison.study, "draws": 0})
    assert "what is not known" in subtitle(comparison)
    assert "sampling alone" in subtitle(alone)


def test_scores_carry_the_data_the_cut_and_the_names(comparison: Comparison) -> None:
    spec = plot_scores(comparison, "MADRS").to_dict()
    curves = [rows for rows in spec["datasets"].values() if rows and "middle" in rows[0]]
    expected = comparison.outcomes["ketamine"].scores["MADRS"]
    whole = [rows for rows in curves if len(rows) == len(expected.hours)]
    assert any(np.allclose([row["middle"] for row in rows], expected.mean, rtol=1e-4) for rows in whole)
    assert {"ketamine", "with therapy", "remission: 10 or less", "CBT"} <= set(written(spec))
    assert axis_titles(spec) == {"MADRS (points)", "Time since first dose (days)", "Time since first dose (weeks)"}


def test_dose_ticks_stand_where_doses_are_given(comparison: Comparison, synthetic: ModuleType) -> None:
    spec = plot_scores(comparison, "MADRS").to_dict()
    ticks = [[row["time"] for row in rows] for rows in spec["datasets"].values() if rows and set(rows[0]) == {"time"}]
    assert [round(day / 7, 4) for day in synthetic.INFUSION_DAYS] in ticks


def test_without_a_remission_cut_no_line_is_drawn(comparison: Comparison) -> None:
    study = {key: value for key, value in comparison.study.items() if key != "scales"}
    spec = plot_scores(dataclasses.replace(comparison, study=study)).to_dict()
    assert not [words for words in written(spec) if "remission" in words]


def test_change_shows_total_and_drug_specific_side_by_side(comparison: Comparison) -> None:
    words = written(plot_change(comparison).to_dict())
    assert words.count("total") == 1  # equal words share their data
    spec = plot_change(comparison).to_dict()
    texts = [part for part in parts(spec) if part.get("mark", {}) and part["mark"].get("type") == "text"]
    assert len(texts) == 6  # two headings, and two line names in each panel
    assert "Change in MADRS (points)" in axis_titles(spec)


def test_difference_says_who_does_better(comparison: Comparison) -> None:
    spec = plot_difference(comparison).to_dict()
    assert "does better at the end" in spec["title"]["subtitle"][0]
    assert {"↑ “with therapy” does better", "↓ “ketamine” does better"} <= set(written(spec))


def test_difference_of_a_single_plan_is_refused(synthetic: ModuleType) -> None:
    with pytest.raises(StudyError, match="no difference in 'MADRS'"):
        plot_difference(synthetic.comparison(("ketamine",)))


def test_shares_stay_between_0_and_100_per_cent(comparison: Comparison) -> None:
    spec = plot_response(comparison).to_dict()
    for rows in spec["datasets"].values():
        for row in rows:
            for field in ("low", "high"):
                assert 0 <= row.get(field, 50) <= 100
    assert "Share of people (%)" in axis_titles(spec)


def test_dose_window_names_the_statistic(comparison: Comparison) -> None:
    words = written(plot_dose_window(comparison).to_dict())
    assert "mean of each person's largest rise:" in words
    assert any("21.8 mmHg" in text for text in words)


def test_cascade_keeps_short_peaks_and_both_time_scales(course: Course) -> None:
    spec = plot_cascade(course).to_dict()
    assert {"Time since first dose (hours)", "Time since first dose (weeks)"} <= axis_titles(spec)
    assert "Drug in plasma (ng/mL)" in axis_titles(spec)
    peak = float(course.values["ketamine_plasma"].max())
    highest = max(row["middle"] for rows in spec["datasets"].values() for row in rows if row.get("middle") is not None)
    assert highest == pytest.approx(peak, rel=1e-4)


def test_cascade_leaves_out_what_is_absent(course: Course) -> None:
    plain = {name: values for name, values in course.values.items() if name in ("mood", "MADRS", "ketamine_plasma")}
    plain["ketamine_plasma"] = np.zeros_like(course.hours)
    titles = axis_titles(plot_cascade(dataclasses.replace(course, values=plain)).to_dict())
    assert not any(title.startswith(("Drug", "Synapses")) for title in titles)
    assert any(title.startswith("Mood") for title in titles)


def test_cascade_of_nothing_is_refused(course: Course) -> None:
    with pytest.raises(StudyError, match="no layer"):
        plot_cascade(dataclasses.replace(course, values={}))


def test_summary_says_what_is_compared(comparison: Comparison) -> None:
    spec = plot_summary(comparison).to_dict()
    title = " ".join(spec["title"]["text"])
    assert title == "“ketamine” compared with “with therapy”: 1,000 people with TRD over 26 weeks"
    assert {"Paired difference", "Response", "Dissociation (CADSS)"} <= set(written(spec))


@pytest.mark.parametrize("count", [1, 2, 4, 7])
def test_any_number_of_plans_can_be_drawn(count: int, synthetic: ModuleType) -> None:
    comparison = synthetic.comparison(tuple(f"plan {letter}" for letter in "ABCDEFG"[:count]))
    for plot in (plot_summary, plot_scores, plot_change, plot_response, plot_dose_window):
        plot(comparison).to_dict()


def test_a_plot_does_not_change_with_repetition(comparison: Comparison) -> None:
    assert plot_summary(comparison).to_dict() == plot_summary(comparison).to_dict()


def test_a_scale_or_a_figure_can_be_asked_for_by_name(comparison: Comparison, course: Course) -> None:
    assert draw(comparison, "PHQ-9").to_dict()["title"]["text"] == ["PHQ-9 over 26 weeks"]
    assert draw(comparison).to_dict() == plot_summary(comparison).to_dict()
    assert draw(comparison, "dose_window").to_dict() == plot_dose_window(comparison).to_dict()
    assert draw(course).to_dict() == plot_cascade(course).to_dict()
    with pytest.raises(StudyError, match="did you mean 'response'"):
        draw(comparison, "respones")
    with pytest.raises(StudyError, match="no scale 'MADRSS'"):
        plot_scores(comparison, "MADRSS")


def test_slides_have_larger_words(comparison: Comparison) -> None:
    page, slide = (plot_scores(comparison, size=size).to_dict() for size in (PAGE, SLIDE))
    assert slide["config"]["axis"]["labelFontSize"] > page["config"]["axis"]["labelFontSize"]


def test_labels_at_line_ends_never_overlap() -> None:
    labels = [
        EndLabel(("a",), 100.0, "#000000"),
        EndLabel(("b", "c"), 101.0, "#000000"),
        EndLabel(("d",), 99.0, "#000000"),
    ]
    tops = spread(labels, 200, 15)
    blocks = sorted((top, top + 15 * len(label.lines)) for top, label in zip(tops, labels, strict=True))
    assert all(one[1] <= other[0] for one, other in pairwise(blocks))
    assert tops[2] < tops[0] < tops[1]


def test_neither_import_nor_png_needs_a_data_frame(tmp_path: Path) -> None:
    code = f"""
import sys
sys.path.insert(0, {str(Path(__file__).parent)!r})
import rewire.present
assert not {{"altair", "numpy", "rich"}} & set(sys.modules), "importing names must be instant"
import synthetic
from rewire.present import plot_scores, save
save(plot_scores(synthetic.comparison()), {str(tmp_path / "scores.png")!r})
loaded = {{"pandas", "xarray", "polars", "pyarrow", "numba", "sympy"}} & set(sys.modules)
assert not loaded, loaded
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "scores.png").exists()
