"""Where a number comes from, in words: the text that `rewire sources NAME` prints."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from statistics import NormalDist
from textwrap import fill

from rewire.errors import EvidenceError, closest
from rewire.evidence.library import entries, reference, references
from rewire.sources import Entry

WIDTH, LABEL = 100, 16
OBTAINED = {
    "reported": "reported: read in the source",
    "derived": "derived: worked out from the source",
    "digitised": "digitised: read off a figure of the source",
    "fitted": "fitted: found by fitting the model to the source's data",
    "assumed": "assumed: chosen, for the reason below",
}
PLURALS = {unit: f"{unit}s" for unit in ("day", "week", "month", "year", "visit", "device", "dose")}
_MIDDLE = NormalDist().inv_cdf(0.9)


def explain_source(name: str) -> str:
    """Where a number comes from, as text to print.

    `name` is a parameter (`half_block`), a path in a table (`scales.MADRS.remission`, also shortened to
    `MADRS.remission` or `TRD.MADRS`), a part of a name, or the key of a reference (`leucht-2018`). One match is
    explained in full, several are listed.
    """
    if name in references():
        return _explain_reference(name)
    found = find_entries(name)
    if len(found) == 1:
        return explain_entry(*next(iter(found.items())))
    if found:
        return f"{len(found)} numbers match '{name}':\n\n{list_entries(found)}"
    known = {word for path in entries() for word in (*path.split("."), path.partition(".")[2])} | set(references())
    raise EvidenceError(
        f"no number and no reference matches '{name}'",
        expected="a parameter, a path such as scales.MADRS.remission, a part of a name, or the key of a reference",
        advice=closest(name, known),
    )


def find_entries(name: str) -> Mapping[str, Entry]:
    """The entries that a name may mean, by full name: exact ones first, then whole words in order, then parts."""
    known = entries()
    wanted = name.strip().lower()
    words = wanted.split(".")
    for fits in (
        lambda path: path == wanted or path.partition(".")[2] == wanted,
        lambda path: _in_order(words, path.split(".")),
        lambda path: bool(wanted) and wanted in path,
    ):
        found = {path: entry for path, entry in known.items() if fits(path.lower())}
        if found:
            return found
    return {}


def list_entries(found: Mapping[str, Entry]) -> str:
    """One line for each entry: full name, value, how it was obtained, source."""
    rows = [(path, show_value(entry), entry.how, entry.source) for path, entry in found.items()]
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    lines = ("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows)
    return "\n".join(f"  {line}".rstrip() for line in lines)


def explain_entry(path: str, entry: Entry) -> str:
    """One entry in full: value, spread, uncertainty, how it was obtained, people, source, reason and note."""
    rows = [
        ("value", show_value(entry)),
        ("between people", say_deviation(entry, entry.spread, entry.spread_kind)),
        ("uncertain", say_deviation(entry, entry.uncertainty, entry.uncertainty_kind)),
        ("how", OBTAINED[entry.how]),
        ("people", entry.about),
        ("source", reference(entry.source).full if entry.source else ""),
        ("place", entry.where),
        ("why", entry.why),
        ("note", entry.note),
        ("table", f"{entry.table}.toml"),
    ]
    return "\n".join([path.partition(".")[2], *(_show_row(label, text) for label, text in rows if text)])


def show_value(entry: Entry) -> str:
    """The value with its unit: `430 nmol/L`, `0, 7, 20, 35 MADRS points`."""
    return f"{_show_numbers(entry.numbers)} {show_unit(entry.unit)}".rstrip()


def show_unit(unit: str) -> str:
    """The unit in words where it has a special name; nothing for a plain number."""
    if unit in PLURALS:
        return PLURALS[unit]
    return "" if unit == "1" else unit.replace("kg_body", "kg of body weight").replace("_point", " points")


def say_deviation(entry: Entry, size: float | None, kind: str) -> str:
    """A standard deviation in plain words: how far the middle four of five reach; empty when there is none."""
    if size is None:
        return ""
    if size == 0:
        return "none"
    scale = {"lognormal": "on the log scale", "logit": "on the logit scale", "normal": show_unit(entry.unit)}[kind]
    spread = f"standard deviation {size:g} {scale}".rstrip()
    if len(entry.numbers) > 1:
        return f"{spread}, for each of the numbers"
    low, high = sorted(_move(entry.numbers[0], side * _MIDDLE * size, kind) for side in (-1, 1))
    unit = show_unit(entry.unit)
    return f"four of five lie between {low:.3g} and {high:.3g} {unit}".rstrip() + f" ({spread})"


def _move(value: float, step: float, kind: str) -> float:
    """`value` moved by `step` on the scale of its spread."""
    if kind == "lognormal":
        return value * math.exp(step)
    if kind == "logit":
        return 1 / (1 + math.exp(-math.log(value / (1 - value)) - step))
    return value + step


def _explain_reference(key: str) -> str:
    source = reference(key)
    resting = {path: entry for path, entry in entries().items() if entry.source == key}
    head = fill(source.full, WIDTH, break_long_words=False, break_on_hyphens=False)
    if not resting:
        return f"{head}\n\nNo number rests on it directly."
    return f"{head}\n\n{len(resting)} numbers rest on it:\n\n{list_entries(resting)}"


def _show_row(label: str, text: str) -> str:
    head = f"  {label.ljust(LABEL)}"
    return fill(
        text,
        WIDTH,
        initial_indent=head,
        subsequent_indent=" " * len(head),
        break_long_words=False,
        break_on_hyphens=False,
    )


def _show_numbers(numbers: Sequence[float]) -> str:
    return ", ".join(f"{number:.6g}" for number in numbers)


def _in_order(words: Sequence[str], parts: Sequence[str]) -> bool:
    """Whether all `words` stand among `parts`, in the same order."""
    rest = iter(parts)
    return all(word in rest for word in words)
