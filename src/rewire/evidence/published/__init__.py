"""Published trials: files of one form, read strictly, and those that come with the package.

Names load on first use, so that looking whether a file is a trial needs no reader.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rewire.evidence.published.document import is_trial_file
    from rewire.evidence.published.reader import check_trial, read_trial, read_trial_text
    from rewire.evidence.published.shelf import find_trial, published, trial_names, trials
    from rewire.evidence.published.trial import Arm, Background, Result, Source, Spread, Trial, TrialPeople
    from rewire.evidence.published.write_trial import trial_text

_HOME = {
    "Arm": "trial",
    "Background": "trial",
    "Result": "trial",
    "Source": "trial",
    "Spread": "trial",
    "Trial": "trial",
    "TrialPeople": "trial",
    "check_trial": "reader",
    "find_trial": "shelf",
    "is_trial_file": "document",
    "published": "shelf",
    "read_trial": "reader",
    "read_trial_text": "reader",
    "trial_names": "shelf",
    "trial_text": "write_trial",
    "trials": "shelf",
}

__all__ = [
    "Arm",
    "Background",
    "Result",
    "Source",
    "Spread",
    "Trial",
    "TrialPeople",
    "check_trial",
    "find_trial",
    "is_trial_file",
    "published",
    "read_trial",
    "read_trial_text",
    "trial_names",
    "trial_text",
    "trials",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'rewire.evidence.published' has no attribute '{name}'")
    return getattr(import_module(f"rewire.evidence.published.{_HOME[name]}"), name)
