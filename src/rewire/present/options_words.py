"""Options in words, rows and data."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any

from rewire.present.words import DISCLAIMER, number, percent, wrap

if TYPE_CHECKING:
    from rewire.studies.optimise import Option, Options

WIDTH = 100
NAME = 34
UNTOLD, UNTOLD_WORDS = "~", "no difference that can be told"
MOST_TIMINGS = 8
NOT = (
    f"{DISCLAIMER} These are options with their costs and their uncertainty; none is recommended. Ketamine is approved for no "
    "psychiatric disorder; esketamine spray only under its own programme."
)


def text_options(result: Options) -> str:
    """A row an option, the front first, then differences in words, limits broken, and what was left out."""
    who = result.study["person"] or f"{result.study['people']['n']:,} people with {result.study['people']['condition']}"
    lines = [f"{result.goal.say()}, {who}: {len(result.options)} options, lower is better", ""]
    lines.append(
        f"{'option':{NAME}}{'goal':>7}{'80 % interval':>16}{'doses':>7}{'hours':>7}{'CADSS':>7}{'SBP':>6}{'response':>10}"
    )
    for option in sorted(result.options, key=lambda o: (not o.front, not o.untold, o.doses, o.goal)):
        lines += _row(option)
    lines += ["", "* front: no other option is at least as good in goal, doses, hours and dissociation together."]
    if any(option.untold for option in result.options):
        lines.append(f"{UNTOLD} costs as much as one on the front: {UNTOLD_WORDS} between them.")
    lines.append("CADSS and SBP rise (mmHg): nine people in ten stay below. Hours: doses, time after them, sessions.")
    lines.append(f"The reference of differences is the first filling: {result.options[0].name}.")
    lines.append("")
    for option in sorted(result.front, key=lambda o: (o.doses, -o.goal)):
        if option.beside:
            lines += _bullet(option.beside)
    for option in result.options:
        if option.objection:
            lines += _bullet(f"'{option.name}' breaks a limit: {option.objection}")
    lines += _timings(result)
    for note in (*result.notes, *(f"caution: {remark}" for remark in result.remarks)):
        lines += _bullet(note)
    for left in result.left[:8]:
        lines += _bullet(f"left out: {left.name} ({left.why})")
    if len(result.left) > 8:
        lines.append(f"- and {len(result.left) - 8} more left out")
    return "\n".join(line.rstrip() for line in [*lines, "", *wrap(NOT, WIDTH, 4)]) + "\n"


def _row(option: Option) -> list[str]:
    first, *rest = wrap(("* " if option.front else f"{UNTOLD} " if option.untold else "  ") + option.name, NAME - 2, 3)
    low, high = option.goal_band
    cells = (
        f"{option.goal:7.1f}{f'{low:.1f} to {high:.1f}':>16}{number(option.doses):>7}{number(option.hours):>7}"
        f"{option.peaks['CADSS']:7.0f}{option.peaks['SBP rise']:6.0f}{percent(option.responding):>10}"
    )
    return [f"{first:{NAME}}{cells}", *(f"  {line}" for line in rest)]


def _timings(result: Options) -> list[str]:
    """What other times of the same sessions do: a row a pair, without a window and what one would add."""
    if not result.timings:
        return []
    on = result.timings[0].window is not None
    head = f"{'without a window (80 %)':>26}" + (f"{'what a window adds (95 %)':>32}" if on else "")
    lines = [f"The same sessions at other times, {result.goal.say()}: points more (+) or fewer (-)"]
    for other, timings in groupby(result.timings[:MOST_TIMINGS], key=lambda timing: timing.other):
        lines += [f"  beside {other}", " " * NAME + head]
        for timing in timings:
            first, *rest = wrap(timing.name, NAME - 4, 3)
            lines.append(f"  {first:{NAME - 2}}{_points(timing.without):>26}{_points(timing.window) if on else '':>32}")
            lines += [f"    {line}" for line in rest]
    if len(result.timings) > MOST_TIMINGS:
        lines.append(f"  and {len(result.timings) - MOST_TIMINGS} more pairs, all in --json")
    windows = [timing.window for timing in result.timings if timing.window is not None]
    both = on and all(low < 0 < high for _, low, high in windows)
    inside = ": gain, nothing and harm lie inside what a window adds" if both else ""
    return [*lines, f"{UNTOLD} {UNTOLD_WORDS}{inside}", ""]


def _points(interval: tuple[float, float, float] | None) -> str:
    """A difference with its interval; marked where it cannot be told from none, as it is shown."""
    if interval is None:
        return ""
    mean, low, high = (round(value, 1) + 0.0 for value in interval)
    return f"{mean:+.1f} ({low:+.1f} to {high:+.1f}) {UNTOLD if low <= 0 <= high else ' '}"


def explain_options(result: Options) -> str:
    """How the options were compared."""
    said = [
        f"Every option was run on the same people with the same luck; the first, '{result.options[0].name}', is the "
        "reference. A difference whose 80 % interval holds zero cannot be told from none.",
        "The safety rules and the clinic's limits are hard: what breaks them was left out or is marked.",
        *result.notes,
        NOT,
    ]
    return "\n\n".join("\n".join(wrap(text, WIDTH, 12)) for text in said) + "\n"


def options_rows(result: Options) -> list[dict[str, Any]]:
    """One row an option."""
    return [
        {
            "option": option.name,
            "plan": option.plan.say().replace("\n", "; "),
            "goal": round(option.goal, 3),
            "goal_low": round(option.goal_band[0], 3),
            "goal_high": round(option.goal_band[1], 3),
            "difference": round(option.difference[0], 3),
            "difference_low": round(option.difference[1], 3),
            "difference_high": round(option.difference[2], 3),
            "doses": round(option.doses, 3),
            "hours": round(option.hours, 3),
            "CADSS_p90": round(option.peaks["CADSS"], 2),
            "SBP_rise_p90": round(option.peaks["SBP rise"], 2),
            "responding": round(option.responding, 4),
            "front": option.front,
            "untold": option.untold,
            "objection": option.objection,
            "words": option.words,
        }
        for option in result.options
    ]


def options_json(result: Options) -> dict[str, Any]:
    """All options as plain JSON values."""
    return {
        "study": result.study,
        "goal": result.goal.say(),
        "options": [
            {**row, "beside": option.beside} for row, option in zip(options_rows(result), result.options, strict=True)
        ],
        "timings": [
            {
                "option": timing.name,
                "other": timing.other,
                "without_window": list(timing.without),
                "window_adds": None if timing.window is None else list(timing.window),
            }
            for timing in result.timings
        ],
        "left_out": [{"option": left.name, "why": left.why} for left in result.left],
        "notes": list(result.notes),
        "remarks": list(result.remarks),
        "note": NOT,
    }


def _bullet(text: str) -> list[str]:
    first, *rest = wrap(text, WIDTH - 2, 8)
    return [f"- {first}", *(f"  {line}" for line in rest)]
