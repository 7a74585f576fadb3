"""What each hypothesis buys: the scorecard with one switch turned, beside the scorecard as shipped."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rewire.evidence.published import Trial
from rewire.models.parameters import switch_defaults
from rewire.models.standard import standard_model
from rewire.studies.scoring.scorecard import Score, Scorecard
from rewire.studies.validate import validate


@dataclass(frozen=True)
class Turned:
    """One switch turned over. Losses are mean CRPS relative to the shipped model: above 1, the switch was needed.

    By use: each row's CRPS is divided by the mean of its kind as shipped, so that points and shares count alike.
    """

    switch: str
    on: bool
    relative_crps: dict[str, float]
    inside: dict[str, float]


def ablate(
    *which: Trial,
    switches: Sequence[str] | None = None,
    worlds: int = 16,
    people: int = 48,
    tell: Callable[[str], None] = print,
) -> tuple[Turned, ...]:
    """Turns every switch over, one at a time (or those named), and scores the trials again.

    The same virtual people and the same draws are met each time; nothing is fitted again, so a loss is an upper bound
    of what a switch buys.
    """
    defaults = switch_defaults(standard_model())
    shipped = validate(*which, worlds=worlds, people=people)
    found = [_turned("as shipped", True, shipped, shipped)]
    for name in defaults if switches is None else switches:
        card = validate(*which, worlds=worlds, people=people, switches={name: not defaults[name]})
        found.append(_turned(name, not defaults[name], card, shipped))
        tell(f"{name} {'on' if not defaults[name] else 'off'}: {found[-1].relative_crps}")
    return tuple(found)


def _turned(name: str, on: bool, card: Scorecard, shipped: Scorecard) -> Turned:
    relative, inside = {}, {}
    for use in dict.fromkeys(score.use for score in shipped.scores):
        pairs = [
            (one, other)
            for one, other in zip(card.scores, shipped.scores, strict=True)
            if other.use == use and one.crps is not None and other.crps is not None
        ]
        relative[use] = sum((one.crps or 0.0) / _usual(other, shipped) for one, other in pairs) / max(len(pairs), 1)
        inside[use] = sum(bool(one.inside) for one, _ in pairs) / max(len(pairs), 1)
    return Turned(name, on, relative, inside)


def _usual(score: Score, shipped: Scorecard) -> float:
    """The mean CRPS of rows of this kind and use, as shipped."""
    alike = [
        one.crps for one in shipped.scores if one.crps is not None and (one.kind, one.use) == (score.kind, score.use)
    ]
    return max(sum(alike) / len(alike), 1e-9)
