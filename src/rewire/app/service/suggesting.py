"""What might be typed next: phrases of published trials and of the catalogue that begin with what is there."""

from __future__ import annotations

from collections import Counter
from functools import lru_cache
from itertools import islice
from typing import Any

from rewire.errors import PlanError
from rewire.evidence.published import published
from rewire.plans.catalogue import lengths, names
from rewire.plans.language import read_phrase
from rewire.plans.lengths import say_length
from rewire.plans.say import say_phrase

MOST = 6
WHENS = (
    "day 1",
    "days 1, 3, 5",
    "twice weekly for 3 weeks",
    "twice weekly for 4 weeks",
    "three times weekly for 2 weeks",
    "weekly for 4 weeks",
    "weekly from week 5 for 8 weeks",
    "every 2 weeks from week 5 for 12 weeks",
    "daily for 4 weeks",
    "24 h after each ketamine",
    "48 h after each ketamine",
    "30 min before each ketamine",
    "since 8 weeks before",
    "twice weekly for 4 weeks, until response",
)
USUAL = {"therapy": "weekly for 8 weeks", "activity": "daily for 4 weeks", "life": "day 20 for 2 weeks"}


@lru_cache(maxsize=1)
def _phrases() -> tuple[tuple[str, str], ...]:
    """Whole phrases with where they come from, the most used in trials first."""
    seen: Counter[str] = Counter()
    first: dict[str, str] = {}
    for trial in published().values():
        for arm in trial.arms:
            for phrase in arm.plan.phrases:
                said = say_phrase(phrase)
                seen[said] += 1
                first.setdefault(said, trial.name)
    found = [(said, f"as in {first[said]}") for said, _ in seen.most_common()]
    for kind, when in USUAL.items():
        for name, hours in lengths(kind).items():
            what = f"{name}, severity 0.6" if kind == "life" else f"{name} {say_length(hours)}"
            found.append((f"{what}, {when}", ""))
    return tuple(found)


def suggest(text: str) -> list[dict[str, Any]]:
    """Up to six whole phrases for what has been typed; every one of them can be read."""
    typed = " ".join(text.split())
    low = typed.lower()
    found: dict[str, str] = {}
    if not low:
        found = dict(_phrases())
    else:
        starts = [(said, words) for said, words in _phrases() if said.lower().startswith(low) and said.lower() != low]
        found = dict(starts)
        found |= dict.fromkeys(_continued(typed), "")
        last = low.split(",")[0].split()[-1] if low.split(",")[0].split() else low
        if len(found) < MOST and "," not in low:
            found |= {said: words for said, words in _phrases() if last in said.lower() and said not in found}
    read = ((said, words) for said, words in found.items() if _readable(said))
    return [{"text": said, "from": words} for said, words in islice(read, MOST)]


def _continued(typed: str) -> list[str]:
    """What is typed, with a time added or completed."""
    what, comma, begun = typed.partition(",")
    begun = begun.strip().lower()
    if not comma and what.split()[0].lower() not in {name.split()[0] for name in names()}:
        return []
    whole = [f"{what}, {when}" for when in WHENS if when.startswith(begun) and when != begun]
    return whole if comma else [phrase for phrase in whole if _readable(phrase)]


@lru_cache(maxsize=4096)
def _readable(text: str) -> bool:
    try:
        read_phrase(text)
    except PlanError:
        return False
    return True
