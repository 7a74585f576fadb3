"""Drawings made by hand as SVG, for pictures that no chart grammar draws: shapes, words, and other pictures inside."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape
from pathlib import Path

from rewire.errors import RewireError, closest
from rewire.present.files import PIXELS_PER_POINT
from rewire.present.theme import FONTS, INK, PAPER
from rewire.whole import write_whole

SUFFIXES = (".png", ".svg", ".pdf", ".html")


@dataclass
class Drawing:
    """An SVG picture of `width` by `height` pixels, grown by adding shapes; y runs downwards."""

    width: float
    height: float
    title: str = ""
    parts: list[str] = field(default_factory=list)
    _inside: int = 0

    def words(
        self,
        text: str,
        x: float,
        y: float,
        *,
        size: float = 12,
        colour: str = INK,
        bold: bool = False,
        anchor: str = "start",
        turn: float = 0.0,
    ) -> None:
        """Words with their baseline at (x, y); `turn` in degrees."""
        weight = ' font-weight="600"' if bold else ""
        turned = f' transform="rotate({turn:g} {x:.1f} {y:.1f})"' if turn else ""
        self.parts.append(
            f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size:g}" fill="{colour}" text-anchor="{anchor}"'
            f"{weight}{turned}>{escape(text)}</text>"
        )

    def lines(self, texts: Sequence[str], x: float, y: float, *, size: float = 12, colour: str = INK) -> float:
        """Lines of words one below the other; returns the y below them."""
        for text in texts:
            self.words(text, x, y, size=size, colour=colour)
            y += size * 1.4
        return y

    def circle(
        self, x: float, y: float, radius: float, fill: str, stroke: str, *, width: float = 0.7, tip: str = ""
    ) -> None:
        """A disc; `tip` shows when a pointer rests on it."""
        inner = f"<title>{escape(tip)}</title>" if tip else ""
        self.parts.append(
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:.2f}" fill="{fill}" stroke="{stroke}" '
            f'stroke-width="{width:g}">{inner}</circle>'
        )

    def line(
        self, x1: float, y1: float, x2: float, y2: float, colour: str, width: float = 1.0, opacity: float = 1.0
    ) -> None:
        """A straight stroke."""
        self.parts.append(
            f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{colour}" '
            f'stroke-width="{width:.2f}" stroke-opacity="{opacity:.2f}" stroke-linecap="round"/>'
        )

    def box(self, x: float, y: float, width: float, height: float, fill: str) -> None:
        """A filled rectangle."""
        self.parts.append(f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" fill="{fill}"/>')

    def path(self, steps: str, fill: str, stroke: str, width: float = 1.0) -> None:
        """A path in SVG's own words."""
        self.parts.append(f'<path d="{steps}" fill="{fill}" stroke="{stroke}" stroke-width="{width:g}"/>')

    def inside(self, svg: str, x: float, y: float) -> tuple[float, float]:
        """Another SVG picture with its top left corner at (x, y); returns its width and height.

        Its names are made its own, so that those of two pictures do not meet.
        """
        self._inside += 1
        svg = re.sub(r'(\bid="|url\(#|href="#)', rf"\g<1>p{self._inside}-", svg[svg.index("<svg") :])
        found = re.match(r"<svg[^>]*>", svg)
        head = found.group() if found else ""
        width, height = (_length(head, name) for name in ("width", "height"))
        self.parts.append(svg.replace("<svg", f'<svg x="{x:.1f}" y="{y:.1f}"', 1))
        return width, height

    def to_svg(self) -> str:
        """The whole picture as SVG text."""
        title = f"<title>{escape(self.title)}</title>" if self.title else ""
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
            f'width="{self.width:g}" height="{self.height:g}" viewBox="0 0 {self.width:g} {self.height:g}" '
            f'font-family="{FONTS}" role="img">{title}'
            f'<rect width="100%" height="100%" fill="{PAPER}"/>' + "".join(self.parts) + "</svg>"
        )

    def _repr_svg_(self) -> str:
        return self.to_svg()

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Writes PNG, SVG, PDF or HTML by the ending; nothing half-written is left."""
        target = Path(path)
        suffix = target.suffix.lower()
        if suffix not in SUFFIXES:
            raise RewireError(
                f"cannot tell the kind of picture from '{target.name}'",
                expected=f"a file name that ends in {', '.join(SUFFIXES)}",
                advice=closest(suffix, SUFFIXES) or f"{target.stem or 'figure'}.png",
            )
        return write_whole(target, self._drawn(suffix))

    def _drawn(self, suffix: str) -> bytes:
        svg = self.to_svg()
        if suffix == ".svg":
            return svg.encode()
        if suffix == ".html":
            head = f'<head><meta charset="utf-8"><title>{escape(self.title)}</title></head>'
            return f'<!doctype html><html lang="en">{head}<body>{svg}</body></html>\n'.encode()
        import vl_convert

        if suffix == ".png":
            return bytes(vl_convert.svg_to_png(svg, scale=PIXELS_PER_POINT))
        return bytes(vl_convert.svg_to_pdf(svg))


def mixed(colour: str, other: str, share: float) -> str:
    """The colour between `colour` (share 0) and `other` (share 1), both as `#rrggbb`."""
    share = min(max(share, 0.0), 1.0)
    parts = [(int(colour[i : i + 2], 16), int(other[i : i + 2], 16)) for i in (1, 3, 5)]
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in parts)


def _length(head: str, name: str) -> float:
    found = re.search(rf'\s{name}="([\d.]+)', head)
    if found is None:
        raise RewireError(f"a picture inside another one has no {name}")
    return float(found.group(1))
