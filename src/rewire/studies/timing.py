"""Therapy timing: options that differ only in when the sessions are, without a window of learning and with one.

The window is a hypothesis, off by default. Switched on, its gain is taken over the whole of its uncertainty, in which no
effect and harm lie; nothing else about the options changes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rewire.evidence.claims import find_claim
from rewire.evidence.library import parameters as evidence_parameters
from rewire.models.parameters import shift
from rewire.plans.events import Session
from rewire.plans.plan import Plan
from rewire.sources import load_table
from rewire.studies.difference import Interval, interval
from rewire.studies.options import Candidate
from rewire.studies.outcomes import Outcome

Array = NDArray[np.float64]
HYPOTHESIS, GAIN, CLAIM = "window", "window_gain", "C8"
NINETY_FIVE = 1.96


@dataclass(frozen=True)
class Timing:
    """What other times of the same sessions do to the goal: option `name` less option `other`, in points of the scale.

    `without` is the mean with its 80 % interval where no window exists. `window` is what a window adds to that, None while
    the hypothesis is off: at its median gain, and from the best to the worst of 95 % of its gains.
    """

    name: str
    other: str
    without: Interval
    window: Interval | None = None


def has_sessions(plan: Plan) -> bool:
    """Whether a plan holds sessions of therapy or training."""
    return any(isinstance(phrase.what, Session) for phrase in plan.phrases)


def gains() -> tuple[float, float, float]:
    """How many times faster learning may be in the window: the median, the low end and the high end of 95 %."""
    entry = evidence_parameters()[GAIN]
    median, low, high = (
        float(shift(entry.number, entry.uncertainty_kind, places * (entry.uncertainty or 0.0)))
        for places in (0.0, -NINETY_FIVE, NINETY_FIVE)
    )
    return median, low, high


def compare_times(
    outcomes: Sequence[Outcome],
    hours: float,
    group: NDArray[np.int64] | None,
    under: Callable[[Sequence[Candidate], float], Sequence[Outcome]] | None,
) -> tuple[Timing, ...]:
    """What timing does to each option beside the first one with the same doses and sessions, the sessions at other times.

    `under` runs options under a gain of the window; None while the hypothesis is off. A gain of 1 is no window.
    """
    pairs = _other_times([one.candidate for one in outcomes], hours)
    each = list({one.plan: one for pair in pairs for one in pair}.values())
    runs = {gain: under(each, gain) for gain in (1.0, *gains())} if under and each else {1.0: outcomes}
    goals = {gain: {one.candidate.plan: one.goal for one in run} for gain, run in runs.items()}
    found = []
    for one, other in pairs:
        gaps = [goal[one.plan] - goal[other.plan] for goal in goals.values()]
        added = _over_gains([gap - gaps[0] for gap in gaps[1:]]) if under else None
        found.append(Timing(one.name, other.name, interval(gaps[0], group), added))
    return tuple(found)


def _other_times(candidates: Sequence[Candidate], hours: float) -> list[tuple[Candidate, Candidate]]:
    """Each option with sessions beside the first one that differs from it in their times alone, by that one."""
    alike: dict[tuple[str, ...], list[Candidate]] = {}
    for candidate in candidates:
        if has_sessions(candidate.plan):
            alike.setdefault(_all_but_times_of_sessions(candidate.plan, hours), []).append(candidate)
    return [(one, first) for first, *others in alike.values() for one in others]


def _all_but_times_of_sessions(plan: Plan, hours: float) -> tuple[str, ...]:
    return tuple(
        sorted(
            repr((None if isinstance(event.what, Session) else event.at, event.lasts, event.what, event.condition))
            for event in plan.events(hours)
            if event.at >= 0 or not isinstance(event.what, Session)  # the model meets a person at the first dose
        )
    )


def _over_gains(added: Sequence[Array]) -> Interval:
    """The mean at the median gain, and the ends over all gains, widened by chance among people."""
    means = [float(values.mean()) for values in added]
    chance = [NINETY_FIVE * float(values.std()) / np.sqrt(values.size) for values in added]
    low = min(mean - half for mean, half in zip(means, chance, strict=True))
    return means[0], low, max(mean + half for mean, half in zip(means, chance, strict=True))


def note_on_window(on: bool) -> str:
    """The hypothesis in words: its grade, and its gain with an interval in which no effect and harm lie."""
    claim, group = find_claim(CLAIM), load_table("switches").group(HYPOTHESIS)
    grade = f"Grade: {group.text('grade')}; claim {CLAIM}, grade {claim.grade}, {claim.rule}"
    if not on:
        return (
            "therapy timing: the window hypothesis is off, so a session teaches as much whenever it is held. "
            f"{grade}. --switch {HYPOTHESIS}=on shows what it would add"
        )
    median, low, high = gains()
    return (
        f"therapy timing: the window hypothesis is ON. Learning in the window is taken as {median:g} times that outside "
        f"(95 % {low:.1f} to {high:.1f}): no effect (1) and harm (below 1) lie inside. {grade}. {group.text('evidence')}"
    )
