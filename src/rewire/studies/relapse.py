"""Response, its loss, and which change of a person is more than error of measurement."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rewire.inference.ahead import Ahead
from rewire.inference.belief import Belief
from rewire.inference.scores import Person, Score
from rewire.layers.symptoms import SCALES
from rewire.sources import load_table

Array = NDArray[np.float64]
DAY = 24.0
FEWEST = 50
"""Particles with a response below which no time to relapse is told."""


@dataclass(frozen=True)
class RelapseTime:
    """When the response is lost: of those who have it, the share who have lost it by each visit; quartiles in days.

    A quartile is None where fewer people relapse before the end. Relapse is loss of response at two weekly visits in a
    row after having had it; it is dated to the first of the two.
    """

    share_responding: float
    hours: Array
    lost: Array
    quartiles: tuple[float | None, float | None, float | None]


def baseline(belief: Belief, scale: str, ahead: Ahead) -> Array:
    """What response is measured from `[particle]`: the first score of the person, else the particle's own start."""
    own, entry = ahead.at_start[list(SCALES).index(scale)], first(belief.person, scale)
    return own if entry is None or entry.at > 0 else np.full(own.size, entry.middle)


def first(person: Person, scale: str) -> Score | None:
    """The first score of a scale."""
    return next((score for score in person.scores if score.scale == scale), None)


def responds(values: Array, start: Array, scale: str) -> NDArray[np.bool_]:
    """Whether scores `[time, particle]` are a response, measured from `start` `[particle]`."""
    fraction = load_table("scales").number(scale, "response_fraction")
    return (start[None, :] - values >= fraction * start[None, :]) & (start[None, :] > 0)


def responding_now(belief: Belief, scale: str) -> bool | None:
    """Whether the person's last score of the scale is a response; None when that cannot be said."""
    own = [score for score in belief.person.scores if score.scale == scale]
    if len(own) < 2 or own[0].at > 0 or own[-1].at <= 0:
        return None
    fraction = load_table("scales").number(scale, "response_fraction")
    return own[0].middle - own[-1].middle >= fraction * own[0].middle > 0


def relapse(response: NDArray[np.bool_], hours: Array, responding: bool | None) -> RelapseTime | None:
    """Time to relapse among particles that respond, now or at a later visit; None when fewer than 50 ever do."""
    weekly = response[6::7]
    at = hours[6::7]
    if weekly.shape[0] < 2:
        return None
    count = weekly.shape[1]
    ever = np.full(count, bool(responding))
    since = np.full(count, hours[0] if responding else np.inf)
    lost = np.full(count, np.inf)
    for row in range(weekly.shape[0]):
        misses = ever & ~weekly[row] & np.isinf(lost)
        if row + 1 < weekly.shape[0]:
            lost = np.where(misses & ~weekly[row + 1], at[row], lost)
        newly = weekly[row] & ~ever
        since = np.where(newly, at[row], since)
        ever |= weekly[row]
    if ever.sum() < FEWEST:
        return None
    waited = np.where(np.isinf(lost), np.inf, lost - np.where(np.isinf(since), 0.0, since))[ever] / DAY
    seen = at[:-1]
    found = [
        float(value) if np.isfinite(value) else None
        for value in np.quantile(waited, (0.25, 0.5, 0.75), method="inverted_cdf")
    ]
    shares = np.array([(lost[ever] <= hour).mean() for hour in seen])
    return RelapseTime(float(ever.mean()), seen, shares, (found[0], found[1], found[2]))


def reliable(person: Person, scale: str, values: Array) -> str:
    """Whether the person's own change is more than error of measurement, and the chance that it will be at the end."""
    least = load_table("scales").number(scale, "reliable_change")
    own = [score for score in person.scores if score.scale == scale]
    end = values[-1]
    better, worse = float((end <= own[0].middle - least).mean()), float((end >= own[0].middle + least).mean())
    ahead = f"at the end: better by that much {100 * better:.0f} %, worse by that much {100 * worse:.0f} %"
    if len(own) < 2:
        return f"{scale}: a change of {least:g} points is reliable; {ahead}"
    change = own[-1].middle - own[0].middle
    word = "no reliable change" if abs(change) < least else f"reliably {'better' if change < 0 else 'worse'}"
    return f"{scale}: {change:+.0f} since the first score, {word} (from {least:g} points on); {ahead}"
