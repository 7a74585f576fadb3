"""What every result can do: show itself, explain itself, name its sources, save itself.

Presentation stands above studies and is looked up by name, so that a study needs no charts to run.
"""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from importlib import import_module
from pathlib import Path
from typing import Any, ClassVar


class Presented:
    """A result with the `study` that made it. It prints as its table, in a terminal and in a notebook.

    `presented` names the module of `rewire.present` that shows it, and what the functions there call it.
    """

    study: Mapping[str, Any]
    presented: ClassVar[tuple[str, str]]

    def _present(self, form: str) -> Any:
        module, what = self.presented
        return getattr(import_module(f"rewire.present.{module}"), form.format(what))

    def table(self) -> str:
        """The result as a plain-text table."""
        return str(self._present("text_{}")(self))

    def summary(self) -> str:
        """The table, as `print(result.summary())` shows it."""
        return self.table()

    def explain(self) -> str:
        """What happened and what is not known, in plain words."""
        return str(self._present("explain_{}")(self))

    def sources(self) -> tuple[str, ...]:
        """The bibliography of this run: every work that a number used in it rests on."""
        from rewire.studies.sources import bibliography_of

        return bibliography_of(self.study)

    def to_json(self) -> dict[str, Any]:
        """The result as plain data."""
        return dict(self._present("{}_json")(self))

    def __str__(self) -> str:
        return self.table()

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: print it, or .explain(), .plot(), .save('file.png')>"

    def _repr_html_(self) -> str:
        return f"<pre>{escape(self.table())}</pre>"


class Shown(Presented):
    """Results about a person from milligrams to scores, or about populations."""

    presented = ("results", "result")

    def plot(self, name: str = "", scale: str | None = None) -> Any:
        """A chart (Altair) by name: a scale, or one of `rewire.present.PLOTS`; nothing for the whole picture."""
        return self._present("draw_{}")(self, name, scale)

    def to_xarray(self) -> Any:
        """The result as an `xarray.Dataset` with units and meanings."""
        from rewire.studies.arrays import as_dataset

        return as_dataset(self)  # type: ignore[arg-type]

    def save(self, path: str | Path) -> Path:
        """Writes a picture (.png .svg .pdf .html), the data (.json) or tidy rows (.csv), by the ending of the path."""
        return Path(self._present("save_{}")(self, path))


class ShownPerson(Presented):
    """Results about one person's own scores."""

    presented = ("person", "person")

    def plot(self, name: str = "") -> Any:
        """A picture by name; nothing for the main one."""
        return self._present("draw_{}")(self, name)

    def save(self, path: str | Path) -> Path:
        """Writes a picture (.png .svg .pdf .html), the data (.json) or rows (.csv), by the ending of the path."""
        return Path(self._present("save_{}")(self, path))


class ShownScans(Presented):
    """Results about the scans of populations."""

    def plot(self, name: str = "") -> Any:
        """A picture by name; nothing for the whole page."""
        return self._present("draw_{}")(self, name)

    def to_xarray(self) -> Any:
        """The maps as an `xarray.Dataset`."""
        return self._present("{}_dataset")(self)

    def save(self, path: str | Path, name: str = "") -> Path:
        """Writes by the ending: a picture, data or rows; `name` says which picture."""
        return Path(self._present("save_{}")(self, path, name))
