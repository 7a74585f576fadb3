"""Clinical facts that one set of numbers must meet together, each a few rows of trial files."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache

from rewire.errors import EvidenceError, Place
from rewire.evidence.published.at import read_time
from rewire.evidence.published.shelf import find_trial, trial_names
from rewire.evidence.published.trial import Result, Trial
from rewire.plans.words import within
from rewire.sources import Group, load_table

SD_OF = {"mean": "sd", "mean change": "sd change"}
"""The measure of the SD that is published beside a mean."""


@dataclass(frozen=True)
class FactRow:
    """One number of a fact: its trial, the row there, and the best explanation, should it be missed."""

    trial: Trial
    result: Result
    miss: str


@dataclass(frozen=True)
class Fact:
    """A fact in words and its rows; `unscored` says which part of it has no row."""

    name: str
    title: str
    statement: str
    unscored: str
    rows: tuple[FactRow, ...]


@cache
def facts() -> tuple[Fact, ...]:
    """Every fact, in the order of the table."""
    return tuple(_fact(name, group) for name, group in load_table("facts").groups().items())


def _fact(name: str, group: Group) -> Fact:
    rows = tuple(_row(row) for row in group.group("rows").groups().values())
    return Fact(name, group.text("title"), group.text("statement"), _text(group, "unscored"), rows)


def _row(group: Group) -> FactRow:
    name = group.text("trial")
    trial = find_trial(name, "facts" if name in trial_names("facts") else "trials")
    arms = tuple(arm.strip() for arm in group.text("arms").split("|"))
    scale, measure = _text(group, "scale") or "MADRS", group.text("measure")
    origin, at = (_hours(group, key) for key in ("from", "at"))
    if origin is not None and at is not None:
        at += origin
    found = [
        result
        for result in trial.results
        if (result.arms, result.scale, result.measure, result.from_hours, result.at_hours)
        == (arms, scale, measure, origin, at)
    ]
    if not found:
        raise EvidenceError(f"'{name}' has no such row", place=Place(group.where), expected="a row of the trial file")
    result = found[0]
    if _text(group, "part") == "sd":
        if result.sd is None:
            raise EvidenceError(f"the row of '{name}' has no SD", place=Place(group.where))
        result = replace(result, measure=SD_OF[measure], value=result.sd, se=None, sd=None, ci95=None, headline=False)
    return FactRow(trial, result, group.text("miss"))


def _hours(group: Group, key: str) -> float | None:
    text = _text(group, key)
    return read_time(text, within("facts.toml", text)) if text else None


def _text(group: Group, key: str) -> str:
    return group.text(key) if key in group else ""
