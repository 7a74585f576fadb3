"""References: a small reader for plain BibTeX, and how a reference is cited."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from rewire.errors import EvidenceError, Place

_ACCENTS = {
    '"': "\u0308",
    "'": "\u0301",
    "`": "\u0300",
    "^": "\u0302",
    "~": "\u0303",
    "v": "\u030c",
    "c": "\u0327",
    "r": "\u030a",
    "=": "\u0304",
}
_LETTERS = {r"\o": "ø", r"\O": "Ø", r"\ae": "æ", r"\ss": "ß", r"\l": "ł", r"\L": "Ł", r"\aa": "å", r"\AA": "Å"}
_OPENING = re.compile(r"@(\w+)\s*\{\s*([^\s,{}]+)\s*,")
_FIELD = re.compile(r"\s*([\w-]+)\s*=\s*")


@dataclass(frozen=True)
class Reference:
    """A published source: `authors` as "Family, Given", in order; `doi` or `url` says where to read it."""

    key: str
    authors: tuple[str, ...]
    title: str
    year: int
    journal: str = ""
    doi: str = ""
    url: str = ""

    @property
    def address(self) -> str:
        """Where to read it on the web."""
        return f"https://doi.org/{self.doi}" if self.doi else self.url

    @property
    def short(self) -> str:
        """How it is named in a sentence: `Leucht et al. 2018`."""
        families = [author.partition(",")[0] for author in self.authors]
        named = families[0] if len(families) == 1 else " and ".join(families)
        if len(families) > 2 or families[-1] == "others":
            named = f"{families[0]} et al."
        return f"{named} {self.year}"

    @property
    def full(self) -> str:
        """The line of a bibliography."""
        parts = (f"{self.short}.", f"{self.title}.", f"{self.journal}." if self.journal else "", self.address)
        return " ".join(part for part in parts if part)


def read_references(text: str, file: str) -> dict[str, Reference]:
    """The references in the text of a BibTeX file called `file`, by key."""
    found: dict[str, Reference] = {}
    for opening in re.finditer(r"@", text):
        start = opening.start()
        if text[text.rfind("\n", 0, start) + 1 : start].strip():
            continue
        place = Place(file, text.count("\n", 0, start) + 1)
        head = _OPENING.match(text, start)
        if not head:
            raise EvidenceError(
                "a reference without type and key", place=place, expected="@article{key, author = {...}, ...}"
            )
        key = head[2]
        if key in found:
            raise EvidenceError(f"the reference '{key}' appears twice", place=place)
        found[key] = _make_reference(key, _read_fields(text, head.end(), key, place), place)
    return found


def _make_reference(key: str, fields: dict[str, str], place: Place) -> Reference:
    for needed in ("author", "title", "year"):
        if not fields.get(needed):
            raise EvidenceError(f"the reference '{key}' has no {needed}", place=place, expected=f"{needed} = {{...}}")
    if not (fields.get("doi") or fields.get("url")):
        raise EvidenceError(f"the reference '{key}' has neither doi nor url", place=place, expected="doi = {10....}")
    if not re.fullmatch(r"\d{4}", fields["year"]):
        raise EvidenceError(f"'{fields['year']}' is not a year in the reference '{key}'", place=place)
    return Reference(
        key=key,
        authors=tuple(re.split(r"\s+and\s+", fields["author"])),
        title=fields["title"],
        year=int(fields["year"]),
        journal=fields.get("journal", fields.get("institution", fields.get("publisher", ""))),
        doi=fields.get("doi", "").removeprefix("https://doi.org/"),
        url=fields.get("url", ""),
    )


def _read_fields(text: str, start: int, key: str, place: Place) -> dict[str, str]:
    fields: dict[str, str] = {}
    while True:
        field = _FIELD.match(text, start)
        if not field:
            break
        value, start = _read_value(text, field.end(), key, place)
        name = field[1].lower()
        fields[name] = value.strip() if name in ("doi", "url") else _clean(value)
        rest = re.compile(r"\s*,?").match(text, start)
        start = rest.end() if rest else start
    if not re.compile(r"\s*\}").match(text, start):
        raise EvidenceError(f"the reference '{key}' does not end with a bracket", place=place, expected="}")
    return fields


def _read_value(text: str, start: int, key: str, place: Place) -> tuple[str, int]:
    """The value that begins at `start`, without its brackets or quotes, and where it ends."""
    if bare := re.compile(r"\d+").match(text, start):
        return bare[0], bare.end()
    opening = text[start : start + 1]
    if opening in ("{", '"'):
        depth = 0
        for end in range(start + 1, len(text)):
            if depth == 0 and text[end] == ("}" if opening == "{" else '"'):
                return text[start + 1 : end], end + 1
            depth += {"{": 1, "}": -1}.get(text[end], 0)
    raise EvidenceError(f"a value in the reference '{key}' is not closed", place=place, expected="{...}")


def _clean(text: str) -> str:
    """Plain letters for the few LaTeX commands that names and titles need."""
    for command, letter in _LETTERS.items():
        text = re.sub(rf"{re.escape(command)}(?![A-Za-z])\s*", letter, text)
    accent = re.compile(r"\\([\"'`^~=]|[vcr](?![A-Za-z]))\s*\{?\s*\\?([A-Za-z])\}?")
    text = accent.sub(lambda match: unicodedata.normalize("NFC", match[2] + _ACCENTS[match[1]]), text)
    text = re.sub(r"\\([&%$#_])", r"\1", text).replace("--", "\u2013")
    return re.sub(r"\s+", " ", re.sub(r"[{}]", "", text)).strip()
