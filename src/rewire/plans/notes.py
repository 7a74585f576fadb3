"""What to know about a plan before it is used: notes that do not stop it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from rewire.errors import Place
from rewire.plans.catalogue import drugs
from rewire.plans.events import Dose, Session
from rewire.plans.expand import expand
from rewire.plans.phrase import Phrase, name_of
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
    notes += _too_early(phrases)
    return tuple(dict.fromkeys(notes))


def _too_early(phrases: tuple[Phrase, ...]) -> Iterator[Note]:
    """Sessions that are over before the model meets a person."""
    early = (event for event in expand(phrases, 0.0) if isinstance(event.what, Session))
    for item, count in sorted(Counter(event.item for event in early).items()):
        session = phrases[item]
        held = f"{count} session{'s' if count > 1 else ''} of {name_of(session.what)} before day 1"
        text = f"{held} shaped how ill people are on day 1, and the model gives them no other effect"
        yield Note("no effect", text, "", session.place)


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
