"""The register of predictions: what was said of numbers before they were known, dated, and never changed afterwards.

A register is a file of one entry a line. Each entry holds the fingerprint of the one before, so that no entry can be
changed, taken out or put in between without breaking those that follow. Entries of older models stay.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from rewire.errors import EvidenceError, Place
from rewire.sources import evidence_folder

FILE = "register.jsonl"
FIRST = "0" * 64
"""What the first entry names as the one before."""


@dataclass(frozen=True)
class Entry:
    """One dated entry: `model` that made it, fingerprints of the trial `files`, predictions in `rows`."""

    date: str
    model: Mapping[str, Any]
    files: Mapping[str, str]
    rows: tuple[Mapping[str, Any], ...]
    before: str
    digest: str

    @staticmethod
    def made(
        date: str, model: Mapping[str, Any], files: Mapping[str, str], rows: Sequence[Mapping[str, Any]], before: str
    ) -> Entry:
        """An entry with its fingerprint."""
        content = {"date": date, "model": dict(model), "files": dict(files), "rows": [dict(row) for row in rows]}
        plain = json.loads(json.dumps(content, allow_nan=False))
        return Entry(
            plain["date"], plain["model"], plain["files"], tuple(plain["rows"]), before, _digest(plain, before)
        )

    def line(self) -> str:
        """The line of the file that holds it."""
        return json.dumps({**self.content(), "before": self.before, "digest": self.digest}, ensure_ascii=False)

    def content(self) -> dict[str, Any]:
        """What its fingerprint is of, beside the one before, as plain data."""
        return {"date": self.date, "model": self.model, "files": self.files, "rows": list(self.rows)}

    def says_the_same(self, other: Entry) -> bool:
        """Whether another entry was made by the same model of the same trials."""
        return (self.model, self.files) == (other.model, other.files)


def _digest(content: Mapping[str, Any], before: str) -> str:
    text = json.dumps({**content, "before": before}, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()


def read_register(text: str, source: str = FILE) -> tuple[Entry, ...]:
    """The entries of a register; refuses one in which an entry was changed, taken out or put in between."""
    found: list[Entry] = []
    for number, line in enumerate(text.splitlines(), start=1):
        place = Place(source, number)
        try:
            data = json.loads(line)
            entry = Entry.made(data["date"], data["model"], data["files"], data["rows"], data["before"])
            stated = str(data["digest"])
        except (ValueError, KeyError, TypeError, AttributeError) as wrong:
            raise EvidenceError("this line is not an entry of the register", place=place) from wrong
        if entry.before != (found[-1].digest if found else FIRST):
            raise EvidenceError(
                "an entry of the register does not follow the one before it",
                place=place,
                expected="every entry there has been, in its order",
                advice="take the register from the history of the project",
            )
        if entry.digest != stated:
            raise EvidenceError(
                "an entry of the register was changed after it was made",
                place=place,
                expected=f"what has the fingerprint {stated[:12]}",
                advice="take the register from the history of the project; append a new entry instead",
            )
        found.append(entry)
    return tuple(found)


def shipped_register() -> tuple[Entry, ...]:
    """The register that comes with the package."""
    file = evidence_folder() / FILE
    return read_register(file.read_text(encoding="utf-8")) if file.is_file() else ()


def register_at(path: str | Path) -> tuple[Entry, ...]:
    """The register in a file; empty where there is no file yet."""
    path = Path(path)
    return read_register(path.read_text(encoding="utf-8"), str(path)) if path.exists() else ()


def prospective_files() -> Mapping[str, str]:
    """The fingerprint (SHA-256) of the file of every unpublished trial, by its name."""
    files = (file for file in (evidence_folder() / "prospective").iterdir() if file.name.endswith(".yaml"))
    return MappingProxyType(
        {
            file.name.removesuffix(".yaml"): hashlib.sha256(
                file.read_text(encoding="utf-8").replace("\r\n", "\n").encode()
            ).hexdigest()
            for file in sorted(files, key=lambda file: file.name)
        }
    )
