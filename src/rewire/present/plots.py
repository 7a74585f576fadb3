"""Every figure by name. A plot is a pure function of a result that returns an Altair chart; it needs no data frame."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from rewire.errors import StudyError, closest
from rewire.present.figures.cascade import plot_cascade
from rewire.present.figures.change import plot_change
from rewire.present.figures.difference import plot_difference
from rewire.present.figures.dose_window import plot_dose_window
from rewire.present.figures.response import plot_response
from rewire.present.figures.scores import plot_scores
from rewire.present.figures.summary import plot_summary
from rewire.present.theme import PAGE, Size
from rewire.studies.result import Comparison, Course

__all__ = [
    "PLOTS",
    "draw",
    "plot_cascade",
    "plot_change",
    "plot_difference",
    "plot_dose_window",
    "plot_response",
    "plot_scores",
    "plot_summary",
]

PLOTS: Mapping[str, Callable[..., Any]] = MappingProxyType(
    {
        "summary": plot_summary,
        "scores": plot_scores,
        "change": plot_change,
        "difference": plot_difference,
        "response": plot_response,
        "dose window": plot_dose_window,
        "cascade": plot_cascade,
    }
)
_WITHOUT_SCALE = ("dose window", "cascade")


def draw(result: Comparison | Course, name: str = "", scale: str | None = None, size: Size = PAGE) -> Any:
    """The figure `name` of a result; the name of a scale draws its scores, no name the whole picture.

    A course knows `cascade`; a comparison knows all others.
    """
    if isinstance(result, Course):
        if name not in ("", "cascade"):
            raise StudyError(f"one person has no figure '{name}'", expected="cascade")
        return plot_cascade(result, size)
    scales = {known for outcome in result.outcomes.values() for known in outcome.scores}
    if name in scales:
        return plot_scores(result, name, size)
    wanted = (name or "summary").replace("_", " ")
    known = [kind for kind in PLOTS if kind != "cascade"]
    if wanted not in known:
        raise StudyError(
            f"there is no figure '{name}' of a comparison",
            expected=f"one of {', '.join(known)}, or a scale: {', '.join(sorted(scales))}",
            advice=closest(wanted, [*known, *scales]),
        )
    if wanted in _WITHOUT_SCALE:
        return PLOTS[wanted](result, size=size)
    return PLOTS[wanted](result, scale, size=size)
