"""An imaging study in any form: picture, text, words, data, file."""

from __future__ import annotations

import io
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from rewire.errors import RewireError, StudyError, closest
from rewire.present.drawing import Drawing
from rewire.present.imaging_data import (
    imaging_arrays,
    imaging_csv,
    imaging_dataset,
    imaging_json,
)
from rewire.present.imaging_relmat import MATRIX_ENDING, save_matrices
from rewire.present.imaging_words import explain_imaging, text_imaging
from rewire.whole import write_whole

if TYPE_CHECKING:
    from rewire.studies.imaging.result import ImagingResult

__all__ = [
    "check_imaging_target",
    "draw_imaging",
    "explain_imaging",
    "imaging_dataset",
    "imaging_json",
    "save_imaging",
    "text_imaging",
]

PICTURES = (".png", ".svg", ".pdf", ".html")
ENDINGS = (*PICTURES, ".json", ".csv", ".npz", MATRIX_ENDING)


def draw_imaging(result: ImagingResult, name: str = "") -> Any:
    """A picture by name: a `Drawing` for the brain and the whole page, an Altair chart for the others."""
    from rewire.present.figures.brain import plot_brain
    from rewire.present.figures.imaging_courses import plot_courses
    from rewire.present.figures.imaging_effects import plot_effects
    from rewire.present.figures.imaging_matrix import plot_matrix
    from rewire.present.figures.imaging_page import plot_page

    if not name or name == "page":
        return plot_page(result)
    if name in result.course:
        return plot_courses(result, (name,))
    known = {"brain": plot_brain, "matrix": plot_matrix, "courses": plot_courses, "effects": plot_effects}
    if name not in known:
        raise StudyError(
            f"there is no picture '{name}' of an imaging study",
            expected=f"one of {', '.join(known)}, or a read-out: {', '.join(result.course)}",
            advice=closest(name, [*known, *result.course]),
        )
    return known[name](result)


def save_imaging(result: ImagingResult, path: str | os.PathLike[str], name: str = "") -> Path:
    """Writes an imaging study by the ending of the path; see `ENDINGS`."""
    target = check_imaging_target(path)
    suffix = target.suffix.lower()
    if suffix in PICTURES:
        picture = draw_imaging(result, name)
        if isinstance(picture, Drawing):
            return picture.save(target)
        from rewire.present.files import save

        return save(picture, target)
    if suffix == ".json":
        told = json.dumps(imaging_json(result), ensure_ascii=False, allow_nan=False) + "\n"
        return write_whole(target, told)
    if suffix == ".csv":
        return write_whole(target, imaging_csv(result))
    if suffix == ".npz":
        buffer = io.BytesIO()
        np.savez_compressed(buffer, **imaging_arrays(result))
        return write_whole(target, buffer.getvalue())
    return save_matrices(result, target)


def check_imaging_target(path: str | os.PathLike[str]) -> Path:
    """Refuses a path whose ending or folder will not do, before any work is done."""
    target = Path(path)
    if not target.name.lower().endswith(ENDINGS):
        raise RewireError(
            f"cannot tell what to write to '{target}'",
            expected=f"a file name that ends in {', '.join(ENDINGS)}",
            advice=closest(target.suffix.lower(), ENDINGS),
        )
    if not target.parent.is_dir():
        raise RewireError(f"the folder '{target.parent}' does not exist", advice="create it first")
    return target
