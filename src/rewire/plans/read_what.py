"""Reads the first half of a phrase: the drug with amount, route and length, or the session, activity or life event."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from rewire.errors import closest
from rewire.plans import catalogue
from rewire.plans.events import Activity, Dose, LifeEvent, Session, What
from rewire.plans.lengths import SPELLINGS, read_length, say_length
from rewire.plans.words import Cursor

# What one unit is in mg or mg/kg.
AMOUNTS = {
    "mg": ("mg", Decimal(1)), "g": ("mg", Decimal(1000)),
    "mcg": ("mg", Decimal("0.001")), "µg": ("mg", Decimal("0.001")), "μg": ("mg", Decimal("0.001")),
    "ug": ("mg", Decimal("0.001")), "microgram": ("mg", Decimal("0.001")), "micrograms": ("mg", Decimal("0.001")),
    "milligram": ("mg", Decimal(1)), "milligrams": ("mg", Decimal(1)),
    "mg/kg": ("mg/kg", Decimal(1)), "mcg/kg": ("mg/kg", Decimal("0.001")), "µg/kg": ("mg/kg", Decimal("0.001")),
    "μg/kg": ("mg/kg", Decimal("0.001")), "ug/kg": ("mg/kg", Decimal("0.001")), "g/kg": ("mg/kg", Decimal(1000)),
}  # fmt: skip
EXAMPLES = (
    "ketamine 0.5 mg/kg IV over 40 min · sertraline 100 mg oral · CBT 50 min · walking 30 min · job loss, severity 0.6"
)


@dataclass
class _Found:
    """What has been read of a phrase so far: values with the index of their first word."""

    amount: tuple[float, str] | None = None
    route: str | None = None
    lasts: float | None = None
    severity: float | None = None
    amount_spot: int = 0
    route_spot: int = 0
    lasts_spot: int = 0


def read_what(cursor: Cursor) -> tuple[What, float | None]:
    """What a phrase is about, and for how long each time (h); None for a life event that does not say."""
    first = cursor.spot
    kind, name = _read_name(cursor)
    last = cursor.spot - 1
    found = _Found()
    while _read_detail(cursor, kind, found):
        pass
    if kind == "drug":
        return _dose(cursor, catalogue.drugs()[name], found, first, last)
    if kind == "life":
        if found.severity is None:
            raise cursor.wrong(
                f"the severity of '{name}' is missing",
                first=first,
                last=last,
                expected="a severity from 0 (nothing) to 1 (the worst)",
                advice=f"{name}, severity 0.5, day 20 for 2 weeks",
            )
        return LifeEvent(name, found.severity), found.lasts
    lasts = catalogue.lengths(kind)[name] if found.lasts is None else found.lasts
    return (Session(name) if kind == "therapy" else Activity(name)), lasts


def _read_name(cursor: Cursor) -> tuple[str, str]:
    names = catalogue.names()
    spelling, size = cursor.longest(names)
    if size:
        cursor.spot += size
        return names[spelling]
    word = cursor.peek()
    if word is None:
        raise cursor.wrong("the phrase is empty", expected=EXAMPLES)
    if word.kind == "number":
        raise cursor.wrong(
            f"a phrase begins with a name, not with '{word.text}'",
            expected="the drug, therapy, activity or life event first",
        )
    last = cursor.spot
    while (following := cursor.peek(last - cursor.spot + 1)) and following.kind == "word" and last < cursor.spot + 2:
        if following.low in catalogue.route_spellings() or following.low in SPELLINGS:
            break
        last += 1
    text = cursor.text[word.start : cursor.words[last].end]
    canonical = {name.lower(): name for name in names}
    near = closest(text, canonical) or closest(word.text, canonical)
    raise cursor.wrong(
        f"unknown drug, therapy, activity or life event '{text if closest(text, canonical) else word.text}'",
        last=last if closest(text, canonical) else cursor.spot,
        expected=EXAMPLES,
        advice=near or "every name stands in the evidence tables drugs.toml and activities.toml",
    )


def _read_detail(cursor: Cursor, kind: str, found: _Found) -> bool:
    """Read one more detail of the first half; False when the next words are not one."""
    start = cursor.spot
    cursor.skip_commas()
    word = cursor.peek()
    spelling, size = cursor.longest(catalogue.route_spellings())
    if word and kind == "drug" and found.amount is None and _looks_like_amount(cursor):
        found.amount_spot = cursor.spot
        found.amount = _read_amount(cursor)
    elif size and kind == "drug" and found.route is None:
        found.route_spot, found.route = cursor.spot, catalogue.route_spellings()[spelling]
        cursor.spot += size
    elif word and word.low == "over" and kind != "life" and found.lasts is None:
        found.lasts_spot = cursor.spot
        cursor.take()
        found.lasts = read_length(cursor, "the length after 'over'")
    elif word and kind in ("therapy", "activity") and found.lasts is None and _looks_like_length(cursor):
        found.lasts_spot = cursor.spot
        found.lasts = read_length(cursor, "the length")
    elif word and word.low == "severity" and kind == "life" and found.severity is None:
        cursor.take()
        severity = cursor.number("the severity")
        if not 0 <= severity <= 1:
            raise cursor.wrong(
                f"a severity of {severity}",
                first=cursor.spot - 1,
                expected="a number from 0 (nothing) to 1 (the worst)",
            )
        found.severity = abs(float(severity))
    else:
        cursor.spot = start
        return False
    return True


def _looks_like_amount(cursor: Cursor) -> bool:
    word, after = cursor.peek(), cursor.low(1)
    if word is None or word.low in ("nan", "inf", "infinity"):
        return word is not None
    return word.kind == "number" and after not in SPELLINGS


def _looks_like_length(cursor: Cursor) -> bool:
    word = cursor.peek()
    if word is None or word.kind != "number":
        return False
    return cursor.low(2) not in ("after", "before", "of", "following")


def _read_amount(cursor: Cursor) -> tuple[float, str]:
    start = cursor.spot
    shown = cursor.peek()
    if shown and shown.kind != "number":
        raise cursor.wrong(f"the amount '{shown.text}' is not a finite number", expected="an amount such as 0.5 mg/kg")
    number = cursor.number("the amount")
    word = cursor.peek()
    if word and word.low in AMOUNTS:
        unit, factor = AMOUNTS[word.low]
        cursor.take()
    elif word and word.low == "mg" and cursor.low(1) == "per":
        unit, factor = "mg", Decimal(1)
    elif word and word.low.endswith(("/h", "/hr", "/min")):
        raise cursor.wrong(
            f"'{word.text}' is a rate, not an amount",
            first=cursor.spot,
            expected="the whole amount and its time, such as 0.5 mg/kg IV over 40 min",
            advice="multiply the rate by how long the infusion lasts",
        )
    elif word and word.kind == "word" and word.low not in catalogue.route_spellings():
        raise cursor.stranger(AMOUNTS, "mg, mg/kg, mcg, mcg/kg or g", f"unknown unit '{word.text}'")
    elif word and word.kind == "number":
        raise cursor.wrong(
            "one dose has one amount, not a range",
            first=start,
            last=cursor.spot,
            expected="an amount such as 0.5 mg/kg",
        )
    else:
        raise cursor.wrong(
            f"the amount {number} has no unit",
            first=start,
            expected="mg, mg/kg, mcg, mcg/kg or g after the number",
            advice=f"write '{number} mg/kg' or '{number} mg', whichever is meant",
        )
    if unit == "mg" and cursor.low() == "per" and cursor.low(1) in ("kg", "kilogram"):
        cursor.spot += 2
        unit = "mg/kg"
    if number <= 0:
        raise cursor.wrong(
            f"an amount of {cursor.words[start].text} {unit}",
            first=start,
            last=cursor.spot - 1,
            expected="an amount above 0",
            advice="for a visit without drug use saline, placebo spray or placebo tablet",
        )
    return float(number * factor), unit


def _instead(drug: catalogue.Drug, route: str) -> str:
    """What stands in by this route for something inert that is not given by it."""
    others = (
        other for other in catalogue.drugs().values() if drug.role == other.role == "inert" and route in other.routes
    )
    return next((f"a placebo {route} is '{other.name} {route}'" for other in others), "")


def _dose(cursor: Cursor, drug: catalogue.Drug, found: _Found, first: int, last: int) -> tuple[Dose, float]:
    routes = ", ".join(drug.routes)
    if found.amount is None and drug.has_amount:
        raise cursor.wrong(
            f"the amount of {drug.name} is missing",
            first=first,
            last=last,
            expected=f"an amount with its unit after '{drug.name}', such as {_example(drug)}",
        )
    if found.route is None:
        if len(drug.routes) > 1 or drug.has_amount:
            word = cursor.peek()
            unknown = word is not None and word.kind == "word" and last + 1 < cursor.spot
            problem = (
                f"the route of {drug.name} is missing"
                if not unknown or word is None
                else f"unknown route '{word.text}'"
            )
            if word is not None and unknown and word.low in _WHEN_STARTS:
                problem, unknown = f"the route of {drug.name} is missing", False
            raise cursor.wrong(
                problem,
                first=cursor.spot if unknown else first,
                last=cursor.spot if unknown else last,
                expected=f"one of {routes}" if len(drug.routes) > 1 else f"'{routes}', the route of {drug.name}",
                advice=closest(word.low, catalogue.route_spellings()) if unknown and word is not None else "",
            )
        found.route = next(iter(drug.routes))
    route = drug.routes.get(found.route)
    if route is None:
        raise cursor.wrong(
            f"{drug.name} is not given by this route: {found.route}",
            first=found.route_spot,
            expected=f"one of {routes}" if len(drug.routes) > 1 else routes,
            advice=_instead(drug, found.route),
        )
    if found.amount is not None and not drug.has_amount:
        raise cursor.wrong(
            f"{drug.name} has no amount", first=found.amount_spot, last=found.amount_spot + 1, expected="no amount"
        )
    amount, unit = found.amount or (0.0, "mg")
    if found.amount is not None:
        _check_plausible(cursor, drug, route, amount, unit, found.amount_spot)
    if found.lasts is not None and found.lasts > route.longest:
        limit = f"at most {say_length(route.longest)}" if route.longest else "no length: it is given at once"
        raise cursor.wrong(
            f"{drug.name} {found.route} over {say_length(found.lasts)}",
            first=found.lasts_spot,
            last=found.lasts_spot + 2,
            expected=limit,
        )
    return Dose(drug.name, amount, unit, found.route), route.over if found.lasts is None else found.lasts


def _check_plausible(
    cursor: Cursor, drug: catalogue.Drug, route: catalogue.Route, amount: float, unit: str, spot: int
) -> None:
    plausible = route.plausible
    if plausible is None or plausible.holds(amount, unit):
        return
    number, other = cursor.words[spot].text, "mg/kg" if unit == "mg" else "mg"
    size = "small" if plausible.measure(amount, unit) < plausible.low else "large"
    raise cursor.wrong(
        f"{drug.name} {amount:g} {unit} {route.name} is too {size} a dose to be meant",
        first=spot,
        last=spot + 1,
        expected=f"an amount from {plausible.show()}",
        advice=f"write '{number} {other}' if that is meant" if plausible.holds(amount, other) else "",
    )


def _example(drug: catalogue.Drug) -> str:
    route = next(iter(drug.routes.values()))
    ends = route.studied or route.plausible
    return f"{drug.name} {ends.low:g} {ends.unit} {route.name}" if ends else drug.name


_WHEN_STARTS = frozenset(
    {"day", "days", "daily", "weekly", "once", "twice", "three", "four", "five", "every", "from", "until", "for", "at"}
    | {"since", "when"}
)
