"""The claims the product turns into numbers: each with its grade, sources for and against, and the run that shows it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from rewire.errors import EvidenceError, closest
from rewire.sources import Group, load_table


@dataclass(frozen=True)
class Claim:
    """One claim. `supports` and `opposes` hold what works say, by reference key; `contradictions` what is carried how.

    `run` is the command that draws its picture, `shows` what is on it.
    """

    name: str
    title: str
    grade: str
    rule: str
    why: str
    model: str
    run: str
    shows: str
    unknown: str
    supports: tuple[tuple[str, str], ...]
    opposes: tuple[tuple[str, str], ...]
    contradictions: tuple[tuple[str, str], ...]


def claim_names() -> tuple[str, ...]:
    """The claims, `C1` to the last, in order."""
    return tuple(name for name in load_table("claims").groups() if name != "grades")


def grades() -> dict[str, str]:
    """The rule of grading: what each letter means."""
    group = load_table("claims").group("grades")
    return {letter: group.text(letter) for letter in group}


@cache
def find_claim(name: str) -> Claim:
    """The claim of that name, in capitals or not."""
    names = claim_names()
    if name.upper() not in names:
        raise EvidenceError(
            f"there is no claim '{name}'", expected=", ".join(names), advice=closest(name.upper(), names)
        )
    group = load_table("claims").group(name.upper())
    texts = {key: group.text(key) for key in ("title", "grade", "why", "model", "run", "shows", "unknown")}
    carried = group.group("contradictions").groups().values()
    return Claim(
        name=name.upper(),
        rule=grades()[texts["grade"]],
        supports=_said(group.group("for")),
        opposes=_said(group.group("against")),
        contradictions=tuple((one.text("says"), one.text("carried")) for one in carried),
        **texts,
    )


def _said(group: Group) -> tuple[tuple[str, str], ...]:
    return tuple((key, group.text(key)) for key in group)
