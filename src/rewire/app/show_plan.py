"""Shows a plan in the terminal and as JSON: its words, the doses for one body weight, and the notes on it."""

from __future__ import annotations

import math
import os
import sys
from itertools import groupby

from rewire.errors import PlanError, RewireError
from rewire.plans.audit import DoseRow
from rewire.plans.catalogue import drugs
from rewire.plans.lengths import say_length
from rewire.plans.notes import Note
from rewire.plans.phrase import Phrase, day_of, name_of
from rewire.plans.plan import Plan
from rewire.plans.safety import rules_for
from rewire.plans.say import say_phrase

WEEK = 168.0
OPEN_WEEKS = 4  # how far an audit looks when a plan has no end
SHOWN_WHOLE, SHOWN_FIRST = 12, 3  # a phrase with more doses shows its first ones and its last one
MG_COLUMN = 4
TIMES = " \N{MULTIPLICATION SIGN} "


def horizon(plan: Plan, weeks: float | None) -> float:
    """How far (h) an audit looks: what is asked for, the end of the plan, or whole weeks of a plan without end."""
    if weeks is not None:
        if not 0 < weeks <= 520:
            raise PlanError(f"an audit over {weeks:g} weeks", expected="more than 0 and at most 520 weeks")
        return weeks * WEEK
    last = plan.length() + 1
    return max(math.ceil(last / WEEK), OPEN_WEEKS) * WEEK if plan.open_ended else last


def as_json(plan: Plan, weight: float, hours: float) -> dict[str, object]:
    """The plan, its dose audit and its notes."""
    rows = plan.audit(weight, hours)
    given = dict.fromkeys(row.what for row in rows)
    return {
        "plan": {
            "name": plan.name,
            "start": plan.start.isoformat() if plan.start else None,
            "research": plan.research,
            **{
                part: [say_phrase(phrase) for phrase in getattr(plan, part)]
                for part in ("course", "background", "life")
            },
        },
        "weight_kg": weight,
        "days": hours / 24,
        "doses": [_row_json(row) for row in rows],
        "notes": [{"kind": note.kind, "text": note.text, "source": note.source} for note in plan.check()],
        "rules": [{"rule": rule.name, "text": rule.text, "source": rule.source} for rule in rules_for(given)],
    }


def error_as_json(wrong: RewireError) -> dict[str, object]:
    """An error with its place."""
    place = wrong.place
    where = {"source": place.source, "line": place.line, "column": place.column} if place else None
    return {"problem": wrong.problem, "place": where, "expected": wrong.expected, "advice": wrong.advice}


def show_plan(plan: Plan, weight: float, hours: float) -> None:
    """Print the plan in canonical words, then the dose audit and the notes."""
    rows = plan.audit(weight, hours)
    print(plan.say().rstrip("\n"))
    if rows:
        print(_style(f"\nDoses for {weight:g} kg{_looked(plan, hours)}", "2"))
        for line in _aligned(_shortened(rows)):
            print(line)
    _print_notes(plan.check())


def show_checked(file: str, plan: Plan, weight: float, hours: float) -> None:
    """Print `ok`, what each phrase comes to, and the notes."""
    rows = plan.audit(weight, hours)
    print(f"{_style('ok', '32')}  {file}{'  ' + _style(plan.name, '1') if plan.name else ''}")
    counted: dict[int, list[float]] = {}
    for event in plan.events(hours):
        counted.setdefault(event.item, []).append(event.at)
    for item, phrase in enumerate(plan.phrases):
        mine = [row for row in rows if row.item == item]
        print(f"    {_summary(phrase, counted.get(item, []), mine)}")
    print(_style(f"    doses for {weight:g} kg{_looked(plan, hours)}", "2"))
    _print_notes(plan.check(), "    ")


def _looked(plan: Plan, hours: float) -> str:
    return f", the first {say_length(hours)}" if plan.open_ended else ""


def _summary(phrase: Phrase, times: list[float], rows: list[DoseRow]) -> str:
    """`6 x ketamine IV 35 mg, days 1 to 18`."""
    name = name_of(phrase.what)
    if not times:
        return f"0{TIMES}{name} in this time"
    first, last = day_of(times[0])[0], day_of(times[-1])[0]
    days = f"day {first}" if first == last else f"days {first} to {last}"
    dose = ""
    if rows:
        each = f" {_milligrams(rows[0].milligrams)}" if drugs()[rows[0].what].has_amount else ""
        dose = f" {rows[0].route}{each}" if rows[0].route not in name else each
    rule = f", {rows[0].condition}" if rows and rows[0].condition else ""
    return f"{len(times)}{TIMES}{name}{dose}, {days}{rule}"


def _shortened(rows: tuple[DoseRow, ...]) -> list[tuple[str, ...]]:
    """The lines of an audit in order of time; a long series stands together, as its first doses and its last one."""
    lines: list[tuple[float, tuple[str, ...]]] = []
    for _, group in groupby(sorted(rows, key=lambda row: row.item), key=lambda row: row.item):
        series = list(group)
        if len(series) <= SHOWN_WHOLE:
            lines += [(row.at, _line(row)) for row in series]
            continue
        first = series[0].at
        if series[1].at - first <= 24:
            daily = f"{len(series)} doses to day {day_of(series[-1].at)[0]}"
            lines.append((first, (*_line(series[0]), daily)))
            continue
        lines += [(first, _line(row)) for row in series[:SHOWN_FIRST]]
        lines.append((first, ("…", "", f"{len(series) - SHOWN_FIRST - 1} more")))
        lines.append((first, _line(series[-1])))
    return [line for _, line in sorted(lines, key=lambda pair: pair[0])]


def _line(row: DoseRow) -> tuple[str, ...]:
    """What an audit shows of a dose: when, date, drug and route, mg, amount as written, length and rule."""
    weighed = f"= {row.amount}" if "/" in row.amount else ""
    lasts = f"over {say_length(row.lasts)}" if row.lasts else ""
    date = row.date.isoformat() if row.date else ""
    milligrams = _milligrams(row.milligrams) if drugs()[row.what].has_amount else ""
    return row.when, date, row.what, row.route, milligrams, weighed, lasts, row.condition


def _aligned(lines: list[tuple[str, ...]]) -> list[str]:
    """Lines as columns of equal width, mg to the right; columns that are empty everywhere are left out."""
    size = max(len(line) for line in lines)
    padded = [line + ("",) * (size - len(line)) for line in lines]
    widths = [max(len(line[column]) for line in padded) for column in range(size)]
    return [
        "   ".join(
            line[column].rjust(width) if column == MG_COLUMN else line[column].ljust(width)
            for column, width in enumerate(widths)
            if width
        ).rstrip()
        for line in padded
    ]


def _milligrams(amount: float) -> str:
    return f"{amount:.3g} mg" if amount < 100 else f"{amount:.0f} mg"


def _print_notes(notes: tuple[Note, ...], indent: str = "") -> None:
    if notes and not indent:
        print()
    for note in notes:
        source = _style(f" [{note.source}]", "2") if note.source else ""
        print(f"{indent}{_style(note.kind, '33')}: {note.text}{source}")


def _style(text: str, code: str) -> str:
    """Text in a colour when stdout is a terminal that wants one."""
    wanted = sys.stdout.isatty() and not os.environ.get("NO_COLOR")
    return f"\x1b[{code}m{text}\x1b[0m" if wanted else text


def _row_json(row: DoseRow) -> dict[str, object]:
    return {
        "phrase": row.item,
        "hours": row.at,
        "when": row.when,
        "date": row.date.isoformat() if row.date else None,
        "what": row.what,
        "route": row.route,
        "amount": row.amount,
        "mg": row.milligrams,
        "over_minutes": row.lasts * 60,
        "rule": row.condition,
    }
