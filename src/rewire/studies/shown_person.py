"""What results about one person can do: show, explain and save themselves; presentation is looked up by name."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

from rewire.studies.shown import Printed


def _present(name: str) -> Any:
    return getattr(import_module("rewire.present.person"), name)


class ShownPerson(Printed):
    """Methods shared by results about a person, which carry the `study` that made them."""

    study: Mapping[str, Any]

    def plot(self, name: str = "") -> Any:
        """A picture by name; nothing for the main one."""
        return _present("draw_person")(self, name)

    def table(self) -> str:
        """The result as plain text."""
        return str(_present("text_person")(self))

    def summary(self) -> str:
        """The table, as `print(result.summary())` shows it."""
        return self.table()

    def explain(self) -> str:
        """What it means and what is not known, in plain words."""
        return str(_present("explain_person")(self))

    def sources(self) -> tuple[str, ...]:
        """The bibliography: every work that a number used in it rests on."""
        from rewire.studies.sources import bibliography_of

        return bibliography_of(self.study)

    def to_json(self) -> dict[str, Any]:
        """The result as plain data."""
        return dict(_present("person_json")(self))

    def save(self, path: str | Path) -> Path:
        """Writes a picture (.png .svg .pdf .html), the data (.json) or rows (.csv), by the ending of the path."""
        return Path(_present("save_person")(self, path))
