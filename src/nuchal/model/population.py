"""A population of necks, drawn from what the ANSUR II survey measured.

Six measures of a person (:data:`~nuchal.model.survey.MEASURES`) are multivariate normal with the
means and covariances of the survey's men or women, or of both pooled. Person ``i`` of seed ``s`` is
always the same: random numbers are counted, not carried along, so that anyone of a million can be
drawn alone. Whoever is implausible is drawn again with the next number; :data:`LIMITS` and
:data:`FARTHEST` say who that is.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final, Literal, NamedTuple, TypeAlias

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Bool, Float, Int, UInt

from nuchal.arrays import Array
from nuchal.conventions import DRAWN_BODY_MASS_KG, HEAD_MASS_SHARE
from nuchal.errors import PopulationError, Setting
from nuchal.model.survey import MEASURES, Group, survey
from nuchal.programs.kept import kept
from nuchal.records import Subject

Sex: TypeAlias = Literal["male", "female"] | None

# What the numbers in ``People.sex`` mean; None is someone of the pooled survey.
SEXES: Final[tuple[Sex, ...]] = ("male", "female", None)
# Least and greatest plausible measure: the survey's extremes and some more, as a million people go
# beyond six thousand, and far enough out that means and covariances keep within 1 %.
LIMITS: Final[Mapping[str, tuple[float, float]]] = MappingProxyType(
    {
        "neck_length_m": (0.06, 0.16),
        "shoulder_width_m": (0.28, 0.51),
        "body_mass_kg": DRAWN_BODY_MASS_KG,
        "head_breadth_m": (0.125, 0.185),
        "head_length_m": (0.16, 0.235),
        "head_height_m": (0.10, 0.16),
    }
)
# Greatest plausible Mahalanobis distance from the mean of one's group, dimensionless: nobody
# combines measures that are possible one by one but not together.
FARTHEST: Final = 5.0
# Share of women where nothing else is said: as in people at large, not as in the Army.
WOMEN: Final = 0.5
# People drawn at once.
BLOCK: Final = 2**16

# Measures are whole numbers of a millionth of their unit, so that neither the order of additions
# nor a file of six decimals changes them.
_RESOLUTION: Final = 1_000_000
_SIZES: Final = (256, 4096, BLOCK)
_MAX_ATTEMPTS: Final = 1000
_LARGEST_INDEX: Final = 2**32 - 1
_LARGEST_SEED: Final = 2**63 - 1


@dataclass(frozen=True, kw_only=True)
class Population:
    """Which people there are: all that is needed to draw any of them.

    Attributes:
        women: Share of women, 0 to 1; None for the pooled survey without sexes, as in He, Liu, Li
            2026.
        heads: Whether people's heads have their own breadth, length and height, or the generic
            neck's.
    """

    seed: int
    women: float | None = WOMEN
    heads: bool = False
    limits: Mapping[str, tuple[float, float]] = field(default_factory=lambda: LIMITS)
    farthest: float = FARTHEST

    def __post_init__(self) -> None:
        if not 0 <= self.seed <= _LARGEST_SEED:
            raise PopulationError("population.seed", seed=self.seed, remedy=Setting("seed"))
        if self.women is not None and not 0.0 <= self.women <= 1.0:
            raise PopulationError("population.women", share=self.women, remedy=Setting("women"))
        if set(self.limits) != set(MEASURES):
            raise PopulationError("population.limits", measures=MEASURES)


class People(eqx.Module):
    """Measures of many people, one entry each.

    Attributes:
        index: Which person of the population.
        sex: Place in :data:`SEXES`.
        head_m: Breadth, length and height of the head; None where it keeps the generic neck's.
        attempts: How many had to be drawn until one was plausible; 1 is the first.
    """

    index: Int[np.ndarray, " n"]
    sex: Int[np.ndarray, " n"]
    neck_length_m: Float[np.ndarray, " n"]
    shoulder_width_m: Float[np.ndarray, " n"]
    body_mass_kg: Float[np.ndarray, " n"]
    head_m: Float[np.ndarray, "n 3"] | None
    attempts: Int[np.ndarray, " n"]

    def __len__(self) -> int:
        return len(self.index)

    @property
    def head_and_neck_mass_kg(self) -> Float[np.ndarray, " n"]:
        """Head and neck together, 8 % of body mass."""
        return HEAD_MASS_SHARE * self.body_mass_kg

    def measures(self) -> Float[np.ndarray, "n m"]:
        """Columns in the order of :data:`MEASURES`: three, or six with heads."""
        body = np.stack([self.neck_length_m, self.shoulder_width_m, self.body_mass_kg], axis=1)
        return body if self.head_m is None else np.concatenate([body, self.head_m], axis=1)


def subject_of(people: People, k: int) -> Subject:
    """The k-th of some people, counted from 0."""
    breadth, length, height = (None,) * 3 if people.head_m is None else people.head_m[k].tolist()
    return Subject(
        neck_length_m=float(people.neck_length_m[k]),
        shoulder_width_m=float(people.shoulder_width_m[k]),
        head_and_neck_mass_kg=float(people.head_and_neck_mass_kg[k]),
        body_mass_kg=float(people.body_mass_kg[k]),
        head_breadth_m=breadth,
        head_length_m=length,
        head_height_m=height,
        sex=SEXES[people.sex[k]],
    )


def draw_person(population: Population, index: int) -> Subject:
    """One person of a population, counted from 0."""
    return subject_of(draw_people(population, np.array([index])), 0)


def blocks_of_people(
    population: Population, count: int, *, start: int = 0, size: int = BLOCK
) -> Iterator[People]:
    """Person ``start`` and the ``count`` - 1 after that, ``size`` at a time."""
    for first in range(start, start + count, size):
        yield draw_people(population, np.arange(first, min(first + size, start + count)))


def draw_people(population: Population, index: Int[np.ndarray, " n"]) -> People:
    """The people with these numbers, counted from 0, in any order.

    Measures are rounded to a millionth of a metre or kilogram. Who they are depends on nothing but
    the population and their own numbers.

    Raises:
        PopulationError: a number below 0 or above 2**32 - 1, or limits that leave hardly anyone.
    """
    if len(index) and not 0 <= index.min() <= index.max() <= _LARGEST_INDEX:
        wrong = index.min() if index.min() < 0 else index.max()
        raise PopulationError("population.index", index=int(wrong), most=_LARGEST_INDEX)
    measures = np.empty((len(index), len(MEASURES)))
    sex = np.empty(len(index), dtype=int)
    attempts = np.zeros(len(index), dtype=int)
    missing = np.arange(len(index))
    for attempt in range(1, _MAX_ATTEMPTS + 1):
        if not len(missing):
            return people_of(population, index, sex, measures, attempts)
        drawn, sexes, plausible = _attempt(population, index[missing], attempt)
        found = missing[plausible]
        measures[found], sex[found] = drawn[plausible], sexes[plausible]
        attempts[found] = attempt
        missing = missing[~plausible]
    raise PopulationError("population.none_within", attempts=_MAX_ATTEMPTS)


def people_of(
    population: Population,
    index: np.ndarray,
    sex: np.ndarray,
    measures: np.ndarray,
    attempts: np.ndarray,
) -> People:
    """People from their measures, columns in the order of :data:`MEASURES`."""
    neck, shoulder, mass = (np.ascontiguousarray(column) for column in measures.T[:3])
    head = np.ascontiguousarray(measures[:, 3:]) if population.heads else None
    return People(np.asarray(index, dtype=int), sex, neck, shoulder, mass, head, attempts)


class _Law(NamedTuple):
    """Groups from which people are drawn; the second is taken for ``women`` of them."""

    mean: Float[Array, "2 6"]
    factor: Float[Array, "2 6 6"]
    women: Float[Array, ""]


def _attempt(
    population: Population, index: np.ndarray, attempt: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Measures, sexes, and who is plausible; padded to few sizes, as each has to be compiled."""
    size = next((size for size in _SIZES if size >= len(index)), len(index))
    padded = np.zeros(size, dtype=np.uint32)
    padded[: len(index)] = index
    key = jax.random.key(population.seed, impl="threefry2x32")
    drawn = _candidates(key, padded, np.asarray(attempt, dtype=np.uint32), _law(population.women))
    whole, women, distance = (np.asarray(part)[: len(index)] for part in drawn)
    measures = whole / _RESOLUTION
    low, high = np.array([population.limits[name] for name in MEASURES]).T
    plausible = ((low <= measures) & (measures <= high)).all(axis=1)
    plausible &= distance <= population.farthest
    sex = np.full(len(index), SEXES.index(None)) if population.women is None else women.astype(int)
    return measures, sex, plausible


def _law(women: float | None) -> _Law:
    names: tuple[Group, Group] = ("men", "women") if women is not None else ("pooled", "pooled")
    groups = [survey(name) for name in names]
    factor = [np.linalg.cholesky(np.asarray(group.covariance)) for group in groups]
    mean = np.stack([np.asarray(group.mean) for group in groups])
    return _Law(mean, np.stack(factor), np.asarray(women or 0.0))


def _candidate(
    key: jax.Array, index: UInt[Array, ""], attempt: UInt[Array, ""], law: _Law
) -> tuple[Int[Array, "6"], Bool[Array, ""], Float[Array, ""]]:
    """One person at one attempt: millionths of the units, sex, and distance from the mean.

    The sex does not change with the attempt, so that rejection leaves the shares alone.
    """
    own = jax.random.fold_in(key, index)
    woman = jax.random.uniform(jax.random.fold_in(own, 0), dtype=jnp.float64) < law.women
    normal = jax.random.normal(jax.random.fold_in(own, attempt), (len(MEASURES),), jnp.float64)
    group = woman.astype(int)
    measures = law.mean[group] + jnp.sum(law.factor[group] * normal, axis=1)
    whole = jnp.rint(measures * _RESOLUTION).astype(jnp.int64)
    return whole, woman, jnp.linalg.norm(normal)


@kept
def _candidates(
    key: jax.Array, index: UInt[Array, " n"], attempt: UInt[Array, ""], law: _Law
) -> tuple[Int[Array, "n 6"], Bool[Array, " n"], Float[Array, " n"]]:
    whole, women, distance = jax.vmap(_candidate, (None, 0, None, None))(key, index, attempt, law)
    return whole, women, distance
