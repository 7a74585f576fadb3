"""Any result in any form: picture, text, words, data, file."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

from rewire.errors import RewireError, closest
from rewire.present.export import comparison_json, comparison_rows, course_json, write_rows
from rewire.studies.result import Comparison, Course
from rewire.whole import write_whole

Result = Comparison | Course
PICTURES = (".png", ".svg", ".pdf", ".html")
DATA = (".json", ".csv")


def draw_result(result: Result, name: str = "", scale: str | None = None) -> Any:
    """A chart of a result by name."""
    from rewire.present.plots import draw

    return draw(result, name, scale)


def text_result(result: Result, scale: str | None = None) -> str:
    """A result as plain text for a terminal or a file; of several people on one scale."""
    if isinstance(result, Course):
        from rewire.present.course_table import text_course

        return text_course(result)
    from rewire.present.tables import text_comparison

    return text_comparison(result, scale)


def show_result(result: Result, scale: str | None = None) -> None:
    """Prints a result: with colours and rules in a terminal, as plain text in a pipe."""
    if isinstance(result, Course) or not sys.stdout.isatty():
        print(text_result(result, scale))
        return
    from rich.console import Console

    from rewire.present.tables import show_comparison

    console = Console()
    console.print(show_comparison(result, scale, width=min(console.width, 110)))


def explain_result(result: Result) -> str:
    """A result in plain words."""
    if isinstance(result, Course):
        from rewire.present.course_table import explain_course

        return explain_course(result)
    from rewire.present.explain import explain_comparison

    return explain_comparison(result)


def result_json(result: Result) -> dict[str, Any]:
    """A result as plain data."""
    return course_json(result) if isinstance(result, Course) else comparison_json(result)


def save_result(result: Result, path: str | os.PathLike[str], name: str = "", scale: str | None = None) -> Path:
    """Writes a result by the ending of the path: a picture, its data as JSON, or tidy rows as CSV."""
    target = Path(path)
    suffix = target.suffix.lower()
    if suffix in PICTURES:
        from rewire.present.files import save

        return save(draw_result(result, name, scale), target)
    if suffix == ".json":
        return write_text(target, json.dumps(result_json(result), ensure_ascii=False, allow_nan=False) + "\n")
    if suffix == ".csv":
        return write_rows(comparison_rows(result) if isinstance(result, Comparison) else course_rows(result), target)
    raise _unknown(target)


def check_target(path: str | os.PathLike[str]) -> None:
    """Refuses a path whose ending or folder will not do, before any work is done."""
    target = Path(path)
    if target.suffix.lower() not in (*PICTURES, *DATA):
        raise _unknown(target)
    if not target.parent.is_dir():
        raise RewireError(f"the folder '{target.parent}' does not exist", advice="create it first")


def _unknown(target: Path) -> RewireError:
    known = (*PICTURES, *DATA)
    return RewireError(
        f"cannot tell what to write to '{target}'",
        expected=f"a file name that ends in {', '.join(known)}",
        advice=closest(target.suffix.lower(), known),
    )


def course_rows(course: Course) -> list[dict[str, Any]]:
    """One row a time, one column a quantity."""
    names = list(course.values)
    return [
        {"hours": float(hour), **{name: float(course.values[name][row]) for name in names}}
        for row, hour in enumerate(course.hours)
    ]


def write_text(target: Path, text: str) -> Path:
    """Writes a text file whole, if its ending will do."""
    check_target(target)
    return write_whole(target, text)
