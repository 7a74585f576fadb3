"""The stages of one step, state by state: classical Runge-Kutta, and Krogstad's exponential one for stiff states.

Each stage's slope is used up at once, so that a thread holds as few numbers as the scheme allows.
"""

from __future__ import annotations

import math
from collections.abc import Callable

MOMENTS = ("start", "middle", "middle", "end")
"""At which moment each stage takes the driven parts."""
SERIES = {"float32": (0.5, 6), "float64": (1.0, 18)}
"""Up to which z the integrals of a decay are summed as series, and how many terms that takes."""


def stiff_weights(name: str, rate: str) -> list[str]:
    """The nine weights of a stiff state for this step (Krogstad 2005, ETD4RK-B).

    They are worked out anew in each step: that takes less time than reading them from where all of them find room.
    """
    return [
        f"z = {rate} * hours",
        f"half_{name} = fade(half * {rate})",
        f"decay_{name} = half_{name} * half_{name}",
        f"first, second, third = decays(z, decay_{name})",
        f"share = one / (one + half_{name})",
        f"gain_{name} = hours * first",
        f"bend_{name} = twice * second",
        "fourth = fourfold * third",
        f"half_gain_{name} = gain_{name} * share",
        f"half_bend_{name} = two * (bend_{name} - half_gain_{name}) * share",
        f"between_{name} = bend_{name} - fourth",
        f"last_{name} = fourth - hours * second",
        f"first_{name} = gain_{name} - bend_{name} + last_{name}",
    ]


def decay_lines(precision: str, literal: Callable[[float], str]) -> list[str]:
    """(1 - e^-z)/z and its two successors, given e^-z: by series for small z, where the formula would cancel."""
    limit, terms = SERIES[precision]
    series = literal(1 / math.factorial(terms + 2))
    for k in range(terms + 1, 2, -1):
        series = f"({literal(1 / math.factorial(k))} - z * {series})"
    return [
        f"near_third = {series}",
        f"near_second = {literal(0.5)} - z * near_third",
        f"inverse = {literal(1.0)} / max(z, {literal(limit)})",
        f"first = ({literal(1.0)} - decay) * inverse",
        f"second = ({literal(1.0)} - first) * inverse",
        f"if z < {literal(limit)}:",
        f"    return {literal(1.0)} - z * near_second, near_second, near_third",
        f"return first, second, ({literal(0.5)} - second) * inverse",
    ]


def stiff_stage(stage: int, name: str, slope: str, place: str) -> list[str]:
    """What a stage of a stiff state gives: where the next stage looks, and its share of the step."""
    if stage == 0:
        return [
            f"kept = {name}_0 * decay_{name}",
            f"sum_{name} = kept + {slope} * first_{name}",
            f"base_{name} = kept + {slope} * (first_{name} - last_{name})",
            f"{name} = {name}_0 * half_{name} + {slope} * half_gain_{name}",
            f"half_base_{name} = {name} - {slope} * half_bend_{name}",
        ]
    if stage < 3:
        when = "half_" if stage == 1 else ""
        return [
            f"sum_{name} += {slope} * between_{name}",
            f"{name} = {when}base_{name} + {slope} * {when}bend_{name}",
        ]
    return [f"{place} = sum_{name} + {slope} * last_{name}"]


def plain_stage(stage: int, name: str, slope: str, place: str) -> list[str]:
    """The same for any other state."""
    if stage == 0:
        return [f"sum_{name} = {slope}", f"{name} = {name}_0 + half * {slope}"]
    if stage < 3:
        return [f"sum_{name} += two * {slope}", f"{name} = {name}_0 + {'half' if stage == 1 else 'hours'} * {slope}"]
    return [f"{place} = {name}_0 + sixth * (sum_{name} + {slope})"]
