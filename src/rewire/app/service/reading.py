"""Reads a plan while it is being written: every line by itself, then all of them together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rewire.app.show_plan import as_json, horizon
from rewire.errors import PlanError, RewireError
from rewire.plans import Plan
from rewire.plans.catalogue import reference_weight
from rewire.plans.events import Event
from rewire.plans.language import read_phrase
from rewire.plans.phrase import Phrase, day_of, name_of
from rewire.plans.say import say_clock, say_phrase, say_what
from rewire.plans.words import within

MOST_EVENTS = 3000
"""Events shown on a calendar."""


def error_json(wrong: RewireError) -> dict[str, Any]:
    """An error with its place: line, column and length of the words it is about."""
    place = wrong.place
    where = (
        {"source": place.source, "line": place.line, "column": place.column, "length": place.length} if place else None
    )
    return {"problem": wrong.problem, "place": where, "expected": wrong.expected, "advice": wrong.advice}


def read_lines(lines: Sequence[str]) -> tuple[list[tuple[int, Phrase]], list[dict[str, Any]]]:
    """The phrases that can be read with their line numbers (from 0), and one row a line for the page."""
    read: list[tuple[int, Phrase]] = []
    rows: list[dict[str, Any]] = []
    for number, text in enumerate(lines):
        if not text.strip():
            rows.append({"line": number, "state": "empty"})
            continue
        try:
            phrase = read_phrase(text, within(_source(number), text))
        except PlanError as wrong:
            rows.append({"line": number, "state": "wrong", "error": error_json(wrong)})
            continue
        read.append((number, phrase))
        rows.append(
            {"line": number, "state": "read", "said": say_phrase(phrase), "what": say_what(phrase.what, phrase.lasts)}
        )
    return read, rows


def read_draft(
    lines: Sequence[str], weight: float | None = None, weeks: float | None = None, research: bool = False
) -> dict[str, Any]:
    """Everything a page shows while a plan is written: lines, errors at the word, calendar, doses, notes."""
    read, rows = read_lines(lines)
    answer: dict[str, Any] = {"lines": rows, "events": [], "plan": None, "ok": False}
    try:
        plan = Plan(*(phrase for _, phrase in read), research=research)
    except PlanError as wrong:
        return {**answer, "error": {**error_json(wrong), "line": _line_of(wrong)}}
    hours = horizon(plan, weeks)
    answer["plan"] = as_json(plan, reference_weight() if weight is None else weight, hours)
    answer["text"] = plan.say()
    answer["days"] = hours / 24
    answer["events"] = [_event(event, plan, read) for event in plan.events(hours)[:MOST_EVENTS]]
    answer["ok"] = bool(read) and all(row["state"] != "wrong" for row in rows)
    return answer


def line_of(plan: Plan, item: int, read: Sequence[tuple[int, Phrase]]) -> int:
    """The line that holds the phrase of an event."""
    phrase = plan.phrases[item]
    return next(number for number, one in read if one is phrase)


def _event(event: Event, plan: Plan, read: Sequence[tuple[int, Phrase]]) -> dict[str, Any]:
    day, minutes = day_of(event.at)
    phrase = plan.phrases[event.item]
    return {
        "line": line_of(plan, event.item, read),
        "name": name_of(event.what),
        "kind": type(event.what).__name__.lower(),
        "what": say_what(event.what, phrase.lasts),
        "hours": event.at,
        "day": day,
        "clock": say_clock(minutes),
        "lasts": event.lasts,
        "rule": event.condition is not None,
    }


def _source(number: int) -> str:
    return f"line {number + 1}"


def _line_of(wrong: RewireError) -> int | None:
    """The line (from 0) that an error about the whole plan points at."""
    source = wrong.place.source if wrong.place else ""
    return int(source.removeprefix("line ")) - 1 if source.startswith("line ") and source[5:].isdigit() else None
