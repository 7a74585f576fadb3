"""References: reading plain BibTeX, and refusing what is incomplete."""

from __future__ import annotations

from pathlib import Path

import pytest

from rewire.errors import EvidenceError
from rewire.evidence import library
from rewire.evidence.bibliography import Reference, read_references

GOOD = r"""
% a comment
@article{muller-2000,
  author = {M{\"u}ller, Matthias J. and Kozari{\'c}, Ana and Muck-{\v{S}}eler, D.},
  title = "{MADRS} and {HAM-D}: a test of 50 \%",
  journal = {Child Abuse \& Neglect},
  year = 2000,
  doi = {10.1016/s0165-0327(99)00162-7},
}

@misc{label-2020, author = {{Janssen}}, title = {A label}, year = {2020}, url = {https://example.org/a_b}}
"""


def test_reading() -> None:
    found = read_references(GOOD, "x.bib")
    assert list(found) == ["muller-2000", "label-2020"]
    first, second = found.values()
    assert first.authors == ("Müller, Matthias J.", "Kozarić, Ana", "Muck-Šeler, D.")
    assert first.title == "MADRS and HAM-D: a test of 50 %"
    assert first.journal == "Child Abuse & Neglect"
    assert first.address == "https://doi.org/10.1016/s0165-0327(99)00162-7"
    assert second == Reference("label-2020", ("Janssen",), "A label", 2020, url="https://example.org/a_b")


@pytest.mark.parametrize(
    ("authors", "short"),
    [
        (("Sun, Y.",), "Sun 2020"),
        (("Duru, G.", "Fantino, B."), "Duru and Fantino 2020"),
        (("Sun, Y.", "others"), "Sun et al. 2020"),
        (("A, B.", "C, D.", "E, F."), "A et al. 2020"),
    ],
)
def test_citations(authors: tuple[str, ...], short: str) -> None:
    assert Reference("k", authors, "T", 2020, url="u").short == short


def test_the_full_line() -> None:
    assert Reference("k", ("A, B.",), "T", 2020, "J", "10.1/x").full == "A 2020. T. J. https://doi.org/10.1/x"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("@article{a, title = {T}, year = {2000}, doi = {1}}", "'a' has no author"),
        ("@article{a, author = {A, B}, year = {2000}, doi = {1}}", "'a' has no title"),
        ("@article{a, author = {A, B}, title = {T}, doi = {1}}", "'a' has no year"),
        ("@article{a, author = {A, B}, title = {T}, year = {2000}}", "'a' has neither doi nor url"),
        ("@article{a, author = {A, B}, title = {T}, year = {in press}, doi = {1}}", "'in press' is not a year"),
        ("@article{a, author = {A, B}, title = {T}, year = {2000}, doi = {1}", "'a' does not end with a bracket"),
        ("@article{a, author = {A, B", "a value in the reference 'a' is not closed"),
        ("@article{a, author = someone}", "a value in the reference 'a' is not closed"),
        ("@article author = {A}", "a reference without type and key"),
    ],
)
def test_incomplete_references_are_refused(text: str, problem: str) -> None:
    with pytest.raises(EvidenceError, match=problem) as caught:
        read_references("\n" + text, "x.bib")
    assert caught.value.place is not None
    assert (caught.value.place.source, caught.value.place.line) == ("x.bib", 2)


def test_a_key_appears_once_in_a_file() -> None:
    with pytest.raises(EvidenceError, match="'label-2020' appears twice"):
        read_references(GOOD + GOOD[GOOD.index("@misc") :], "x.bib")


@pytest.mark.parametrize(("title", "works"), [("A label", True), ("Another label", False)])
def test_a_key_in_two_files_names_the_same_work(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, title: str, works: bool
) -> None:
    files = [tmp_path / name for name in ("a.bib", "b.bib")]
    files[0].write_text(GOOD, encoding="utf-8")
    files[1].write_text(f"@misc{{label-2020, author = {{J}}, title = {{{title}}}, year = 2020, url = {{u}}}}")
    monkeypatch.setattr(library, "_reference_files", lambda: files)
    library.references.cache_clear()
    try:
        if works:
            assert library.reference("label-2020").url == "https://example.org/a_b"
        else:
            with pytest.raises(EvidenceError, match="'label-2020' names two different works"):
                library.references()
    finally:
        library.references.cache_clear()


def test_every_shipped_reference_has_an_address() -> None:
    assert all(item.address.startswith("http") for item in library.references().values())
