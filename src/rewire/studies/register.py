"""Predict what is not published yet, and write it down before it is known."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from rewire.errors import StudyError
from rewire.evidence.published.register import FIRST, Entry, prospective_files, register_at
from rewire.evidence.published.shelf import find_trial
from rewire.models.posterior import Asked, posterior_in_use
from rewire.studies.scoring.scorecard import LEVELS, Score
from rewire.studies.validate import validate
from rewire.whole import write_whole

FIGURES = 4
"""Figures kept of a prediction: far more than an interval means, and the same on every machine."""


def register(
    path: str | Path, *, today: date | None = None, posterior: Asked = "stored", **options: Any
) -> tuple[Entry, bool]:
    """Predicts every trial of the folder `prospective` and appends a dated entry to the register at `path`.

    `options` are those of `validate`. Gives the entry and whether it is new: where the last entry was made by the same
    model of the same trials, nothing is added. Earlier entries are read and checked first, and stay byte for byte.
    """
    target = Path(path)
    if target.is_dir() or not target.parent.is_dir():
        raise StudyError(f"'{target}' cannot hold a register", expected="a file such as register.jsonl")
    known = register_at(target)
    files = prospective_files()
    card = validate(*(find_trial(name, "prospective") for name in files), posterior=posterior, **options)
    used = posterior_in_use(posterior).posterior
    model = {key: value for key, value in card.model.items() if key != "python"}
    model["posterior_digest"] = used.digest if used else ""
    entry = Entry.made(
        (today or datetime.now(UTC).date()).isoformat(),
        model,
        files,
        [_row(score) for score in card.scores],
        known[-1].digest if known else FIRST,
    )
    if known and known[-1].says_the_same(entry):
        return known[-1], False
    before = target.read_text(encoding="utf-8") if known else ""
    write_whole(target, f"{before}{entry.line()}\n")
    return entry, True


def _row(score: Score) -> dict[str, Any]:
    """A prediction as it is kept: what it is of, one number, and the ends of its intervals."""
    return {
        "trial": score.trial,
        "arms": list(score.arms),
        "scale": score.scale,
        "measure": score.measure,
        "at": score.at,
        "from": score.origin,
        "headline": score.headline,
        "predicted": _kept(score.predicted),
        "intervals": {
            str(level): [_kept(end) for end in score.intervals[level]] for level in LEVELS if score.intervals
        },
        "without_drug": _kept(score.baseline_predictions.get("no_drug")),
        "reason": score.reason,
    }


def _kept(value: float | None) -> float | None:
    return None if value is None else float(f"{value:.{FIGURES}g}")
