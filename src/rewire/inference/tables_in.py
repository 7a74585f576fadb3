"""Reading tables from clinics: tolerant of separators and column names, strict about meaning, and saying what was done."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from rewire.errors import Place, StudyError, closest

LARGEST_FILE = 50_000_000
"""Bytes; a larger file is surely not a table of scores."""
SAYS_NOTHING = frozenset({
    "a", "administered", "administration", "assessment", "at", "client", "clinic", "completed", "completion",
    "form", "given", "in", "infusion", "item", "name", "no", "number", "of", "on", "overall", "participant",
    "patient", "raw", "recorded", "session", "start", "started", "subject", "survey", "the", "total", "visit",
})  # fmt: skip
"""Words in the head of a column that do not change what it means, as in 'Assessment date' or 'Route of administration'."""


LONGEST_LINE = 300
CLOCK = "time of day"
"""A column called time beside one called date."""
MOST_NAMED = 8
"""Lines that are named of those refused for one reason."""


@dataclass(frozen=True)
class Refused:
    """A row that was not used, and why."""

    row: int
    why: str
    text: str


def person_of(row: Mapping[str, str], column: str = "person") -> str:
    """Whom a row is about: what stands in its `column` where the table has it, else the one person of the table.

    Raises `ValueError` where the column is there and the row leaves it empty.
    """
    name = row.get(column, "person")
    if not name:
        raise ValueError("the row does not say whose it is")
    return name


@dataclass
class Report:
    """What was read from a file, what was refused, and what was assumed on the way."""

    source: str
    read: int = 0
    refused: list[Refused] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @staticmethod
    def of(table: Table) -> Report:
        """The report of a table before its rows are read: torn rows, and columns that are not used."""
        report = Report(table.source, refused=list(table.torn))
        if table.unused:
            report.note(f"columns not used: {', '.join(table.unused)}")
        return report

    def note(self, text: str) -> None:
        """Adds a note once."""
        if text not in self.notes:
            self.notes.append(text)

    def refuse(self, row: int, why: str, cells: Mapping[str, str]) -> None:
        """Adds a refused row."""
        self.refused.append(Refused(row, why, ", ".join(value for value in cells.values() if value)))

    def lines(self, most: int = 12) -> list[str]:
        """The report in words."""
        said = [f"{self.source}: {self.read} rows read, {len(self.refused)} refused"]
        said += [shorten(f"  note: {note}") for note in self.notes]
        alike: dict[str, list[Refused]] = {}
        for bad in self.refused:
            alike.setdefault(bad.why, []).append(bad)
        for why, rows in sorted(alike.items(), key=lambda each: each[1][0].row)[:most]:
            said.append(shorten(f"  {_which(rows)} refused: {why} ({rows[0].text})"))
        left = list(alike.values())[most:]
        if left:
            said.append(f"  and {sum(map(len, left))} more refused lines")
        return said


def shorten(line: str) -> str:
    """A line for people to read: what a terminal would obey becomes a sign, and what is too long is cut."""
    plain = "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in line)
    return plain if len(plain) <= LONGEST_LINE else f"{plain[: LONGEST_LINE - 1]}…"


def _which(rows: Sequence[Refused]) -> str:
    """The lines of rows that were refused for one reason; of many the first few."""
    numbers = [str(bad.row) for bad in rows]
    if len(numbers) == 1:
        return f"line {numbers[0]}"
    more = len(numbers) - MOST_NAMED
    if more > 0:
        return f"lines {', '.join(numbers[:MOST_NAMED])} and {more} more"
    return f"lines {', '.join(numbers[:-1])} and {numbers[-1]}"


@dataclass(frozen=True)
class Table:
    """Rows of a file with the columns under their known names; `line` numbers count from 1 with the header.

    `torn` are rows with more cells than the header has; `units` are those that heads name: `Dose (mg/kg)`;
    `unused` are heads that mean nothing here.
    """

    source: str
    columns: tuple[str, ...]
    rows: tuple[tuple[int, Mapping[str, str]], ...]
    torn: tuple[Refused, ...] = ()
    units: Mapping[str, str] = field(default_factory=dict)
    unused: tuple[str, ...] = ()

    def __iter__(self) -> Iterator[tuple[int, Mapping[str, str]]]:
        return iter(self.rows)


def read_table(path: str | Path, names: Mapping[str, Sequence[str]], needed: Sequence[str]) -> Table:
    """A CSV (comma, semicolon or tab; UTF-8) as rows by known column.

    `names` lists the spellings of each column. Raises `StudyError` for a file that cannot be read, a missing column, or
    two columns of one meaning.
    """
    source = Path(path)
    try:
        if source.stat().st_size > LARGEST_FILE:
            raise StudyError(
                f"'{path}' is larger than {LARGEST_FILE // 10**6} MB", expected="a table of scores or doses"
            )
        text = source.read_bytes().decode("utf-8-sig")
    except OSError as wrong:
        raise StudyError(f"cannot read '{path}': {wrong.strerror}") from None
    except UnicodeDecodeError:
        raise StudyError(f"'{path}' is not UTF-8 text", advice="save the table as CSV in UTF-8") from None
    lines = text.splitlines()
    if not lines:
        raise StudyError(f"'{path}' is empty", expected=f"a header line with {', '.join(needed)}")
    mark = max(";\t,", key=lines[0].count)
    reader = csv.reader(io.StringIO(text), delimiter=mark, strict=True)
    try:
        header, cells_of = next(reader), [(reader.line_num, cells) for cells in reader]
    except csv.Error as wrong:
        raise StudyError(
            f"'{path}' cannot be read as a table: {wrong}",
            place=Place(str(path), max(reader.line_num, 1)),
            advice="look for a quotation mark that is not closed",
        ) from None
    found: dict[int, str] = {}
    units: dict[str, str] = {}
    unused = []
    for place, written in enumerate(header):
        bare, unit = _without_unit(written)
        known = _known(bare, names)
        if known is None:
            unused.append(written.strip() or "(no name)")
            continue
        if known == "time" and _plain(bare) == "time" and "date" in {_plain(header[at]) for at in found}:
            known = CLOCK
        if known in found.values():
            other = header[next(at for at, name in found.items() if name == known)]
            raise StudyError(
                f"two columns mean {known}: '{other.strip()}' and '{written.strip()}'",
                place=Place(str(path), 1),
                expected="one of them",
                advice="rename the other, such as 'not used'",
            )
        found[place] = known
        if unit:
            units[known] = unit
    for name in needed:
        if name not in found.values():
            raise StudyError(
                f"no column for {name}",
                place=Place(str(path), 1, 1, shorten(lines[0]), len(shorten(lines[0]))),
                expected=f"a column called {' or '.join(names[name][:4])}",
                advice=closest(name, [_plain(cell) for cell in header]),
            )
    rows, torn = [], []
    for number, cells in cells_of:
        if any(cell.strip() for cell in cells[len(header) :]):
            why = f"{len(cells)} cells under {len(header)} columns (a decimal comma, or '{mark}' inside a cell without quotes?)"
            torn.append(Refused(number, why, mark.join(cells)))
        elif any(cell.strip() for cell in cells):
            row = {known: cells[at].strip() if at < len(cells) else "" for at, known in found.items()}
            if clock := row.pop(CLOCK, ""):
                row["time"] = f"{row['time']}T{'0' if clock[1:2] == ':' else ''}{clock}"
            rows.append((number, row))
    columns = tuple(name for name in found.values() if name != CLOCK)
    return Table(str(path), columns, tuple(rows), tuple(torn), units, tuple(unused))


def _plain(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", " ", text.lower()).strip()


def _without_unit(written: str) -> tuple[str, str]:
    """A head and the unit that it names in brackets: `Dose (mg/kg)`, `Duration [min]`."""
    match = re.fullmatch(r"(.*?)\s*[(\[]\s*([^)\]]*?)\s*[)\]]\s*", written)
    return (match[1], match[2]) if match and match[1] else (written, "")


def _known(written: str, names: Mapping[str, Sequence[str]]) -> str | None:
    """What a head means: one of the known spellings, with or without words that say nothing."""
    plain = _plain(written)
    short = " ".join(word for word in plain.split() if word not in SAYS_NOTHING)
    for text in (plain, short):
        for known, spellings in names.items():
            if text in (_plain(spelling) for spelling in spellings):
                return known
    return None


def number_in(text: str) -> float | None:
    """A plain number, with a decimal point or a decimal comma; None when it is none."""
    if not re.fullmatch(r"[+-]?\d{1,9}([.,]\d{1,9})?", text):
        return None
    return float(text.replace(",", "."))
