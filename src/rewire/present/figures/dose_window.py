"""The hours around the first dose: dissociation and blood pressure, with the largest value people reach."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from rewire.errors import StudyError
from rewire.present.axes import time_axis, value_axis
from rewire.present.frame import framed
from rewire.present.marks import band, curve, heading, level, words_at
from rewire.present.series import between_people, extent
from rewire.present.spec import Spec, beside, layered
from rewire.present.theme import INK, PAGE, QUIET, Size, plan_colour, plan_dash
from rewire.present.words import number, plain, short_names, unit_words, who, with_unit
from rewire.studies.result import Comparison, Curve

if TYPE_CHECKING:
    from altair import VConcatChart

BANDS_AT_MOST = 2
HEADROOM = 1.28
WIDEST = 2.6


def plot_dose_window(comparison: Comparison, size: Size = PAGE) -> VConcatChart:
    """Dissociation (CADSS) and blood pressure rise in the hours around the first dose, one panel each."""
    there = quantities(comparison)
    if not there:
        raise StudyError("this result carries nothing around the first dose", expected="a plan with a dose that acts")
    panel = size.scaled(size.share(len(there), 70), size.height * 0.85)
    panels = [window_panel(comparison, quantity, panel) for quantity in there]
    few = len(comparison.outcomes) <= BANDS_AT_MOST
    shaded = "; shaded: 10th to 90th percentile between people" if few else ""
    return framed(
        beside(panels, 36, size),
        "Around the first dose",
        f"Mean of {who(comparison.study)}{shaded}",
        comparison.study,
        size,
    )


def quantities(comparison: Comparison) -> list[str]:
    """What is known around the first dose, in the order of the plans."""
    return list(dict.fromkeys(name for outcome in comparison.outcomes.values() for name in outcome.around_dose))


def window_panel(comparison: Comparison, quantity: str, size: Size, *, peaks: bool = True) -> Spec:
    """One quantity around the first dose, unframed; wide lines lie under narrow ones where plans agree."""
    curves: dict[str, Curve] = {
        name: o.around_dose[quantity] for name, o in comparison.outcomes.items() if quantity in o.around_dose
    }
    time = time_axis(
        min(float(c.hours[0]) for c in curves.values()), max(float(c.hours[-1]) for c in curves.values()), size.width
    )
    order = {name: i for i, name in enumerate(comparison.outcomes)}
    series = {name: between_people(c, time.hours_per_unit) for name, c in curves.items()}
    low, high = extent(series.values(), ("middle", "low", "high") if len(curves) <= BANDS_AT_MOST else ("middle",))
    y = value_axis(min(low, 0.0), max(high * (HEADROOM if peaks else 1.0), 1e-6), size.height)
    y = y.titled(with_unit(quantity, next(iter(curves.values())).unit))
    layers: list[Spec] = [level(0.0, y, INK, (1, 0), 0.8)] if y.low < 0 else []
    if len(curves) <= BANDS_AT_MOST:
        layers += [band(rows, time.x(), y, plan_colour(order[name]), len(series)) for name, rows in series.items()]
    count = len(series)
    for place, (name, rows) in enumerate(series.items()):
        width = size.line * (1.0 + min(1.1, WIDEST / count) * (count - 1 - place))
        layers.append(curve(rows, time.x(), y, plan_colour(order[name]), width, plan_dash(order[name])))
    if peaks:
        layers += _peaks(comparison, quantity, size)
    layers += heading(plain(quantity), size)
    return layered(layers, size)


def _peaks(comparison: Comparison, quantity: str, size: Size) -> list[Spec]:
    """A small table in the corner that is empty once the drug has gone: the largest value, named by its statistic."""
    found = {name: o.peaks[quantity] for name, o in comparison.outcomes.items() if quantity in o.peaks}
    if not found:
        return []
    order = {name: i for i, name in enumerate(comparison.outcomes)}
    line = size.font * 1.35
    right = size.width - 2
    statistic = next(iter(found.values())).statistic
    short = short_names(comparison.outcomes, 30)
    words = [words_at(f"{statistic}:", right, line * 0.5, QUIET, size.font - 2, align="right")]
    for place, (name, peak) in enumerate(found.items()):
        if not math.isfinite(peak.mean):
            continue
        text = f"{short[name]}  {number(peak.mean)} {unit_words(peak.unit)}"
        at = line * (place + 1.5)
        words.append(words_at(text, right, at, plan_colour(order[name]), size.font - 1.5, bold=True, align="right"))
    return words
