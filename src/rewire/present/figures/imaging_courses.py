"""The course of imaging read-outs beside the score: with the plan, without the drug, and in health."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rewire.errors import StudyError, closest
from rewire.present.axes import time_axis, value_axis
from rewire.present.frame import framed
from rewire.present.marks import band, curve, heading, level, uprights, words_at
from rewire.present.series import between_people, extent
from rewire.present.spec import Spec, grid, layered
from rewire.present.theme import HAIRLINE, INK, PAGE, QUIET, Size, plan_colour, plan_dash
from rewire.present.words import number, sentence, short_names, who, wrap

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
NAME_LETTERS = 44
"""Letters of a plan's name in the first panel."""
UNITS = {"z": "Fisher z", "1": "", "of health": "health = 1"}


def plot_courses(result: ImagingResult, names: Sequence[str] = (), size: Size = PAGE) -> VConcatChart:
    """Score and read-outs over time; `names` chooses the read-outs."""
    return framed(
        courses_body([result], names, size),
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


def courses_body(results: Sequence[ImagingResult], names: Sequence[str], size: Size) -> Spec:
    """The panels, unframed, the score first; several plans of the same people in their colours, named in it."""
    first = results[0]
    wanted = list(names) or [name for name in SHOWN if name in first.course]
    for name in wanted:
        if name not in first.course:
            raise StudyError(
                f"there is no course of '{name}'",
                expected=f"one of {', '.join(first.course)}",
                advice=closest(name, first.course),
            )
    panel = size.scaled((size.width - 40) / COLUMNS, size.height * 0.5)
    panels = [_panel(results, name, panel) for name in [first.scale, *(n for n in wanted if n != first.scale)]]
    return grid(panels, COLUMNS, 46, 54)


def _panel(results: Sequence[ImagingResult], name: str, size: Size) -> Spec:
    first = results[0]
    hours = first.course[name].hours
    time = time_axis(float(hours[0]), float(hours[-1]), size.width)
    rows = [between_people(result.course[name], time.hours_per_unit) for result in results]
    twins = [between_people(first.course_without_drug[name], time.hours_per_unit)] if len(results) == 1 else []
    low, high = extent([*rows, *twins])
    healthy = first.healthy.get(name)
    if healthy is not None:
        low, high = min(low, healthy), max(high, healthy)
    if name == first.scale:
        low = min(low, 0.0)
    if high - low < 0.01 * max(abs(high), 1e-9):  # a flat line stays flat instead of filling the panel with rounding
        low, high = low - 0.02 * abs(high), high + 0.02 * abs(high)
    y = value_axis(low, high, size.height).titled(None)
    x = time.x()
    visits = [visit.hours / time.hours_per_unit for visit in first.visits if hours[0] <= visit.hours <= hours[-1]]
    layers: list[Spec] = [uprights(visits, x, size.height - 7, size.height, INK, strokeWidth=1.4)]
    if healthy is not None:
        layers.append(level(healthy, y, QUIET, (2, 3)))
    layers += [curve(twin, x, y, QUIET, size.line * 0.75, (5, 4)) for twin in twins]
    layers += [band(own, x, y, plan_colour(i), len(results)) for i, own in enumerate(rows)]
    layers += [curve(own, x, y, plan_colour(i), size.line, plan_dash(i)) for i, own in enumerate(rows)]
    layers.append(level(y.low, y, HAIRLINE, (1, 0)))
    if len(results) > 1 and name == first.scale:
        names = short_names((result.plan for result in results), NAME_LETTERS)
        layers += [
            words_at(
                words, size.width, 7 + size.font * 1.25 * i, plan_colour(i), size.font - 2, bold=True, align="right"
            )
            for i, words in enumerate(names.values())
        ]
    return layered([*layers, *heading(_words(results, name), size=size)], size)


def _words(results: Sequence[ImagingResult], name: str) -> str:
    first = results[0]
    if name == first.scale:
        return f"{name} (points)"
    unit = next(UNITS[readout.unit] for readout in first.readouts if readout.name == name)
    later = first.visits[1:]
    if not later:
        return f"{_capital(name)}{f' ({unit})' if unit else ''}"
    sizes = ", ".join(number(result.effect(name).d, 2, fixed=True) for result in results)
    return f"{_capital(name)} ({', '.join(part for part in (unit, f'd {sizes} at {later[-1].name}') if part)})"


def _capital(name: str) -> str:
    return name[0].upper() + name[1:]
