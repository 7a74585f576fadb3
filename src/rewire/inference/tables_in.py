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


@dataclass(frozen=True)
class Refused:
    """A row that was not used, and why."""

    row: int
    why: str
    text: str


@dataclass
class Report:
    """What was read from a file, what was refused, and what was assumed on the way."""

    source: str
    read: int = 0
    refused: list[Refused] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

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
        said += [f"  note: {note}" for note in self.notes]
        said += [f"  line {bad.row} refused: {bad.why} ({bad.text})" for bad in self.refused[:most]]
        if len(self.refused) > most:
            said.append(f"  and {len(self.refused) - most} more refused lines")
        return said


@dataclass(frozen=True)
class Table:
    """Rows of a file with the columns under their known names; `line` numbers count from 1 with the header.

    `torn` are rows with more cells than the header has.
    """

    source: str
    columns: tuple[str, ...]
    rows: tuple[tuple[int, Mapping[str, str]], ...]
    torn: tuple[Refused, ...] = ()

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
    for place, written in enumerate(header):
        known = _known(written, names)
        if known is None:
            continue
        if known in found.values():
            raise StudyError(f"two columns mean {known}", place=Place(str(path), 1), expected="one of them")
        found[place] = known
    for name in needed:
        if name not in found.values():
            raise StudyError(
                f"no column for {name}",
                place=Place(str(path), 1, 1, lines[0], len(lines[0])),
                expected=f"a column called {' or '.join(names[name][:4])}",
                advice=closest(name, [_plain(cell) for cell in header]),
            )
    rows, torn = [], []
    for number, cells in cells_of:
        if any(cell.strip() for cell in cells[len(header) :]):
            why = f"{len(cells)} cells under {len(header)} columns (a decimal comma, or a separator inside a cell?)"
            torn.append(Refused(number, why, mark.join(cells)))
        elif any(cell.strip() for cell in cells):
            rows.append((number, {known: cells[at].strip() if at < len(cells) else "" for at, known in found.items()}))
    return Table(str(path), tuple(found.values()), tuple(rows), tuple(torn))


def _plain(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", " ", text.lower()).strip()


def _known(written: str, names: Mapping[str, Sequence[str]]) -> str | None:
    plain = _plain(written)
    return next((known for known, spellings in names.items() if plain in (_plain(s) for s in spellings)), None)


def number_in(text: str) -> float | None:
    """A plain number, with a decimal point or a decimal comma; None when it is none."""
    if not re.fullmatch(r"[+-]?\d{1,9}([.,]\d{1,9})?", text):
        return None
    return float(text.replace(",", "."))
