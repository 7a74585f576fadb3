"""The library: every shipped number loads, has a known unit and a source that exists."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from rewire.errors import EvidenceError
from rewire.evidence import library
from rewire.sources import load_table, read_table, table_names
from rewire.units import dimension

KEY = re.compile(r"\b[a-z]+(?:-[a-z]+)*-(?:19|20)\d\d\b")


@pytest.fixture
def shipped(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, str]]:
    """Stand-in tables, name to text, that the library reads instead of the shipped ones."""
    texts: dict[str, str] = {}
    monkeypatch.setattr(library, "table_names", lambda: tuple(sorted(texts)))
    monkeypatch.setattr(library, "load_table", lambda name: read_table(texts[name], name))
    for cached in (library.parameters, library.entries):
        cached.cache_clear()
    yield texts
    for cached in (library.parameters, library.entries):
        cached.cache_clear()


def table(kind: str, *names: str) -> str:
    entry = 'value = 1\nunit = "1"\nhow = "assumed"\nwhy = "test"\n'
    return f'title = "t"\nkind = "{kind}"\n' + "".join(f"[{name}]\n{entry}" for name in names)


@pytest.mark.parametrize("name", table_names())
def test_every_shipped_table_loads_and_every_unit_has_a_dimension(name: str) -> None:
    found = list(load_table(name).walk())
    assert found or load_table(name)["kind"] == "lists", "a table of parameters holds numbers"
    assert all(dimension(entry.unit) for entry in found)


def test_every_source_has_a_reference() -> None:
    assert library.missing_sources() == ()


@pytest.mark.parametrize("name", ["populations", "scales", "switches"])
def test_every_key_in_a_reason_or_note_has_a_reference(name: str) -> None:
    words = " ".join(f"{entry.why} {entry.note} {entry.where}" for entry in load_table(name).walk())
    assert set(KEY.findall(words)) <= set(library.references())


def test_parameters_are_the_top_level_entries_of_their_tables(shipped: dict[str, str]) -> None:
    shipped["receptor"] = table("parameters", "half_block", "hill")
    shipped["scales"] = table("lists", "loose")
    assert list(library.parameters()) == ["half_block", "hill"]
    assert library.find("hill").table == "receptor"
    assert list(library.entries()) == ["receptor.half_block", "receptor.hill", "scales.loose"]
    with pytest.raises(EvidenceError, match=r"no table holds the parameter 'hil'(.|\n)*did you mean 'hill'"):
        library.find("hil")


def test_a_parameter_in_two_tables_is_refused(shipped: dict[str, str]) -> None:
    shipped["drug"] = table("parameters", "half_block")
    shipped["receptor"] = table("parameters", "half_block")
    with pytest.raises(EvidenceError, match=r"'half_block' stands in two tables: drug\.toml and receptor\.toml"):
        library.parameters()


def test_missing_sources_are_named(shipped: dict[str, str]) -> None:
    shipped["receptor"] = table("parameters", "a") + 'source = "nobody-1900"\nwhere = "p. 1"\n'
    assert library.missing_sources() == ("receptor.a: nobody-1900",)


def test_references_are_found_by_key_and_ordered_for_a_bibliography() -> None:
    assert library.reference("leucht-2018").doi == "10.1016/j.jad.2017.09.042"
    with pytest.raises(EvidenceError, match=r"no reference has the key 'leucht-2017'(.|\n)*leucht-2018"):
        library.reference("leucht-2017")
    keys = [item.key for item in library.bibliography(["sun-2020", "bobo-2016", "sun-2020"])]
    assert keys == ["bobo-2016", "sun-2020"]


def test_the_fingerprint_is_stable_and_covers_every_file(monkeypatch: pytest.MonkeyPatch) -> None:
    first = library.evidence_hash()
    assert re.fullmatch("[0-9a-f]{64}", first)
    library.evidence_hash.cache_clear()
    assert library.evidence_hash() == first
    for names, files in (
        (table_names()[1:], library._reference_files()),
        (table_names(), library._reference_files()[1:]),
    ):
        monkeypatch.setattr(library, "table_names", lambda names=names: names)
        monkeypatch.setattr(library, "_reference_files", lambda files=files: files)
        library.evidence_hash.cache_clear()
        assert library.evidence_hash() != first
    library.evidence_hash.cache_clear()
