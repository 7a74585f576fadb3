"""What a trial can report: the scales, their spellings, and the measures with what each one needs and may be."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from rewire.sources import load_table

# Other spellings of exactly the same instrument, in capitals without signs.
ALSO = {
    "HAMD17": "HAM-D17",
    "HDRS17": "HAM-D17",
    "HRSD17": "HAM-D17",
    "QIDSSR": "QIDS-SR16",
    "HARS": "HAM-A",
}


@dataclass(frozen=True)
class Measure:
    """A measure: how many `arms` it is about, what kind of `value` it has, and whether it needs `at` and `origin`."""

    name: str
    arms: int
    value: str
    at: bool = True
    origin: bool = False


MEASURES = {
    measure.name: measure
    for measure in (
        Measure("mean", 1, "score"),
        Measure("sd", 1, "deviation"),
        Measure("mean change", 1, "change"),
        Measure("sd change", 1, "deviation"),
        Measure("response", 1, "share"),
        Measure("remission", 1, "share"),
        Measure("worse", 1, "share"),
        Measure("sustained", 1, "share", origin=True),
        Measure("median time to relapse", 1, "days", at=False, origin=True),
        Measure("difference", 2, "change"),
        Measure("effect size", 2, "size"),
        Measure("response difference", 2, "share difference"),
        Measure("hazard ratio", 2, "ratio", at=False),
    )
}


@cache
def scale_names() -> tuple[str, ...]:
    """The scales the model knows, as the table of scales names them."""
    return tuple(name for name, group in load_table("scales").groups().items() if "minimum" in group)


def find_scale(text: str) -> str:
    """The scale meant by `text`, whatever its capitals and hyphens; an empty string when there is none."""
    plain = re.sub(r"[^A-Z0-9]", "", text.upper())
    known = {re.sub(r"[^A-Z0-9]", "", name.upper()): name for name in scale_names()}
    return known.get(plain) or ALSO.get(plain, "")


def scale_ends(scale: str) -> tuple[float, float]:
    """The smallest and largest score of a scale, in its points."""
    table = load_table("scales")
    return table.number(scale, "minimum"), table.number(scale, "maximum")


def value_ends(measure: Measure, scale: str) -> tuple[float, float, str]:
    """The least and the largest value a measure can have, and what that is in words."""
    low, high = scale_ends(scale)
    match measure.value:
        case "score":
            return low, high, f"a score of {scale}, {low:g} to {high:g}"
        case "change":
            return low - high, high - low, f"a change on {scale}, {low - high:g} to {high - low:g} points"
        case "deviation":
            return 0.0, high - low, f"a standard deviation above 0, in points of {scale}"
        case "share":
            return 0.0, 1.0, "a share from 0 to 1"
        case "share difference":
            return -1.0, 1.0, "a difference of shares, -1 to 1"
        case "days":
            return 0.0, float("inf"), "days, more than 0"
        case "ratio":
            return 0.0, float("inf"), "a ratio above 0"
        case _:
            return float("-inf"), float("inf"), "a finite number"
