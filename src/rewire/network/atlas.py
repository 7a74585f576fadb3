"""The atlas: which region is which, in which large system it lies, and where the four synaptic regions are.

Labels of the Desikan-Killiany atlas are written in many ways (`L.HI`, `Left-Hippocampus`, `Lhippo`, `ctx-lh-insula`,
`L_insula`); they are turned into one code. Other atlases have no systems unless the user names them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

from rewire.sources import load_table

SYNAPTIC_REGIONS = ("prefrontal", "hippocampus", "amygdala", "accumbens")

_SIDE = re.compile(
    r"^(?:ctx[-_. ]?)?"
    r"(?:(?P<word>left|right)[-_. ]?|(?P<two>[lr]h)[-_. ]|(?P<one>[LR])(?:[-_. ]|(?=[a-z])))"
    r"(?P<rest>.+)$",
    re.IGNORECASE,
)


@cache
def codes() -> tuple[str, ...]:
    """The code of each of the 42 regions of a hemisphere, without its side."""
    return _words("codes")


@cache
def labels() -> tuple[str, ...]:
    """The 84 labels: the left hemisphere, then the right one."""
    return tuple(f"{side}.{code}" for side in "LR" for code in codes())


@cache
def below_cortex() -> tuple[str, ...]:
    """The codes of regions that are not cerebral cortex."""
    return _words("below_cortex")


@cache
def centroids() -> NDArray[np.float64]:
    """Centres of gravity of the 84 regions in MNI space (mm), `[region, 3]`, in the order of `labels()`."""
    table = load_table("atlas").group("centroids")
    sides = [np.array([table.entry(f"{side}_{axis}").numbers for axis in "xyz"]).T for side in ("left", "right")]
    return np.concatenate(sides)


def recognise(written: Sequence[str]) -> tuple[str, ...] | None:
    """The labels of this atlas that `written` stand for, or None when one of them belongs to no region of it."""
    found = tuple(_recognise(label) for label in written)
    return None if any(label is None for label in found) else tuple(str(label) for label in found)


def systems_of(known: Sequence[str]) -> tuple[str, ...]:
    """The large system of each label of this atlas."""
    system = {code: name for name, members in _groups("systems").items() for code in members}
    return tuple(system[label[2:]] for label in known)


@cache
def places() -> Mapping[str, tuple[str, ...]]:
    """Names for groups of regions (both sides), by code: the synaptic regions and the places of studies."""
    return {**_groups("synaptic_regions"), **_groups("places")}


def _recognise(written: str) -> str | None:
    match = _SIDE.match(written.strip())
    if match is None:
        return None
    side = (match["word"] or match["two"] or match["one"])[0].upper()
    code = _names().get(_plain(match["rest"]))
    return f"{side}.{code}" if code else None


@cache
def _names() -> dict[str, str]:
    """Every written name of a region, without its side, and its code."""
    names = {_plain(name): code for code, name in zip(codes(), _words("names"), strict=True)}
    names |= {_plain(code): code for code in codes()}
    names |= {_plain(name): code for code, short in _groups("short_names").items() for name in short}
    return names


def _groups(name: str) -> dict[str, tuple[str, ...]]:
    group = load_table("atlas").group(name)
    return {key: tuple(str(word) for word in words) for key, words in group.items() if isinstance(words, tuple)}


def _words(name: str) -> tuple[str, ...]:
    words = load_table("atlas")[name]
    return tuple(str(word) for word in words) if isinstance(words, tuple) else ()


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())
