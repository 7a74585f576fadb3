"""The course of imaging read-outs beside the score: with the plan, without the drug, and in health."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rewire.errors import StudyError, closest
from rewire.present.axes import time_axis, value_axis
from rewire.present.frame import framed
from rewire.present.marks import band, curve, heading, level, uprights
from rewire.present.series import between_people, extent
from rewire.present.spec import Spec, grid, layered
from rewire.present.theme import HAIRLINE, INK, PAGE, PLAN_COLOURS, QUIET, Size
from rewire.present.words import number, sentence, who, wrap

if TYPE_CHECKING:
    from altair import VConcatChart

    from rewire.studies.imaging.result import ImagingResult

SHOWN = (
    "prefrontal global connectivity",
    "insula - default mode",
    "efficiency",
    "SV2A prefrontal",
    "mean diffusivity prefrontal",
)
COLUMNS = 2
UNITS = {"z": "Fisher z", "1": "", "of health": "health = 1"}


def plot_courses(result: ImagingResult, names: Sequence[str] = (), size: Size = PAGE) -> VConcatChart:
    """Score and read-outs over time; `names` chooses the read-outs."""
    return framed(
        courses_body(result, names, size),
        f"What scans would show over time under {result.plan}",
        courses_caption(result),
        result.study,
        size,
    )


def courses_caption(result: ImagingResult) -> list[str]:
    """What the lines are, and that scan noise is not in them."""
    return wrap(
        f"{sentence(who(result.study))} Blue: with the plan, mean and 10th to 90th percentile between people of "
        "brains, without scan noise. Dashed: the same people without the drug. Dotted: a healthy brain. Ticks: visits. "
        f"Between doses, not during them. {sentence(result.for_groups_only)}",
        112,
        5,
    )


def courses_body(result: ImagingResult, names: Sequence[str], size: Size) -> Spec:
    """The panels, unframed, the score first."""
    wanted = list(names) or [name for name in SHOWN if name in result.course]
    for name in wanted:
        if name not in result.course:
            raise StudyError(
                f"there is no course of '{name}'",
                expected=f"one of {', '.join(result.course)}",
                advice=closest(name, result.course),
            )
    panel = size.scaled((size.width - 40) / COLUMNS, size.height * 0.5)
    panels = [_panel(result, name, panel) for name in [result.scale, *(n for n in wanted if n != result.scale)]]
    return grid(panels, COLUMNS, 46, 54)


def _panel(result: ImagingResult, name: str, size: Size) -> Spec:
    with_plan, without = result.course[name], result.course_without_drug[name]
    hours = with_plan.hours
    time = time_axis(float(hours[0]), float(hours[-1]), size.width)
    rows, twin = between_people(with_plan, time.hours_per_unit), between_people(without, time.hours_per_unit)
    low, high = extent([rows, twin])
    healthy = result.healthy.get(name)
    if healthy is not None:
        low, high = min(low, healthy), max(high, healthy)
    if name == result.scale:
        low = min(low, 0.0)
    if high - low < 0.01 * max(abs(high), 1e-9):  # a flat line stays flat instead of filling the panel with rounding
        low, high = low - 0.02 * abs(high), high + 0.02 * abs(high)
    y = value_axis(low, high, size.height).titled(None)
    x = time.x()
    visits = [visit.hours / time.hours_per_unit for visit in result.visits if hours[0] <= visit.hours <= hours[-1]]
    layers: list[Spec] = [uprights(visits, x, size.height - 7, size.height, INK, strokeWidth=1.4)]
    if healthy is not None:
        layers.append(level(healthy, y, QUIET, (2, 3)))
    layers += [
        curve(twin, x, y, QUIET, size.line * 0.75, (5, 4)),
        band(rows, x, y, PLAN_COLOURS[0]),
        curve(rows, x, y, PLAN_COLOURS[0], size.line),
        level(y.low, y, HAIRLINE, (1, 0)),
    ]
    return layered([*layers, *heading(*_words(result, name), size=size)], size)


def _words(result: ImagingResult, name: str) -> tuple[str]:
    if name == result.scale:
        return (f"{name} (points)",)
    unit = next(UNITS[readout.unit] for readout in result.readouts if readout.name == name)
    later = result.visits[1:]
    if not later:
        return (f"{_capital(name)}{f' ({unit})' if unit else ''}",)
    effect = result.effect(name)
    size = f"d {number(effect.d, 2, fixed=True)} at {later[-1].name}"
    return (f"{_capital(name)} ({', '.join(part for part in (unit, size) if part)})",)


def _capital(name: str) -> str:
    return name[0].upper() + name[1:]
