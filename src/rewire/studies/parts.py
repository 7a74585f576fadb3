"""A folder of people's scores in parts, one a block of people: on any file system, finished parts first-class.

A part is written under another name and moved to its own when it is whole. What is there is therefore finished, whoever
wrote it and whoever was killed meanwhile. Paths with `://` go through fsspec (`s3://...`, `gs://...`, `memory://...`).
"""

from __future__ import annotations

import io
import json
import os
import uuid
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rewire.errors import StudyError

STUDY = "study.json"
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

    def claim(self, study: Mapping[str, Any]) -> None:
        """Writes which study lives here; another one is refused."""
        text = json.dumps(study, indent=2, sort_keys=True, default=str) + "\n"
        before = self.read(STUDY)
        if before is None:
            if any(not name.startswith(".") for name in self.names()):
                raise StudyError(f"'{self.path}' holds files of something else", advice="choose a new folder")
            self.write(STUDY, text.encode())
        elif before.decode() != text:
            raise StudyError(
                f"'{self.path}' holds another study",
                expected="the same plans, people, seed, length and version, to go on with it",
                advice="choose a new folder",
            )


class Format(ABC):
    """How a part is written."""

    suffix: str

    def name(self, number: int) -> str:
        """The name of a part."""
        return f"part-{number:07d}{self.suffix}"

    @abstractmethod
    def content(self, arms: Mapping[str, Scores], first: int, hours: NDArray[np.float64]) -> bytes:
        """A part's content: the scores of every arm for the people from `first` on."""


class ParquetFormat(Format):
    """One row a plan, person and time, with a column a scale; the folder is one Parquet data set."""

    suffix = ".parquet"

    def content(self, arms: Mapping[str, Scores], first: int, hours: NDArray[np.float64]) -> bytes:
        """The rows of a part."""
        import pyarrow as pa
        import pyarrow.parquet as pq

        tables = []
        for number, scores in enumerate(arms.values()):
            times, people = next(iter(scores.values())).shape
            codes = np.full(times * people, number, np.int8)
            columns: dict[str, Any] = {
                "plan": pa.DictionaryArray.from_arrays(codes, list(arms)),
                "person": np.repeat(np.arange(first, first + people), times),
                "hours": np.tile(hours.astype(np.float32), people),
                **{scale: np.ascontiguousarray(values.T).ravel() for scale, values in scores.items()},
            }
            tables.append(pa.table(columns))
        sink = io.BytesIO()
        pq.write_table(pa.concat_tables(tables), sink, compression="zstd", compression_level=1)
        return sink.getvalue()


class ArrayFormat(Format):
    """NumPy arrays `<plan>/<scale>` of shape `[person, time]`, with `hours` and `person`, in one compressed file."""

    suffix = ".npz"

    def content(self, arms: Mapping[str, Scores], first: int, hours: NDArray[np.float64]) -> bytes:
        """The arrays of a part."""
        people = next(iter(next(iter(arms.values())).values())).shape[1]
        arrays: dict[str, NDArray[Any]] = {"hours": hours, "person": np.arange(first, first + people)}
        for arm, scores in arms.items():
            arrays |= {f"{arm}/{scale}": values.T for scale, values in scores.items()}
        sink = io.BytesIO()
        np.savez_compressed(sink, **arrays)  # type: ignore[arg-type]
        return sink.getvalue()


FORMATS: Mapping[str, Format] = {"parquet": ParquetFormat(), "npz": ArrayFormat()}
