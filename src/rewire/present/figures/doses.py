"""The strip of dose ticks under a plot: one row for each plan and each thing given."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from rewire.present.axes import TimeAxis
from rewire.present.marks import uprights, words_at
from rewire.present.spec import Spec
from rewire.present.theme import Size, plan_colour
from rewire.studies.result import DoseRow

ROWS_AT_MOST = 10
GIVEN_LETTERS = 16


def dose_rows(plans: Mapping[str, Sequence[DoseRow]], time: TimeAxis) -> list[tuple[str, int, list[float]]]:
    """What is given, the plan's place in the order, and the times (in units of `time`) inside the axis.

    A row without a time inside stays, so that strips of different stretches of one run have the same rows.
    """
    found: dict[tuple[int, str], list[float]] = {}
    for order, doses in enumerate(plans.values()):
        for dose in doses:
            if not math.isfinite(dose.hours):
                continue
            times = found.setdefault((order, dose.what), [])
            at = dose.hours / time.hours_per_unit
            if time.start <= at <= time.end:
                times.append(at)
    return [(what, order, times) for (order, what), times in found.items()]


def dose_strip(
    plans: Mapping[str, Sequence[DoseRow]], time: TimeAxis, size: Size, *, named: bool = True
) -> Spec | None:
    """The strip with the time axis below it, or None when nothing is given; at most ten rows are drawn."""
    rows = dose_rows(plans, time)[:ROWS_AT_MOST]
    if not rows:
        return None
    row_height = size.font + 3
    height = row_height * len(rows)
    layers: list[Spec] = []
    for place, (what, order, times) in enumerate(rows):
        middle = row_height * (place + 0.5)
        half = row_height * 0.36
        layers.append(uprights(times, time.x(), middle - half, middle + half, plan_colour(order), strokeWidth=1.6))
        if named:
            short = what if len(what) <= GIVEN_LETTERS else f"{what[: GIVEN_LETTERS - 1].rstrip()}…"
            layers.append(words_at(short, -8, middle, plan_colour(order), size.font - 2, align="right"))
    return {"layer": layers, "width": size.width, "height": height}
