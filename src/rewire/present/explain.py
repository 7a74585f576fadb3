"""A comparison in plain words: what was compared, what happened by when, what is the drug, and what is not known."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING

from rewire.present.moments import Moment, moments_of, value_at
from rewire.present.words import (
    interval_of,
    known_scale,
    length,
    listed,
    number,
    percent,
    plain,
    quoted,
    unit_words,
    who,
)

if TYPE_CHECKING:
    from rewire.studies.result import Band, Comparison, Outcome

CLOSING = (
    "What this cannot tell. These are simulations, not observations, and most sizes between molecules and mood are assumed. The spread "
    "between people is wide, so a mean says little about one person. Intervals hold {interval}; "
    "they do not hold the chance that the model itself is wrong. Results beyond the length, doses and "
    "people of the trials are extrapolation. Nothing here recommends a dose or a treatment; that is for the person and "
    "their clinician. Research and education; not a medical device."
)


def explain_comparison(comparison: Comparison, scale: str | None = None) -> str:
    """Short paragraphs in plain language about a comparison, on one scale; no recommendation."""
    scale = known_scale(comparison, scale)
    moments = moments_of(comparison, scale)
    outcomes = {name: o for name, o in comparison.outcomes.items() if scale in o.scores}
    paragraphs = [_what(comparison, moments)]
    paragraphs += [_course(name, outcome, scale, moments) for name, outcome in outcomes.items()]
    paragraphs += [_specific(outcomes, scale, moments), _difference(comparison, scale)]
    paragraphs += [_around(outcomes), _warnings(comparison), CLOSING.format(interval=interval_of(comparison.study))]
    return "\n\n".join(paragraph for paragraph in paragraphs if paragraph)


def _what(comparison: Comparison, moments: tuple[Moment, ...]) -> str:
    names = listed(quoted(name) for name in comparison.outcomes)
    people = who(comparison.study)
    people = people[0].upper() + people[1:]
    span = length(comparison.study, [moments[-1].hours])
    if len(comparison.outcomes) == 1:
        return f"What was simulated. {people} followed {names} over {span}."
    return (
        f"What was compared. {people} followed each of {names} over {span}. The same people with the same luck met "
        "every plan, so what differs between plans is the plan."
    )


def _course(name: str, outcome: Outcome, scale: str, moments: tuple[Moment, ...]) -> str:
    score = outcome.scores[scale]
    means = [(m, value_at(score, "mean", m.hours)) for m in moments]
    later = listed(f"{number(mean)} at {moment.name}" for moment, mean in means[1:])
    end = moments[-1]
    low, high = value_at(score, "p10", end.hours), value_at(score, "p90", end.hours)
    said = (
        f"With {quoted(name)} the mean {scale} went from {number(means[0][1])} {unit_words(score.unit)} to {later}. "
        f"People differ: at the end eight in ten lie between {number(low)} and {number(high)}."
    )
    for shares, words in ((outcome.response, "have responded"), (outcome.remission, "are in remission")):
        if scale in shares:
            said += f" At {end.name} {_share(shares, scale, end.hours)} {words}."
    if scale in outcome.relapse and math.isfinite(value_at(outcome.relapse[scale], "mean", end.hours)):
        said += f" Of those who had responded by then, {_share(outcome.relapse, scale, end.hours)} have lost it."
    return said


def _share(shares: Mapping[str, Band], scale: str, hours: float) -> str:
    """One share with its interval: `52 % (80 % interval 46 % to 58 %)`."""
    mean, low, high = (value_at(shares[scale], name, hours) for name in ("mean", "low", "high"))
    return f"{percent(mean)} (80 % interval {percent(max(low, 0.0))} to {percent(min(high, 1.0))})"


def _specific(outcomes: dict[str, Outcome], scale: str, moments: tuple[Moment, ...]) -> str:
    said = []
    for name, outcome in outcomes.items():
        if scale not in outcome.change or scale not in outcome.specific:
            continue
        parts = []
        for moment in (m for m in moments[1:] if m.name in ("24 h", "4 weeks") or m is moments[-1]):
            total = value_at(outcome.change[scale], "mean", moment.hours)
            part, low, high = (value_at(outcome.specific[scale], n, moment.hours) for n in ("mean", "low", "high"))
            span = f"80 % interval {number(low)} to {number(high)}"
            parts.append(f"{number(part)} of {number(total)} points at {moment.name} ({span})")
        said.append(f"With {quoted(name)} the drug-specific part of the change is {listed(parts)}.")
    if not said:
        return ""
    rest = "The rest also comes without the drug: visits, expectancy, other care, getting better on one's own."
    return " ".join(["How much of it is the drug.", *said, rest])


def _difference(comparison: Comparison, scale: str) -> str:
    found = comparison.differences.get(scale, ())
    if not found:
        return ""
    said = []
    for d in found:
        mean, low, high = (float(values[-1]) for values in (d.band.mean, d.band.low, d.band.high))
        words = d.words.strip().rstrip(".")
        sure = (
            "The interval holds zero, so the model cannot tell the two apart."
            if low <= 0.0 <= high
            else "The interval does not hold zero."
        )
        said.append(
            f"{quoted(d.first)} minus {quoted(d.second)} at the end: {number(mean)} {unit_words(d.band.unit)} "
            f"(80 % interval {number(low)} to {number(high)}; below zero favours the first). {sure} In words: {words}."
        )
    return "The difference. " + " ".join(said)


def _around(outcomes: dict[str, Outcome]) -> str:
    """The largest values around doses, one sentence for each statistic."""
    found: dict[tuple[str, str], list[str]] = {}
    for name, outcome in outcomes.items():
        for quantity, peak in outcome.peaks.items():
            told = f"{number(peak.mean)} {unit_words(peak.unit)} with {quoted(name)}"
            found.setdefault((quantity, peak.statistic), []).append(told)
    said = [f"{plain(quantity)}, {statistic}: {listed(told)}." for (quantity, statistic), told in found.items()]
    return " ".join(["Around the doses.", *said]) if said else ""


def _warnings(comparison: Comparison) -> str:
    if not comparison.warnings:
        return ""
    return "Take care: " + "; ".join(warning.rstrip(".") for warning in comparison.warnings) + "."
