"""NONMEM-style event tables in and out: ID, TIME (h), EVID, AMT, RATE or DUR, ADDL, II, DV, MDV, and covariates.

TIME 0 is day 1 at 09:00. Further columns: DRUG, ROUTE, DOSEU for doses and SCALE for observations. Covariates that
change over time are read only when it is said how they hold between rows.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path

from rewire.errors import RewireError, StudyError
from rewire.inference.moments import CLINIC_HOUR
from rewire.inference.read_doses import DRUGS, ROUTES, UNITS, plan_of_doses
from rewire.inference.read_scores import MOST_SCORES, check_followed, scale_named
from rewire.inference.scores import Person, Score, bounds
from rewire.inference.tables_in import Report, number_in, person_of, read_table
from rewire.plans.events import Dose
from rewire.plans.plan import Plan
from rewire.plans.say import say_phrase
from rewire.whole import whole_file

NAMES = {
    "ID": ("ID",), "TIME": ("TIME",), "EVID": ("EVID",), "AMT": ("AMT",), "RATE": ("RATE",), "DUR": ("DUR", "TINF"),
    "ADDL": ("ADDL",), "II": ("II",), "SS": ("SS",), "DV": ("DV",), "MDV": ("MDV",), "CENS": ("CENS",),
    "DRUG": ("DRUG",), "ROUTE": ("ROUTE",), "DOSEU": ("DOSEU",), "SCALE": ("SCALE", "DVID", "FLAG"),
    "AGE": ("AGE",), "WT": ("WT", "WEIGHT"), "FEMALE": ("FEMALE",), "SEX": ("SEX",),
}  # fmt: skip
COLUMNS = ("ID", "TIME", "EVID", "AMT", "RATE", "DV", "MDV", "SCALE", "DRUG", "ROUTE", "DOSEU", "AGE", "WT", "FEMALE")
COVARIATES = {"AGE": "age", "WT": "weight", "FEMALE": "female"}
INTERPOLATIONS = ("locf", "nocb")
"""Last observation carried forward; next observation carried backward (NONMEM's own way)."""
MISSING = ("", ".", "NA", "na")
MOST_DOSES = 2000
SOON = 1.0
"""Hours of doses that are written of a person without a score after the start."""
Doses = dict[str, set[int]]
Scores = dict[tuple[str, float], Score]


def read_events(
    path: str | Path, covariate_interpolation: str | None = None, research: bool = False
) -> tuple[list[tuple[Person, Plan]], Report]:
    """People and their plans from an event table; the report says what was refused.

    `covariate_interpolation` ("locf" or "nocb") is needed when a covariate changes within a person; the model holds
    covariates as they are at time zero. Raises `StudyError` where the table cannot be understood.
    """
    if covariate_interpolation not in (None, *INTERPOLATIONS):
        raise StudyError(f"covariates cannot hold by '{covariate_interpolation}'", expected=" or ".join(INTERPOLATIONS))
    table = read_table(path, NAMES, ("ID", "TIME", "EVID"))
    report = Report.of(table)
    scores: dict[str, Scores] = {}
    doses: dict[str, Doses] = defaultdict(lambda: defaultdict(set))
    courses: dict[str, dict[str, list[tuple[float, float]]]] = defaultdict(lambda: defaultdict(list))
    for line, row in table:
        try:
            person = person_of(row, "ID")
            scores.setdefault(person, {})
            at = _number(row, "TIME")
            check_followed(at)
            for column in COVARIATES:
                if (value := _covariate(row, column)) is not None:
                    courses[person][column].append((at, value))
            _event(row, line, at, scores[person], doses[person])
        except ValueError as wrong:
            report.refuse(line, str(wrong), row)
            continue
        report.read += 1
    found = []
    for number, (person, seen) in enumerate(scores.items()):
        known = _at_zero(person, courses[person], covariate_interpolation)
        found.append((Person(tuple(seen.values()), person, number, known), plan_of_doses(doses[person], research)))
    if not report.read:
        raise StudyError("no row could be read\n" + "\n".join(report.lines()), expected=", ".join(COLUMNS))
    return found, report


def _event(row: Mapping[str, str], line: int, at: float, scores: Scores, doses: Doses) -> None:
    kind = int(_number(row, "EVID"))
    if kind == 0:
        if row.get("MDV", "") == "1" or row.get("DV", "") in MISSING:
            raise ValueError("the observation is marked as missing")
        if row.get("CENS", "0") not in ("0", *MISSING):
            raise ValueError("censored observations are not read")
        if "SCALE" not in row:
            raise ValueError("the table has no column SCALE, so it is not known what was observed")
        scale, value = scale_named(row["SCALE"]), _number(row, "DV")
        low, high = bounds(scale)
        if value != int(value) or not low <= value <= high:
            raise ValueError(f"{scale} cannot be {value:g}; it is a whole number from {low} to {high}")
        if (scale, round(at, 4)) in scores:
            raise ValueError("this person already has a score of this scale at this time")
        if len(scores) >= MOST_SCORES:
            raise ValueError(f"more than {MOST_SCORES:,} scores of one person")
        scores[scale, round(at, 4)] = Score(at, scale, int(value), int(value), line, row["DV"])
    elif kind == 1:
        _doses(row, at, doses)
    elif kind == 2:
        return
    else:
        raise ValueError(f"EVID {kind} (reset, replace, multiply, transit) has no meaning here")


def _doses(row: Mapping[str, str], at: float, doses: Doses) -> None:
    if row.get("SS", "0") not in ("0", *MISSING):
        raise ValueError("steady-state doses are not read; say a background drug in a plan")
    drug = DRUGS.get(row.get("DRUG", "").lower(), row.get("DRUG", "").lower())
    route, unit = ROUTES.get(row.get("ROUTE", "").lower()), UNITS.get(row.get("DOSEU", "mg").lower() or "mg")
    amount, rate, lasts = _number(row, "AMT"), _number(row, "RATE", 0.0), _number(row, "DUR", 0.0)
    if not drug or route is None or unit is None:
        raise ValueError("a dose needs DRUG, ROUTE and, unless mg, DOSEU (mg or mg/kg)")
    if rate < 0:
        raise ValueError("a modelled rate or duration (RATE -1, -2) is not read")
    if rate > 0 and lasts > 0:
        raise ValueError("a dose has a RATE or a DUR, not both")
    hours = amount / rate if rate > 0 else lasts
    over = f" over {hours * 60:.6g} min" if hours > 0 else ""
    what = f"{drug} {amount:g} {unit} {route}{over}"
    try:
        Plan(f"{what}, day 1", research=True)
    except RewireError as wrong:
        raise ValueError(wrong.problem) from None
    more, every = int(_number(row, "ADDL", 0.0)), _number(row, "II", 0.0)
    if more and every <= 0:
        raise ValueError("ADDL needs II, the hours between the doses")
    if not 0 <= more <= MOST_DOSES:
        raise ValueError(f"ADDL {more} cannot be read; at most {MOST_DOSES}")
    check_followed(at + more * every)
    for turn in range(more + 1):
        minutes = round((at + turn * every) * 60) + CLINIC_HOUR * 60
        day, left = divmod(minutes, 24 * 60)
        if day < 0:
            raise ValueError("a dose before day 1 is not read; say it as background in a plan")
        clock = f"{left // 60:02}:{left % 60:02}"
        days = doses[f"{what}|{'' if clock == '09:00' else f' at {clock}'}"]
        if day + 1 in days:
            raise ValueError("the same dose at the same time is already there")
        days.add(day + 1)


def _number(row: Mapping[str, str], column: str, default: float | None = None) -> float:
    text = row.get(column, "")
    if text in MISSING:
        if default is None:
            raise ValueError(f"{column} is missing")
        return default
    value = number_in(text)
    if value is None:
        raise ValueError(f"{column} '{text}' is not a number")
    return value


def _covariate(row: Mapping[str, str], column: str) -> float | None:
    if column == "FEMALE" and row.get("FEMALE", "") in MISSING and row.get("SEX", "") not in MISSING:
        raise ValueError("SEX is coded differently in every data set; give FEMALE as 0 or 1")
    return None if row.get(column, "") in MISSING else _number(row, column)


def _at_zero(person: str, courses: Mapping[str, list[tuple[float, float]]], how: str | None) -> dict[str, float]:
    """Covariates as they hold at time zero."""
    found = {}
    for column, course in courses.items():
        values = {value for _, value in course}
        if len(values) > 1 and how is None:
            raise StudyError(
                f"{column} changes over time in ID {person}",
                expected="covariate_interpolation: locf (last value holds) or nocb (next value holds, as NONMEM does)",
            )
        ordered = sorted(course)
        before = [value for at, value in ordered if at <= 0]
        after = [value for at, value in ordered if at >= 0]
        found[COVARIATES[column]] = (
            (before[-1] if before else ordered[0][1]) if how != "nocb" else (after[0] if after else ordered[-1][1])
        )
    return found


def is_event_table(path: str | Path) -> bool:
    """Whether a file is an event table, by its header; a file that cannot be read is none."""
    try:
        with Path(path).open(encoding="utf-8-sig") as file:
            header = {
                cell.strip().strip('"').upper()
                for cell in file.readline(10_000).replace(";", ",").replace("\t", ",").split(",")
            }
    except (OSError, UnicodeDecodeError):
        return False
    return {"ID", "TIME", "EVID"} <= header


def write_events(people: Iterable[tuple[Person, Plan]], path: str | Path, hours: float | None = None) -> int:
    """Writes scores, and doses up to `hours` (each person's last score), as an event table; returns the number of rows.

    Covariates are those at time zero in every row, so that any way of interpolating them reads the same. A score with
    missing items is the middle of its range. Missing values are `.`. Raises `StudyError` for plans with closed-loop rules, `RewireError` for a file that cannot be written.
    """
    rows = 0
    with whole_file(path) as file:
        writer = csv.DictWriter(file, COLUMNS, restval=".", lineterminator="\n")
        writer.writeheader()
        for number, (person, plan) in enumerate(people, start=1):
            known = {
                column: f"{person.covariates[name]:g}"
                for column, name in COVARIATES.items()
                if name in person.covariates
            }
            events = [
                {"TIME": score.at, "EVID": 0, "DV": f"{round(score.middle)}", "MDV": 0, "SCALE": score.scale}
                for score in person.scores
            ]
            for event in plan.events(max(person.now, SOON) if hours is None else hours):
                dose = event.what
                if event.condition is not None:
                    raise StudyError(
                        "a plan with closed-loop rules does not say what is given", advice="a plan without rules"
                    )
                if isinstance(dose, Dose) and event.at >= 0:
                    rate = f"{dose.amount / event.lasts:.9g}" if event.lasts else "0"
                    events.append(
                        {
                            "TIME": event.at,
                            "EVID": 1,
                            "AMT": f"{dose.amount:g}",
                            "RATE": rate,
                            "MDV": 1,
                            "DRUG": dose.drug,
                            "ROUTE": dose.route,
                            "DOSEU": dose.unit,
                        }
                    )
            for row in sorted(events, key=lambda row: (row["TIME"], row["EVID"])):
                writer.writerow({"ID": number, **known, **row, "TIME": f"{row['TIME']:.9g}"})
                rows += 1
    return rows


def left_out(plan: Plan) -> tuple[str, ...]:
    """The phrases of a plan that an event table cannot hold: all but doses from day 1 on."""
    doses = [phrase for phrase in plan.course if isinstance(phrase.what, Dose)]
    return tuple(say_phrase(phrase) for phrase in plan.phrases if phrase not in doses)
