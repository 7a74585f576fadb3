"""Everybody's scores on disk, block by block: Parquet (one row a person and time) or Zarr (arrays `[person, time]`).

Nothing half-written is left behind: the output is built beside its place and renamed at the end.
"""

from __future__ import annotations

import shutil
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rewire.errors import StudyError

SUFFIXES = (".parquet", ".zarr")
Scores = Mapping[str, NDArray[np.uint8]]


class Keeper(ABC):
    """Writes the scores of some arms as they come."""

    def __init__(self, path: Path, arms: Sequence[str]) -> None:
        self.path, self.arms = path, tuple(arms)
        self._writer: Any = None

    @classmethod
    @contextmanager
    def at(cls, path: str | None, arms: Sequence[str]) -> Iterator[Keeper | None]:
        """A keeper for a path, or none; on an error or Ctrl-C the unfinished output is removed."""
        if path is None:
            yield None
            return
        target = Path(path)
        if target.suffix not in SUFFIXES:
            raise StudyError(
                f"cannot write people's scores to '{path}'", expected=f"a path that ends in {' or '.join(SUFFIXES)}"
            )
        if not target.parent.is_dir():
            raise StudyError(f"the folder '{target.parent}' does not exist", advice="create it first")
        beside = target.with_name(f".{target.name}.unfinished")
        _remove(beside)
        keeper = _ParquetKeeper(beside, arms) if target.suffix == ".parquet" else _ZarrKeeper(beside, arms)
        try:
            yield keeper
            keeper.close()
            _remove(target)
            beside.rename(target)
        finally:
            _remove(beside)

    def add(self, arm: str, first: int, hours: NDArray[np.float64], scores: Scores) -> None:
        """Writes one block of one arm; `scores[scale]` is `[time, person]`, persons are numbered from `first`."""
        if arm in self.arms:
            self._write(arm, first, hours, scores)

    @abstractmethod
    def _write(self, arm: str, first: int, hours: NDArray[np.float64], scores: Scores) -> None:
        """Writes one block."""

    @abstractmethod
    def close(self) -> None:
        """Finishes the output."""


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


class _ParquetKeeper(Keeper):
    """One row a plan, person and time, with a column a scale."""

    def _write(self, arm: str, first: int, hours: NDArray[np.float64], scores: Scores) -> None:
        import pyarrow as pa
        import pyarrow.parquet as pq

        times, people = next(iter(scores.values())).shape
        columns: dict[str, Any] = {
            "plan": pa.DictionaryArray.from_arrays(np.zeros(times * people, np.int8), [arm]),
            "person": np.repeat(np.arange(first, first + people), times),
            "hours": np.tile(hours.astype(np.float32), people),
            **{scale: values.T.ravel() for scale, values in scores.items()},
        }
        table = pa.table(columns)
        if self._writer is None:
            self._writer = pq.ParquetWriter(self.path, table.schema, compression="zstd")
        self._writer.write_table(table)

    def close(self) -> None:
        """Writes the footer."""
        if self._writer is not None:
            self._writer.close()


class _ZarrKeeper(Keeper):
    """A group a plan; in it `hours`, `person` and an array `[person, time]` a scale."""

    def _write(self, arm: str, first: int, hours: NDArray[np.float64], scores: Scores) -> None:
        import zarr

        if self._writer is None:
            self._writer = zarr.open_group(str(self.path), mode="w")
        times, people = next(iter(scores.values())).shape
        if arm not in self._writer:
            group = self._writer.create_group(arm)
            group.create_array("hours", data=hours)
            group.create_array("person", shape=(0,), chunks=(2048,), dtype="int64")
            for scale in scores:
                group.create_array(scale, shape=(0, times), chunks=(2048, times), dtype="uint8")
        group = self._writer[arm]
        self._extend(group["person"], np.arange(first, first + people))
        for scale, values in scores.items():
            self._extend(group[scale], values.T)

    def close(self) -> None:
        """Every array is complete already."""

    @staticmethod
    def _extend(array: Any, values: NDArray[Any]) -> None:
        before = array.shape[0]
        array.resize((before + values.shape[0], *array.shape[1:]))
        array[before:] = values
