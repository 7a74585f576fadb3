"""The study that made a result, as plain data: enough to repeat it."""

from __future__ import annotations

import platform
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.metadata import version
from typing import Any

from rewire.evidence.library import evidence_hash
from rewire.layers.symptoms import SCALES
from rewire.models.posterior import posterior_in_use
from rewire.plans.plan import Plan
from rewire.population import People
from rewire.sources import load_table
from rewire.studies.cohort import Arm
from rewire.studies.sources import drug_layers


def describe_study(
    kind: str,
    plans: Mapping[str, Plan],
    people: People,
    weeks: float,
    arms: Sequence[Arm],
    draws: int,
    precision: str,
    device: str = "cpu",
    steps: str = "standard",
) -> dict[str, Any]:
    """Plans, people, seed, circumstances, versions and the hash of the evidence."""
    return {
        "kind": kind,
        "plans": {name: plan.say() for name, plan in plans.items()},
        "people": {
            "name": people.condition,
            "condition": people.condition,
            "n": people.n,
            "seed": people.seed,
            "first": people.first,
            "given": {name: list(value) if isinstance(value, tuple) else value for name, value in people.given.items()},
            "typical": people.typical,
        },
        "scale": people.scale,
        "scales": {scale: {"remission": load_table("scales").number(scale, "remission")} for scale in SCALES},
        "weeks": weeks,
        "masking": {arm.name: arm.circumstances.masking for arm in arms},
        "setting": arms[0].circumstances.setting,
        "care": arms[0].circumstances.cared,
        "switches": dict(arms[0].circumstances.switches),
        "drug_layers": list(drug_layers(plans.values())),
        "seed": people.seed,
        "draws": draws,
        "precision": precision,
        "device": device,
        "steps": steps,
        "posterior": _posterior(arms[0]),
        "version": _version(),
        "evidence": evidence_hash(),
        "python": platform.python_version(),
    }


@cache
def _version() -> str:
    """The version of this package, which is read from a file."""
    return version("rewire")


def _posterior(arm: Arm) -> str:
    """Which posterior an arm was run with, in words."""
    given, stored = arm.circumstances.posterior, posterior_in_use()
    return stored.words if given is stored.posterior else posterior_in_use(given).words
