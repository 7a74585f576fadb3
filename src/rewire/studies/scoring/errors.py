"""How far chance alone may have moved a published number."""

from __future__ import annotations

import math
from statistics import NormalDist

from rewire.evidence.published import Result, Trial
from rewire.sources import load_table

_NINETY_FIVE = NormalDist().inv_cdf(0.975)
SHARES = ("response", "remission", "worse", "sustained")
RATIO = "hazard ratio"


def count_of(trial: Trial, result: Result, arm: str) -> int:
    """How many people a number rests on: the row's own number where it is about one arm, else the arm's."""
    return result.n if result.n and len(result.arms) == 1 else trial.arm(arm).n


def standard_error(trial: Trial, result: Result) -> float | None:
    """The standard error of a published number: as published, from its interval, or from its SD or share.

    For a hazard ratio it is that of the logarithm. None where nothing says it.
    """
    if result.se:
        return result.se / result.value if result.measure == RATIO else result.se
    if result.ci95:
        low, high = result.ci95
        if result.measure == RATIO:
            return math.log(high / low) / (2 * _NINETY_FIVE) if low > 0 else None
        return (high - low) / (2 * _NINETY_FIVE) if high > low else None
    counts = [count_of(trial, result, arm) for arm in result.arms]
    match result.measure:
        case "response" | "remission" | "worse" | "sustained":
            # Two people are added on either side, so that a share of 0 or 1 is not certain.
            share = (result.value * counts[0] + 2) / (counts[0] + 4)
            return math.sqrt(share * (1 - share) / counts[0])
        case "response difference":
            return math.sqrt(sum(0.25 / count for count in counts))
        case "effect size":
            return math.sqrt(sum(1 / count for count in counts) + result.value**2 / (2 * sum(counts)))
        case "mean" | "mean change" | "difference":
            sd = result.sd or _usual_sd(trial)
            return math.sqrt(sum(sd**2 / count for count in counts))
        case "sd" | "sd change":
            return result.value / math.sqrt(2 * max(counts[0] - 1, 1))
        case "median time to relapse":
            return 1.25 * result.value / math.sqrt(counts[0])
        case _:
            return None


def _usual_sd(trial: Trial) -> float:
    """A spread after treatment where none is given: twice that at entry."""
    baseline = load_table("populations").group(trial.people.diagnosis, "baseline")
    return 2.0 * next(iter(baseline.groups().values())).number("sd")
