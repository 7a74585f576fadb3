"""The whole imaging study on one page: brains, systems, courses beside the score, effects, and what is not known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import altair as alt

from rewire.present.drawing import Drawing
from rewire.present.figures.brain import draw_brains
from rewire.present.figures.imaging_courses import plot_courses
from rewire.present.figures.imaging_effects import plot_effects
from rewire.present.figures.imaging_matrix import plot_matrix
from rewire.present.theme import INK, QUIET
from rewire.present.words import footer, sentence, who, wrap

if TYPE_CHECKING:
    from rewire.studies.imaging.result import ImagingResult

WIDTH = 960.0
LEFT = 20.0


def plot_page(result: ImagingResult) -> Drawing:
    """All pictures of an imaging study below one another; brains only where the network says where regions lie."""
    page = Drawing(WIDTH, 10, title=f"Imaging study: {result.plan}")
    y = 34.0
    for line in wrap(f"What scans would show: {result.plan}", 84, 2):
        page.words(line, LEFT, y, size=19, bold=True)
        y += 25
    y = page.lines(_what(result), LEFT, y, size=13, colour=QUIET) + 4
    if result.network.centroids is not None:
        change = "change of " if len(result.visits) > 1 else ""
        page.words(
            f"Regions: {change}mean Fisher z with all others; lines: connections that change most",
            LEFT,
            y + 14,
            size=14,
            bold=True,
        )
        y = draw_brains(page, result, LEFT, y + 14, max(len(result.visits) - 1, 1)) + 8
    charts = [plot_courses(result), plot_matrix(result)]
    if result.effects:
        charts.insert(1, plot_effects(result))
    return finish(page, y, charts, (*result.not_known, *result.warnings), result.study)


def finish(page: Drawing, y: float, charts: Sequence[Any], notes: Sequence[str], study: Mapping[str, Any]) -> Drawing:
    """Puts `charts` below one another from `y`, then what is not known, then the footer."""
    for chart in charts:
        width, height = page.inside(_svg(chart), LEFT - 14, y)
        page.width = max(page.width, width + 2 * LEFT)
        y += height + 6
    page.words("What is not known", LEFT, y + 16, size=14, bold=True)
    y += 38
    for note in notes:
        y = page.lines(wrap(sentence(note), int(page.width / 6.2), 4), LEFT, y, size=12, colour=INK) + 3
    page.words(footer(study), LEFT, y + 12, size=10, colour=QUIET)
    page.height = y + 28
    return page


def _what(result: ImagingResult) -> list[str]:
    visits = ", ".join(visit.name for visit in result.visits)
    regressed = ", global signal regressed" if result.global_signal_regression else ""
    return wrap(
        f"{sentence(who(result.study))} Scans of {result.scan_minutes:g} min at {visits}; network {result.network.name}"
        f"{regressed}.",
        120,
        3,
    )


def _svg(chart: Any) -> str:
    import vl_convert

    version = ".".join(alt.SCHEMA_VERSION.lstrip("v").split(".")[:2])
    return str(vl_convert.vegalite_to_svg(chart.to_dict(validate=False), vl_version=version))
