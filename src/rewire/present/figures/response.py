"""Shares over time: who responds, who is in remission, and who of the responders has slipped back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from rewire.errors import StudyError
from rewire.present.axes import ValueAxis
from rewire.present.figures.scores import axis_of, name_at_end
from rewire.present.frame import framed
from rewire.present.marks import band, curve, end_labels, heading
from rewire.present.series import clipped, last, not_known
from rewire.present.spec import Spec, beside, layered
from rewire.present.theme import PAGE, Size, plan_colour, plan_dash
from rewire.present.words import interval_of, known_scale, number, remission_cut, short_names, who, wrap
from rewire.studies.result import Band, Comparison

if TYPE_CHECKING:
    from altair import VConcatChart

SHARES = ("response", "remission", "relapse")
BANDS_AT_MOST = 3


def plot_response(comparison: Comparison, scale: str | None = None, size: Size = PAGE) -> VConcatChart:
    """Response, remission and relapse over time with 80 % intervals, side by side on one scale."""
    scale = known_scale(comparison, scale)
    shown = [kind for kind in SHARES if any(share_of(comparison, kind, scale).values())]
    if not shown:
        raise StudyError(f"this result carries no response in '{scale}'", expected="a scale with response or remission")
    panel = size.scaled(size.share(len(shown), 30), size.height * 0.8)
    panels = [
        share_panel(
            comparison, scale, kind, panel, names=size.narrow or kind == shown[-1], axis=size.narrow or kind == shown[0]
        )
        for kind in shown
    ]
    interval = f"; shaded: 80 % interval of {interval_of(comparison.study)}"
    shaded = interval if len(comparison.outcomes) <= BANDS_AT_MOST else ""
    return framed(
        beside(panels, 24, size),
        f"{', '.join(shown[:-1]).capitalize()} and {shown[-1]} on {scale}"
        if len(shown) > 1
        else f"{shown[0]} on {scale}",
        f"Share of {who(comparison.study)}{shaded}",
        comparison.study,
        size,
    )


def share_of(comparison: Comparison, kind: str, scale: str) -> Mapping[str, Band]:
    """The band of one kind of share for every plan that has it."""
    found = {name: getattr(outcome, kind).get(scale) for name, outcome in comparison.outcomes.items()}
    return {name: band for name, band in found.items() if band is not None}


def share_panel(
    comparison: Comparison, scale: str, kind: str, size: Size, *, names: bool, axis: bool = True, explained: bool = True
) -> Spec:
    """One kind of share for all plans, from 0 to 100 %, unframed."""
    shares = share_of(comparison, kind, scale)
    time = axis_of(list(shares.values()), size.width)
    y = ValueAxis(0.0, 100.0, (0.0, 25.0, 50.0, 75.0, 100.0)).titled("Share of people (%)" if axis else None)
    order = {name: i for i, name in enumerate(comparison.outcomes)}
    series = {name: clipped(not_known(b, time.hours_per_unit, 100.0), 0.0, 100.0) for name, b in shares.items()}
    layers: list[Spec] = []
    if len(comparison.outcomes) <= BANDS_AT_MOST:
        layers += [band(rows, time.x(), y, plan_colour(order[name]), len(series)) for name, rows in series.items()]
    layers += [
        curve(rows, time.x(), y, plan_colour(order[name]), size.line, plan_dash(order[name]))
        for name, rows in series.items()
    ]
    if names:
        short = short_names(comparison.outcomes, 46)
        labels = [name_at_end(short[name], last(rows), y.pixel, size, order[name]) for name, rows in series.items()]
        layers += end_labels(labels, size)
    note = _meaning(kind, scale, remission_cut(comparison.study, scale)) if explained else ""
    lines = wrap(note, max(round(size.width / size.font * 1.9), 18), 2) if explained else []
    layers += heading(kind.capitalize(), size, lines, room=2 if explained else 0)
    return layered(layers, size)


def _meaning(kind: str, scale: str, cut: float | None) -> str:
    if kind == "response":
        return "score at least halved"
    if kind == "remission":
        return f"{scale} {number(cut)} or less" if cut is not None else "almost no symptoms"
    return "of those who had responded by then, share who have lost it"
