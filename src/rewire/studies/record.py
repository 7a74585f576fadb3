"""The study that made a result, as plain data: enough to repeat it."""

from __future__ import annotations

import platform
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from typing import Any

from rewire.evidence.library import evidence_hash
from rewire.people import People
from rewire.plans.plan import Plan
from rewire.studies.cohort import Arm


def describe_study(
    kind: str, plans: Mapping[str, Plan], people: People, weeks: float, arms: Sequence[Arm], draws: int, precision: str
) -> dict[str, Any]:
    """Plans, people, seed, circumstances, versions and the hash of the evidence."""
    return {
        "kind": kind,
        "plans": {name: plan.say() for name, plan in plans.items()},
        "people": {
            "condition": people.condition,
            "n": people.n,
            "seed": people.seed,
            "first": people.first,
            "given": {name: list(value) if isinstance(value, tuple) else value for name, value in people.given.items()},
            "typical": people.typical,
        },
        "weeks": weeks,
        "masking": {arm.name: arm.circumstances.masking for arm in arms},
        "setting": arms[0].circumstances.setting,
        "switches": dict(arms[0].circumstances.switches),
        "draws": draws,
        "precision": precision,
        "version": version("rewire"),
        "evidence": evidence_hash(),
        "python": platform.python_version(),
    }
