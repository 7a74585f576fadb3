"""Reads what was given: `date/time, drug, dose, unit, route, duration`, one row a dose, into a plan a person."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from pathlib import Path

from rewire.errors import RewireError, StudyError, closest
from rewire.inference.moments import CLINIC_HOUR, Clock
from rewire.inference.read_scores import NAMES as SCORE_NAMES
from rewire.inference.read_scores import check_followed
from rewire.inference.tables_in import Report, number_in, person_of, read_table
from rewire.plans.plan import Plan

NAMES = {
    "time": (*SCORE_NAMES["time"], "given at", "given on"),
    "person": SCORE_NAMES["person"],
    "drug": ("drug", "medication", "substance", "treatment"),
    "dose": ("dose", "amount", "amt"),
    "unit": ("unit", "units", "dose unit", "dose units", "doseu"),
    "route": ("route", "administration"),
    "duration": ("duration", "over", "length", "infusion time", "dur"),
}
ROUTES = {
    "iv": "IV", "intravenous": "IV", "im": "IM", "intramuscular": "IM", "sc": "subcutaneous", "subcutaneous": "subcutaneous",
    "in": "intranasal", "intranasal": "intranasal", "nasal": "intranasal", "spray": "intranasal",
    "sl": "sublingual", "sublingual": "sublingual", "po": "oral", "oral": "oral",
}  # fmt: skip
DRUGS = {"ket": "ketamine", "esk": "esketamine", "spravato": "esketamine", "mdz": "midazolam"}
UNITS = {"mg": "mg", "mg/kg": "mg/kg", "mg per kg": "mg/kg", "milligram": "mg", "milligrams": "mg"}


def read_doses(
    path: str | Path, start: date, zone: str | None = None, research: bool = False
) -> tuple[dict[str, Plan], Report]:
    """A plan for each person of a dose file; the report says what was refused.

    Raises `StudyError` when nothing can be read, `PlanError` for doses beyond the safety rules.
    """
    table = read_table(path, NAMES, ("time", "drug", "dose", "route"))
    if "unit" not in table.columns and "dose" not in table.units:
        raise StudyError(
            f"'{path}' does not say the unit of the doses",
            expected="a column called unit, or a head such as Dose (mg/kg)",
        )
    report, clock = Report.of(table), Clock.of(start, zone)
    given: dict[str, dict[str, set[int]]] = defaultdict(lambda: defaultdict(set))
    for line, row in table:
        try:
            person = person_of(row)
            what, day, clock_time = _dose(_with_units(row, table.units), clock, report)
        except ValueError as wrong:
            report.refuse(line, str(wrong), row)
            continue
        at = "" if clock_time == "09:00" else f" at {clock_time}"
        key = f"{what}|{at}"
        if day in given[person][key]:
            report.refuse(line, "the same dose at the same time is already there", row)
            continue
        given[person][key].add(day)
        report.read += 1
    if report.refused and not report.read:
        raise StudyError("no row could be read\n" + "\n".join(report.lines()), expected=", ".join(NAMES))
    plans = {person: plan_of_doses(doses, research) for person, doses in given.items()}
    return plans, report


def plan_of_doses(doses: Mapping[str, set[int]], research: bool = False) -> Plan:
    """The plan of doses `what|at -> days`."""
    phrases = []
    for key, days in doses.items():
        what, at = key.split("|")
        listed = ", ".join(str(day) for day in sorted(days))
        phrases.append(f"{what}, {'days' if len(days) > 1 else 'day'} {listed}{at}")
    return Plan(*phrases, research=research)


def _with_units(row: Mapping[str, str], units: Mapping[str, str]) -> Mapping[str, str]:
    """A row with the units of its columns written beside the numbers, where it names none itself."""
    duration = row.get("duration", "")
    if number_in(duration) is not None and "duration" in units:
        duration = f"{duration} {units['duration']}"
    return {**row, "unit": row.get("unit") or units.get("dose", ""), "duration": duration}


def _dose(row: Mapping[str, str], clock: Clock, report: Report) -> tuple[str, int, str]:
    hours, note = clock.hours(row["time"])
    check_followed(hours)
    if note:
        report.note(note)
    if clock.is_ahead(hours):
        report.note("doses after today are taken as planned")
    minutes = round(hours * 60) + CLINIC_HOUR * 60
    day, left = divmod(minutes, 24 * 60)
    if day < 0:
        raise ValueError("a dose before day 1 is not read; say it as background in a plan")
    drug = DRUGS.get(row["drug"].lower(), row["drug"].lower())
    amount, unit = number_in(row["dose"]), UNITS.get(row["unit"].lower().strip())
    route = ROUTES.get(row["route"].lower().replace(".", "").strip())
    if amount is None or amount < 0:
        raise ValueError(f"'{row['dose']}' is not an amount")
    if unit is None:
        raise ValueError(f"'{row['unit']}' is not a unit of a dose; known: mg, mg/kg")
    if route is None:
        raise ValueError(
            f"'{row['route']}' is not a route; {closest(row['route'], ROUTES) or 'known: ' + ', '.join(ROUTES)}"
        )
    over = _duration(row.get("duration", ""))
    what = f"{drug} {amount:g} {unit} {route}{over}"
    try:
        Plan(f"{what}, day 1", research=True)
    except RewireError as wrong:
        raise ValueError("; ".join(filter(None, (wrong.problem, wrong.advice)))) from None
    return what, day + 1, f"{left // 60:02}:{left % 60:02}"


def _duration(text: str) -> str:
    if not text:
        return ""
    number = number_in(text)
    if number is not None:
        raise ValueError(f"the duration '{text}' has no unit; write 40 min")
    return f" over {text}"
