"""Reads connectomes in the forms that others use: The Virtual Brain's zip, ENIGMA's tables, plain CSV."""

from __future__ import annotations

import bz2
import csv
import io
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rewire.errors import Place
from rewire.network.failures import NetworkError

Array = NDArray[np.float64]

_LARGEST_LOGARITHM = 50.0  # no count of fibres has a larger one


@dataclass(frozen=True)
class Parts:
    """What a file holds, before it is checked."""

    name: str
    weights: Array
    labels: tuple[str, ...]
    lengths: Array | None = None
    centroids: Array | None = None


def read_tvb_zip(path: Path) -> Parts:
    """`weights.txt`, `centres.txt` (label, x, y, z) and `tract_lengths.txt`, plain or packed with bzip2."""
    content = _bytes(path)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            texts = {
                Path(name).name.removesuffix(".bz2").removesuffix(".txt"): _unpack(name, archive.read(name))
                for name in archive.namelist()
                if Path(name).name.removesuffix(".bz2").endswith(".txt")
            }
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, UnicodeDecodeError, ValueError, RuntimeError) as wrong:
        raise NetworkError(
            f"not a readable zip file: {wrong}", place=Place(str(path)), advice="export the connectome again"
        ) from None
    centres = texts.get("centres", texts.get("centers"))
    if "weights" not in texts or centres is None:
        raise NetworkError(
            "the zip file is no connectome of The Virtual Brain",
            place=Place(str(path)),
            expected="weights.txt and centres.txt",
            advice="it holds " + (", ".join(sorted(texts)) or "no text files"),
        )
    rows = [line.split() for line in centres.splitlines() if line.strip()]
    if any(len(row) < 4 for row in rows):
        raise NetworkError("a line of centres.txt is too short", place=Place(str(path)), expected="label x y z")
    return Parts(
        name=path.stem,
        weights=_numbers([line.split() for line in texts["weights"].splitlines()], path, "weights.txt"),
        labels=tuple(row[0] for row in rows),
        lengths=(
            _numbers([line.split() for line in texts["tract_lengths"].splitlines()], path, "tract_lengths.txt")
            if "tract_lengths" in texts
            else None
        ),
        centroids=_numbers([row[1:4] for row in rows], path, "centres.txt"),
    )


def read_enigma(folder: Path) -> Parts:
    """Structural matrix and labels of the ENIGMA toolbox, cortex and regions below it."""
    matrix, labels = folder / "strucMatrix_with_sctx.csv", folder / "strucLabels_with_sctx.csv"
    names = [name.strip() for row in _rows(labels) for name in row if name.strip()]
    logarithms = _numbers(_rows(matrix), matrix)
    if logarithms.max() > _LARGEST_LOGARITHM:
        raise NetworkError(
            f"the weights reach {logarithms.max():g}; the toolbox holds logarithms of fibre counts",
            place=Place(str(matrix)),
            advice="read plain counts with Network.from_csv",
        )
    return Parts(name="enigma", weights=np.expm1(logarithms), labels=tuple(names))


def read_csv(weights: Path, labels: Path | None, lengths: Path | None) -> Parts:
    """A square table; its labels stand in the first row and first column, or in a file of their own."""
    names, table = _labelled(weights)
    if labels is not None:
        names = tuple(name.strip() for row in _rows(labels) for name in row if name.strip())
    if names is None:
        raise NetworkError(
            "the table has no labels",
            place=Place(str(weights), 1),
            expected="labels in the first row and the first column, or a file of labels",
            advice="Network.from_csv(weights, labels='labels.csv')",
        )
    return Parts(
        name=weights.stem, weights=table, labels=names, lengths=None if lengths is None else _labelled(lengths)[1]
    )


def read_correlations(path: Path, labels: Path | None) -> tuple[tuple[str, ...] | None, Array]:
    """Labels, when there are any, and a square table of correlations; nan for an empty cell or `n/a`."""
    if path.suffix.lower() == ".npy":
        try:
            names, table = None, np.asarray(np.load(io.BytesIO(_bytes(path)), allow_pickle=False), dtype=np.float64)
        except (ValueError, TypeError, EOFError) as wrong:
            raise NetworkError(f"not a readable array: {wrong}", place=Place(str(path))) from None
    else:
        names, table = _labelled(path, gaps=True)
    if labels is not None:
        names = tuple(name.strip() for row in _rows(labels) for name in row if name.strip())
    return names, table


def _labelled(path: Path, gaps: bool = False) -> tuple[tuple[str, ...] | None, Array]:
    """The labels of a table, when it has any, and its numbers; with `gaps`, an empty cell or `n/a` is nan.

    Labels stand in the first row and the first column, or in the first row alone.
    """
    rows = _rows(path)
    head = [cell.strip() for cell in rows[0]]
    if all(_is_number(cell, gaps) for cell in head):
        return None, _numbers(rows, path, gaps=gaps)
    if len(rows) == len(head) + 1 and all(_is_number(row[0], gaps) for row in rows[1:]):
        return tuple(head), _numbers(rows[1:], path, gaps=gaps)
    if head[1:] != [row[0].strip() for row in rows[1:]]:
        raise NetworkError(
            "the labels of the rows differ from those of the columns",
            place=Place(str(path), 1),
            expected="the same labels in the same order",
        )
    return tuple(head[1:]), _numbers([row[1:] for row in rows[1:]], path, gaps=gaps)


def _rows(path: Path) -> list[list[str]]:
    try:
        text = _bytes(path).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise NetworkError("not a text file", place=Place(str(path)), expected="CSV in UTF-8") from None
    lines = [line for line in text.splitlines() if line.strip()]
    if not lines:
        raise NetworkError("the file is empty", place=Place(str(path)), expected="a table with commas or tabs")
    if "\t" not in lines[0] and "," not in lines[0] and " " in lines[0].strip():
        return [line.split() for line in lines]
    return list(csv.reader(lines, delimiter="\t" if "\t" in lines[0] else ","))


def _numbers(rows: list[list[str]], path: Path, part: str = "", gaps: bool = False) -> Array:
    rows = [row for row in rows if row]
    place = f"{path}{': ' + part if part else ''}"
    for number, row in enumerate(rows, start=1):
        wrong = next((cell for cell in row if not _is_number(cell, gaps)), None)
        if wrong is not None:
            raise NetworkError(f"'{wrong}' is not a number", place=Place(place, number), expected="numbers")
        if len(row) != len(rows[0]):
            raise NetworkError(
                f"this line has {len(row)} numbers, the first has {len(rows[0])}", place=Place(place, number)
            )
    return np.array([[np.nan if _is_gap(cell) else float(cell) for cell in row] for row in rows], dtype=np.float64)


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as wrong:
        raise NetworkError(f"the file cannot be read: {wrong.strerror}", place=Place(str(path))) from None


def _unpack(name: str, packed: bytes) -> str:
    return (bz2.decompress(packed) if name.endswith(".bz2") else packed).decode("utf-8")


def _is_number(cell: str, gaps: bool = False) -> bool:
    try:
        float(cell)
    except ValueError:
        return gaps and _is_gap(cell)
    return True


def _is_gap(cell: str) -> bool:
    return cell.strip().lower() in ("", "n/a", "na")
