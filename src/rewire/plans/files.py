"""Plan files: YAML 1.2, one phrase a line, every error with its line and column."""

from __future__ import annotations

import json
import re
from pathlib import Path

from rewire.plans.plan import Plan
from rewire.plans.say import say_phrase
from rewire.plans.yaml_text import read_bytes, read_plan_text
from rewire.whole import write_whole

_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9 ,.()+/-]*")
_TAKEN = frozenset({"true", "false", "null", "yes", "no", "on", "off", "y", "n", "nan", "inf"})


def read_plan(path: str | Path) -> Plan:
    """Read a plan file. Every error says the line and column in the file."""
    return read_plan_text(read_bytes(path), str(path))


def read(text: str, source: str = "plan") -> Plan:
    """Read what `say` says: phrases, one a line, or the text of a plan file."""
    if re.match(r"(#.*\n|\s)*rewire\s*:", text):
        return read_plan_text(text, source)
    return Plan(text)


def write_plan(plan: Plan, path: str | Path) -> None:
    """Write a plan file; an older one is replaced only once the new one is whole."""
    write_whole(path, file_text(plan))


def file_text(plan: Plan) -> str:
    """The text of the plan's file."""
    lines = ["rewire: 1"]
    if plan.name:
        lines.append(f"name: {_scalar(plan.name)}")
    if plan.start:
        lines.append(f"start: {plan.start.isoformat()}")
    if plan.research:
        lines.append("research: true")
    for section in ("course", "background", "life"):
        phrases = getattr(plan, section)
        if phrases:
            lines += [f"{section}:", *(f"  - {say_phrase(phrase)}" for phrase in phrases)]
        elif section == "course":
            lines.append("course: []")
    return "\n".join(lines) + "\n"


def _scalar(text: str) -> str:
    """Text as YAML: plain if it cannot be taken for anything else, quoted if it can."""
    plain = _PLAIN.fullmatch(text) and text.lower() not in _TAKEN
    return text if plain else json.dumps(text, ensure_ascii=False)
