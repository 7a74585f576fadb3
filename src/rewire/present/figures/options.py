"""Options as a picture: the goal against the number of doses, with intervals; the front is joined."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rewire.errors import StudyError
from rewire.present.axes import round_ends, value_axis
from rewire.present.frame import framed
from rewire.present.marks import words_at
from rewire.present.spec import Spec, layered, rows_of
from rewire.present.theme import HAIRLINE, INK, PAGE, PLAN_COLOURS, QUIET, Size
from rewire.present.words import wrap

if TYPE_CHECKING:
    from altair import VConcatChart

    from rewire.studies.optimise import Option, Options

COSTS = {"doses": "Doses", "hours": "Hours at the clinic", "CADSS": "Dissociation (CADSS, nine in ten stay below)"}
BLUE, ORANGE = PLAN_COLOURS[0], PLAN_COLOURS[1]
LETTERS = 30


def plot_options(result: Options, cost: str | None = None, size: Size = PAGE) -> VConcatChart:
    """The goal (lower is better) of every option against one of its costs: doses, hours or CADSS.

    Unless said, the first of these that the options differ in.
    """
    cost = cost or next((name for name in COSTS if len({_cost(one, name) for one in result.options}) > 1), "doses")
    if cost not in COSTS:
        raise StudyError(f"options have no picture '{cost}'", expected=", ".join(COSTS))
    size = size.scaled(size.width, size.height * 1.1)
    costs = [_cost(option, cost) for option in result.options]
    low, high, ticks = round_ends(min(0.0, *costs), max(costs) * 1.05, 8)
    x: Spec = {
        "field": "cost",
        "type": "quantitative",
        "scale": {"domain": [low, max(high, 1.0)], "nice": False},
        "axis": {"values": list(ticks), "title": COSTS[cost], "format": "~f", "labelFlush": False},
    }
    ends = [end for option in result.options for end in option.goal_band]
    y = value_axis(min(ends), max(ends), size.height).titled(f"{result.goal.say()} (points, lower is better)")
    layers: list[Spec] = []
    rows = [_point(option, cost) for option in result.options]
    front = sorted((row for row in rows if row["front"]), key=lambda row: (row["cost"], row["goal"]))
    line = {"type": "line", "interpolate": "step-after", "color": HAIRLINE, "strokeWidth": 1.2, "strokeDash": [4, 3]}
    layers.append({"data": rows_of(front), "mark": line, "encoding": {"x": x, "y": y.y("goal")}})
    for kind, colour, dark in (("other", QUIET, 0.65), ("breaks a limit", ORANGE, 0.9), ("front", BLUE, 1.0)):
        some = [row for row in rows if row["kind"] == kind]
        rule = {"type": "rule", "color": colour, "strokeWidth": 1.3, "opacity": 0.55 * dark}
        dot = {"type": "point", "filled": True, "size": 70 if kind == "front" else 42, "color": colour, "opacity": dark}
        tips = [{"field": name, "type": "nominal"} for name in ("option", "goal", "cost", "words")]
        layers.append(
            {"data": rows_of(some), "mark": rule, "encoding": {"x": x, "y": y.y("low"), "y2": {"field": "high"}}}
        )
        layers.append({"data": rows_of(some), "mark": dot, "encoding": {"x": x, "y": y.y("goal"), "tooltip": tips}})
    words = {
        "type": "text",
        "align": "left",
        "dx": 7,
        "dy": -8,
        "fontSize": size.font - 1,
        "fontWeight": 600,
        "color": INK,
    }
    numbered = [{**row, "number": str(place)} for place, row in enumerate(front, start=1)]
    labels = {"field": "number", "type": "nominal"}
    layers.append({"data": rows_of(numbered), "mark": words, "encoding": {"x": x, "y": y.y("goal"), "text": labels}})
    top = 0.0
    for row in numbered:
        for part in wrap(f"{row['number']}  {row['option']}", LETTERS, 3):
            layers.append(words_at(part, size.width + 14, top, BLUE, size.font - 1))
            top += size.font * 1.25
        top += size.font * 0.5
    who = result.study["person"] or f"{result.study['people']['n']:,} people with {result.study['people']['condition']}"
    said = [
        f"{who}; same people and luck under each; blue: the front; orange: breaks a limit; grey: others",
        "Upright lines: 80 % interval of what is not known. Intervals of differences are narrower: see the table",
        *(note for note in result.notes if "ON" in note),
    ]
    return framed(
        layered(layers, size),
        "Options and what they cost",
        [line for t in said for line in wrap(t, 118, 3)],
        result.study,
        size,
    )


def _cost(option: Option, cost: str) -> float:
    return option.peaks["CADSS"] if cost == "CADSS" else option.hours if cost == "hours" else option.doses


def _point(option: Option, cost: str) -> dict[str, Any]:
    return {
        "option": option.name,
        "cost": round(_cost(option, cost), 2),
        "goal": round(option.goal, 2),
        "low": round(option.goal_band[0], 2),
        "high": round(option.goal_band[1], 2),
        "front": option.front,
        "kind": "front" if option.front else "breaks a limit" if option.objection else "other",
        "words": option.words,
    }
