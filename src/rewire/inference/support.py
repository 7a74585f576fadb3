"""When not to be sure: the person is unlike the studied people, or the scores unlike anything expected."""

from __future__ import annotations

import numpy as np

from rewire.inference.cloud import Prior
from rewire.inference.filter import Filtered
from rewire.inference.scores import Person
from rewire.inference.weights import TRUSTED_K
from rewire.sources import load_table

SURPRISING = 0.001
"""A score with a smaller chance of being so far out is called surprising."""
COMMON_SURPRISE = 0.02
FEWEST = 30.0
"""Effective courses below which what a score left is not trusted."""
FEW_AT_ENTRY = 40.0
FEWEST_PEOPLE = 12
"""Virtual people behind the particles below which traits are not well known."""


def remarks(person: Person, prior: Prior, like_at_entry: float, done: Filtered) -> tuple[str, ...]:
    """Why this belief should be held less firmly than its numbers say; empty when there is no reason."""
    found = [*_outside(person)]
    if like_at_entry < FEW_AT_ENTRY:
        found.append(
            f"off support: almost nobody of the studied population '{prior.condition}' begins with these scores; "
            "baselines were drawn from a wider population"
        )
    looks = done.looks
    surprising = [look for look in looks if look.tail < SURPRISING]
    for look in surprising[:3]:
        found.append(
            f"surprising: {look.score.scale} {look.score.middle:g} on day {look.score.at / 24 + 1:.0f} was expected with a "
            f"chance of less than {SURPRISING:g}; check the entry"
        )
    odd = sum(look.tail < COMMON_SURPRISE for look in looks)
    if odd >= 3 and odd > 4 * COMMON_SURPRISE * len(looks):
        found.append(f"off support: {odd} of {len(looks)} scores lie far from what was expected; the model may not fit")
    worst = min((look.effective for look in looks), default=np.inf)
    if worst < FEWEST:
        found.append(f"collapsed: only {worst:.0f} effective courses were left at one score; do not rely on the bands")
    shape = max((look.pareto for look in looks), default=0.0)
    if shape > TRUSTED_K:
        found.append(
            f"heavy-tailed weights (Pareto k {shape:.2f}, trusted up to {TRUSTED_K}): one score singles out few of the "
            "courses, so hold the bands loosely"
        )
    left = np.unique(done.particles.owner).size
    if looks and left < FEWEST_PEOPLE:
        found.append(
            f"traits rest on {left} virtual people only, so they are not well known; forecasts lean on the last scores, "
            "which is sounder (--deep samples in full)"
        )
    kinds = {score.scale for score in person.scores}
    if not kinds:
        found.append("no scores: this is the population, not the person")
    return tuple(found)


def _outside(person: Person) -> list[str]:
    """Covariates outside the studied range."""
    everyone = load_table("populations").group("everyone")
    found = []
    for name, unit in (("age", "years"), ("weight", "kg")):
        if name in person.covariates:
            value = person.covariates[name]
            low, high = everyone.number(f"{name}_minimum"), everyone.number(f"{name}_maximum")
            if not low <= value <= high:
                found.append(f"off support: {name} {value:g} {unit} lies outside the studied {low:g} to {high:g}")
    return found
