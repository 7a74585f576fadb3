"""The layers of one person from milligrams to mood, top to bottom, as the panels of the layered picture."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from rewire.present.theme import KIND_COLOURS, REGION_COLOURS
from rewire.present.words import unit_words
from rewire.studies.result import Course

PERCENT = 100.0
SELF_REPORTS = ("PHQ-9", "GAD-7")


@dataclass(frozen=True)
class Line:
    """One value of a course: its `name` there, the `words` beside its curve, and its colour."""

    name: str
    words: str
    colour: str


@dataclass(frozen=True)
class Panel:
    """One layer: heading lines, its lines, and whether shares are shown as per cent; `unit` overrides the words."""

    heading: tuple[str, ...]
    lines: tuple[Line, ...]
    as_percent: bool = False
    unit: str = ""
    from_zero: bool = True
    level: float | None = None

    def there(self, course: Course) -> Panel | None:
        """This panel with only the lines the course has and moves, or None when nothing is left."""
        lines = tuple(line for line in self.lines if line.name in course.values and len(course.values[line.name]))
        if self.heading[0].startswith("Drug"):
            lines = tuple(line for line in lines if float(max(course.values[line.name])) > 0)
        if not lines:
            return None
        return Panel(self.heading, lines, self.as_percent, self.unit, self.from_zero, self.level)

    def title(self, units: Mapping[str, str]) -> list[str]:
        """The heading with its unit in brackets on the last line."""
        unit = self.unit or ("%" if self.as_percent else unit_words(units.get(self.lines[0].name, "1")))
        return [*self.heading, f"({unit})"]


_KINDS, _REGIONS = KIND_COLOURS, REGION_COLOURS

LAYERS = (
    Panel(
        ("Drug in plasma",),
        (
            Line("ketamine_plasma", "ketamine", _KINDS["ketamine"]),
            Line("esketamine_plasma", "esketamine", _KINDS["esketamine"]),
            Line("norketamine_plasma", "norketamine", _KINDS["norketamine"]),
        ),
    ),
    Panel(("NMDA receptors", "blocked"), (Line("nmda_block", "block", _KINDS["receptor"]),), as_percent=True),
    Panel(("Glutamate surge",), (Line("glutamate_surge", "surge", _KINDS["surge"]),)),
    Panel(
        ("Growth factors",),
        (
            Line("bdnf", "BDNF", _KINDS["growth"]),
            Line("synaptic_protein", "synaptic protein", _KINDS["protein"]),
        ),
        from_zero=False,
    ),
    Panel(
        ("Synapses",),
        tuple(Line(f"synapses_{region}", region, colour) for region, colour in _REGIONS.items()),
        as_percent=True,
        unit="% of healthy",
        from_zero=False,
    ),
    Panel(("Plasticity index",), (Line("plasticity_index", "plasticity", _KINDS["plasticity"]),), from_zero=False),
    Panel(
        ("Mood",),
        (Line("mood", "mood", _KINDS["mood"]),),
        unit="\N{MINUS SIGN}1 well, 1 depressed",
        from_zero=False,
    ),
    Panel(
        ("Mood's valley",),
        (Line("valley_depth", "depth", _KINDS["mood"]), Line("valley_width", "width", _KINDS["motivation"])),
    ),
    Panel(
        ("Threat and", "motivation"),
        (Line("threat", "threat", _KINDS["threat"]), Line("motivation", "motivation", _KINDS["motivation"])),
        from_zero=False,
    ),
)


def layers_of(course: Course) -> list[Panel]:
    """The panels this course can fill, with its scores last."""
    found = [panel for panel in (layer.there(course) for layer in LAYERS) if panel is not None]
    colours = (_KINDS["score"], _KINDS["second score"], _KINDS["third score"])
    scales = scores_of(course)[: len(colours)]
    if scales:
        lines = tuple(Line(scale, scale, colour) for scale, colour in zip(scales, colours, strict=False))
        heading = ("Score",) if len(scales) > 1 else (scales[0],)
        found.append(Panel(heading, lines, unit="points"))
    return found


def scores_of(course: Course) -> list[str]:
    """The scales of a course: its main scale, then the common self-reports."""
    wanted = dict.fromkeys((course.study.get("scale", "MADRS"), *SELF_REPORTS))
    return [scale for scale in wanted if scale in course.values]
