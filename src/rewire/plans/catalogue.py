"""What a plan can name, with the numbers that go with each name: read once from `drugs.toml` and `activities.toml`."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from rewire.sources import Entry, Group, load_table

ROUTES = {
    "IV": ("i.v.", "intravenous", "intravenously", "infusion"),
    "IM": ("i.m.", "intramuscular", "intramuscularly"),
    "subcutaneous": ("SC", "s.c.", "subcut", "subcutaneously"),
    "intranasal": ("IN", "nasal", "nasally", "intranasally", "spray", "nasal spray"),
    "sublingual": ("SL", "s.l.", "under the tongue", "sublingually", "lozenge", "troche"),
    "oral": ("PO", "p.o.", "orally", "by mouth", "tablet", "tablets"),
}
MINUTES, WEEKS = 60.0, 168.0
_ROUNDING = 1e-12
_HOURS = {"min": 1 / MINUTES, "h": 1.0, "day": 24.0, "week": WEEKS}


@dataclass(frozen=True)
class Range:
    """The smallest and largest amount of a table entry, in "mg" or "mg/kg"."""

    low: float
    high: float
    unit: str
    source: str
    where: str

    def measure(self, amount: float, unit: str) -> float:
        """An amount in the unit of this range; mg and mg/kg are compared at the reference weight."""
        if unit == self.unit:
            return amount
        return amount * reference_weight() if unit == "mg/kg" else amount / reference_weight()

    def holds(self, amount: float, unit: str) -> bool:
        """Whether an amount lies within the range, ends included."""
        measured = self.measure(amount, unit)
        return self.low <= measured * (1 + _ROUNDING) and measured <= self.high * (1 + _ROUNDING)

    def show(self) -> str:
        """The range in words: `0.1 to 1 mg/kg`."""
        amounts = f"{self.low:g}" if self.low == self.high else f"{self.low:g} to {self.high:g}"
        return f"{amounts} {self.unit}"


@dataclass(frozen=True)
class Route:
    """One way to give one drug. `over` is the usual length (h), `longest` the longest one (h); 0 means at once."""

    name: str
    over: float
    longest: float
    studied: Range | None
    plausible: Range | None


@dataclass(frozen=True)
class Drug:
    """A drug that a plan can give; `role` says how the model treats it."""

    name: str
    role: str
    routes: dict[str, Route]

    @property
    def has_amount(self) -> bool:
        """Whether a dose of it needs an amount."""
        return any(route.plausible for route in self.routes.values())


@cache
def drugs() -> dict[str, Drug]:
    """Every drug by name, in the order of the table."""
    table = load_table("drugs")
    longest = {name: _hours(group.entry("longest")) for name, group in table.group("route").groups().items()}
    return {name: _drug(name, group, longest) for name, group in table.group("drug").groups().items()}


@cache
def lengths(kind: str) -> dict[str, float]:
    """The usual length (h) of every `therapy`, `activity` or `life` event, by name."""
    return {
        name: _hours(group.entry("length")) for name, group in load_table("activities").group(kind).groups().items()
    }


@cache
def contact_only() -> frozenset[str]:
    """The sessions that are contact without treatment."""
    groups = load_table("activities").group("therapy").groups()
    return frozenset(name for name, group in groups.items() if group.get("contact_only"))


@cache
def largest_score(scale: str) -> float:
    """The largest total of a scale, in its points."""
    return load_table("scales").number(scale, "maximum")


def reference_weight() -> float:
    """The body weight (kg) at which doses in mg and in mg/kg are compared."""
    return load_table("drugs").number("reference", "weight")


def plausible_weights() -> tuple[float, float]:
    """The smallest and largest body weight (kg) that make sense."""
    low, high = load_table("drugs").entry("reference", "weights").numbers
    return low, high


@cache
def names() -> dict[str, tuple[str, str]]:
    """Every accepted spelling, in lower case: its kind ("drug", "therapy", "activity", "life") and its name."""
    found: dict[str, tuple[str, str]] = {}
    kinds = {"drug": load_table("drugs")} | dict.fromkeys(("therapy", "activity", "life"), load_table("activities"))
    for kind, table in kinds.items():
        for name, group in table.group(kind).groups().items():
            for spelling in (name, *_spellings(group)):
                found[spelling.lower()] = (kind, name)
    return found


@cache
def route_spellings() -> dict[str, str]:
    """Every accepted spelling of a route, in lower case, and the route's name."""
    return {spelling.lower(): name for name, also in ROUTES.items() for spelling in (name, *also)}


def _spellings(group: Group) -> tuple[str, ...]:
    also = group.get("also", ())
    return also if isinstance(also, tuple) else ()


def _drug(name: str, group: Group, longest: dict[str, float]) -> Drug:
    routes = {
        route: Route(
            name=route,
            over=_hours(entries.entry("over")) if "over" in entries else 0.0,
            longest=longest.get(route, 0.0),
            studied=_range(entries.entry("studied")) if "studied" in entries else None,
            plausible=_range(entries.entry("plausible")) if "plausible" in entries else None,
        )
        for route, entries in group.groups().items()
    }
    return Drug(name, group.text("role"), routes)


def _range(entry: Entry) -> Range:
    low, high = entry.numbers
    return Range(low, high, entry.unit.removesuffix("_body"), entry.source, entry.where)


def _hours(entry: Entry) -> float:
    return entry.number * _HOURS[entry.unit]
