"""What a trial can report: the scales, their spellings, and the measures with what each one needs and may be."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from functools import cache

from rewire.errors import closest
from rewire.sources import load_table

# Other spellings of exactly the same instrument, in capitals without signs.
ALSO = {
    "QIDSSR": "QIDS-SR16",
    "HARS": "HAM-A",
    "HAMA14": "HAM-A",
    "CAPSIV": "CAPS-IV",
    "CAPS4": "CAPS-IV",
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
    """The scales on which the model scores people, as the table of scales names them."""
    groups = load_table("scales").groups()
    return tuple(name for name, group in groups.items() if "minimum" in group and group.get("axis") != "dissociation")


@cache
def other_scales() -> tuple[str, ...]:
    """The scales that a trial may report and the model does not have."""
    return tuple(name for group in load_table("instruments").groups().values() for name in group)


def find_scale(text: str) -> str:
    """The scale meant by `text`, whatever its capitals and hyphens; an empty string when there is none."""
    plain = _plain(text)
    if plain.startswith(("HDRS", "HRSD")):
        plain = f"HAMD{plain[4:]}"
    known = {_plain(name): name for name in (*scale_names(), *other_scales())}
    return known.get(plain) or ALSO.get(plain, "")


def near_scale(text: str) -> str:
    """What to try for a scale that nobody knows."""
    if example := {"HAMD": "HAM-D17", "HDRS": "HAM-D17", "HRSD": "HAM-D17", "QIDS": "QIDS-SR16"}.get(_plain(text)):
        return f"say which form, such as {example}"
    return closest(text, (*scale_names(), *other_scales()))


def _plain(text: str) -> str:
    return re.sub(r"[^A-Z0-9]", "", text.upper())


def scale_ends(scale: str) -> tuple[float, float]:
    """The smallest and largest score of a scale, in its points; without end for one the model does not have."""
    if scale not in scale_names():
        return 0.0, math.inf
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
            return 0.0, math.inf, "days, more than 0"
        case "ratio":
            return 0.0, math.inf, "a ratio above 0"
        case _:
            return -math.inf, math.inf, "a finite number"
