"""Claims can be read, and what a switch buys can be measured."""

from __future__ import annotations

import pytest
from typer.testing import CliRunner

from rewire.app.cli import build
from rewire.errors import EvidenceError
from rewire.evidence.claims import claim_names, read_claim
from rewire.evidence.published import find_trial
from rewire.studies.ablate import ablate


def test_every_claim_has_a_grade_runs_and_limits() -> None:
    assert claim_names() == tuple(f"C{number}" for number in range(1, 11))
    for name in claim_names():
        page = read_claim(name)
        for part in ("**Grade:", "## Runs that show it", "## What it does not carry"):
            assert part in page, name


def test_the_verb_explains_a_claim_and_lists_them() -> None:
    said = CliRunner().invoke(build(), ["explain", "c5"], standalone_mode=False)
    assert "rebuilds lost connections" in said.stdout
    assert len(CliRunner().invoke(build(), ["explain"], standalone_mode=False).stdout.splitlines()) == 10
    with pytest.raises(EvidenceError, match="no claim"):
        read_claim("C11")


def test_a_switch_that_carries_the_effect_is_missed() -> None:
    trial = find_trial("murrough-2013")
    shipped, turned = ablate(trial, switches=["fast_effect"], worlds=8, people=40, tell=str)
    assert shipped.relative_crps["calibrate"] == pytest.approx(1.0)
    assert turned.on is False and turned.relative_crps["calibrate"] > 1.1
