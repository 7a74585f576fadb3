"""Published trials: files of one form, read strictly, and those that come with the package."""

from rewire.evidence.published.read_trial import check_trial, is_trial_file, read_trial, read_trial_text
from rewire.evidence.published.shelf import find_trial, published, trial_names, trials
from rewire.evidence.published.trial import Arm, Background, Result, Source, Spread, Trial, TrialPeople
from rewire.evidence.published.write_trial import trial_text

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
