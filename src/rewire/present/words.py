"""Words shared by figures, tables and explanations: who, how long, units, numbers, and the footer.

Read from `study` when present: `kind`, `people` (a name, or a mapping with `diagnosis` or `name`), `n`, `weeks`,
`seed`, `version`, `model`, and `scales` (by scale: `name`, `remission` = highest score that counts as remission).
"""

from __future__ import annotations

import math
import textwrap
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from rewire.errors import StudyError, closest

if TYPE_CHECKING:
    from rewire.studies.result import Comparison

DISCLAIMER = "Research and education; not a medical device."
HOURS_PER_DAY = 24.0
HOURS_PER_WEEK = 168.0
PLAIN_WORDS = {
    "CADSS": "Dissociation (CADSS)",
    "SBP rise": "Systolic blood pressure rise",
    "DBP rise": "Diastolic blood pressure rise",
    "HR rise": "Heart rate rise",
}


def plain(quantity: str) -> str:
    """A quantity's name in words a reader knows; the name itself when there are no better words."""
    return PLAIN_WORDS.get(quantity, quantity)


def unit_words(unit: str) -> str:
    """A unit as printed: `MADRS_point` is `points`, `1` is `relative units`."""
    if unit.endswith("_point"):
        return "points"
    return {"1": "relative units", "": "relative units", "percent": "%"}.get(unit, unit)


def with_unit(name: str, unit: str) -> str:
    """An axis title: the name and, in brackets, the unit."""
    return f"{name} ({unit_words(unit)})"


def known_scale(comparison: Comparison, scale: str | None) -> str:
    """The scale to show: the one asked for, or the comparison's main scale; an error names what is there."""
    wanted = scale or comparison.scale
    there = list(dict.fromkeys(name for outcome in comparison.outcomes.values() for name in outcome.scores))
    if wanted not in there:
        raise StudyError(
            f"this result has no scale '{wanted}'",
            expected=f"one of {', '.join(there) or '(none)'}",
            advice=closest(wanted, there),
        )
    return wanted


def person_count(study: Mapping[str, Any]) -> int | None:
    """How many people were simulated per plan, or None when the study does not say."""
    people = study.get("people")
    count = study.get("n", people.get("n") if isinstance(people, Mapping) else None)
    return None if count is None else int(count)


CARE = {"routine": " in routine care", "trial": " in the care of a trial"}
"""Where people are treated, in words; a study that does not say is left as it is."""


def who(study: Mapping[str, Any]) -> str:
    """The people in words: `1,000 people with TRD in routine care`."""
    people = study.get("people")
    name = (people.get("diagnosis") or people.get("name")) if isinstance(people, Mapping) else people
    count = person_count(study)
    head = "people" if count is None else "one person" if count == 1 else f"{count:,} people"
    if not name:
        return head
    if str(name).lower() == "healthy":
        return f"{head}, {name}"
    return f"{head} with {name}{CARE.get(study.get('care', ''), '')}"


def length(study: Mapping[str, Any], hours: Iterable[float] = ()) -> str:
    """How long in words: `26 weeks`, or `3 days` for a short run."""
    weeks = study.get("weeks")
    if weeks is None:
        weeks = max(hours, default=0.0) / HOURS_PER_WEEK
    if weeks >= 2:
        return f"{number(weeks)} weeks"
    days = round(weeks * HOURS_PER_WEEK / HOURS_PER_DAY, 1)
    return f"{number(days)} days" if days != 1 else "1 day"


def interval_of(study: Mapping[str, Any]) -> str:
    """What the 80 % intervals of a comparison hold: with no draws, who happened to be in it, and nothing else."""
    return "sampling alone" if study.get("draws") == 0 else "what is not known"


def footer(study: Mapping[str, Any]) -> str:
    """The line under every figure: what this is not, and which model, seed and number of people made it."""
    parts = []
    version = study.get("version")
    model = study.get("model")
    if version:
        parts.append(f"rewire {version}" + (f", model {model}" if model else ""))
    elif model:
        parts.append(f"model {model}")
    if study.get("seed") is not None:
        parts.append(f"seed {study['seed']}")
    count = person_count(study)
    if count is not None:
        parts.append(f"n = {count:,}")
    return f"{DISCLAIMER} {', '.join(parts)}".strip()


def remission_cut(study: Mapping[str, Any], scale: str) -> float | None:
    """The highest score that counts as remission on `scale`, or None when the study does not carry one."""
    cut = study.get("scales", {}).get(scale, {}).get("remission")
    return None if cut is None else float(cut)


def number(value: float, digits: int = 1, *, fixed: bool = False) -> str:
    """A number to read: `digits` after the point, none when they are zero unless `fixed`; `-` when unknown."""
    if not math.isfinite(value):
        return "-"
    text = f"{value:,.{digits}f}"
    if "." in text and not fixed:
        text = text.rstrip("0").rstrip(".")
    return text.removeprefix("-") if not text.strip("-0.") else text


def percent(share: float) -> str:
    """A share as a whole percentage, `-` when unknown."""
    return f"{number(100 * share, 0)} %" if math.isfinite(share) else "-"


def quoted(name: str, letters: int = 200) -> str:
    """A plan's name in quotation marks, at most `letters` long."""
    return f"\N{LEFT DOUBLE QUOTATION MARK}{_cut(name, letters)}\N{RIGHT DOUBLE QUOTATION MARK}"


def short_names(names: Iterable[str], letters: int) -> dict[str, str]:
    """Names of at most about `letters` letters that stay apart: where beginnings are alike, the ends are shown."""
    full = list(names)
    short = {name: _cut(name, letters) for name in full}
    shared = _shared_start(full) if full else ""
    if short == dict(zip(full, full, strict=True)) or len(shared) < letters / 2:
        return _numbered(short)
    for name in full:
        rest = name[len(shared) :].strip(" ;,+")
        if len(name) > letters and rest:
            short[name] = f"… {_cut(rest, letters - 2)}"
    return _numbered(short)


def _cut(text: str, letters: int) -> str:
    """Text of at most `letters` letters, cut after a whole word where one ends in the second half."""
    if len(text) <= letters:
        return text
    kept = text[: max(letters - 1, 1)]
    space = kept.rfind(" ")
    return f"{(kept[:space] if space > letters / 2 else kept).rstrip(' ,;')}…"


def _numbered(short: dict[str, str]) -> dict[str, str]:
    """The same names, numbered when two would read alike."""
    if len(set(short.values())) == len(short):
        return short
    return {name: f"{i}. {words}" for i, (name, words) in enumerate(short.items(), start=1)}


def _shared_start(names: Sequence[str]) -> str:
    """The beginning all names share, cut back to whole words unless one name is just that beginning."""
    count = 0
    while all(len(name) > count for name in names) and len({name[count] for name in names}) == 1:
        count += 1
    start = names[0][:count]
    return start if start in names else start[: start.rfind(" ") + 1]


def listed(names: Iterable[str]) -> str:
    """Names in a sentence: `a`, `a and b`, `a, b and c`."""
    parts = list(names)
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}" if parts else ""


def sentence(words: str) -> str:
    """Words as a sentence: a capital letter first and a full stop last."""
    words = words.strip()
    return words if not words else words[0].upper() + words[1:] + ("" if words[-1] in ".!?" else ".")


def wrap(text: str, width: int, lines: int = 3) -> list[str]:
    """Text broken into at most `lines` lines of `width` characters; what does not fit ends in an ellipsis."""
    return textwrap.wrap(text, width, max_lines=lines, placeholder=" …", break_on_hyphens=False) or [""]
