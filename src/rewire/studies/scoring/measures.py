"""What a trial reports, computed for many virtual trials at once: `[trial, person]` in, one number a trial out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rewire.evidence.published import Result
from rewire.sources import load_table
from rewire.studies.scoring.arms import DAY, RELAPSE, origin_of, visits

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Seen:
    """Scores of one scale in one arm, `scores[time, person]` at `hours` after the first dose; `baseline` `[person]`."""

    hours: Array
    scores: Array
    baseline: Array
    response_fraction: float

    def at(self, hour: float) -> Array:
        """The scores `[person]` at one of the recorded hours."""
        scores: Array = self.scores[int(np.argmin(np.abs(self.hours - hour)))]
        return scores

    def responded(self, hour: float) -> Flags:
        """Whether the score has fallen by the response fraction of the baseline, `[person]`."""
        return (self.baseline - self.at(hour) >= self.response_fraction * self.baseline) & (self.baseline > 0)

    def relapse(self, result: Result) -> tuple[Flags, Array]:
        """Who responded at the origin, and after how many hours each relapsed (infinity: not yet), `[person]`.

        A relapse is loss of response at two visits in a row, dated at the first of them.
        """
        origin = origin_of(result)
        bad = np.stack([~self.responded(hour) for hour in visits(result)[1:]])
        both = bad[:-1] & bad[1:]
        when = np.array(visits(result)[1:-1]) - origin
        lost = np.where(both.any(axis=0), when[np.argmax(both, axis=0)], np.inf)
        return self.responded(origin), lost


def seen(scale: str, hours: Array, scores: NDArray[np.uint8]) -> Seen:
    """Scores `[time, person]` of a scale, whose first row is the baseline."""
    fraction = load_table("scales").number(scale, "response_fraction")
    return Seen(hours, scores.astype(float), scores[0].astype(float), fraction)


def eligible(result: Result, arm: Seen) -> Flags:
    """Who is counted in a measure: everyone, or only responders at its origin."""
    if result.measure in RELAPSE:
        return arm.responded(origin_of(result))
    return np.ones(arm.baseline.size, bool)


def measure(result: Result, arms: tuple[Seen, ...], chosen: tuple[NDArray[np.int64], ...]) -> Array:
    """The value of a result in every virtual trial, `[trial]`; `chosen` holds the people of each arm `[trial, person]`.

    A place of -1 in `chosen` is empty. NaN where a trial cannot tell, as when nobody responded.
    """
    values = [_one(result, arm, people) for arm, people in zip(arms, chosen, strict=True)]
    if result.measure == "hazard ratio":
        return _hazard_ratio(result, arms, chosen)
    if result.measure == "effect size":
        at = result.at_hours or 0.0
        first, second = (_moments(arm.at(at), people) for arm, people in zip(arms, chosen, strict=True))
        freedom = first[2] + second[2] - 2
        pooled = np.sqrt(((first[2] - 1) * first[1] ** 2 + (second[2] - 1) * second[1] ** 2) / np.maximum(freedom, 1))
        return np.where(pooled > 0, (values[0] - values[1]) / np.where(pooled > 0, pooled, 1.0), np.nan)
    return values[0] if len(values) == 1 else values[0] - values[1]


def _one(result: Result, arm: Seen, people: NDArray[np.int64]) -> Array:
    """What the measure, or its part in one arm, is in every virtual trial."""
    at = result.at_hours or 0.0
    match result.measure:
        case "mean":
            return _moments(arm.at(at), people)[0]
        case "sd":
            return _moments(arm.at(at), people)[1]
        case "mean change" | "difference" | "effect size":
            return _moments(arm.at(at) - arm.baseline, people)[0]
        case "sd change":
            return _moments(arm.at(at) - arm.baseline, people)[1]
        case "response" | "response difference":
            return _moments(arm.responded(at).astype(float), people)[0]
        case "remission":
            return _moments((arm.at(at) <= (result.cut or 0.0)).astype(float), people)[0]
        case "worse":
            return _moments((arm.at(at) > arm.baseline).astype(float), people)[0]
        case "sustained":
            return _moments((arm.relapse(result)[1] > at - origin_of(result)).astype(float), people)[0]
        case "median time to relapse":
            return _median(result, arm.relapse(result)[1], people)
        case _:
            return np.full(people.shape[0], np.nan)


def _moments(values: Array, people: NDArray[np.int64]) -> tuple[Array, Array, Array]:
    """Mean, SD and number of people of every virtual trial; NaN without people."""
    there = people >= 0
    count = there.sum(axis=1).astype(float)
    taken = np.where(there, values[people], 0.0)
    mean = np.where(count > 0, taken.sum(axis=1) / np.maximum(count, 1), np.nan)
    squares = np.where(there, (taken - mean[:, None]) ** 2, 0.0).sum(axis=1)
    return mean, np.where(count > 1, np.sqrt(squares / np.maximum(count - 1, 1)), np.nan), count


def _median(result: Result, lost: Array, people: NDArray[np.int64]) -> Array:
    """The Kaplan-Meier median in days: the time by which half have relapsed; the end of follow-up if they have not."""
    end = visits(result)[-1] - origin_of(result)
    there = people >= 0
    times = np.sort(np.where(there, np.minimum(lost[people], end), np.inf), axis=1)
    count = there.sum(axis=1)
    middle = np.maximum((count + 1) // 2 - 1, 0)
    found = np.take_along_axis(times, middle[:, None], axis=1)[:, 0]
    return np.where(count > 0, found, np.nan) / DAY


def _hazard_ratio(result: Result, arms: tuple[Seen, ...], chosen: tuple[NDArray[np.int64], ...]) -> Array:
    """Cox's hazard ratio of relapse with Breslow's ties, first arm over second, by Newton's method.

    Half an event is added to each arm half-way, so that a trial without relapses in one arm has a finite ratio.
    """
    when = np.array(visits(result)[1:-1]) - origin_of(result)
    end = when[-1] if result.at_hours is None else result.at_hours - origin_of(result)
    when = when[when <= end + 1e-6]
    events, risk = [], []
    for arm, people in zip(arms, chosen, strict=True):
        there = people >= 0
        lost = np.where(there, arm.relapse(result)[1][people], -1.0)
        events.append(np.stack([(np.abs(lost - hour) < 1e-6).sum(axis=1) for hour in when]).astype(float))
        risk.append(np.stack([(lost >= hour - 1e-6).sum(axis=1) for hour in when]).astype(float))
        events[-1][when.size // 2] += 0.5
    total = events[0] + events[1]
    beta = np.zeros(total.shape[1])
    for _ in range(30):
        first = risk[0] * np.exp(beta)
        share = first / np.maximum(first + risk[1], 1e-9)
        slope = (events[0] - total * share).sum(axis=0)
        bend = (total * share * (1 - share)).sum(axis=0)
        beta = np.clip(beta + np.clip(slope / np.maximum(bend, 1e-9), -1, 1), -5, 5)
    alive = (risk[0][0] > 0) & (risk[1][0] > 0)
    return np.where(alive, np.exp(beta), np.nan)
