"""Claims can be read, and what a switch buys can be measured."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from typer.testing import CliRunner

from rewire.app.cli import build
from rewire.errors import EvidenceError
from rewire.evidence.claims import claim_names, find_claim, grades
from rewire.evidence.library import references
from rewire.evidence.published import find_trial
from rewire.models.parameters import switch_defaults
from rewire.models.standard import standard_model
from rewire.plans import Plan, read_plan
from rewire.present.claims import claim_page
from rewire.studies.ablate import ablate

FOLDER = Path(__file__).parents[2]


@pytest.mark.parametrize("name", claim_names())
def test_every_claim_has_a_grade_sources_a_run_and_limits(name: str) -> None:
    claim = find_claim(name)
    assert claim.grade in grades() and claim.rule == grades()[claim.grade]
    assert claim.supports and set(dict(claim.supports + claim.opposes)) <= set(references())
    page = claim_page(claim, f"{name}.svg")
    for part in (
        "**Grade ",
        "## For",
        "## Against",
        "## The run that shows it",
        f"({name}.svg)",
        "## What is not known",
    ):
        assert part in page
    for _, carried in claim.contradictions:
        for switch in re.findall(r"switch(?:es)? `(\w+)`(?: and `(\w+)`)?", carried):
            assert set(filter(None, switch)) <= set(switch_defaults(standard_model()))


def test_claims_are_ten_and_the_contradictions_that_are_carried_are_all_there() -> None:
    assert claim_names() == tuple(f"C{number}" for number in range(1, 11))
    carried = " ".join(says + by for name in claim_names() for says, by in find_claim(name).contradictions)
    for word in ("hnk_efficacy", "mtor_gates_fast_effect", "somatosensory", "SV2A", "replication with 28",
                 "deficit_dependence", "rises (haile-2014"):  # fmt: skip
        assert word in carried


@pytest.mark.parametrize("name", claim_names())
def test_the_run_of_a_claim_can_be_run(name: str) -> None:
    words = shlex.split(find_claim(name).run)
    assert words[0] == "rewire" and words[1] in ("run", "compare", "imaging")
    files = [word for word in words[2:] if word.endswith(".yaml")]
    for file in files:
        read_plan(FOLDER / file)
    phrases = [word for word in words[2:] if " " in word and "," in word and not word.startswith("baseline")]
    assert phrases or files
    for phrase in phrases:
        Plan(phrase)


def test_the_verb_explains_a_claim_and_lists_them() -> None:
    said = CliRunner().invoke(build(), ["explain", "c5"], standalone_mode=False)
    assert "rebuilds lost connections" in said.stdout
    assert "## Against" in said.stdout and "Holmes" in said.stdout
    listed = CliRunner().invoke(build(), ["explain"], standalone_mode=False).stdout.splitlines()
    assert listed[8].startswith("C9  D  Pairing") and listed[-1].startswith("D: not shown")
    with pytest.raises(EvidenceError, match="no claim"):
        find_claim("C11")


def test_a_switch_that_carries_the_effect_is_missed() -> None:
    trial = find_trial("murrough-2013")
    shipped, turned = ablate(trial, switches=["fast_effect"], worlds=8, people=40, tell=str)
    assert shipped.relative_crps["calibrate"] == pytest.approx(1.0)
    assert turned.on is False and turned.relative_crps["calibrate"] > 1.1
