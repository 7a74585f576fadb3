"""What every result can do: show itself, explain itself, name its sources, save itself.

Presentation stands above studies and is looked up by name, so that a study needs no charts to run.
"""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from importlib import import_module
from pathlib import Path
from typing import Any


def _present(name: str) -> Any:
    return getattr(import_module("rewire.present.results"), name)


class Printed:
    """A result that prints as its table, in a terminal and in a notebook, and says in a line what it is."""

    def table(self) -> str:
        """The result as plain text."""
        raise NotImplementedError

    def __str__(self) -> str:
        return self.table()

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: print it, or .explain(), .plot(), .save('file.png')>"

    def _repr_html_(self) -> str:
        return f"<pre>{escape(self.table())}</pre>"


class Shown(Printed):
    """Methods shared by results, which carry the `study` that made them."""

    study: Mapping[str, Any]

    def plot(self, name: str = "", scale: str | None = None) -> Any:
        """A chart (Altair) by name: a scale, or one of `rewire.present.PLOTS`; nothing for the whole picture."""
        return _present("draw_result")(self, name, scale)

    def table(self) -> str:
        """The result as a plain-text table."""
        return str(_present("text_result")(self))

    def summary(self) -> str:
        """The table, as `print(result.summary())` shows it."""
        return self.table()

    def explain(self) -> str:
        """What happened and what is not known, in plain words."""
        return str(_present("explain_result")(self))

    def sources(self) -> tuple[str, ...]:
        """The bibliography of this run: every work that a number used in it rests on."""
        from rewire.studies.sources import bibliography_of

        return bibliography_of(self.study)

    def to_json(self) -> dict[str, Any]:
        """The result as plain data."""
        return dict(_present("result_json")(self))

    def to_xarray(self) -> Any:
        """The result as an `xarray.Dataset` with units and meanings."""
        from rewire.studies.arrays import as_dataset

        return as_dataset(self)  # type: ignore[arg-type]

    def save(self, path: str | Path) -> Path:
        """Writes a picture (.png .svg .pdf .html), the data (.json) or tidy rows (.csv), by the ending of the path."""
        return Path(_present("save_result")(self, path))
