"""Glass brain: regions as dots at their centres, seen from three sides, coloured by change.

The outline is a smooth hull around the centres of the regions; it shows where things lie, not what a brain looks like.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from rewire.errors import StudyError
from rewire.present.drawing import Drawing, mixed
from rewire.present.theme import HAIRLINE, INK, PLAN_COLOURS, QUIET
from rewire.present.words import footer, sentence, wrap

if TYPE_CHECKING:
    from rewire.studies.imaging.result import ImagingResult

Array = NDArray[np.float64]

VIEWS = (("from above", 0, 1), ("from the right", 1, 2), ("from the front", 0, 2))
"""Name of a view, the axis to the right and the axis upwards (MNI x, y, z)."""
RISE, FALL, MIDDLE = PLAN_COLOURS[1], PLAN_COLOURS[0], "#f1f2f3"
PIXELS_PER_MM = 1.32
MARGIN_MM = 6.0
EDGES_SHOWN = 24
ROUNDING = 0.35
"""Width (radians) over which the outline is rounded."""


def plot_brain(result: ImagingResult) -> Drawing:
    """The change of each region's global connectivity since the first visit, one row a visit."""
    width = _row_width(result) + 150
    rows = result.visits[1:] or result.visits
    drawn, height = Drawing(width, 10, title="Glass brain"), 26.0
    drawn.words(_title(result), 16, height, size=17, bold=True)
    height = drawn.lines(_subtitle(result, width), 16, height + 22, size=13, colour=QUIET) + 6
    height = draw_brains(drawn, result, 16, height, len(rows))
    height = drawn.lines(wrap(_note(result), int(width / 5.6), 6), 16, height + 18, size=11, colour=QUIET)
    drawn.words(footer(result.study), 16, height + 8, size=10, colour=QUIET)
    drawn.height = height + 22
    return drawn


def draw_brains(drawn: Drawing, result: ImagingResult, x: float, y: float, rows: int) -> float:
    """Draws the rows of brains at (x, y) into a drawing, with the colour scale at their right; returns the y below."""
    centres = result.network.centroids
    if centres is None:
        raise StudyError(
            f"the network '{result.network.name}' does not say where its regions lie",
            advice="give centroids: Network.create(..., centroids=...)",
        )
    regional, links = _changes(result)
    top = float(np.abs(regional).max()) or 1.0
    strongest = float(np.abs(links).max()) or 1.0
    visits = result.visits[1:] or result.visits
    for row in range(rows):
        y += 20
        under = " (under the drug)" if result.acute[row + (1 if len(result.visits) > 1 else 0)] else ""
        drawn.words(f"{visits[row].name}{under}", x, y, size=13, bold=True)
        left, tallest = x, 0.0
        for name, across, up in VIEWS:
            w, h = _draw_view(
                drawn, np.asarray(centres), regional[row], links[row], left, y + 8, across, up, top, strongest
            )
            drawn.words(name, left + w / 2, y + 8 + h + 12, size=10, colour=QUIET, anchor="middle")
            left, tallest = left + w + 26, max(tallest, h)
        if row == 0:
            _draw_scale(drawn, left + 8, y + 24, top, tallest - 40)
        y += 8 + tallest + 16
    return y


def outline(points: Array, margin: float) -> Array:
    """A closed smooth line `[point, 2]` around `points [point, 2]`, `margin` outside them."""
    middle = (points.min(axis=0) + points.max(axis=0)) / 2
    angles = np.linspace(0, 2 * np.pi, 96, endpoint=False)
    directions = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    # How far the points reach in each direction, averaged over neighbouring directions (which keeps the shape convex)
    # and moved out until it passes no point: every region lies inside.
    reach = ((points - middle) @ directions.T).max(axis=0)
    kernel = np.exp(-0.5 * (np.angle(np.exp(1j * angles)) / ROUNDING) ** 2)
    rounded = np.fft.irfft(np.fft.rfft(reach) * np.fft.rfft(kernel / kernel.sum()), len(reach))
    reach = rounded + max(float((reach - rounded).max()), 0.0) + margin
    tangent = np.stack([-directions[:, 1], directions[:, 0]], axis=1)
    slope = (np.roll(reach, -1) - np.roll(reach, 1)) / (2 * (angles[1] - angles[0]))
    line: Array = middle + reach[:, None] * directions + slope[:, None] * tangent
    return line


def colour_of(change: float, top: float) -> str:
    """Orange for a rise and blue for a fall, paler the smaller; `top` gives the full colour."""
    return mixed(MIDDLE, RISE if change > 0 else FALL, abs(change) / top)


def _changes(result: ImagingResult) -> tuple[Array, Array]:
    """Mean changes by region `[row, region]` and by connection `[row, region, region]`; levels for a single visit."""
    regional = result.maps.global_connectivity.astype(float).mean(axis=0)
    matrix = result.maps.matrix * (1 - np.eye(result.network.regions))
    if len(result.visits) == 1:
        return regional, matrix
    return regional[1:] - regional[0], matrix[1:] - matrix[0]


def _draw_view(
    drawn: Drawing,
    centres: Array,
    change: Array,
    links: Array,
    x: float,
    y: float,
    across: int,
    up: int,
    top: float,
    strongest: float,
) -> tuple[float, float]:
    flat = centres[:, [across, up]]
    if across == 0 and up == 2:
        flat = flat * np.array([-1.0, 1.0])  # from the front the person's left is at the right
    edge = outline(flat, MARGIN_MM)
    low, high = edge.min(axis=0), edge.max(axis=0)
    size = (high - low) * PIXELS_PER_MM

    def place(points: Array) -> Array:
        found: Array = (points - low) * PIXELS_PER_MM
        return np.stack([x + found[..., 0], y + size[1] - found[..., 1]], axis=-1)

    drawn.path(_smooth(place(edge)), "#fafbfb", HAIRLINE, 1.4)
    if across == 0:
        middle = place(np.array([[0.0, low[1] + 4], [0.0, high[1] - 4]]))
        drawn.line(middle[0][0], middle[0][1], middle[1][0], middle[1][1], HAIRLINE, 0.8)
    spots = place(flat)
    rows, columns = np.triu_indices(len(links), 1)
    order = np.argsort(-np.abs(links[rows, columns]))[:EDGES_SHOWN]
    for i in order[::-1]:
        one, other = spots[rows[i]], spots[columns[i]]
        size_of = abs(links[rows[i], columns[i]]) / strongest
        colour = RISE if links[rows[i], columns[i]] > 0 else FALL
        drawn.line(one[0], one[1], other[0], other[1], colour, 0.5 + size_of, 0.15 + 0.3 * size_of)
    for i in np.argsort(np.abs(change)):
        share = abs(change[i]) / top
        drawn.circle(
            spots[i][0], spots[i][1], 2.4 + 3.6 * share, colour_of(change[i], top), mixed(HAIRLINE, INK, share * 0.55)
        )
    if across == 0 and up == 1:
        drawn.words("L", x + 6, y + 14, size=10, colour=QUIET)
        drawn.words("R", x + size[0] - 6, y + 14, size=10, colour=QUIET, anchor="end")
    if across == 0 and up == 2:
        drawn.words("R", x + 6, y + 14, size=10, colour=QUIET)
        drawn.words("L", x + size[0] - 6, y + 14, size=10, colour=QUIET, anchor="end")
    return float(size[0]), float(size[1])


def _draw_scale(drawn: Drawing, x: float, y: float, top: float, height: float) -> None:
    steps, step = 40, height / 40
    for i in range(steps):
        drawn.box(x, y + i * step, 12, step + 0.5, colour_of(top * (1 - 2 * (i + 0.5) / steps), top))
    for share in (1.0, 0.5, 0.0, -0.5, -1.0):
        at = y + height * (1 - share) / 2
        drawn.words(f"{share * top:+.2f}" if share else "0", x + 18, at + 3.5, size=10.5, colour=QUIET)
    drawn.words("change of mean Fisher z", x + 66, y + height / 2, size=11, anchor="middle", turn=90)


def _smooth(points: Array) -> str:
    """A closed curve through points (Catmull-Rom), in SVG's words."""
    count = len(points)
    steps = [f"M{points[0][0]:.1f} {points[0][1]:.1f}"]
    for i in range(count):
        before, here, after, next_ = (points[(i + k) % count] for k in (-1, 0, 1, 2))
        one, two = here + (after - before) / 6, after - (next_ - here) / 6
        steps.append(f"C{one[0]:.1f} {one[1]:.1f} {two[0]:.1f} {two[1]:.1f} {after[0]:.1f} {after[1]:.1f}")
    return "".join(steps) + "Z"


def _row_width(result: ImagingResult) -> float:
    centres = np.asarray(result.network.centroids if result.network.centroids is not None else np.zeros((3, 3)))
    span = np.ptp(centres, axis=0) + 2 * MARGIN_MM
    return float(sum(span[across] * PIXELS_PER_MM + 26 for _, across, _ in VIEWS))


def _title(result: ImagingResult) -> str:
    if len(result.visits) == 1:
        return f"Connectivity of each region at {result.visits[0].name}"
    return f"Which regions change their connectivity after {result.visits[0].name}"


def _subtitle(result: ImagingResult, width: float) -> list[str]:
    people = result.study["people"]
    regressed = ", global signal regressed" if result.global_signal_regression else ""
    return wrap(
        f"{result.plan}. Mean of {people['n']:,} people ({people['name']}), network {result.network.name}{regressed}",
        int(width / 6.6),
    )


def _note(result: ImagingResult) -> str:
    return (
        f"Dots: regions, change of mean Fisher z with all others. Lines: the {EDGES_SHOWN} connections that change "
        "most. " + " ".join(sentence(note) for note in result.not_known[:2])
    )
