"""A folder of people's scores in parts, one a block of people: on any file system, each part whole or not there.

A file is written under another name and moved to its own when it is whole. What is there is therefore finished, whoever
wrote it and whoever was killed meanwhile. Paths with `://` go through fsspec (`s3://...`, `gs://...`, `memory://...`).
"""

from __future__ import annotations

import io
import json
import os
import uuid
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rewire.errors import StudyError

STUDY = "_study.json"
COMPLETE = "_complete.json"
"""There once every part is."""
Hours = NDArray[np.float64]
Scores = Mapping[str, NDArray[np.uint8]]
"""`[time, person]` by scale."""


@dataclass(frozen=True)
class Place:
    """A folder on a file system."""

    path: str

    @property
    def remote(self) -> bool:
        """Whether fsspec is needed."""
        return "://" in self.path

    def _system(self) -> tuple[Any, str]:
        try:
            import fsspec
        except ImportError:
            raise StudyError(f"'{self.path}' needs fsspec", advice="pip install 'rewire[cluster]'") from None
        return fsspec.core.url_to_fs(self.path)  # type: ignore[no-any-return]

    def write(self, name: str, content: bytes) -> None:
        """Writes a file in one piece: it is there whole or not at all."""
        spare = f".{name}.{uuid.uuid4().hex}"
        if self.remote:
            system, folder = self._system()
            system.makedirs(folder, exist_ok=True)
            system.pipe_file(f"{folder}/{spare}", content)
            system.mv(f"{folder}/{spare}", f"{folder}/{name}")
            return
        folder_path = Path(self.path)
        folder_path.mkdir(parents=True, exist_ok=True)
        with (folder_path / spare).open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        (folder_path / spare).replace(folder_path / name)

    def read(self, name: str) -> bytes | None:
        """The content of a file, or nothing."""
        if self.remote:
            system, folder = self._system()
            return bytes(system.cat_file(f"{folder}/{name}")) if system.exists(f"{folder}/{name}") else None
        path = Path(self.path) / name
        return path.read_bytes() if path.is_file() else None

    def names(self) -> set[str]:
        """The files that are there."""
        if self.remote:
            system, folder = self._system()
            if not system.exists(folder):
                return set()
            return {str(path).rsplit("/", 1)[-1] for path in system.ls(folder, detail=False, refresh=True)}
        folder_path = Path(self.path)
        return {path.name for path in folder_path.iterdir()} if folder_path.is_dir() else set()

    def claim(self, study: Mapping[str, Any], where: Place) -> None:
        """Writes which study's parts stand in `where`; another one is refused."""
        text = json.dumps(study, indent=2, sort_keys=True, default=str) + "\n"
        before = self.read(STUDY)
        if before is None:
            if any(not name.startswith(".") for name in where.names()):
                raise StudyError(f"'{where.path}' holds something else", advice="choose a new folder")
            self.write(STUDY, text.encode())
        elif before.decode() != text:
            raise StudyError(
                f"'{where.path}' holds another study",
                expected="the same plans, people, seed, length and version, to go on with it",
                advice="choose a new folder",
            )


class Format(ABC):
    """How parts are written."""

    @abstractmethod
    def books(self, path: str) -> Place:
        """Where it is written down which study this is and which parts are finished."""

    @abstractmethod
    def mark(self, number: int) -> str:
        """The file whose being there says that a part is finished."""

    @abstractmethod
    def begin(self, path: str, plans: Sequence[str], scales: Sequence[str], people: range, hours: Hours) -> None:
        """Prepares what all parts share; harmless when done already. `people` goes up in steps of a part."""

    @abstractmethod
    def write(self, path: str, number: int, arms: Mapping[str, Scores], first: int, hours: Hours) -> None:
        """Writes a part: the scores of every arm for the people from `first` on."""


class ParquetFormat(Format):
    """One row a plan, person and time, with a column a scale; the folder is one Parquet data set."""

    def books(self, path: str) -> Place:
        """The folder itself: readers of Parquet leave names with an underscore alone."""
        return Place(path)

    def mark(self, number: int) -> str:
        """The part itself."""
        return f"part-{number:07d}.parquet"

    def begin(self, path: str, plans: Sequence[str], scales: Sequence[str], people: range, hours: Hours) -> None:
        """Parts share nothing."""

    def write(self, path: str, number: int, arms: Mapping[str, Scores], first: int, hours: Hours) -> None:
        """The rows of a part."""
        import pyarrow as pa
        import pyarrow.parquet as pq

        tables, scales = [], list(next(iter(arms.values())))
        for code, scores in enumerate(arms.values()):
            times, people = scores[scales[0]].shape
            columns: dict[str, Any] = {
                "plan": pa.DictionaryArray.from_arrays(np.full(times * people, code, np.int8), list(arms)),
                "person": np.repeat(np.arange(first, first + people), times),
                "hours": np.tile(hours.astype(np.float32), people),
                **{scale: np.ascontiguousarray(values.T).ravel() for scale, values in scores.items()},
            }
            tables.append(pa.table(columns))
        sink = io.BytesIO()
        pq.write_table(
            pa.concat_tables(tables),
            sink,
            compression="zstd",
            compression_level=1,
            # Sorting values into dictionaries takes longer than all of this, and the files are no smaller.
            use_dictionary=["plan"],
            column_encoding={**dict.fromkeys((*scales, "hours"), "BYTE_STREAM_SPLIT"), "person": "DELTA_BINARY_PACKED"},
        )
        self.books(path).write(self.mark(number), sink.getvalue())


class ZarrFormat(Format):
    """A group a plan; in it `hours`, `person` and an array `[person, time]` a scale, a chunk a part."""

    def books(self, path: str) -> Place:
        """A folder beside: readers of Zarr complain of files that they do not know."""
        return Place(f"{path.rstrip('/')}.parts")

    def mark(self, number: int) -> str:
        """An empty file, written after the chunks of a part."""
        return f"part-{number:07d}"

    def begin(self, path: str, plans: Sequence[str], scales: Sequence[str], people: range, hours: Hours) -> None:
        """Empty arrays for everybody. A quarter of the time to compress costs a twentieth more on disk."""
        import zarr
        from zarr.codecs import ZstdCodec

        whole, numbers = zarr.open_group(path, mode="a"), np.arange(people.start, people.stop)
        for plan in plans:
            group = whole.require_group(plan)
            for name, values in (("hours", hours), ("person", numbers)):
                group.require_array(name, shape=values.shape, dtype=values.dtype)[:] = values
            for scale in scales:
                shape, chunks = (numbers.size, hours.size), (min(people.step, numbers.size), hours.size)
                group.require_array(scale, shape=shape, chunks=chunks, dtype="uint8", compressors=ZstdCodec(level=1))

    def write(self, path: str, number: int, arms: Mapping[str, Scores], first: int, hours: Hours) -> None:
        """The chunks of a part, then its mark."""
        import zarr

        whole = zarr.open_group(path, mode="r+")
        for plan, scores in arms.items():
            start = first - int(whole[plan]["person"][0])
            for scale, values in scores.items():
                whole[plan][scale][start : start + values.shape[1]] = values.T
        self.books(path).write(self.mark(number), b"")


FORMATS: Mapping[str, Format] = {".parquet": ParquetFormat(), ".zarr": ZarrFormat()}
"""By the ending of the folder's name."""


def format_of(path: str) -> Format:
    """The format that the name of a folder asks for. Raises `StudyError` for another ending."""
    for ending, form in FORMATS.items():
        if path.rstrip("/").endswith(ending):
            return form
    raise StudyError(
        f"cannot write people's scores to '{path}'", expected=f"a path that ends in {' or '.join(FORMATS)}"
    )
