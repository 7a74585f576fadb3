"""The library of evidence: every number of the tables and every reference, found by name."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources.abc import Traversable
from types import MappingProxyType

from rewire.errors import EvidenceError, Place, closest
from rewire.evidence.bibliography import Reference, read_references
from rewire.sources import Entry, evidence_folder, load_table, table_names


@cache
def parameters() -> Mapping[str, Entry]:
    """The parameters of the model by name: the entries of all tables of kind "parameters"; each stands in one table."""
    found: dict[str, Entry] = {}
    for table in map(load_table, table_names()):
        for name, entry in table.entries().items() if table["kind"] == "parameters" else ():
            if name in found:
                raise EvidenceError(
                    f"the parameter '{name}' stands in two tables: {found[name].table}.toml and {entry.table}.toml",
                    place=Place(f"{entry.table}.toml"),
                    expected="one table for each parameter",
                )
            found[name] = entry
    return MappingProxyType(found)


def find(name: str) -> Entry:
    """The entry of a parameter."""
    known = parameters()
    if name not in known:
        raise EvidenceError(
            f"no table holds the parameter '{name}'",
            expected="a [table] of that name with value, unit, how and its source in evidence/tables",
            advice=closest(name, known),
        )
    return known[name]


@cache
def entries() -> Mapping[str, Entry]:
    """Every entry of every table under its full name: table, groups and name with dots, `scales.MADRS.remission`."""
    return MappingProxyType(
        {f"{table}.{entry.name}": entry for table in table_names() for entry in load_table(table).walk()}
    )


@cache
def references() -> Mapping[str, Reference]:
    """Every reference by key, from all files of `evidence/references`."""
    found: dict[str, Reference] = {}
    for file in _reference_files():
        for key, reference in read_references(file.read_text(encoding="utf-8"), file.name).items():
            if key in found and not _same_work(found[key], reference):
                raise EvidenceError(
                    f"the key '{key}' names two different works",
                    place=Place(file.name),
                    expected=f"{found[key].title}",
                    advice="a letter after the year of one of them",
                )
            found.setdefault(key, reference)
    return MappingProxyType(found)


def reference(key: str) -> Reference:
    """The reference with a key such as `leucht-2018`."""
    known = references()
    if key not in known:
        raise EvidenceError(f"no reference has the key '{key}'", advice=closest(key, known))
    return known[key]


def bibliography(keys: Iterable[str]) -> tuple[Reference, ...]:
    """The references with these keys, each once, in the order of their citations."""
    return tuple(sorted({reference(key) for key in keys}, key=lambda item: (item.short.lower(), item.key)))


def missing_sources() -> tuple[str, ...]:
    """The entries whose source is in no reference file, as `table.name: key`; empty when all is well."""
    known = references()
    return tuple(
        f"{name}: {entry.source}" for name, entry in entries().items() if entry.source and entry.source not in known
    )


@cache
def evidence_hash() -> str:
    """A fingerprint (SHA-256) of all tables and references: the same files give the same letters on any machine."""
    total = hashlib.sha256()
    files = [evidence_folder() / "tables" / f"{name}.toml" for name in table_names()]
    for file in (*files, *_reference_files()):
        text = file.read_text(encoding="utf-8").replace("\r\n", "\n").encode()
        total.update(f"{file.name}\n{len(text)}\n".encode())
        total.update(text)
    return total.hexdigest()


def _reference_files() -> list[Traversable]:
    files = (evidence_folder() / "references").iterdir()
    return sorted((file for file in files if file.name.endswith(".bib")), key=lambda file: file.name)


def _same_work(one: Reference, other: Reference) -> bool:
    if one.doi and other.doi:
        return one.doi.lower() == other.doi.lower()
    return one.title.casefold() == other.title.casefold()
