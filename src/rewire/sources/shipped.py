"""The evidence tables that come with the package."""

from __future__ import annotations

from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable

from rewire.errors import EvidenceError, Place, closest
from rewire.sources.entry import Group
from rewire.sources.reader import read_table


def evidence_folder() -> Traversable:
    """Where the evidence that comes with the package lies: its tables, trials and references."""
    return resources.files("rewire") / "evidence"


def table_names() -> tuple[str, ...]:
    """The names of the tables that come with the package, in alphabetical order."""
    files = (item.name for item in (evidence_folder() / "tables").iterdir())
    return tuple(sorted(name.removesuffix(".toml") for name in files if name.endswith(".toml")))


@cache
def load_table(name: str) -> Group:
    """The table `name` that comes with the package: `load_table("scales")["MADRS"]["measurement_sd"]`."""
    file = evidence_folder() / "tables" / f"{name}.toml"
    if not file.is_file():
        names = table_names()
        raise EvidenceError(
            f"there is no evidence table '{name}'",
            place=Place("evidence/tables"),
            expected=f"one of {', '.join(names)}",
            advice=closest(name, names),
        )
    return read_table(file.read_text(encoding="utf-8"), name)
