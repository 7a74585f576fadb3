"""The hard limits of a plan, from `safety.toml`: a plan beyond them is refused unless it is marked as research.

They are limits of simulation, taken from labels and trials. None of them recommends a dose.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from rewire.errors import Place, PlanError
from rewire.plans.catalogue import WEEKS, Range, drugs
from rewire.plans.events import Dose, Event
from rewire.plans.expand import expand
from rewire.plans.phrase import CLINIC_TIME, Phrase
from rewire.plans.say import say_amount
from rewire.sources import Entry, load_table


@dataclass(frozen=True)
class Breach:
    """A limit that a plan crosses: what is wrong, what would be within it, the rule's name and its source."""

    rule: str
    problem: str
    expected: str
    source: str
    place: Place | None = None


@dataclass(frozen=True)
class Rule:
    """A safety rule to show to people: for which drug it is, what it says, and where it comes from."""

    name: str
    applies: str
    text: str
    source: str


def check_safety(phrases: tuple[Phrase, ...], *, research: bool) -> None:
    """Refuse a plan that crosses a limit, unless it is marked as research."""
    if research:
        return
    for found in breaches(phrases):
        raise PlanError(
            f"{found.problem}: beyond the safety rule '{found.rule}' ({found.source})",
            place=found.place,
            expected=found.expected,
            advice="to simulate it all the same, mark the plan as research ('research: true' in its file)",
        )


def breaches(phrases: tuple[Phrase, ...]) -> tuple[Breach, ...]:
    """Every limit that the phrases cross, one for each rule and phrase."""
    rapid = _rapid(phrases)
    if not rapid:
        return ()
    found = [*_too_large(phrases), *_too_close(rapid, phrases), *_too_many(rapid, phrases), *_too_often(rapid, phrases)]
    return tuple({(breach.rule, breach.place): breach for breach in reversed(found)}.values())[::-1]


def label_notes(phrases: tuple[Phrase, ...]) -> tuple[Breach, ...]:
    """Where a plan departs from the label of esketamine in a way that trials have done too."""
    entry = load_table("safety").entry("first_dose", "esketamine")
    first = next((event for event in _rapid(phrases) if _dose(event).drug == "esketamine"), None)
    if first is None or _dose(first).route != "intranasal" or _dose(first).amount <= entry.number:
        return ()
    problem = f"the label for treatment-resistant depression begins with {entry.number:g} mg of esketamine on day 1"
    return (Breach("first_dose", problem, "", _source(entry), phrases[first.item].place),)


def rules_for(drugs_given: Iterable[str]) -> tuple[Rule, ...]:
    """The rules to show to people for these drugs: supervision, contraindications, driving, fasting, work-up."""
    given = set(drugs_given)
    rules = []
    for name, group in load_table("safety").group("rule").groups().items():
        applies = group["applies"]
        named = (applies,) if isinstance(applies, str) else applies
        if isinstance(named, tuple) and given & set(named):
            rules.append(Rule(name, ", ".join(named), group.text("says"), group.text("from")))
    return tuple(rules)


def _rapid(phrases: tuple[Phrase, ...]) -> tuple[Event, ...]:
    """The doses of ketamine and esketamine, over the time in which the limits may change."""
    named = {name for name, drug in drugs().items() if drug.role == "rapid"}
    if not any(isinstance(phrase.what, Dose) and phrase.what.drug in named for phrase in phrases):
        return ()
    ends = [_last_start(phrase) for phrase in phrases]
    hours = max(ends) + WEEKS * load_table("safety").number("looks_ahead")
    return tuple(
        event
        for event in expand(phrases, hours)
        if isinstance(event.what, Dose) and event.what.drug in named and event.what.amount
    )


def _last_start(phrase: Phrase) -> float:
    """A time (h) by which a phrase has begun, or has ended where it says so."""
    when = phrase.when
    days = getattr(when.rhythm, "days", (1,))
    return max(24.0 * days[-1], 24.0 * (when.until_day or 0), when.start + (when.span or 0.0))


def _too_large(phrases: tuple[Phrase, ...]) -> Iterator[Breach]:
    limits = load_table("safety").group("largest_dose")
    for phrase in phrases:
        dose = phrase.what
        if isinstance(dose, Dose) and dose.drug in limits and dose.route in limits.group(dose.drug):
            entry = limits.entry(dose.drug, dose.route)
            limit = Range(0.0, entry.number, entry.unit.removesuffix("_body"), entry.source, entry.where)
            if not limit.holds(dose.amount, dose.unit):
                yield Breach(
                    "largest_dose",
                    f"{dose.drug} {say_amount(dose)} {dose.route} in one session",
                    f"at most {entry.number:g} {limit.unit}",
                    _source(entry),
                    phrase.place,
                )


def _too_close(rapid: tuple[Event, ...], phrases: tuple[Phrase, ...]) -> Iterator[Breach]:
    entry = load_table("safety").entry("hours_between")
    for earlier, later in pairwise(rapid):
        apart = later.at - earlier.at
        if apart < entry.number:
            yield Breach(
                "hours_between",
                f"two doses of ketamine or esketamine {apart:g} h apart, on {_day(earlier)} and {_day(later)}",
                f"at least {entry.number:g} h between them",
                _source(entry),
                phrases[later.item].place,
            )


def _too_many(rapid: tuple[Event, ...], phrases: tuple[Phrase, ...]) -> Iterator[Breach]:
    """More doses in any seven days than trials have given; by mouth they have given more than by other routes."""
    for kind, oral in (("oral", True), ("other", False)):
        doses = [event for event in rapid if (_dose(event).route == "oral") is oral]
        entry = load_table("safety").entry("most_in_seven_days", kind)
        most = round(entry.number)
        for earlier, later in zip(doses, doses[most:], strict=False):
            if later.at - earlier.at < WEEKS:
                yield Breach(
                    "most_in_seven_days",
                    f"more than {most} doses of ketamine or esketamine in the seven days from {_day(earlier)}",
                    f"at most {most} in any seven days",
                    _source(entry),
                    phrases[later.item].place,
                )


def _too_often(rapid: tuple[Event, ...], phrases: tuple[Phrase, ...]) -> Iterator[Breach]:
    """More sessions of esketamine spray in a week than its label allows in that phase."""
    sprays = [event for event in rapid if _dose(event).drug == "esketamine" and _dose(event).route == "intranasal"]
    if not sprays:
        return
    safety = load_table("safety")
    first_weeks = safety.number("sessions_a_week", "first_weeks")
    counted: dict[int, int] = {}
    for event in sprays:
        week = int((event.at - sprays[0].at) // WEEKS) + 1
        counted[week] = counted.get(week, 0) + 1
        entry = safety.entry("sessions_a_week", "at_first" if week <= first_weeks else "later")
        if counted[week] > entry.number:
            yield Breach(
                "sessions_a_week",
                f"{counted[week]} sessions of esketamine in week {week} of its course",
                f"at most {entry.number:g} a week in weeks 1 to {first_weeks:g}"
                if week <= first_weeks
                else f"at most {entry.number:g} a week after week {first_weeks:g}",
                _source(entry),
                phrases[event.item].place,
            )


def _dose(event: Event) -> Dose:
    if not isinstance(event.what, Dose):
        raise PlanError("an event that is no dose")
    return event.what


def _day(event: Event) -> str:
    return f"day {int((event.at * 60 + CLINIC_TIME) // 1440) + 1}"


def _source(entry: Entry) -> str:
    return f"{entry.source}, {entry.where}" if entry.source else f"assumed: {entry.why}"
