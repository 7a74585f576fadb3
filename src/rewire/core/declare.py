"""What a layer declares: every quantity has a name, a unit and a meaning; numbers live in the evidence tables."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Quantity:
    """A named quantity with a unit (as `units.unit` reads it) and a meaning in plain words."""

    name: str
    unit: str
    meaning: str


@dataclass(frozen=True)
class Parameter(Quantity):
    """A constant of one person; its value, its spread between people and its source stand in an evidence table."""


@dataclass(frozen=True)
class Switch(Quantity):
    """A named hypothesis: 1 when on, 0 when off. Its default and its evidence stand in `switches.toml`."""

    unit: str = "1"
    meaning: str = ""


@dataclass(frozen=True)
class Constant(Quantity):
    """A number of one person that is worked out once, at time zero, from parameters and the state of that moment."""


@dataclass(frozen=True)
class State(Quantity):
    """A quantity with a rate of change. `linear` states form compartment systems that are advanced exactly."""

    linear: bool = False


@dataclass(frozen=True)
class Signal(Quantity):
    """A quantity computed from states, parameters and inputs. Of a `peak` signal the largest value is kept, too."""

    peak: bool = False


@dataclass(frozen=True)
class Level(Quantity):
    """An input that a plan holds at a value for a while: an infusion rate, a session under way, stress."""


@dataclass(frozen=True)
class Pulse(Quantity):
    """An input that a plan gives at a moment: a tablet, a visit, a trauma. Layers say what jumps when it comes."""


@dataclass(frozen=True)
class Noise(Quantity):
    """Slow chance of daily life: an Ornstein-Uhlenbeck process of unit spread, held for 12 hours at a time.

    `lasts` names the parameter with its correlation time (h). `start_shift` and `start_spread` name the parameters of
    its normal distribution at time zero (people enter a trial when worse than usual); without them it starts like any
    other moment.
    """

    lasts: str = ""
    start_shift: str = ""
    start_spread: str = ""


@dataclass(frozen=True)
class Reads:
    """A quantity of another layer that this one uses, with the unit it expects."""

    name: str
    unit: str
