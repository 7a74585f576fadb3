"""Write a figure to a file by its suffix: PNG, SVG, PDF, HTML that works offline, or the chart's JSON."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import altair as alt

from rewire.errors import RewireError, closest
from rewire.whole import write_whole

SUFFIXES = (".png", ".svg", ".pdf", ".html", ".json")
PIXELS_PER_POINT = 2.0


def save(chart: Any, path: str | os.PathLike[str]) -> Path:
    """Write `chart` to `path` and return the path; a broken write leaves no half file behind.

    PNG has twice the drawn resolution. HTML carries all its scripts and needs no network.
    """
    target = Path(path)
    suffix = target.suffix.lower()
    if suffix not in SUFFIXES:
        raise RewireError(
            f"cannot tell the kind of picture from '{target.name}'",
            expected=f"a file name that ends in {', '.join(SUFFIXES)}",
            advice=closest(suffix, SUFFIXES) or f"{target.stem or 'figure'}.png",
        )
    return write_whole(target, _drawn(chart.to_dict(validate=False), suffix))


def _drawn(specification: dict[str, Any], suffix: str) -> bytes:
    import vl_convert

    version = ".".join(alt.SCHEMA_VERSION.lstrip("v").split(".")[:2])
    if suffix == ".png":
        return bytes(vl_convert.vegalite_to_png(specification, vl_version=version, scale=PIXELS_PER_POINT))
    if suffix == ".svg":
        return str(vl_convert.vegalite_to_svg(specification, vl_version=version)).encode()
    if suffix == ".pdf":
        return bytes(vl_convert.vegalite_to_pdf(specification, vl_version=version))
    if suffix == ".html":
        return str(vl_convert.vegalite_to_html(specification, vl_version=version, bundle=True)).encode()
    return (json.dumps(specification, ensure_ascii=False, allow_nan=False) + "\n").encode()
