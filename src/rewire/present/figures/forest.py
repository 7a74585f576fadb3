"""The forest plot of a scorecard: for each published number, what was found beside what was predicted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from rewire.present.frame import framed
from rewire.present.marks import heading
from rewire.present.scorecard import USES, show, when
from rewire.present.spec import Spec, below, layered, rows_of
from rewire.present.theme import INK, PAGE, PLAN_COLOURS, QUIET, Size
from rewire.studies.scoring.scorecard import Score, Scorecard

if TYPE_CHECKING:
    from altair import VConcatChart

ROW = 1.55
"""Height of a row in font sizes."""
MOST = 60
"""More rows than this: only headline rows are drawn."""
TITLES = {
    "points": "Change, mean or spread in points of the scale (fewer is better)",
    "share": "Share of people, %",
    "effect size": "Difference in standard deviations",
    "days": "Days until half have relapsed",
    "ratio": "Hazard ratio of relapse",
}
OBSERVED, PREDICTED = PLAN_COLOURS[1], PLAN_COLOURS[0]


def plot_forest(card: Scorecard, size: Size = PAGE) -> VConcatChart:
    """Observed values as diamonds, predictions as points with their 80 % interval; one panel for each kind of number.

    Of a long scorecard only headline rows are drawn.
    """
    told = [score for score in card.scores if score.predicted is not None]
    cut = len(told) > MOST
    shown = [score for score in told if score.headline] if cut else told
    panels = [
        _panel([score for score in shown if score.kind == kind], kind, size)
        for kind in TITLES
        if any(score.kind == kind for score in shown)
    ]
    judged = [score for score in shown if score.inside is not None]
    inside = sum(bool(score.inside) for score in judged)
    title = (
        f"{inside} of {len(judged)} published numbers lie inside the 80 % interval"
        if judged
        else "Predictions of numbers that are not published yet"
    )
    subtitle = [
        "Diamond: observed, filled when inside the interval. Point and bar: predicted, with the 80 % interval of "
        "virtual trials.",
        "Headline rows only; the table holds all." if cut else "All rows of these trials.",
    ]
    study = {"version": card.model.get("version"), "seed": card.model.get("seed")}
    return framed(below(panels, 34) if panels else _nothing(size), title, subtitle, study, size)


def _nothing(size: Size) -> Spec:
    return layered(heading("Nothing could be computed", size.scaled(size.width, 20)), size.scaled(size.width, 20))


def _panel(scores: Sequence[Score], kind: str, size: Size) -> Spec:
    """Rows of one kind, one below the other, grouped by use."""
    factor = 100.0 if kind == "share" else 1.0
    order = [score for use in USES for score in scores if score.use == use]
    rows: list[dict[str, Any]] = []
    for place, score in enumerate(order):
        rows.append(
            {
                "row": place,
                "label": f"{score.trial} · {_what(score)}",
                "observed": None if score.observed is None else factor * score.observed,
                "predicted": factor * (score.predicted or 0.0),
                "low": factor * (score.low or 0.0),
                "high": factor * (score.high or 0.0),
                "inside": "inside" if score.inside else "outside",
                "use": score.use,
                "told": f"{show(score, score.observed)} · {show(score, score.predicted)}",
            }
        )
    area = size.scaled(size.width * 0.55, max(len(rows), 1) * size.font * ROW)
    x: Spec = {
        "type": "quantitative",
        "scale": {"type": "log" if kind == "ratio" else "linear", "zero": False, "nice": True},
        "axis": {"title": None, "grid": True, "tickCount": 6},
    }
    y: Spec = {
        "field": "row",
        "type": "ordinal",
        "scale": {"domain": [row["row"] for row in rows], "paddingInner": 0.2},
        "axis": None,
    }
    names: Spec = {
        "data": rows_of(rows),
        "mark": {"type": "text", "align": "right", "baseline": "middle", "color": INK, "fontSize": size.font - 2},
        "encoding": {"x": {"value": -12}, "y": y, "text": {"field": "label"}},
    }
    numbers: Spec = {
        "data": rows_of(rows),
        "mark": {"type": "text", "align": "left", "baseline": "middle", "color": QUIET, "fontSize": size.font - 2},
        "encoding": {"x": {"value": round(area.width + 12)}, "y": y, "text": {"field": "told"}},
    }
    bar: Spec = {
        "data": rows_of(rows),
        "mark": {"type": "rule", "color": PREDICTED, "strokeWidth": size.line * 1.6, "opacity": 0.35},
        "encoding": {"x": {**x, "field": "low"}, "x2": {"field": "high"}, "y": y},
    }
    point: Spec = {
        "data": rows_of(rows),
        "mark": {"type": "point", "filled": True, "color": PREDICTED, "opacity": 1, "size": size.font * 4},
        "encoding": {"x": {**x, "field": "predicted"}, "y": y},
    }
    diamond: Spec = {
        "data": rows_of(rows),
        "mark": {"type": "point", "shape": "diamond", "stroke": OBSERVED, "strokeWidth": 1.4, "size": size.font * 6,
                 "opacity": 1},
        "encoding": {
            "x": {**x, "field": "observed"},
            "y": y,
            "fill": {
                "field": "inside",
                "type": "nominal",
                "scale": {"domain": ["inside", "outside"], "range": [OBSERVED, "#ffffff"]},
                "legend": None,
            },
            "tooltip": [{"field": name} for name in ("label", "observed", "predicted", "low", "high", "inside")],
        },
    }  # fmt: skip
    top = heading(f"{TITLES[kind]}; at the right: observed · predicted", area)
    return layered([*top, names, bar, point, diamond, numbers], area)


def _what(score: Score) -> str:
    """The row in a few words; a calibration row says so."""
    between = " against " if " against " in score.arm else " v "
    arms = between.join(_short(arm) for arm in score.arms)
    mark = "" if score.use == "test" else f" [{'fit' if score.use == 'calibrate' else score.use}]"
    return f"{arms}, {score.scale} {score.measure}, {when(score)}{mark}"


def _short(arm: str, letters: int = 22) -> str:
    return arm if len(arm) <= letters else f"{arm[: letters - 1]}…"
