"""Facts about the mechanism: every row of the table is met, or stands in the list of those that are not.

A row in `NOT_MET` that is met after a change fails here, so that the list and the page stay true. Rows leave the list
because the model or its calibrated numbers changed for other reasons, never because a number was chosen for them.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest

from rewire.errors import StudyError
from rewire.sources import load_table
from rewire.studies.probe import READINGS, Row, mechanism_row

PAGE = Path(__file__).parents[2] / "docs" / "validation" / "mechanism.md"
NOT_MET = {
    "PD-HIGH-1", "GLU-1b", "GLU-3", "GLU-4", "MOL-4b", "MOL-5", "STR-1a", "STR-1b", "STR-2b", "STR-5",
    "WIN-1b", "LRN-1a", "LRN-2a", "LRN-2c", "LRN-3", "LRN-4", "MOOD-1c", "MOOD-1d", "MOOD-3b", "HEALTH-2",
}  # fmt: skip
NO_QUANTITY = {"GLU-4", "STR-5"}
IDS = tuple(load_table("mechanism").groups())
read = cache(mechanism_row)


@pytest.mark.parametrize("name", IDS)
def test_a_fact_is_met_or_listed_as_not_met(name: str) -> None:
    row = read(name)
    assert row.met == (name not in NOT_MET), f"{row.done}: reached {row.reached}, asked {row.tolerance}"


@pytest.mark.parametrize("name", sorted(NOT_MET))
def test_a_fact_that_is_not_met_has_an_explanation(name: str) -> None:
    assert len(read(name).miss) > 40


def test_every_reading_belongs_to_a_fact_and_only_absent_quantities_have_none() -> None:
    assert set(READINGS) <= set(IDS)
    assert set(IDS) - set(READINGS) == NO_QUANTITY


@pytest.mark.parametrize("name", IDS)
def test_the_page_says_of_each_row_what_the_model_does(name: str) -> None:
    line = next(line for line in PAGE.read_text(encoding="utf-8").splitlines() if re.match(rf"\| {name}( |\\)", line))
    assert ("**no**" in line) != read(name).met
    assert line.startswith(f"| {name} \\*") != read(name).met


def test_an_unknown_check_is_refused_with_a_suggestion() -> None:
    with pytest.raises(StudyError, match="did you mean 'STR-2a'"):
        mechanism_row("STR-2aa")


def row(reached: float | None, low: float | None, high: float | None) -> Row:
    return Row("X", "part", "done", "seen", low, high, "1", reached, "", "")


def test_a_range_from_zero_asks_for_a_sign() -> None:
    assert row(0.1, 0.0, None).met and not row(0.0, 0.0, None).met
    assert row(-0.1, None, 0.0).met and not row(0.0, None, 0.0).met
    assert not row(None, None, 1.0).met
    assert row(1.0, None, 1.0).met and row(0.0, -1.0, 1.0).met
    assert [row(0, *ends).tolerance for ends in ((0.0, None), (None, 0.0), (1.5, None), (None, 2.0), (-1.0, 1.0))] == [
        "above 0", "below 0", "at least 1.5", "at most 2", "-1 to 1",
    ]  # fmt: skip
