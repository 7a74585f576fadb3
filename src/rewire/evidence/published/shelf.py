"""The trial files that come with the package, by name: published trials, and beside them facts and unpublished trials.

Only the folder `trials` is ever fitted or scored as a test. `facts` holds trial-form files for facts that no single
record states, `prospective` trials whose results are not known.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from rewire.errors import EvidenceError, closest
from rewire.evidence.published.document import Document
from rewire.evidence.published.reader import read_trial_text
from rewire.evidence.published.trial import USES, Trial
from rewire.sources import evidence_folder


@cache
def trial_names(folder: str = "trials") -> tuple[str, ...]:
    """The names of the trials in a folder of the package, in alphabetical order; each is the name of its file."""
    files = (item.name for item in (evidence_folder() / folder).iterdir())
    return tuple(sorted(name.removesuffix(".yaml") for name in files if name.endswith(".yaml")))


@cache
def find_trial(name: str, folder: str = "trials") -> Trial:
    """The trial of that name."""
    names = trial_names(folder)
    if name not in names:
        raise EvidenceError(
            f"there is no published trial '{name}'", expected=f"one of {', '.join(names)}", advice=closest(name, names)
        )
    file = f"{name}.yaml"
    text = (evidence_folder() / folder / file).read_text(encoding="utf-8")
    trial = read_trial_text(text, file)
    if trial.name != name:
        document = Document(text, file)
        pairs = document.pairs(document.root(), "the file")
        raise document.wrong(
            pairs["trial"][1], f"the trial is called '{trial.name}', its file '{file}'", f"trial: {name}"
        )
    return trial


@cache
def published() -> Mapping[str, Trial]:
    """Every trial that comes with the package, by name."""
    return MappingProxyType({name: find_trial(name) for name in trial_names()})


def trials(use: str | None = None, *, parts: bool = True) -> tuple[Trial, ...]:
    """The trials of one use, or all; without `parts` no trial that another record pools."""
    if use is not None and use not in USES:
        raise EvidenceError(
            f"no trial has the use '{use}'", expected=f"one of {', '.join(USES)}", advice=closest(use, USES)
        )
    return tuple(trial for trial in published().values() if use in (None, trial.use) and (parts or not trial.part_of))
