"""Score the clinical facts that one set of numbers must meet together."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from importlib import import_module
from pathlib import Path
from typing import Any

from rewire.evidence.published.facts import Fact, FactRow, facts
from rewire.evidence.published.trial import Result
from rewire.studies.scoring.scorecard import Score, Scorecard
from rewire.studies.validate import validate


@dataclass(frozen=True)
class FactScore:
    """One row of a fact and its score."""

    row: FactRow
    score: Score


@dataclass(frozen=True)
class Facts:
    """Every fact with its scored rows; `card` is the scorecard they come from."""

    facts: tuple[tuple[Fact, tuple[FactScore, ...]], ...]
    card: Scorecard

    @property
    def scores(self) -> tuple[Score, ...]:
        """All rows of all facts."""
        return tuple(one.score for _, rows in self.facts for one in rows)

    def to_json(self) -> dict[str, Any]:
        """The facts as plain data."""
        return dict(_present("facts_json")(self))

    def table(self) -> str:
        """The facts as plain text."""
        return str(_present("facts_text")(self))

    def __str__(self) -> str:
        return self.table()

    def plot(self) -> Any:
        """The forest plot of all rows."""
        return self.card.plot()

    def save(self, path: str | Path) -> Path:
        """Writes a picture, the data (.json) or rows (.csv), as a scorecard does."""
        return self.card.save(path)


def _present(name: str) -> Callable[..., Any]:
    return getattr(import_module("rewire.present.facts"), name)  # type: ignore[no-any-return]


def check_facts(**options: Any) -> Facts:
    """Scores every fact with the same virtual people and the same draws; `options` are those of `validate`.

    Nothing is fitted: a fact that a calibration record states was seen by the fit, and its row says so by its use.
    """
    known = facts()
    trials = {row.trial.name: row.trial for fact in known for row in fact.rows}
    wanted: dict[str, list[Result]] = {name: [] for name in trials}
    for row in (row for fact in known for row in fact.rows):
        if row.result not in wanted[row.trial.name]:
            wanted[row.trial.name].append(row.result)
    card = validate(*(replace(trial, results=tuple(wanted[name])) for name, trial in trials.items()), **options)
    place = {(score.trial, score.row): score for score in card.scores}

    def scored(row: FactRow) -> FactScore:
        return FactScore(row, place[row.trial.name, wanted[row.trial.name].index(row.result) + 1])

    return Facts(tuple((fact, tuple(map(scored, fact.rows))) for fact in known), card)
