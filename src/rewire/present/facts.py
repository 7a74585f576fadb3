"""The clinical facts as text, as a page, and as plain data."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Any

from rewire.present.scorecard import score_json, show, when
from rewire.present.words import DISCLAIMER

if TYPE_CHECKING:
    from rewire.studies.facts import Facts, FactScore

WIDTH = 150
NOTES = (
    "* outside its 80 % interval. (fit): of a calibration record, seen by the fit. (recalled), (hypothesis): not read in "
    "a source. (derived): worked out from published numbers."
)
"""What the marks mean."""


def facts_json(found: Facts) -> dict[str, Any]:
    """The facts as plain data: the model, the facts with their rows, how many rows are inside."""
    judged, inside = _count(found.scores)
    return {
        "model": dict(found.card.model),
        "facts": [
            {
                "fact": fact.name,
                "title": fact.title,
                "statement": fact.statement,
                "unscored": fact.unscored,
                "rows": [{**score_json(one.score), "explanation": explanation(one)} for one in rows],
            }
            for fact, rows in found.facts
        ],
        "summary": {"rows": judged, "inside": inside, "facts_met": facts_met(found), "facts": len(found.facts)},
    }


def explanation(one: FactScore) -> str:
    """The best explanation of a row that is missed; empty for one that is met."""
    return "" if one.score.inside else one.row.miss


def facts_met(found: Facts) -> int:
    """How many facts have every row inside its interval."""
    return sum(all(one.score.inside for one in rows) for _, rows in found.facts)


def facts_text(found: Facts) -> str:
    """The facts as plain text: each with its rows, a star at those that are missed, and why."""
    lines = [headline(found), ""]
    for number, (fact, rows) in enumerate(found.facts, start=1):
        lines += textwrap.wrap(f"{number}. {fact.title}. {fact.statement}", WIDTH)
        for one in rows:
            name, observed, predicted, interval = cells(one)
            star = " " if one.score.inside else "*"
            lines.append(f" {star} {name:78} observed {observed:>7}  predicted {predicted:>7}  {interval}".rstrip())
            lines += _indented(explanation(one))
        if fact.unscored:
            lines += textwrap.wrap(
                f"Without a row: {fact.unscored}", WIDTH, initial_indent="   ", subsequent_indent="   "
            )
        lines.append("")
    lines += [f"Parameters: posterior {found.card.model['posterior']}.", *textwrap.wrap(NOTES, WIDTH), DISCLAIMER]
    return "\n".join(lines) + "\n"


def headline(found: Facts) -> str:
    """How many rows and facts are met, in words."""
    judged, inside = _count(found.scores)
    return (
        f"{inside} of {judged} rows inside the 80 % interval; "
        f"{facts_met(found)} of {len(found.facts)} facts met in every row"
    )


def cells(one: FactScore) -> tuple[str, str, str, str]:
    """What a row is about, what was observed, what was predicted, and its interval."""
    score = one.score
    seen = "fit" if score.use == "calibrate" else ""
    status = score.status if score.status not in ("", "verified") else ""
    marks = ", ".join(mark for mark in (seen, status) if mark)
    name = f"{score.arm}: {score.scale} {score.measure}, {when(score)}" + (f" ({marks})" if marks else "")
    interval = score.reason if score.low is None else f"{show(score, score.low)} to {show(score, score.high)}"
    return name, show(score, score.observed), show(score, score.predicted), interval


def _count(scores: tuple[Any, ...]) -> tuple[int, int]:
    judged = [score for score in scores if score.inside is not None]
    return len(judged), sum(bool(score.inside) for score in judged)


def _indented(text: str) -> list[str]:
    return textwrap.wrap(text, WIDTH, initial_indent="     ", subsequent_indent="     ")
