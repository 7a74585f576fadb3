"""A hundred people like this one at the end of a forecast: natural frequencies instead of percentages."""

from __future__ import annotations

from rewire.present.drawing import Drawing
from rewire.present.theme import HAIRLINE, INK, PLAN_COLOURS, QUIET
from rewire.present.words import footer, number, wrap
from rewire.sources import load_table
from rewire.studies.forecast import DAY, Forecast

GROUPS = ("remission", "response, not remission", "some or no change", "reliably worse than at the start")
COLOURS = (PLAN_COLOURS[0], PLAN_COLOURS[3], "#dfe3e6", PLAN_COLOURS[1])
COLUMNS, STEP, RADIUS = 20, 30.0, 9.0


def shares_at_end(result: Forecast) -> tuple[int, ...]:
    """How many of 100 courses end in each of `GROUPS`, by largest remainders so that they sum to 100."""
    values = result.sample[result.scale][-1]
    table = load_table("scales").group(result.scale)
    own = [score for score in result.person.scores if score.scale == result.scale]
    start = own[0].middle if own else float(result.alike[result.scale].levels[3][0])
    remission = values <= table.number("remission")
    response = (start - values >= table.number("response_fraction") * start) & ~remission
    worse = (values >= start + table.number("reliable_change")) & ~remission & ~response
    parts = [float(part.mean()) * 100 for part in (remission, response, ~(remission | response | worse), worse)]
    counts = [int(part) for part in parts]
    for place in sorted(range(4), key=lambda k: counts[k] - parts[k])[: 100 - sum(counts)]:
        counts[place] += 1
    return tuple(counts)


def plot_icons(result: Forecast) -> Drawing:
    """A hundred figures, coloured by how they fare on the last day, with the words and the count beside each colour."""
    counts = shares_at_end(result)
    day = result.bands[result.scale].hours[-1] / DAY + 1
    title = f"Of 100 virtual people with these scores and this treatment, on day {number(day)}"
    drawing = Drawing(680, 420, title)
    drawing.words(title, 24, 36, size=17, bold=True)
    y = drawing.lines(
        wrap(f"{result.scale} as a rater would see it. Each figure stands for one in a hundred; which one a real person "
             "will be is not known.", 88),
        24, 60, size=13, colour=QUIET,
    )  # fmt: skip
    place = 0
    for count, colour, words in zip(counts, COLOURS, GROUPS, strict=True):
        for _ in range(count):
            _figure(drawing, 40 + STEP * (place % COLUMNS), y + 16 + 1.35 * STEP * (place // COLUMNS), colour, words)
            place += 1
    y += 1.35 * STEP * 5 + 18
    for count, colour, words in zip(counts, COLOURS, GROUPS, strict=True):
        _figure(drawing, 40, y + 2, colour, words)
        drawing.words(f"{count} in 100", 62, y + 8, size=13, bold=True)
        drawing.words(words, 140, y + 8, size=13)
        y += 34
    drawing.lines(wrap(footer(result.study), 100), 24, y + 14, size=10, colour=QUIET)
    drawing.height = y + 36
    return drawing


def _figure(drawing: Drawing, x: float, y: float, colour: str, words: str) -> None:
    """A person: head and shoulders."""
    edge = INK if colour == COLOURS[2] else colour
    drawing.circle(x, y - 6, RADIUS * 0.52, colour, HAIRLINE if edge == INK else edge, tip=words)
    drawing.path(
        f"M {x - RADIUS:.1f} {y + 13:.1f} Q {x - RADIUS:.1f} {y:.1f} {x:.1f} {y:.1f} "
        f"Q {x + RADIUS:.1f} {y:.1f} {x + RADIUS:.1f} {y + 13:.1f} Z",
        colour,
        HAIRLINE if edge == INK else edge,
        0.7,
    )
