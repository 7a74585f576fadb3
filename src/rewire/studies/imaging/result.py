"""What an imaging study returns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rewire.errors import StudyError, closest
from rewire.network import Network
from rewire.studies.imaging.effects import ONE_GROUP, Effect, Power, power_table
from rewire.studies.imaging.maps import Maps
from rewire.studies.imaging.noise import Noise
from rewire.studies.imaging.readouts import ONE_PERSON, ReadOut
from rewire.studies.imaging.visits import Visit
from rewire.studies.result import Curve, DoseRow
from rewire.studies.shown import ShownScans

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False, repr=False)
class ImagingResult(ShownScans):
    """Scans of a population at visits under one plan, and of the same people without the drug.

    `maps` and `without_drug` hold `[person, visit, ...]`; `scores [person, visit]` on `scale`; `healthy` each read-out
    of a healthy brain; `noise` what people and scans differ by; `effects` the changes since the first visit; `course`
    and `course_without_drug` each read-out and the score over time. `acute [visit]` marks scans under the drug.

    Pictures are `brain`, `matrix`, `courses` and `effects`; files .png .svg .pdf .html, .json .npz, .csv and
    `..._relmat.tsv`; the dimensions of an `xarray.Dataset` person, visit, region, system and synaptic_region.
    """

    presented = ("imaging", "imaging")

    study: Mapping[str, Any]
    plan: str
    scale: str
    network: Network
    visits: tuple[Visit, ...]
    acute: NDArray[np.bool_]
    scan_minutes: float
    global_signal_regression: bool
    readouts: tuple[ReadOut, ...]
    maps: Maps
    without_drug: Maps
    scores: Array
    scores_without_drug: Array
    healthy: Mapping[str, float]
    noise: Mapping[str, Noise]
    effects: tuple[Effect, ...]
    course: Mapping[str, Curve]
    course_without_drug: Mapping[str, Curve]
    doses: tuple[DoseRow, ...]
    not_known: tuple[str, ...]
    warnings: tuple[str, ...] = ()

    def effect(self, readout: str, visit: str | None = None) -> Effect:
        """The effect on one read-out at a visit, the last one unless named."""
        names = [one.name for one in self.readouts]
        if readout not in names:
            raise StudyError(
                f"there is no read-out '{readout}'",
                expected=f"one of {', '.join(names)}",
                advice=closest(readout, names),
            )
        later = [one.name for one in self.visits[1:]]
        wanted = visit if visit is not None else (later[-1] if later else "")
        if wanted not in later:
            raise StudyError(
                f"there is no visit '{wanted}' to compare with '{self.visits[0].name}'",
                expected=f"one of {', '.join(later)}" if later else "a study of two visits or more",
                advice=closest(wanted, later),
            )
        return next(one for one in self.effects if one.readout == readout and one.visit == wanted)

    def power(self, n: int | Sequence[int] = (20, 40, 80, 160), design: str = ONE_GROUP) -> tuple[Power, ...]:
        """The chance to see each change with `n` people, by the normal approximation, and the people needed for 80 %.

        `design` is `one group` (before and after in the same people) or `two groups` (`n` with the drug, `n` without).
        """
        return power_table(self.effects, (n,) if isinstance(n, int) else tuple(n), design)

    def sources(self) -> tuple[str, ...]:
        """The works that the numbers of this study rest on, those of network and scans included."""
        from rewire.evidence.library import bibliography
        from rewire.sources import load_table
        from rewire.studies.sources import bibliography_of

        keys = {entry.source for name in ("network", "atlas", "imaging") for entry in load_table(name).walk()}
        own = {reference.full for reference in bibliography(sorted(key for key in keys if key))}
        return tuple(sorted(own | set(bibliography_of(self.study))))

    @property
    def for_groups_only(self) -> str:
        """The sentence that stands under every imaging result."""
        return ONE_PERSON
