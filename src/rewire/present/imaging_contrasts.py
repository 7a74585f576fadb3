"""Scans under several plans in any form: picture, text, words, data, file."""

from __future__ import annotations

import csv
import io
import json
import math
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rewire.errors import RewireError, StudyError, closest
from rewire.present.drawing import Drawing
from rewire.present.figures.imaging_effects import people_words
from rewire.present.files import save
from rewire.present.imaging import PICTURES, check_imaging_target
from rewire.present.imaging_data import imaging_dataset, imaging_json, plain
from rewire.present.words import number, sentence, short_names, who, wrap
from rewire.whole import write_whole

if TYPE_CHECKING:
    from rewire.studies.imaging.comparison import Contrast, ImagingComparison

COLUMNS = (
    "readout", "unit", "visit", "against", "plan", "other", "change", "other_change", "difference", "difference_sd",
    "change_sd", "change_noise", "between", "d", "d_groups", "d_crossover", "people_needed", "people_needed_crossover",
)  # fmt: skip


def draw_contrasts(comparison: ImagingComparison, name: str = "") -> Any:
    """A picture by name, an Altair chart; nothing for the whole page, a `Drawing`."""
    from rewire.present.figures.imaging_contrasts import plot_contrast_courses, plot_contrast_effects, plot_contrasts

    known = {"page": plot_contrasts, "courses": plot_contrast_courses, "effects": plot_contrast_effects}
    if (name or "page") not in known:
        raise StudyError(
            f"there is no picture '{name}' of several plans",
            expected=f"one of {', '.join(known)}",
            advice=closest(name, known) or "study one plan for its brain and matrix",
        )
    if len(comparison.first.visits) < 2:
        raise StudyError("a study of one visit has no change to show", expected="two visits or more")
    return known[name or "page"](comparison)


def text_contrasts(comparison: ImagingComparison) -> str:
    """How far the plans differ, read-out by read-out, as a plain-text table with what is not known."""
    first = comparison.first
    short = short_names(comparison.results, 60)
    lines = [f"{sentence(who(comparison.study))} Scans of {first.scan_minutes:g} min, network {first.network.name}."]
    for place, (name, words) in enumerate(short.items()):
        lines.append(f"  {_letter(place)}  {words}")
        short[name] = _letter(place)
    pairs = list(dict.fromkeys((one.plan, one.other) for one in comparison.contrasts))
    for plan, other in pairs:
        for visit in first.visits[1:]:
            a, b = short[plan], short[other]
            lines += ["", f"Change from {first.visits[0].name} to {visit.name}"]
            lines.append(f"{'':42}{a:>9}{b:>9}{a + ' - ' + b:>10}{'d':>7}{'n a group':>12}{'n crossover':>13}")
            lines += [
                _line(one)
                for one in comparison.contrasts
                if (one.plan, one.other, one.visit) == (plan, other, visit.name)
            ]
    lines += [
        "",
        *wrap(
            "d: difference over the spread between people of one scan. n: people for a power of 80 %, two-sided 5 %, normal "
            "approximation: in each group of a trial with a group a plan, and in a crossover, in which each person meets "
            "both plans and what the first left is taken to be gone.",
            110,
            6,
        ),
        "",
        "What is not known",
    ]
    for note in comparison.not_known:
        lines += [("- " if i == 0 else "  ") + line for i, line in enumerate(wrap(sentence(note), 108, 6))]
    return "\n".join(lines) + "\n"


def explain_contrasts(comparison: ImagingComparison) -> str:
    """Where the plans differ most, in plain words, with what is not known."""
    told = [sentence(who(comparison.study))]
    for plan, other in dict.fromkeys((one.plan, one.other) for one in comparison.contrasts):
        for visit in comparison.first.visits[1:]:
            seen = [c for c in comparison.contrasts if (c.plan, c.other, c.visit) == (plan, other, visit.name)]
            largest = max((c for c in seen if math.isfinite(c.d)), key=lambda c: abs(c.d))
            told.append(
                f"At {visit.name} the plans {plan} and {other} differ most in {largest.readout}: {largest.change:+.3g} "
                f"against {largest.other_change:+.3g} (d {largest.d:+.2f}); people in each group of a trial that would "
                f"show it: {people_words(largest.people_needed())}."
            )
    return "\n".join([*told, *(sentence(note) for note in comparison.not_known)]) + "\n"


def contrasts_json(comparison: ImagingComparison) -> dict[str, Any]:
    """The contrasts, and each plan's own study, as plain JSON values."""
    return {
        "study": json.loads(json.dumps(comparison.study, default=str)),
        "contrasts": [dict(zip(COLUMNS, map(plain, _row(one)), strict=True)) for one in comparison.contrasts],
        "plans": {name: imaging_json(result) for name, result in comparison.results.items()},
    }


def contrasts_dataset(comparison: ImagingComparison) -> Any:
    """The maps of every plan as one `xarray.Dataset`."""
    parts = [imaging_dataset(result) for result in comparison.results.values()]
    import xarray

    return xarray.concat(parts, xarray.Variable("plan", list(comparison.results)), combine_attrs="drop_conflicts")


def save_contrasts(comparison: ImagingComparison, path: str | os.PathLike[str], name: str = "") -> Path:
    """Writes a comparison by the ending of the path: a picture, `.json` or `.csv`."""
    target = check_contrasts_target(path)
    suffix = target.suffix.lower()
    if suffix in PICTURES:
        picture = draw_contrasts(comparison, name)
        return picture.save(target) if isinstance(picture, Drawing) else save(picture, target)
    if suffix == ".json":
        told = json.dumps(contrasts_json(comparison), ensure_ascii=False, allow_nan=False) + "\n"
        return write_whole(target, told)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for one in comparison.contrasts:
        writer.writerow("" if value is None else value for value in map(plain, _row(one)))
    return write_whole(target, text.getvalue())


def check_contrasts_target(path: str | os.PathLike[str]) -> Path:
    """Refuses a path that a comparison cannot be written to, before any work is done."""
    target = check_imaging_target(path)
    if target.suffix.lower() not in (*PICTURES, ".json", ".csv"):
        raise RewireError(
            f"maps and matrices are of one plan and cannot be written to '{target}'",
            expected=f"a file name that ends in {', '.join((*PICTURES, '.json', '.csv'))}",
            advice="run each plan by itself",
        )
    return target


def _row(one: Contrast) -> tuple[Any, ...]:
    return (*(getattr(one, name) for name in COLUMNS[:-2]), one.people_needed(), one.people_needed("one group"))


def _line(one: Contrast) -> str:
    crossover = one.people_needed("one group")
    return (
        f"{one.readout:42}{one.change:+9.3f}{one.other_change:+9.3f}{one.difference:+10.3f}"
        f"{number(one.d, 2, fixed=True):>7}{people_words(one.people_needed()):>12}{people_words(crossover):>13}"
    )


def _letter(place: int) -> str:
    return chr(ord("A") + place) if place < 26 else f"plan {place + 1}"
