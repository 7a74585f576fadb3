"""The scorecard as a table, as plain data, and as a file."""

from __future__ import annotations

import csv
import io
import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from rewire.errors import RewireError, closest
from rewire.evidence.published.at import say_time
from rewire.present.results import PICTURES, write_text
from rewire.present.words import DISCLAIMER, number
from rewire.studies.scoring.scorecard import BASELINES, LEVELS, PASS_COVERAGE, PASS_POINTS, PASS_SHARE, SHOWN

if TYPE_CHECKING:
    from rewire.studies.scoring.scorecard import Score, Scorecard

WIDTH = 150
USES = {
    "calibrate": "Records that may be fitted",
    "test": "Test records: scored, never fitted",
    "prior": "Pooled studies and soft checks: neither fitted nor a test",
}
NAMES = {"mean_response": "mean of other trials", "no_drug": "no drug effect", "curve": "fitted curve"}
UNITS = {"points": "points", "share": "%", "effect size": "SD", "days": "days", "ratio": "log ratio"}


def scorecard_json(card: Scorecard) -> dict[str, Any]:
    """The scorecard as plain data: the model, one row for each published number, the summary."""
    return {
        "model": dict(card.model),
        "rows": [score_json(score) for score in card.scores],
        "summary": card.summary(),
        "assumed": {trial: list(notes) for trial, notes in card.assumed.items()},
    }


def score_json(score: Score) -> dict[str, Any]:
    """One row. `crps` and `baselines` are CRPS in the unit of the measure; `at` and `from` are hours."""
    return {
        "trial": score.trial,
        "use": score.use,
        "row": score.row,
        "arm": score.arm,
        "arms": list(score.arms),
        "scale": score.scale,
        "measure": score.measure,
        "at": score.at,
        "from": score.origin,
        "headline": score.headline,
        "status": score.status,
        "observed": score.observed,
        "predicted": score.predicted,
        "p10": score.low,
        "p90": score.high,
        "inside": score.inside,
        **_other_ends(score),
        "expected_error": score.expected_error,
        "crps": score.crps,
        "baselines": dict(score.baselines),
        "baseline_predictions": dict(score.baseline_predictions),
        "reason": score.reason,
    }


def _other_ends(score: Score) -> dict[str, float | None]:
    """The ends of the intervals beside the 80 % interval: `p25`, `p75`, `p2.5`, `p97.5`."""
    found: dict[str, float | None] = {}
    for level in (one for one in LEVELS if one != SHOWN):
        tail = (100 - level) / 2
        low, high = score.intervals.get(level, (None, None))
        found |= {f"p{tail:g}": low, f"p{100 - tail:g}": high}
    return found


def scorecard_text(card: Scorecard, width: int = WIDTH) -> str:
    """The scorecard as plain text without colours."""
    file = io.StringIO()
    Console(file=file, width=width, color_system=None, force_terminal=False, highlight=False).print(
        show_scorecard(card)
    )
    return "\n".join(line.rstrip() for line in file.getvalue().splitlines()) + "\n"


def show_scorecard(card: Scorecard) -> Group:
    """Rows by use and trial, then what could not be computed, then the summary."""
    summary = card.summary()
    parts: list[RenderableType] = []
    for use in summary:
        scores = [score for score in card.scores if score.use == use]
        parts += [Text(USES[use], style="bold"), _table(scores), Text()]
    missing = [score for score in card.scores if score.predicted is None]
    if missing:
        parts += [Text("Not computed", style="bold")]
        parts += [Text(f"- {score.trial}, row {score.row} ({score.measure}): {score.reason}") for score in missing]
        parts += [Text()]
    for use, both in summary.items():
        parts += [Text(f"Summary: {USES[use][0].lower()}{USES[use][1:]}", style="bold"), _summary(both), Text()]
    parts += [Text(line) for line in _notes(card)]
    parts.append(Text(DISCLAIMER, style="dim"))
    return Group(*parts)


def _table(scores: Sequence[Score]) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="bold")
    for column in ("trial", "", "arm", "scale", "measure", "at"):
        table.add_column(column, no_wrap=column != "arm")
    for column in ("observed", "predicted", "80 % interval", "inside", "CRPS", "mean", "no drug", "curve"):
        table.add_column(column, justify="right", no_wrap=True)
    last = ""
    for score in scores:
        name = score.trial if score.trial != last else ""
        last = score.trial
        table.add_row(
            name,
            "*" if score.headline else "",
            score.arm,
            score.scale,
            score.measure,
            when(score),
            show(score, score.observed),
            show(score, score.predicted),
            "-" if score.low is None else f"{show(score, score.low)} to {show(score, score.high)}",
            {True: "yes", False: "NO", None: "-"}[score.inside],
            show(score, score.crps),
            *(show(score, score.baselines.get(name)) for name in BASELINES),
        )
    return table


def show(score: Score, value: float | None) -> str:
    """A number of a row as read."""
    return show_value(score.kind, value)


def show_value(kind: str, value: float | None) -> str:
    """A number of a kind as read: shares in per cent, points with one place."""
    if value is None:
        return "-"
    if kind == "share":
        return f"{number(100 * value, 0)} %"
    return number(value, 2 if kind in ("effect size", "ratio") else 1, fixed=True)


def when(score: Score) -> str:
    """When a number was measured."""
    return time_words(score.at, score.origin)


def time_words(at: float | None, origin: float | None) -> str:
    """A time (h) counted from its origin: `24 h`, `day 8`, `24 h from week 4`."""
    if origin is None:
        return "" if at is None else _time(at)
    after = f"from {_time(origin)}"
    return after if at is None else f"{_span(at - origin)} {after}"


def _time(hours: float) -> str:
    """A time from the first dose in the words of trial files."""
    if hours >= 72 and hours % 24 == 0:
        return f"week {hours / 168:g}" if hours % 168 == 0 and hours >= 672 else f"day {hours / 24 + 1:g}"
    return _span(hours)


def _span(hours: float) -> str:
    if 0 < hours < 2:
        return f"{hours * 60:.0f} min"
    if hours >= 672:
        return f"{hours / 168:.3g} weeks"
    return say_time(round(hours, 1)) if hours < 72 else f"{hours / 24:.3g} d"


def _summary(both: Mapping[str, Any]) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="bold")
    table.add_column("rows")
    table.add_column("counted in")
    for column in ("n", *(f"in {level} %" for level in LEVELS), "mean width", "mean error", "expected", "bias", "CRPS"):
        table.add_column(column, justify="right")
    for name in BASELINES:
        table.add_column(f"CRPS: {NAMES[name]}", justify="right")
    for which, found in both.items():
        for kind, one in found["by_kind"].items():
            table.add_row(
                which,
                UNITS[kind],
                str(one["rows"]),
                *(_percent(share) for share in one["coverages"].values()),
                *(
                    _figure(kind, one[key])
                    for key in ("interval_width", "mean_error", "expected_error", "bias", "crps")
                ),
                *(_figure(kind, one["baselines"][name]["crps"]) for name in BASELINES),
            )
        table.add_row(which, "all", str(found["judged"]), *(_percent(share) for share in found["coverages"].values()))
    return table


def _percent(share: float | None) -> str:
    return "-" if share is None else f"{100 * share:.0f} %"


def _figure(kind: str, value: float | None) -> str:
    if value is None:
        return "-"
    return f"{100 * value:.1f}" if kind == "share" else f"{value:.2f}"


def _notes(card: Scorecard) -> list[str]:
    headline = card.summary().get("test", {}).get("headline")
    lines = [
        f"Uncertainty of the parameters: posterior {card.model['posterior']}.",
        "* headline: the primary outcome. Width: of the 80 % interval. Expected: the mean error of predictions that are "
        "right in every way. CRPS: distance of the prediction from what was observed, 0 is perfect; then that of three "
        "baselines.",
        f"Pass mark on test headlines: {_percent(PASS_COVERAGE)} inside, mean error at most {PASS_POINTS:g} points and "
        f"{100 * PASS_SHARE:g} percentage points, better than all three baselines.",
    ]
    if headline and headline["judged"]:
        words = {True: "met", False: "NOT met", None: "nothing to judge"}
        told = ", ".join(f"{name.replace('_', ' ')} {words[value]}" for name, value in headline["passes"].items())
        lines.append(f"Test headlines: {told}.")
    return lines


def save_scorecard(card: Scorecard, path: str | os.PathLike[str]) -> Path:
    """Writes the forest plot (.png .svg .pdf .html), the data (.json), or the rows (.csv)."""
    target = check_scorecard_target(path)
    suffix = target.suffix.lower()
    if suffix in PICTURES:
        from rewire.present.figures.forest import plot_forest
        from rewire.present.files import save

        return save(plot_forest(card), target)
    if suffix == ".json":
        return write_text(target, json.dumps(scorecard_json(card), ensure_ascii=False, allow_nan=False) + "\n")
    file = io.StringIO()
    rows = [_flat(score_json(score)) for score in card.scores]
    writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return write_text(target, file.getvalue())


def check_scorecard_target(path: str | os.PathLike[str]) -> Path:
    """Refuses a path whose ending or folder will not do, before any work is done."""
    target = Path(path)
    known = (*PICTURES, ".json", ".csv")
    if target.suffix.lower() not in known:
        raise RewireError(
            f"cannot tell what to write to '{target}'",
            expected=f"a file name that ends in {', '.join(known)}",
            advice=closest(target.suffix.lower(), known),
        )
    if not target.parent.is_dir():
        raise RewireError(f"the folder '{target.parent}' does not exist", advice="create it first")
    return target


def _flat(row: Mapping[str, Any]) -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for name, value in row.items():
        if isinstance(value, Mapping):
            flat |= {f"{name}_{key}": item for key, item in value.items()}
        elif name != "arms":
            flat[name] = value
    return flat
