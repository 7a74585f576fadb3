"""Effect sizes of all read-outs: each change beside the spread between people, and how many people it takes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from rewire.errors import StudyError
from rewire.present.frame import framed
from rewire.present.marks import words_at
from rewire.present.series import Row, rounded
from rewire.present.spec import Spec, layered, rows_of
from rewire.present.theme import GRID, INK, PAGE, QUIET, Size, plan_colour
from rewire.present.words import number, sentence, who, wrap

if TYPE_CHECKING:
    from altair import VConcatChart

    from rewire.studies.imaging.result import ImagingResult

ROW = 22
FEWEST = 10
"""Below this number of people the normal approximation is not worth a figure."""


def plot_effects(result: ImagingResult, size: Size = PAGE) -> VConcatChart:
    """Cohen's d of every read-out at every visit, with the people needed at the last one."""
    if not result.effects:
        raise StudyError("a study of one visit has no change to show", expected="two visits or more")
    visits = [visit.name for visit in result.visits[1:]]
    names = [r.name for r in result.readouts if any(e.readout == r.name and e.change for e in result.effects)]
    still = [readout.name for readout in result.readouts if readout.name not in names]
    note = f" Without any change, by assumption: {', '.join(still)}." if still else ""
    shown = [e for e in result.effects if e.readout in names]
    rows = [
        {"readout": e.readout, "series": e.visit, "d": rounded(e.d), "needed": people_words(e.people_needed())}
        for e in shown
    ]
    needed = {e.readout: people_words(e.people_needed()) for e in shown if e.visit == visits[-1]}
    return framed(
        dots_body(rows, visits, needed, f"n, {visits[-1]}", size),
        f"Size of change since {result.visits[0].name} under {result.plan}",
        wrap(
            f"Cohen's d: mean change over the spread between people of one scan ({result.scan_minutes:g} min); "
            f"{who(result.study)}. At the right: people needed for a power of 80 % at {visits[-1]}, before and after "
            f"in the same people, two-sided 5 %, normal approximation.{note} {sentence(result.not_known[1])}",
            112,
            6,
        ),
        result.study,
        size,
    )


def dots_body(rows: list[Row], series: Sequence[str], needed: Mapping[str, str], head: str, size: Size) -> Spec:
    """One row for each `readout` with a dot at its `d` for each of `series`; `needed` people under `head` at the right.

    Rows carry `readout`, `series`, `d` and `needed` (for the tooltip).
    """
    names = list(needed)
    plot = size.scaled(size.width - 90, ROW * len(names))
    y = {"field": "readout", "type": "nominal", "sort": names, "axis": {"title": None, "labelLimit": 320, "grid": True}}
    x = {
        "field": "d",
        "type": "quantitative",
        "scale": {"nice": True, "zero": True},
        "axis": {"title": "Cohen's d", "grid": True, "format": "~f", "tickCount": 8},
    }
    colour = {
        "field": "series",
        "type": "nominal",
        "sort": list(series),
        "scale": {"domain": list(series), "range": [plan_colour(i) for i in range(len(series))]},
        "legend": {"title": None, "orient": "top", "symbolStrokeWidth": 0, "labelLimit": 420},
    }
    tips = [{"field": field, "type": "nominal"} for field in ("readout", "series", "d", "needed")]
    dots: Spec = {
        "data": rows_of(rows),
        "mark": {"type": "point", "filled": True, "size": 70, "opacity": 0.95},
        "encoding": {"x": x, "y": y, "color": colour, "tooltip": tips},
    }
    zero: Spec = {
        "data": rows_of([{"d": 0}]),
        "mark": {"type": "rule", "color": QUIET, "strokeWidth": 1},
        "encoding": {"x": x},
    }
    labels = [
        words_at(words, plot.width + 84, ROW * (i + 0.5), INK, size.font - 2, align="right")
        for i, words in enumerate(needed.values())
    ]
    above = words_at(head, plot.width + 84, -9, QUIET, size.font - 2, align="right")
    base: Spec = {"data": rows_of([{"d": 0}]), "mark": {"type": "rule", "color": GRID}, "encoding": {"x": x}}
    return layered([base, zero, dots, *labels, above], plot)


def people_words(needed: int | None) -> str:
    """The people needed, in words: a number, `under 10`, or a dash when no study would do."""
    if needed is None:
        return "-"
    return f"under {FEWEST}" if needed < FEWEST else number(needed, 0)
