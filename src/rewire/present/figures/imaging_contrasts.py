"""Scans under several plans in pictures: courses over each other, and how far the plans differ."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rewire.present.drawing import Drawing
from rewire.present.figures.imaging_courses import courses_body
from rewire.present.figures.imaging_effects import dots_body, people_words
from rewire.present.figures.imaging_page import LEFT, WIDTH, finish
from rewire.present.frame import framed
from rewire.present.series import rounded
from rewire.present.spec import Spec
from rewire.present.theme import PAGE, Size
from rewire.present.words import sentence, short_names, who, wrap

if TYPE_CHECKING:
    from altair import VConcatChart

    from rewire.studies.imaging.comparison import ImagingComparison

NAME_LETTERS = 45


def plot_contrasts(comparison: ImagingComparison) -> Drawing:
    """Courses and sizes of change under every plan on one page, with what is not known."""
    page = Drawing(WIDTH, 10, title="Imaging study of several plans")
    page.words("What scans would show under each plan", LEFT, 34, size=19, bold=True)
    charts = [plot_contrast_courses(comparison), plot_contrast_effects(comparison)]
    return finish(page, 52, charts, comparison.not_known, comparison.study)


def plot_contrast_courses(comparison: ImagingComparison, size: Size = PAGE) -> VConcatChart:
    """The score and read-outs over time under every plan."""
    body = courses_body(list(comparison.results.values()), (), size)
    caption = _caption(
        comparison,
        "Mean and 10th to 90th percentile between people of brains, without scan noise. Dotted: a healthy brain. Ticks: "
        f"visits. {sentence(comparison.first.for_groups_only)}",
    )
    return framed(body, "The course of score and scans", caption, comparison.study, size)


def plot_contrast_effects(comparison: ImagingComparison, size: Size = PAGE) -> VConcatChart:
    """The size of change of every read-out under every plan at the last visit."""
    pair = " and ".join(list(short_names(comparison.results, NAME_LETTERS).values())[:2])
    return framed(
        _sizes(comparison, size),
        f"Size of change since {comparison.first.visits[0].name}, at {comparison.first.visits[-1].name}",
        _caption(
            comparison,
            "Cohen's d: mean change over the spread between people of one scan "
            f"({comparison.first.scan_minutes:g} min). At the right: people in each group of a trial that tells {pair} "
            "apart with a power of 80 %, two-sided 5 %, normal approximation.",
        ),
        comparison.study,
        size,
    )


def _sizes(comparison: ImagingComparison, size: Size) -> Spec:
    last = comparison.first.visits[-1].name
    short = short_names(comparison.results, NAME_LETTERS)
    pair = [one for one in comparison.contrasts if one.visit == last]
    shown = [
        (name, effect)
        for name, result in comparison.results.items()
        for effect in result.effects
        if effect.visit == last and any(c.readout == effect.readout and (c.change or c.other_change) for c in pair)
    ]
    needed: dict[str, str] = {}
    for contrast in pair:
        if any(effect.readout == contrast.readout for _, effect in shown):
            needed.setdefault(contrast.readout, people_words(contrast.people_needed()))  # of the first two plans
    rows = [
        {"readout": e.readout, "series": short[name], "d": rounded(e.d), "needed": needed[e.readout]}
        for name, e in shown
    ]
    return dots_body(rows, list(short.values()), needed, "n a group", size)


def _caption(comparison: ImagingComparison, words: str) -> list[str]:
    return wrap(f"{sentence(who(comparison.study))} Everybody meets every plan. {words}", 108, 7)
