"""Ticks are round, lie inside the axis, and fit the room."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rewire.present.axes import round_ends, time_axis, value_axis
from rewire.present.series import thinned


@pytest.mark.parametrize(
    ("hours", "unit", "ticks"),
    [
        (6, "hours", (0, 1, 2, 3, 4, 5, 6)),
        (72, "hours", None),
        (168, "days", (0, 1, 2, 3, 4, 5, 6, 7)),
        (4368, "weeks", None),
    ],
)
def test_time_is_told_in_fitting_units(hours: float, unit: str, ticks: tuple[float, ...] | None) -> None:
    axis = time_axis(0.0, hours, 300)
    assert axis.unit == unit
    assert ticks is None or axis.ticks == ticks
    assert len(axis.ticks) <= 300 / 34 + 1
    assert axis.x()["axis"]["title"] == f"Time since first dose ({unit})"


@given(low=st.floats(-1e4, 1e4), span=st.floats(1e-3, 1e4), count=st.integers(2, 6))
def test_round_ends_hold_the_values(low: float, span: float, count: int) -> None:
    bottom, top, ticks = round_ends(low, low + span, count)
    slack = 1e-6 * (abs(low) + span)
    assert bottom <= low + slack and top >= low + span - slack
    assert 2 <= len(ticks) <= 2 * count + 2
    assert np.all(np.diff(ticks) > 0)


def test_zero_stays_the_end_of_the_axis() -> None:
    assert value_axis(0.0, 43.0, 300).low == 0.0
    assert value_axis(-20.0, 0.0, 300).high == 0.0
    assert value_axis(0.0, 40.0, 300).pixel(0.0, 300) == 300


def test_thinning_keeps_a_peak_of_one_point() -> None:
    hours = np.arange(10_000.0)
    values = np.zeros(10_000)
    values[4321] = 7.0
    points = thinned(hours, values, 0.0, 9999.0, 100)
    assert len(points) <= 202
    assert (4321.0, 7.0) in points
    assert points[0][0] == 0.0 and points[-1][0] == 9999.0
