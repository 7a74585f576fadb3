"""What calibration has found: draws of the fitted numbers, stored with the recipe that made them.

A stored posterior belongs to the tables and trials it was fitted with. When one of them has changed it is refused.
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources.abc import Traversable
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from rewire.errors import EvidenceError, Place
from rewire.sources import evidence_folder, load_table, table_names

FILE = "posterior.json"
ALSO = ("beliefs", "calibration", "giving", "populations", "scales", "switches", "therapies", "validation")
"""Tables that are not of parameters but shape a simulated trial."""


@dataclass(frozen=True, eq=False)
class Posterior:
    """Draws `[draw, name]` of typical values by the name of their entry, and how they were made."""

    names: tuple[str, ...]
    draws: NDArray[np.float64]
    recipe: Mapping[str, Any]

    def typical(self, draw: NDArray[np.int64]) -> dict[str, NDArray[np.float64]]:
        """Typical values `[person]` by name under each person's draw, counted from 1; draws repeat when used up."""
        rows = (draw - 1) % len(self.draws)
        return {name: self.draws[rows, column] for column, name in enumerate(self.names)}

    def central(self) -> dict[str, float]:
        """One typical value by name that stands for all draws: their median."""
        return dict(zip(self.names, np.median(self.draws, axis=0).tolist(), strict=True))

    def under(self, draw: int | NDArray[np.int64]) -> Mapping[str, float | NDArray[np.float64]]:
        """Typical values by name under a draw: 0 is the central one; an array gives everyone a draw of their own."""
        if isinstance(draw, np.ndarray):
            return self.typical(draw)
        if draw == 0:
            return self.central()
        return dict(zip(self.names, self.draws[(draw - 1) % len(self.draws)].tolist(), strict=True))

    @cached_property
    def digest(self) -> str:
        """A fingerprint (SHA-256) of the draws as they are stored."""
        return hashlib.sha256(json.dumps([self.names, _rounded(self.draws)]).encode()).hexdigest()

    @property
    def words(self) -> str:
        """How many draws of how many numbers, and which."""
        return f"{len(self.draws)} draws of {len(self.names)} numbers, {self.digest[:12]}"


def fingerprint() -> str:
    """A fingerprint (SHA-256) of the tables and calibration trials that a posterior rests on."""
    total = hashlib.sha256()
    wanted = [name for name in table_names() if name in ALSO or load_table(name)["kind"] == "parameters"]
    files: list[Traversable] = [evidence_folder() / "tables" / f"{name}.toml" for name in wanted]
    priors = {f"{name}.yaml" for name in load_table("calibration").texts("prior_records")}
    trials = (file for file in (evidence_folder() / "trials").iterdir() if file.name.endswith(".yaml"))
    fitted = (file for file in trials if file.name in priors or "\nuse: calibrate" in file.read_text(encoding="utf-8"))
    files += sorted(fitted, key=lambda file: file.name)
    for file in files:
        text = file.read_text(encoding="utf-8").replace("\r\n", "\n").encode()
        total.update(f"{file.name}\n{len(text)}\n".encode())
        total.update(text)
    return total.hexdigest()


def posterior_text(found: Posterior) -> str:
    """A posterior as the text of its file."""
    data = {
        "recipe": dict(found.recipe),
        "names": list(found.names),
        "draws": _rounded(found.draws),
    }
    return json.dumps(data, indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def _rounded(draws: NDArray[np.float64]) -> list[list[float]]:
    return [[float(f"{value:.6g}") for value in row] for row in draws]


def read_posterior(text: str, source: str = FILE) -> Posterior:
    """Reads a stored posterior; refuses one whose tables or trials have changed since."""
    try:
        data = json.loads(text)
        found = Posterior(tuple(data["names"]), np.array(data["draws"], float), data["recipe"])
        fits = found.draws.shape == (len(found.draws), len(found.names)) and bool(np.isfinite(found.draws).all())
        made_with = str(found.recipe["fingerprint"])
    except (ValueError, KeyError, TypeError) as wrong:
        raise EvidenceError("this is not a stored posterior", place=Place(source), advice="rewire calibrate") from wrong
    if not fits:
        raise EvidenceError("the draws of the stored posterior are not a table of numbers", place=Place(source))
    if made_with != fingerprint():
        raise EvidenceError(
            "the stored posterior was fitted with other tables or trials than these",
            place=Place(source),
            expected=f"fingerprint {fingerprint()[:12]}, not {made_with[:12]}",
            advice="rewire calibrate fits it anew; without it the uncertainties of the tables are used",
        )
    return found


def stored_posterior() -> Posterior | None:
    """The posterior that comes with the package; None when there is none."""
    file = evidence_folder() / FILE
    return read_posterior(file.read_text(encoding="utf-8")) if file.is_file() else None


Asked = Posterior | Literal["stored"] | None
"""Which posterior a study uses: one given, the stored one where it fits these tables, or none."""


@dataclass(frozen=True, eq=False)
class InUse:
    """The posterior of a study, or None for the tables alone; in `words` which one and why; `stale` if it was refused."""

    posterior: Posterior | None
    words: str
    stale: bool = False


def posterior_in_use(asked: Asked = "stored") -> InUse:
    """What a study that asks for this posterior gets. A stored one that belongs to other tables is never used."""
    if asked is None:
        return InUse(None, "not used: uncertainties of the tables, as asked")
    return _stored() if isinstance(asked, str) else InUse(asked, f"given, {asked.words}")


@cache
def _stored() -> InUse:
    try:
        stored = stored_posterior()
    except EvidenceError as stale:
        # Without a handler of its own a log goes to stderr: no study runs on the tables alone in silence.
        logging.getLogger(__name__).warning("rewire: the stored posterior is not used: %s", stale)
        return InUse(None, f"not used: {stale.problem}", stale=True)
    if stored is None:
        return InUse(None, "none stored: uncertainties of the tables")
    return InUse(stored, f"stored, {stored.words}")
