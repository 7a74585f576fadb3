"""Files in the promised form are read, whatever they say; broken ones are refused in words, never with a traceback."""

from __future__ import annotations

from hypothesis import given, settings
from made_up_trials import broken_files, trial_files

from rewire.errors import RewireError
from rewire.evidence.published import read_trial_text, trial_text


@given(trial_files())
@settings(max_examples=200, deadline=None)
def test_every_file_of_the_form_is_read_and_written_back(text: str) -> None:
    trial = read_trial_text(text)
    assert read_trial_text(trial_text(trial)) == trial


@given(broken_files())
@settings(max_examples=300, deadline=None)
def test_a_broken_file_is_refused_with_its_place(text: str) -> None:
    try:
        read_trial_text(text, "broken.yaml")
    except RewireError as wrong:
        assert wrong.problem
        assert wrong.expected or wrong.advice
        assert wrong.place is None or wrong.place.source == "broken.yaml"
