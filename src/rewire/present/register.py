"""Entries of the register as text and as the rows of a page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rewire.evidence.published.register import Entry
from rewire.present.scorecard import show_value, time_words
from rewire.present.words import DISCLAIMER
from rewire.studies.scoring.scorecard import kind_of


def text_entry(entry: Entry, new: bool) -> str:
    """An entry as plain text."""
    head = "New entry" if new else "Nothing new: the last entry was made by this model of these trials"
    lines = [f"{head}, {entry.date}, {entry.digest[:12]}", model_words(entry), ""]
    last = ""
    for row in entry.rows:
        if row["trial"] != last:
            last = row["trial"]
            lines.append(last)
        name, predicted, inner, outer = cells(row)
        lines.append(f"  {name:86} {predicted:>7}   80 %: {inner}   95 %: {outer}")
    return "\n".join([*lines, "", DISCLAIMER]) + "\n"


def model_words(entry: Entry) -> str:
    """Which model made an entry."""
    model = entry.model
    return (
        f"rewire {model['version']}, evidence {model['evidence'][:12]}, posterior {model['posterior']}, "
        f"seed {model['seed']}, {model['worlds']} worlds of {model['people']} people"
    )


def cells(row: Mapping[str, Any]) -> tuple[str, str, str, str]:
    """What a prediction is of, its number, and its 80 and 95 % intervals, as read."""
    kind = kind_of(row["measure"])
    star = " *" if row["headline"] else ""
    name = f"{' v '.join(row['arms'])}: {row['scale']} {row['measure']}, {time_words(row['at'], row['from'])}{star}"
    if row["predicted"] is None:
        return name, "-", row["reason"], ""
    inner, outer = (" to ".join(show_value(kind, end) for end in row["intervals"][level]) for level in ("80", "95"))
    return name, show_value(kind, row["predicted"]), inner, outer
