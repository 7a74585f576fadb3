"""People: a virtual population as a recipe, or one described person.

`People` holds no arrays: anyone in it can be drawn at any time from (seed, number). Adding people never changes the
first ones. Traits are correlated; scores and covariates come from the population table.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from numbers import Integral, Real
from types import MappingProxyType
from typing import TYPE_CHECKING

from rewire.errors import StudyError, closest
from rewire.sources import Group, load_table

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

CONDITIONS = ("MDD", "TRD", "bipolar depression", "PTSD", "GAD", "SAD", "healthy")
TRAITS = ("depression", "anxiety", "traumatic_stress", "stress", "trauma", "failed_treatments", "age", "weight")
"""The correlated traits; the rows of the correlation table."""
SCORES = {"MADRS": "depression", "HAM-A": "anxiety", "CAPS-5": "traumatic_stress"}
"""The scales on which a person's start can be given, and the trait behind each."""
PRIMARY = {"PTSD": "CAPS-5", "GAD": "HAM-A", "SAD": "HAM-A"}
"""The scale that defines response where it is not MADRS."""
NUMBERS = ("age", "weight", "stress", *SCORES)
SHARES = ("female", "asian", "japanese", "hypertension")
COUNTS = ("met_alleles", "failed_treatments")
GIVEN = (*NUMBERS, *SHARES, *COUNTS)
"""What a study may state about its people."""
LARGEST_NUMBER = 10**9
LARGEST_FIRST = 2**62
"""Numbers of people stay whole numbers of 64 bits, however many follow the first."""

Given = float | tuple[float, float]


@dataclass(frozen=True)
class People:
    """A population of `n` people drawn with `seed`, numbered from `first`.

    `given` replaces what the population table says: a number fixes a trait, a pair is its mean and SD, and for
    yes-or-no traits a number is the share. `typical` people all have the middle value of every trait.
    """

    condition: str
    n: int
    seed: int = 1
    first: int = 0
    given: Mapping[str, Given] = field(default_factory=dict)
    typical: bool = False

    def __post_init__(self) -> None:
        if self.condition not in CONDITIONS:
            raise StudyError(
                f"there is no population called '{self.condition}'",
                expected=", ".join(CONDITIONS),
                advice=closest(self.condition, CONDITIONS),
            )
        if not _whole(self.n) or not 1 <= self.n <= LARGEST_NUMBER:
            raise StudyError(f"a population of {self.n} people cannot be drawn", expected=f"1 to {LARGEST_NUMBER:,}")
        if not _whole(self.seed) or not 0 <= self.seed < 2**63:
            raise StudyError(f"seed {self.seed} cannot be used", expected="a whole number from 0 on")
        if not _whole(self.first) or not 0 <= self.first < LARGEST_FIRST:
            raise StudyError(
                f"people cannot be numbered from {self.first}", expected=f"a whole number from 0 to {LARGEST_FIRST:,}"
            )
        for name, value in self.given.items():
            if name not in GIVEN:
                raise StudyError(
                    f"people have no trait called '{name}'", expected=", ".join(GIVEN), advice=closest(name, GIVEN)
                )
            _check_given(name, value)
        object.__setattr__(self, "given", MappingProxyType(dict(self.given)))

    @property
    def scale(self) -> str:
        """The scale that defines response and remission in this population."""
        return PRIMARY.get(self.condition, "MADRS")

    def part(self, start: int, stop: int) -> People:
        """The people from place `start` up to `stop` (not included); they are the same as in the whole."""
        if not 0 <= start < stop <= self.n:
            raise StudyError(f"{self.n} people have no part from {start} to {stop}", expected=f"places 0 to {self.n}")
        return replace(self, first=self.first + start, n=stop - start)

    def covariates(self) -> dict[str, Array]:
        """Everyone's covariates and starting scores `[person]`, named as the model's person layer names them."""
        return _draw(self)


def middle(given: Given) -> float:
    """What is stated of a trait: the number itself, or the mean of a pair."""
    return float(given[0] if isinstance(given, tuple) else given)


def _whole(value: object) -> bool:
    return isinstance(value, Integral) and not isinstance(value, bool)


def _check_given(name: str, value: Given) -> None:
    """Refuses what a trait cannot be: a mean outside its range, a negative SD, a pair where a share is needed."""
    mean, sd = value if isinstance(value, tuple) and len(value) == 2 else (value, 0.0)
    pair_fits = not isinstance(value, tuple) or (len(value) == 2 and name in NUMBERS)
    if name in SCORES:
        scale = load_table("scales").group(name)
        low, high = scale.number("minimum"), scale.number("maximum")
    elif name in (limits := load_table("limits").groups()):
        low, high = limits[name].number("low"), limits[name].number("high")
    else:
        low, high = 0.0, 1.0 if name in SHARES else 2.0
    fits = pair_fits and all(isinstance(part, Real) and math.isfinite(part) for part in (mean, sd))
    if not fits or not low <= mean <= high or sd < 0:
        pair = ", or a pair of mean and SD" if name in NUMBERS else ""
        raise StudyError(f"'{name}' is {value}", expected=f"a number from {low:g} to {high:g}{pair}")


def people(condition: str, n: int = 1000, seed: int = 1, **given: Given) -> People:
    """A virtual population: `people("TRD", 1000, seed=7, age=(46, 12), MADRS=(32.6, 6.1))`."""
    return People(
        condition,
        n,
        seed,
        given={name.replace("_", "-") if name in ("HAM_A", "CAPS_5") else name: value for name, value in given.items()},
    )


def person(condition: str = "TRD", seed: int = 1, **given: float) -> People:
    """One described person, typical in everything that is not given: `person("TRD", age=52, weight=81, MADRS=34)`."""
    return replace(people(condition, 1, seed, **given), typical=True)


def _table(condition: str) -> tuple[Group, Group, Group]:
    table = load_table("populations")
    return table.group("everyone"), table.group(condition), table.group("correlations")


def _correlate(draws: Array, correlations: Group) -> Array:
    """Standard normal traits with the correlations of the table; a table that is no correlation matrix is refused."""
    import numpy as np

    matrix = np.eye(len(TRAITS))
    for one, row in correlations.groups().items():
        for other, entry in row.entries().items():
            a, b = TRAITS.index(one), TRAITS.index(other)
            matrix[a, b] = matrix[b, a] = entry.number
    # The product with a single column rounds otherwise than that with several.
    several = draws if draws.shape[1] > 1 else np.repeat(draws, 2, axis=1)
    return (np.linalg.cholesky(matrix) @ several)[:, : draws.shape[1]]


def _draw(who: People) -> dict[str, Array]:
    import numpy as np

    from rewire.core.random import normals

    everyone, own, correlations = _table(who.condition)

    def chance(name: str) -> Array:
        """One standard normal a person; 0 for typical people."""
        return np.zeros(who.n) if who.typical else normals(who.seed, who.first, who.n, f"people.{name}")[:, 0]

    def number(name: str, trait: Array, mean: float | Array, sd: float | Array, low: float, high: float) -> Array:
        given = who.given.get(name)
        if given is not None:
            mean, sd = given if isinstance(given, tuple) else (given, 0.0)
        return np.clip(mean + sd * trait, low, high)

    def share(name: str, default: float | Array) -> Array:
        """Yes or no; typical people take the likelier answer."""
        given = middle(who.given[name]) if name in who.given else default
        probability = np.broadcast_to(np.asarray(given, float), (who.n,))
        if who.typical or (name in who.given and set(np.unique(probability)) <= {0.0, 1.0}):
            return (probability > 0.5).astype(float)
        return (_uniform(chance(name)) < probability).astype(float)

    traits = dict(zip(TRAITS, _correlate(np.stack([chance(trait) for trait in TRAITS]), correlations), strict=True))
    age = number(
        "age",
        traits["age"],
        own.number("age_mean"),
        own.number("age_sd"),
        *(_limits(who, "age", everyone.number("age_minimum"), everyone.number("age_maximum"))),
    )
    female = share("female", own.number("share_female"))
    weight = number(
        "weight",
        traits["weight"],
        np.where(female > 0, everyone.number("weight_mean_female"), everyone.number("weight_mean_male")),
        np.where(female > 0, everyone.number("weight_sd_female"), everyone.number("weight_sd_male")),
        *(_limits(who, "weight", everyone.number("weight_minimum"), everyone.number("weight_maximum"))),
    )
    japanese = share("japanese", everyone.number("share_japanese"))
    asian = np.maximum(japanese, share("asian", everyone.number("share_asian")))
    scores = {}
    for scale, trait in SCORES.items():
        table = own.group("baseline")
        low, high = load_table("scales").number(scale, "minimum"), load_table("scales").number(scale, "maximum")
        mean, sd = (table.number(scale, "mean"), table.number(scale, "sd")) if scale in table else (0.0, 0.0)
        scores[scale] = np.round(number(scale, traits[trait], mean, sd, low, high))
    ages = everyone.entry("hypertension_age_from").numbers
    band = np.clip(np.searchsorted(np.asarray(ages), age, side="right") - 1, 0, len(ages) - 1)
    met = np.where(asian > 0, everyone.number("met_allele_east_asian"), everyone.number("met_allele_european"))
    alleles = (_uniform(chance("met_one")) < met).astype(float) + (_uniform(chance("met_two")) < met)
    if who.typical or "met_alleles" in who.given:
        alleles = np.full(who.n, middle(who.given.get("met_alleles", 0.0)))
    posttraumatic = who.condition == "PTSD"
    found = {
        "age": age,
        "female": female,
        "body_weight": weight,
        "asian": asian,
        "japanese": japanese,
        "met_alleles": alleles,
        "hypertension": share("hypertension", np.asarray(everyone.entry("share_hypertension_by_age").numbers)[band]),
        "failed_treatments": _failed(who, traits["failed_treatments"], own),
        "posttraumatic": np.full(who.n, float(posttraumatic)),
        "anxious": np.full(who.n, float(who.condition in ("GAD", "SAD"))),
        "entry_stress": _stress(who, traits["stress"], own),
        "baseline_depression": scores["MADRS"],
        "baseline_anxiety": scores["HAM-A"],
        "baseline_trauma": scores["CAPS-5"],
    }
    if who.condition == "healthy":
        # Nobody is chosen for being worse than usual.
        found["entry_excess"] = np.zeros(who.n)
    return found


def _failed(who: People, trait: Array, own: Group) -> Array:
    """Treatments that failed before: the fewest of the population and a Poisson number more."""
    import numpy as np

    if "failed_treatments" in who.given:
        return np.full(who.n, middle(who.given["failed_treatments"]))
    fewest = own.number("failed_treatments_least")
    more = own.number("failed_treatments_mean") - fewest
    # Nobody in any population has tried twenty drugs more than the fewest.
    chances = np.cumsum([math.exp(-more) * more**count / math.factorial(count) for count in range(20)])
    return fewest + np.searchsorted(chances, _uniform(trait)).astype(float)


def _stress(who: People, trait: Array, own: Group) -> Array:
    """Stress load at the start: never negative, its spread a share of its mean."""
    import numpy as np

    given = who.given.get("stress")
    typical = own.number("stress_load")
    mean, sd = given if isinstance(given, tuple) else (typical if given is None else given, 0.0)
    if given is None:
        sd = load_table("populations").number("everyone", "stress_spread") * typical
    return np.maximum(0.0, mean + sd * trait)


def _uniform(normal: Array) -> Array:
    """The share of people with a smaller value of a standard normal trait."""
    import numpy as np

    return np.array([0.5 * math.erfc(-value / math.sqrt(2)) for value in normal])


def _limits(who: People, name: str, low: float, high: float) -> tuple[float, float]:
    """Limits of the table; a study that states the trait is taken at its word, but its people stay adults."""
    if name not in who.given:
        return low, high
    given = who.given[name]
    return (low if isinstance(given, tuple) and given[0] > low else 0.0), math.inf
