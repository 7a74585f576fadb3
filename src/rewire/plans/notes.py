"""What to know about a plan before it is used: notes that do not stop it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from rewire.errors import Place
from rewire.plans.catalogue import drugs
from rewire.plans.events import Dose
from rewire.plans.phrase import Phrase
from rewire.plans.safety import breaches, label_notes
from rewire.plans.say import say_amount


@dataclass(frozen=True)
class Note:
    """A note on a plan: its `kind` (extrapolation, research, label, no effect, probe), what it says, and where."""

    kind: str
    text: str
    source: str = ""
    place: Place | None = None

    def __str__(self) -> str:
        return f"{self.kind}: {self.text}" + (f" [{self.source}]" if self.source else "")


def note_all(phrases: tuple[Phrase, ...], *, research: bool) -> tuple[Note, ...]:
    """Every note on the phrases of a plan, each said once."""
    notes = [note for phrase in phrases for note in _notes(phrase)]
    if research:
        notes += [
            Note("research", f"{found.problem} (rule: {found.expected})", found.source, found.place)
            for found in breaches(phrases)
        ]
    notes += [Note("label", found.problem, found.source, found.place) for found in label_notes(phrases)]
    return tuple(dict.fromkeys(notes))


def _notes(phrase: Phrase) -> Iterator[Note]:
    dose = phrase.what
    if not isinstance(dose, Dose):
        return
    drug = drugs()[dose.drug]
    studied = drug.routes[dose.route].studied
    if studied and dose.amount and not studied.holds(dose.amount, dose.unit):
        yield Note(
            "extrapolation",
            f"{dose.drug} {say_amount(dose)} {dose.route} lies outside the studied range of {studied.show()}",
            studied.source or "assumed range",
            phrase.place,
        )
    if drug.role == "unmodelled":
        yield Note("no effect", f"the model gives {dose.drug} no effect", "", phrase.place)
    if drug.role == "probe":
        yield Note("probe", f"{dose.drug} is there to test a hypothesis, not as a treatment", "", phrase.place)
