"""Results as tables for the terminal: one for people (`show_comparison`), one for pipes (`text_comparison`)."""

from __future__ import annotations

import io
import math
import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from rewire.present.moments import Moment, moments_of, value_at
from rewire.present.words import (
    footer,
    interval_of,
    known_scale,
    length,
    number,
    plain,
    sentence,
    short_names,
    unit_words,
    who,
)

if TYPE_CHECKING:
    from rewire.studies.result import Band, Comparison, Outcome, Peak

TEXT_WIDTH = 90
"""Columns of the plain text: fits a terminal, a mail and a page."""
NARROWEST = 80
_STYLES = ("blue", "dark_orange3", "bold", "cyan", "red", "green")


def show_comparison(comparison: Comparison, scale: str | None = None, width: int = TEXT_WIDTH) -> Group:
    """Who was simulated and, for each plan, scores, change, shares and peaks, then differences and warnings."""
    scale = known_scale(comparison, scale)
    width = max(width, NARROWEST)
    moments = moments_of(comparison, scale)
    parts: list[RenderableType] = [Text(line) for line in _opening(comparison, scale, moments, width)]
    for order, (name, outcome) in enumerate(comparison.outcomes.items()):
        if scale not in outcome.scores:
            continue
        parts += [Text(), Text("\n".join(textwrap.wrap(name, width)), style=f"bold {_STYLES[order % len(_STYLES)]}")]
        parts.append(_plan_table(outcome, scale, moments))
    parts += _others(comparison, scale)
    parts += _peaks(comparison, width)
    parts += [Text(line) for line in _differences(comparison, scale, width)]
    if comparison.warnings:
        parts += [Text(), Text("Warnings", style="bold yellow")]
        parts += [Text(line) for warning in comparison.warnings for line in _bullet(warning, width)]
    parts += [Text(), *(Text(line, style="dim") for line in textwrap.wrap(footer(comparison.study), width))]
    return Group(*parts)


def text_comparison(comparison: Comparison, scale: str | None = None, width: int = TEXT_WIDTH) -> str:
    """The same tables as plain text without colours, at most `width` (at least 80) columns wide."""
    file = io.StringIO()
    console = Console(file=file, width=max(width, NARROWEST), color_system=None, force_terminal=False, highlight=False)
    console.print(show_comparison(comparison, scale, width))
    return "\n".join(line.rstrip() for line in file.getvalue().splitlines()) + "\n"


def _opening(comparison: Comparison, scale: str, moments: Sequence[Moment], width: int) -> list[str]:
    count = len(comparison.outcomes)
    plans = "one plan" if count == 1 else f"{count} plans in the same people with the same luck"
    said = f"{who(comparison.study)}, {plans}, {length(comparison.study, [moments[-1].hours])}. "
    unit = unit_words(next(o.scores[scale].unit for o in comparison.outcomes.values() if scale in o.scores))
    said += (
        f"{scale} in {unit}; time counts from the first dose; 80 % intervals are of {interval_of(comparison.study)}."
    )
    return textwrap.wrap(said[0].upper() + said[1:], width)


def _plan_table(outcome: Outcome, scale: str, moments: Sequence[Moment]) -> Table:
    table = _bare_table()
    table.add_column("", no_wrap=True)
    for moment in moments:
        table.add_column(moment.name, justify="right", no_wrap=True)
    score = outcome.scores[scale]

    def at(name: str) -> list[float]:
        return [value_at(score, name, moment.hours) for moment in moments]

    table.add_row("mean (SD)", *(f"{_fixed(m)} ({_fixed(s)})" for m, s in zip(at("mean"), at("sd"), strict=True)))
    table.add_row("10-90 % people", *(_interval(a, b) for a, b in zip(at("p10"), at("p90"), strict=True)))
    for words, bands in (
        ("change", outcome.change),
        ("drug-specific", outcome.specific),
        ("response %", outcome.response),
        ("remission %", outcome.remission),
        ("relapse %", outcome.relapse),
    ):
        if scale in bands:
            _add_band(table, words, bands[scale], moments)
    return table


def _add_band(table: Table, words: str, band: Band, moments: Sequence[Moment]) -> None:
    """Two rows: the mean and its interval; shares are shown per cent and kept between 0 and 100."""
    share = words.endswith("%")
    factor, digits, least, most = (100.0, 0, 0.0, 100.0) if share else (1.0, 1, -math.inf, math.inf)

    def at(name: str) -> list[float]:
        return [factor * value_at(band, name, moment.hours) for moment in moments]

    table.add_row(words, *(number(value, digits, fixed=True) for value in at("mean")))
    edges = zip(at("low"), at("high"), strict=True)
    spans = [_interval(max(low, least), min(high, most), digits) for low, high in edges]
    table.add_row("  80 % interval", *spans, style="dim")


def _others(comparison: Comparison, scale: str) -> list[RenderableType]:
    """The other scales from baseline to end, one row a scale and plan."""
    names = dict.fromkeys(s for o in comparison.outcomes.values() for s in o.scores if s != scale)
    if not names:
        return []
    table = _bare_table()
    for words in ("scale", "plan"):
        table.add_column(words, no_wrap=True)
    for words in ("baseline", "end", "change"):
        table.add_column(words, justify="right", no_wrap=True)
    short = short_names(comparison.outcomes, 36)
    for other in names:
        for name, outcome in comparison.outcomes.items():
            if other in outcome.scores:
                first, last = (float(outcome.scores[other].mean[i]) for i in (0, -1))
                table.add_row(other, short[name], _fixed(first), _fixed(last), _fixed(last - first))
    return [Text(), Text("Other scales (mean)", style="bold"), table]


def _peaks(comparison: Comparison, width: int) -> list[RenderableType]:
    """The largest values around doses, each named by its statistic."""
    found: dict[tuple[str, str], dict[str, Peak]] = {}
    for name, outcome in comparison.outcomes.items():
        for quantity, peak in outcome.peaks.items():
            found.setdefault((quantity, peak.statistic), {})[name] = peak
    if not found:
        return []
    short = short_names(comparison.outcomes, 36)
    parts: list[RenderableType] = [Text(), Text("Largest values", style="bold")]
    for (quantity, statistic), by_plan in found.items():
        table = _bare_table()
        table.add_column("plan", no_wrap=True, min_width=24)
        for words in ("mean", "SD", "10-90 % people", "unit"):
            table.add_column(words, justify="right", no_wrap=True)
        for name, peak in by_plan.items():
            spread = _interval(peak.p10, peak.p90)
            table.add_row(short[name], _fixed(peak.mean), _fixed(peak.sd), spread, unit_words(peak.unit))
        parts += [*(Text(line) for line in textwrap.wrap(f"{plain(quantity)}: {statistic}", width)), table]
    return parts


def _differences(comparison: Comparison, scale: str, width: int) -> list[str]:
    lines: list[str] = []
    for difference in comparison.differences.get(scale, ()):
        band = difference.band
        mean, low, high = (float(values[-1]) for values in (band.mean, band.low, band.high))
        said = (
            f"{difference.first} minus {difference.second} at the end: {number(mean)} {unit_words(band.unit)} "
            f"(80 % interval {number(low)} to {number(high)}). {sentence(difference.words)}"
        )
        lines += _bullet(said, width)
    return ["", f"Paired differences in {scale}", *lines] if lines else []


def _bullet(text: str, width: int) -> list[str]:
    return textwrap.wrap(text, width, initial_indent="- ", subsequent_indent="  ")


def _bare_table() -> Table:
    """Columns with nothing but space between them: copied and piped without frames."""
    return Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="bold")


def _fixed(value: float) -> str:
    return number(value, fixed=True)


def _interval(low: float, high: float, digits: int = 1) -> str:
    """`20 to 41`: two numbers without false precision."""
    if not (math.isfinite(low) and math.isfinite(high)):
        return "-"
    places = 0 if max(abs(low), abs(high)) >= 10 else digits
    return f"{number(low, places)} to {number(high, places)}"
