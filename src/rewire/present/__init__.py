"""Results for people: charts, tables, explanations. Names load when first used, so tables never wait for charts."""

from __future__ import annotations

from importlib import import_module
from typing import Any

_HOME = {
    "PLOTS": "plots", "draw": "plots", "plot_cascade": "plots", "plot_change": "plots", "plot_difference": "plots",
    "plot_dose_window": "plots", "plot_response": "plots", "plot_scores": "plots", "plot_summary": "plots",
    "save": "files",
    "COLUMN": "theme", "PAGE": "theme", "SLIDE": "theme",
    "show_comparison": "tables", "text_comparison": "tables",
    "comparison_json": "export", "comparison_rows": "export", "course_json": "export", "write_rows": "export",
    "explain_comparison": "explain",
}  # fmt: skip

__all__ = sorted(_HOME)


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'rewire.present' has no attribute '{name}'")
    return getattr(import_module(f"rewire.present.{_HOME[name]}"), name)


def __dir__() -> list[str]:
    return sorted(_HOME)
