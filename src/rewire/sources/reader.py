"""Reads the text of an evidence table and refuses every number that cannot say where it comes from.

A table is a TOML file of `evidence/tables/` with a title and a kind. A TOML table with a `value` is an entry, every
other one is a group. Groups nest and may hold words, flags and lists of words as labels, never a bare number.
"""

from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass

from rewire.errors import EvidenceError, Place, UnitError, closest
from rewire.sources.entry import Entry, Group, Label, Number
from rewire.units import check_unit

HOW = ("reported", "derived", "digitised", "fitted", "assumed")
SPREADS = ("lognormal", "logit", "normal")
KINDS = ("parameters", "lists")
WORDS = ("unit", "spread_kind", "uncertainty_kind", "source", "where", "how", "why", "about", "note")
NUMBERS = ("value", "spread", "uncertainty")


def read_table(text: str, name: str) -> Group:
    """Read the text of a table called `name`, and check every number in it."""
    file = f"{name}.toml"
    try:
        items = tomllib.loads(text)
    except tomllib.TOMLDecodeError as wrong:
        spot = re.search(r"\(at line (\d+), column (\d+)\)", str(wrong))
        line, column = (int(part) for part in spot.groups()) if spot else (None, None)
        written = text.splitlines()[line - 1] if line and line <= len(text.splitlines()) else ""
        raise EvidenceError(
            f"the evidence table is not valid TOML: {str(wrong).partition(' (at')[0]}",
            place=Place(file, line, column, written),
        ) from None
    reader = _Reader(text, name)
    for key, allowed in (("title", None), ("kind", KINDS)):
        label = items.get(key)
        if not isinstance(label, str) or not label or (allowed and label not in allowed):
            raise EvidenceError(
                f"the evidence table has no valid '{key}'",
                place=Place(file, reader.line((key,))),
                expected=f"{key} = " + (" or ".join(f'"{word}"' for word in allowed) if allowed else '"one line"'),
            )
    table = reader.group(items, ())
    loose = next((key for key in table.groups() if items["kind"] == "parameters"), None)
    if loose:
        raise reader.wrong(
            (loose,),
            "a table of parameters holds entries only; this group has no value",
            'a value, or kind = "lists" at the top of the table',
        )
    return table


@dataclass(frozen=True)
class _Reader:
    """Turns the parsed TOML of one table into groups and entries, and knows on which line a path is written."""

    text: str
    table: str

    def group(self, items: Mapping[str, object], path: tuple[str, ...]) -> Group:
        return Group({key: self.item(item, (*path, key)) for key, item in items.items()}, table=self.table, path=path)

    def item(self, item: object, path: tuple[str, ...]) -> Entry | Group | Label:
        if isinstance(item, dict):
            if "value" in item:
                return self.entry(item, path)
            strangers = sorted(set(item) & (set(NUMBERS) | {"unit", "how"}))
            if strangers:
                raise self.wrong(path, "an entry without a value", "value = a number or a list of numbers")
            return self.group(item, path)
        if isinstance(item, str | bool):
            return item
        if isinstance(item, list) and all(isinstance(word, str) for word in item):
            return tuple(item)
        if isinstance(item, list) and any(isinstance(part, dict) for part in item):
            raise self.wrong(path, "a list of tables; every group needs a name", f"[{'.'.join(path)}.name]")
        raise self.wrong(
            path, "a number without a source", "an entry with value, unit, how and its source, or a word in quotes"
        )

    def entry(self, item: Mapping[str, object], path: tuple[str, ...]) -> Entry:
        for key in item:
            if key not in WORDS + NUMBERS:
                choices = (*NUMBERS, *WORDS)
                raise self.wrong(
                    (*path, key),
                    f"unknown key '{key}' in an entry",
                    f"one of {', '.join(choices)}",
                    closest(key, choices),
                )
        words = {key: self.words(item, path, key) for key in WORDS}
        value = self.value(item["value"], (*path, "value"))
        if not words["unit"]:
            raise self.wrong(path, "an entry without a unit", 'unit = "nmol/L"; unit = "1" for a plain number')
        try:
            check_unit(words["unit"])
        except UnitError as wrong:
            raise self.wrong((*path, "unit"), wrong.problem, wrong.expected, wrong.advice) from None
        self.check_origin(words, path)
        for key in ("spread", "uncertainty"):
            self.check_spread(key, item, value, words, path)
        return Entry(
            name=".".join(path),
            value=value,
            table=self.table,
            spread=self.deviation(item, path, "spread"),
            uncertainty=self.deviation(item, path, "uncertainty"),
            unit=words["unit"],
            how=words["how"],
            spread_kind=words["spread_kind"] or "lognormal",
            uncertainty_kind=words["uncertainty_kind"] or "lognormal",
            source=words["source"],
            where=words["where"],
            why=words["why"],
            about=words["about"],
            note=words["note"],
        )

    def words(self, item: Mapping[str, object], path: tuple[str, ...], key: str) -> str:
        words = item.get(key, "")
        if not isinstance(words, str):
            raise self.wrong((*path, key), f"'{key}' is not words", f'{key} = "..." in quotes')
        return words.strip()

    def value(self, item: object, path: tuple[str, ...]) -> Number:
        if isinstance(item, list) and item:
            return tuple(self.real(part, path) for part in item)
        return self.real(item, path)

    def real(self, item: object, path: tuple[str, ...]) -> float:
        if isinstance(item, bool) or not isinstance(item, int | float):
            raise self.wrong(path, f"{item!r} is not a number", "a number or a list of numbers")
        if not math.isfinite(item):
            raise self.wrong(path, f"{item} is not a finite number", "a finite number")
        return float(item)

    def deviation(self, item: Mapping[str, object], path: tuple[str, ...], key: str) -> float | None:
        return self.real(item[key], (*path, key)) if key in item else None

    def check_origin(self, words: Mapping[str, str], path: tuple[str, ...]) -> None:
        how = words["how"]
        if how not in HOW:
            problem = (
                f"'{how}' is not a way to obtain a number" if how else "an entry that does not say how it was obtained"
            )
            raise self.wrong((*path, "how"), problem, f"how = one of {', '.join(HOW)}", closest(how, HOW))
        if how != "assumed" and not words["source"]:
            raise self.wrong(path, f"a number that is '{how}' without a source", "source = the key of a reference")
        if words["source"] and not words["where"]:
            raise self.wrong(path, "a source without a place in it", 'where = "Table 2", "abstract", "p. 5"')
        if how in ("assumed", "derived") and not words["why"]:
            reason = "the reason" if how == "assumed" else "the arithmetic"
            raise self.wrong(path, f"a number that is '{how}' without a why", f'why = "{reason}"')

    def check_spread(
        self, key: str, item: Mapping[str, object], value: Number, words: Mapping[str, str], path: tuple[str, ...]
    ) -> None:
        kind = words[f"{key}_kind"]
        if kind and kind not in SPREADS:
            raise self.wrong(
                (*path, f"{key}_kind"),
                f"unknown {key}_kind '{kind}'",
                f"one of {', '.join(SPREADS)}",
                closest(kind, SPREADS),
            )
        size = self.deviation(item, path, key)
        if size is None:
            if kind:
                raise self.wrong((*path, f"{key}_kind"), f"a {key}_kind without a {key}", f"{key} = a number")
            return
        if size < 0:
            raise self.wrong((*path, key), f"a negative {key}", "a standard deviation, 0 or more")
        numbers = value if isinstance(value, tuple) else (value,)
        if (kind or "lognormal") == "lognormal" and 0 in numbers:
            raise self.wrong((*path, key), f"a lognormal {key} around a value of 0", f'{key}_kind = "normal"')
        if kind == "logit" and not (min(numbers) > 0 and max(numbers) < 1):
            raise self.wrong((*path, key), f"a logit {key} around a value that is not between 0 and 1", "a share")

    def wrong(self, path: tuple[str, ...], problem: str, expected: str, advice: str = "") -> EvidenceError:
        """The error to raise for what stands at `path`."""
        return EvidenceError(
            f"{'.'.join(path)}: {problem}",
            place=Place(f"{self.table}.toml", self.line(path)),
            expected=expected,
            advice=advice,
        )

    def line(self, path: tuple[str, ...]) -> int | None:
        """The line on which `path`, or the nearest group above it, is written."""
        lines: dict[tuple[str, ...], int] = {}
        header: tuple[str, ...] = ()
        for number, line in enumerate(self.text.splitlines(), start=1):
            if head := re.match(r"\s*\[([^\[\]]+)\]\s*(#.*)?$", line):
                header = _split_key(head[1])
                lines.setdefault(header, number)
            elif pair := re.match(r"\s*((?:[\w-]+|\"[^\"]*\"|'[^']*'|\s*\.\s*)+?)\s*=", line):
                lines.setdefault((*header, *_split_key(pair[1])), number)
        return next((lines[path[:size]] for size in range(len(path), 0, -1) if path[:size] in lines), None)


def _split_key(key: str) -> tuple[str, ...]:
    """The parts of a dotted TOML key, without their quotes."""
    return tuple(part.strip().strip("\"'") for part in re.findall(r"\"[^\"]*\"|'[^']*'|[\w-]+", key))
