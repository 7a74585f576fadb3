"""Whatever file of the promised form is given: every row gets a number or a reason, and the card can be shown."""

from __future__ import annotations

import json
import math

import pytest
from hypothesis import given, settings
from made_up_trials import trial_files

import rewire as rw
from rewire.evidence.published import read_trial_text
from rewire.present.scorecard import scorecard_json


@pytest.mark.slow
@given(trial_files())
@settings(max_examples=25, deadline=None)
def test_every_row_of_any_file_gets_a_number_or_a_reason(text: str) -> None:
    card = rw.validate(read_trial_text(text), worlds=2, people=8)
    for score in card.scores:
        assert (score.predicted is None) == bool(score.reason)
        if score.predicted is not None:
            assert math.isfinite(score.predicted) and score.low <= score.high and score.crps >= 0
            assert score.intervals[95][0] <= score.low and score.high <= score.intervals[95][1]
    json.dumps(scorecard_json(card), allow_nan=False)
    assert card.table()
