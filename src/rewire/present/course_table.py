"""One person's course as text: the chain from drug to scores at a few telling moments."""

from __future__ import annotations

import numpy as np

from rewire.studies.result import Course

MOMENTS = (
    ("start", 0.0),
    ("1 h", 1.0),
    ("4 h", 4.0),
    ("24 h", 24.0),
    ("day 3", 72.0),
    ("day 7", 168.0),
    ("day 14", 336.0),
    ("week 4", 672.0),
    ("week 12", 2016.0),
    ("week 26", 4368.0),
)
ROWS = (
    ("ketamine_plasma", "ketamine in plasma", "ng/mL", 1.0, 0),
    ("esketamine_plasma", "esketamine in plasma", "ng/mL", 1.0, 0),
    ("norketamine_plasma", "norketamine in plasma", "ng/mL", 1.0, 0),
    ("nmda_block", "NMDA receptors blocked", "%", 100.0, 0),
    ("glutamate_surge", "glutamate surge", "% of largest", 100.0, 0),
    ("bdnf", "BDNF", "% of rest", 100.0, 0),
    ("synapses_prefrontal", "synapses, prefrontal", "% of healthy", 100.0, 1),
    ("synapses_hippocampus", "synapses, hippocampus", "% of healthy", 100.0, 1),
    ("synapses_amygdala", "synapses, amygdala", "% of healthy", 100.0, 1),
    ("synapses_accumbens", "synapses, accumbens", "% of healthy", 100.0, 1),
    ("plasticity_index", "plasticity index", "0 to 1", 1.0, 2),
    ("dissociation", "dissociation (CADSS)", "points", 1.0, 1),
    ("systolic_rise", "systolic pressure rise", "mmHg", 1.0, 1),
    ("valley_depth", "depth of the mood valley", "", 1.0, 2),
    ("MADRS", "MADRS", "points", 1.0, 1),
    ("PHQ-9", "PHQ-9", "points", 1.0, 1),
    ("HAM-A", "HAM-A", "points", 1.0, 1),
    ("CAPS-5", "CAPS-5", "points", 1.0, 1),
)


def text_course(course: Course) -> str:
    """The course as a table, times from the first dose, a column a moment."""
    moments = [(name, hour) for name, hour in MOMENTS if hour <= course.hours[-1] + 1e-6]
    places = [int(np.argmin(np.abs(course.hours - hour))) for _, hour in moments]
    lines = [f"One person: {course.name}", ""]
    lines.append(f"{'':26}{'unit':14}" + "".join(f"{name:>8}" for name, _ in moments))
    for name, words, unit, factor, digits in ROWS:
        if name not in course.values or not np.any(course.values[name]):
            continue
        cells = "".join(f"{course.values[name][place] * factor:8.{digits}f}" for place in places)
        lines.append(f"{words:26}{unit:14}{cells}")
    lines += ["", f"Largest: {_largest(course)}."]
    lines += ["Research and education; not a medical device. True scores, without measurement error."]
    return "\n".join(lines)


def _largest(course: Course) -> str:
    parts = []
    for name, words, unit in (
        ("ketamine_plasma", "ketamine", "ng/mL"),
        ("esketamine_plasma", "esketamine", "ng/mL"),
        ("nmda_block", "block", ""),
        ("dissociation", "CADSS", ""),
        ("systolic_rise", "systolic pressure", "mmHg"),
    ):
        top = float(np.max(course.values[name]))
        if top > 0:
            shown = f"{100 * top:.0f} %" if name == "nmda_block" else f"{top:.0f} {unit}".strip()
            parts.append(f"{words} {shown}")
    return ", ".join(parts) or "no drug was given"


def explain_course(course: Course) -> str:
    """What happened to this person and what is not known, in plain words."""
    score = course.values["MADRS"]
    low = int(np.argmin(score))
    hours = float(course.hours[low])
    when = f"{hours:.0f} hours" if hours < 72 else f"day {hours / 24:.0f}"
    return (
        f"Under '{course.name}', this person's MADRS starts at {score[0]:.0f}, is lowest at {when} with "
        f"{score[low]:.0f}, and ends at {score[-1]:.0f}. {_largest(course)[0].upper()}{_largest(course)[1:]} at most. "
        "It is a typical person without the ups and downs of daily life: real people differ widely. The size of "
        "receptor block and of synapse recovery in living people is not known; both rest on animal work and assumptions."
    )
