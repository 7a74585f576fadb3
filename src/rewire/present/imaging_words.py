"""An imaging study in words: a table of effects, and what happened, with what is not known."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from rewire.present.figures.imaging_effects import people_words
from rewire.present.words import number, sentence, who, wrap

if TYPE_CHECKING:
    from rewire.studies.imaging.effects import Effect
    from rewire.studies.imaging.result import ImagingResult


def text_imaging(result: ImagingResult) -> str:
    """The effects as a plain-text table, the power, and what is not known."""
    head = (
        f"{result.plan}\n{sentence(who(result.study))} Scans of {result.scan_minutes:g} min, network "
        f"{result.network.name}{', global signal regressed' if result.global_signal_regression else ''}."
    )
    lines = [head, ""]
    if not result.effects:
        lines += [f"Levels at {result.visits[0].name}; a change needs two visits.", ""]
        lines += [
            f"{readout.name:42}{float(result.maps.values[readout.name][:, 0].mean()):9.3f}"
            for readout in result.readouts
        ]
    for visit in result.visits[1:]:
        under = " (under the drug)" if result.acute[result.visits.index(visit)] else ""
        lines.append(f"Change from {result.visits[0].name} to {visit.name}{under}")
        lines.append(
            f"{'':42}{'before':>9}{'change':>9}{'health':>9}{'d':>7}{'paired':>8}{'drug d':>8}{'with score':>12}"
            f"{'n for 80 %':>12}"
        )
        lines += [_effect_line(result, effect) for effect in result.effects if effect.visit == visit.name]
        lines.append("")
    if result.effects:
        lines += wrap(
            "d: mean change over the spread between people of one scan. paired: over the SD of changes. drug d: less "
            "the change without the drug. with score: correlation between people with the change of "
            f"{result.scale}, as real scans would show it (brackets: without scan noise). n: people, each scanned "
            "before and after, two-sided 5 %, normal approximation; under 10 it says no more than that.",
            110,
            8,
        )
    lines += ["", "What is not known"]
    for note in (*result.not_known, *result.warnings):
        lines += [("- " if i == 0 else "  ") + line for i, line in enumerate(wrap(sentence(note), 108, 6))]
    return "\n".join(lines) + "\n"


def explain_imaging(result: ImagingResult) -> str:
    """What scans would show, in plain words, with what is not known."""
    told = [f"{sentence(who(result.study))} Plan: {result.plan}."]
    for visit in result.visits[1:]:
        seen = [e for e in result.effects if e.visit == visit.name]
        largest = sorted((e for e in seen if math.isfinite(e.d)), key=lambda e: -abs(e.d))[:3]
        told.append(
            f"At {visit.name}, against {result.visits[0].name}: "
            + "; ".join(
                f"{e.readout} {'rises' if e.change > 0 else 'falls'} by {abs(e.change):.3g} (d {e.d:+.2f})"
                for e in largest
            )
            + "."
        )
        related = [e for e in seen if math.isfinite(e.correlation_seen)]
        if related:
            most = max(related, key=lambda e: abs(e.correlation_seen))
            told.append(
                f"Between people, changes in scans go with changes in {result.scale} at a correlation of at most "
                f"{abs(most.correlation_seen):.2f} ({most.readout})."
            )
    told += [sentence(note) for note in (*result.not_known, *result.warnings)]
    return "\n".join(told) + "\n"


def _effect_line(result: ImagingResult, effect: Effect) -> str:
    seen, free = effect.correlation_seen, effect.correlation
    related = "-" if math.isnan(seen) else f"{seen:+.2f} ({free:+.2f})"
    return (
        f"{effect.readout:42}{effect.before:9.3f}{effect.change:+9.3f}{result.healthy[effect.readout]:9.3f}"
        f"{number(effect.d, 2, fixed=True):>7}{number(effect.d_paired, 2, fixed=True):>8}"
        f"{number(effect.d_specific, 2, fixed=True):>8}{related:>14}{people_words(effect.people_needed()):>10}"
    )
