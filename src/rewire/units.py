"""Units: which ones exist, whether two fit, and how to turn one into the other.

Units are checked where things meet (plans, evidence, wiring, results); inside, numbers are plain. Kilograms of body
weight are a unit of their own, so that mg/kg is not a plain number, and so are the points of every scale. `pint` does
the arithmetic and is loaded only when a dimension is asked for.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from rewire.errors import Place, UnitError, closest

if TYPE_CHECKING:
    from pint import UnitRegistry
    from pint.util import UnitsContainer

BASES = {
    "g": "mass",
    "m": "length",
    "h": "time",
    "mol": "substance",
    "mmHg": "pressure",
    "A": "current",
    "kg_body": "body_weight",
    "visit": "visits",
    "device": "devices",
    "dose": "doses",
    "beat": "beats",
    "MADRS_point": "MADRS_points",
    "PHQ9_point": "PHQ9_points",
    "HAMD17_point": "HAMD17_points",
    "QIDS_point": "QIDS_points",
    "GAD7_point": "GAD7_points",
    "HAMA_point": "HAMA_points",
    "PCL5_point": "PCL5_points",
    "CAPS5_point": "CAPS5_points",
    "CADSS_point": "CADSS_points",
}
MULTIPLES = {
    "mg": "1e-3 * g",
    "ug": "1e-6 * g",
    "ng": "1e-9 * g",
    "pg": "1e-12 * g",
    "mmol": "1e-3 * mol",
    "umol": "1e-6 * mol",
    "nmol": "1e-9 * mol",
    "pmol": "1e-12 * mol",
    "cm": "1e-2 * m",
    "mm": "1e-3 * m",
    "um": "1e-6 * m",
    "L": "1e-3 * m ** 3",
    "dL": "1e-4 * m ** 3",
    "mL": "1e-6 * m ** 3",
    "day": "24 * h",
    "week": "168 * h",
    "month": "730.5 * h",
    "year": "8766 * h",
    "min": "h / 60",
    "s": "h / 3600",
    "ms": "h / 3600000",
    "Hz": "3600 / h",
    "nA": "1e-9 * A",
}
KNOWN = (*BASES, *MULTIPLES)

INSTEAD = {
    "%": "1, with the value as a share",
    "kg": "kg_body, kilograms of body weight",
    "l": "L",
    "ml": "mL",
    "mcg": "ug",
    "µg": "ug",
    "μg": "ug",
    "nM": "nmol/L",
    "uM": "umol/L",
    "hr": "h",
    "hour": "h",
    "hours": "h",
    "minute": "min",
    "minutes": "min",
    "second": "s",
    "seconds": "s",
    "days": "day",
    "weeks": "week",
    "months": "month",
    "years": "year",
    "points": "the points of a scale, such as MADRS_point",
    "point": "the points of a scale, such as MADRS_point",
}

_TOKEN = re.compile(r"\s*(\*\*|[*/()]|-?\d+(?:\.\d+)?|[^\W\d]\w*)\s*")


def check_unit(text: str, place: Place | None = None) -> str:
    """Give `text` back when it is a unit, such as `mg/kg_body` or `1/h**2`; `1` is a plain number.

    `place` says where the unit is written, for the message of the `UnitError`.
    """
    wrong = _find_fault(text)
    if wrong:
        problem, advice = wrong
        raise UnitError(
            problem,
            place=place,
            expected='known units joined by * and /, powers with **, "1" for a plain number',
            advice=advice,
        )
    return text


def dimension(text: str) -> str:
    """What kind of quantity a unit measures: `dimension("mg/kg_body")` is `mass / body_weight`, that of `1` is `1`."""
    powers = {str(name).strip("[]"): float(str(power)) for name, power in _dimensionality(text).items()}
    above = [_raise(name, power) for name, power in sorted(powers.items()) if power > 0]
    below = [_raise(name, -power) for name, power in sorted(powers.items()) if power < 0]
    return " / ".join([" * ".join(above) or "1", *below])


def same_dimension(one: str, other: str) -> bool:
    """Whether two units measure the same kind of quantity, so that one converts into the other."""
    return bool(_dimensionality(one) == _dimensionality(other))


def factor(unit: str, to: str) -> float:
    """How many `to` one `unit` is: `factor("week", "h")` is 168."""
    if not same_dimension(unit, to):
        kinds = {unit: dimension(unit), to: dimension(to)}
        advice = ""
        if any("body_weight" in kind for kind in kinds.values()):
            advice = "a dose per body weight needs the person's weight: mg = mg/kg_body times kg_body"
        elif any(kind.endswith("_points") for kind in kinds.values()):
            advice = "points of different scales do not convert by a factor; see the conversions in scales.toml"
        raise UnitError(
            f"'{unit}' cannot become '{to}'",
            expected=f"a unit of {kinds[unit]}, not of {kinds[to]}",
            advice=advice,
        )
    return _factor(unit, to)


def convert(value: float, unit: str, to: str) -> float:
    """`value` of `unit` in `to`: `convert(2, "week", "day")` is 14."""
    return value * factor(unit, to)


def _find_fault(text: str) -> tuple[str, str] | None:
    """What is wrong with the text of a unit, and what to write instead."""
    names = re.findall(r"%|[^\W\d]\w*", text)
    for name in names:
        if name not in KNOWN:
            return f"unknown unit '{name}' in '{text}'", INSTEAD.get(name) or closest(name, KNOWN)
    tokens = _split(text)
    if not tokens or _skip_product(tokens, 0) != len(tokens):
        return f"'{text}' does not read as a unit", "** for powers" if "^" in text else ""
    return None


def _split(text: str) -> list[str]:
    """The tokens of a unit, or none when something in it is no token."""
    tokens, start = [], 0
    while start < len(text):
        found = _TOKEN.match(text, start)
        if not found:
            return []
        tokens.append(found[1])
        start = found.end()
    return tokens


def _skip_product(tokens: list[str], start: int) -> int:
    """Where the product that begins at `start` ends: factors joined by * and /; -1 when it is broken."""
    end = _skip_factor(tokens, start)
    while 0 <= end < len(tokens) and tokens[end] in "*/":
        end = _skip_factor(tokens, end + 1)
    return end


def _skip_factor(tokens: list[str], start: int) -> int:
    """Where the factor that begins at `start` ends: a name, 1 or a bracket, maybe to a power; -1 when it is broken."""
    token = tokens[start] if start < len(tokens) else ""
    end = -1
    if token == "(":
        end = _skip_product(tokens, start + 1)
        end = end + 1 if 0 <= end < len(tokens) and tokens[end] == ")" else -1
    elif token == "1" or token[:1].isalpha():
        end = start + 1
    if 0 <= end < len(tokens) and tokens[end] == "**":
        power = tokens[end + 1] if end + 1 < len(tokens) else ""
        end = end + 2 if power.lstrip("-")[:1].isdigit() else -1
    return end


def _raise(name: str, power: float) -> str:
    return name if power == 1 else f"{name}**{power:g}"


@cache
def _registry() -> UnitRegistry[float]:
    from pint import UnitRegistry

    registry: UnitRegistry[float] = UnitRegistry(None)
    for name, kind in BASES.items():
        registry.define(f"{name} = [{kind}]")
    for name, meaning in MULTIPLES.items():
        registry.define(f"{name} = {meaning}")
    return registry


@cache
def _dimensionality(text: str) -> UnitsContainer:
    return _registry().parse_units(check_unit(text)).dimensionality


@cache
def _factor(unit: str, to: str) -> float:
    registry = _registry()
    return float(registry.convert(1.0, registry.parse_units(unit), registry.parse_units(to)))
