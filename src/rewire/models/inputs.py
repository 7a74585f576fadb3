"""From a plan to the inputs of the model: doses, visits, practice, lifestyle and life events as actions and gates."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rewire.core.random import stream
from rewire.engine.schedule import LEVEL, PULSE, Action, Gate
from rewire.errors import PlanError, StudyError
from rewire.layers.giving import give, interaction_factors
from rewire.layers.symptoms import SCALES
from rewire.plans.events import Activity, Condition, Dose, Event, LifeEvent, Session
from rewire.plans.plan import Plan
from rewire.population import SCORES
from rewire.sources import load_table

DISSOCIATIVE = ("ketamine", "esketamine")
AT_A_VISIT = ("IV", "IM", "subcutaneous", "intranasal")
MASKS = {"midazolam": "active placebo", "saline": "saline", "placebo spray": "placebo spray"}
BASELINES = {"MADRS": "baseline_depression", "HAM-A": "baseline_anxiety", "CAPS-5": "baseline_trauma"}
"""The parameter that holds a person's score at the start, by its scale."""
VISITS = ("treatment_visit", "control_visit")
DAY = 24.0


def masking_of(plan: Plan) -> str:
    """The masking that a plan's own doses imply: that of the control it gives, open where it gives none."""
    drugs = (phrase.what.drug for phrase in plan.course if isinstance(phrase.what, Dose))
    return next((MASKS[drug] for drug in drugs if drug in MASKS), "open")


def factors_of(plan: Plan) -> dict[str, float]:
    """The factors by which a plan's background drugs change metabolism."""
    return interaction_factors(phrase.what.drug for phrase in plan.background if isinstance(phrase.what, Dose))


def actions_of(plan: Plan, hours: float, scale: str) -> tuple[list[Action], list[Gate]]:
    """The model inputs of a plan up to `hours`, and its closed-loop gates judged on `scale` where a rule names none.

    Raises `PlanError` for a dose the model cannot give, `StudyError` for a rule it cannot judge.
    """
    events = plan.events(hours)
    rules: dict[int, Condition] = {event.item: event.condition for event in events if event.condition is not None}
    gate_of = {item: number + 1 for number, item in enumerate(sorted(rules))}
    times: dict[int, set[float]] = {item: set() for item in rules}
    actions: list[Action] = []
    for event in events:
        if event.condition is not None:
            times[event.item].add(event.at if event.judged is None else event.judged)
        actions.extend(_actions(event, gate_of.get(event.item, 0)))
    gates = [_gate(rules[item], tuple(sorted(times[item])), scale) for item in sorted(rules)]
    return actions, gates


def _actions(event: Event, gate: int) -> Iterator[Action]:
    what = event.what
    if isinstance(what, Dose):
        yield from _dose(event, what, gate)
    elif isinstance(what, Session):
        strengths = load_table("therapies").group("therapy", what.therapy)
        for kind in ("schema", "extinction"):
            yield from _hold(event, f"{kind}_practice", strengths.number(kind), event.lasts, gate)
        yield Action(event.at, PULSE, "therapy_visit", 1.0, gate=gate)
    elif isinstance(what, Activity):
        if what.name == "sleep routine":
            yield from _hold(event, "sleep_routine", 1.0, DAY, gate)
        else:
            intensity = load_table("therapies").number("activity", what.name, "intensity")
            yield from _hold(event, "exercise", intensity * event.lasts / DAY, DAY, gate)
    elif isinstance(what, LifeEvent):
        yield from _hold(event, "life_stress", what.severity, event.lasts, gate)
        if what.name == "trauma":
            yield Action(event.at, PULSE, "trauma", what.severity, gate=gate)


def _hold(event: Event, name: str, value: float, lasts: float, gate: int, by_weight: bool = False) -> Iterator[Action]:
    if value > 0 and lasts > 0:
        yield Action(event.at, LEVEL, name, value, by_weight, gate)
        yield Action(event.at + lasts, LEVEL, name, -value, by_weight, gate)


def _dose(event: Event, dose: Dose, gate: int) -> Iterator[Action]:
    by_weight = dose.unit == "mg/kg"
    fine = dose.drug in DISSOCIATIVE or dose.drug == "midazolam"
    if dose.amount > 0:
        for giving in give(dose.drug, dose.route, event.lasts):
            if by_weight and not giving.proportional:
                raise PlanError(
                    f"{dose.drug} {dose.route} is given in devices, not by body weight", expected="an amount in mg"
                )
            amount = giving.amount(dose.amount)
            if giving.kind == "pulse" and amount > 0:
                yield Action(event.at, PULSE, giving.input, amount, by_weight, gate, fine)
            elif amount > 0:
                yield Action(event.at, LEVEL, giving.input, amount, by_weight, gate, fine, giving.lasts)
                yield Action(event.at + giving.lasts, LEVEL, giving.input, -amount, by_weight, gate)
        if dose.drug in DISSOCIATIVE:
            yield Action(event.at, PULSE, "dissociative_dose", 1.0, gate=gate)
    if dose.drug in (*DISSOCIATIVE, *MASKS) and dose.route in AT_A_VISIT and event.at >= 0:
        visit = "treatment_visit" if dose.drug in DISSOCIATIVE else "control_visit"
        yield Action(event.at, PULSE, visit, 1.0, gate=gate, fine=True)


def _gate(rule: Condition, times: tuple[float, ...], scale: str) -> Gate:
    scales = load_table("scales")
    name = rule.measure if rule.measure in SCALES else scale
    group = scales.group(name)
    limit, comparison, baseline = rule.value, rule.comparison, ""
    if rule.measure == "response":
        if name not in SCORES:
            raise StudyError(f"response cannot be judged on {name} during a run", expected=", ".join(SCORES))
        limit, comparison = 1 - group.number("response_fraction"), "<="
        baseline = BASELINES[name]
    elif rule.measure == "remission":
        limit, comparison = group.number("remission"), "<="
    return Gate(
        signal=SCALES[name],
        error=group.number("measurement_sd"),
        low=group.number("minimum"),
        high=group.number("maximum"),
        stream=stream(f"error.{name}"),
        limit=limit,
        comparison=comparison,
        latched=rule.kind == "until",
        times=times,
        baseline=baseline,
    )


def first_dose(actions: Iterable[Action]) -> float:
    """The time (h) of the first treatment visit, or 0 without one."""
    return min((action.at for action in actions if action.name in VISITS), default=0.0)
