"""Muscle synergies: a few courses over time of which all measured excitations are combinations.

    excitation (t, c) ~ courses (t, s) @ vectors (s, c)

Non-negative matrix factorisation (Lee and Seung 1999, doi 10.1038/44565) or principal components,
over all trials at once, each channel over its maximum in all trials, as Bianco et al. (2018),
doi 10.1115/1.4038199, and Ao et al. (2020), doi 10.3389/fncom.2020.588943, do for synergy
extrapolation.
"""

import warnings
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

import lazy_loader
import numpy as np
from jaxtyping import Float

from nuchal.errors import NuchalError, need_extra

if TYPE_CHECKING:
    import sklearn
else:
    sklearn = lazy_loader.load("sklearn")

Factorisation: TypeAlias = Literal["nmf", "pca"]
REPLICATES: Final = 20
TOLERANCE: Final = 1e-10
# Variance accounted for with which a number of synergies is enough.
ENOUGH: Final = 0.9
_MOST_ROUNDS: Final = 2000


@dataclass(frozen=True, kw_only=True)
class Synergies:
    """Synergies of c channels over all frames of some trials.

    Attributes:
        courses: Each vector's weight in every frame; of unit maximum where non-negative.
        vectors: Combination of the normalised channels that each synergy is.
        mean: Of the normalised channels, for principal components; zero for the other kind.
        maximum: What each channel was divided by.
        accounted_for: Variance accounted for, ``1 - sum of squared errors / sum of squares``.
    """

    courses: Float[np.ndarray, "t s"]
    vectors: Float[np.ndarray, "s c"]
    mean: Float[np.ndarray, " c"]
    maximum: Float[np.ndarray, " c"]
    accounted_for: float
    kind: Factorisation

    @property
    def basis(self) -> Float[np.ndarray, "t k"]:
        """What hidden excitations are combinations of: courses, and a constant for components."""
        if self.kind == "nmf":
            return self.courses
        return np.column_stack([self.courses, np.ones(len(self.courses))])


def find_synergies(
    channels: Float[np.ndarray, "t c"],
    *,
    kind: Factorisation = "nmf",
    count: int | None = None,
    replicates: int = REPLICATES,
    seed: int = 0,
) -> Synergies:
    """Factor channels into synergies.

    Args:
        channels: excitations, all frames of all trials one after another.
        kind: non-negative factors, or principal components.
        count: how many; by default the fewest that account for 90 % of the variance.
        replicates: random starts, of which the best counts.
        seed: of the starts.

    Raises:
        NuchalError: a channel that is silent in all trials, or more synergies than channels.
    """
    maximum = channels.max(axis=0)
    if (maximum <= 0.0).any():
        silent = int(np.argmin(maximum))
        raise NuchalError("hidden_emg.silent_channel", channel=silent + 1)
    most = channels.shape[1]
    if count is not None and not 1 <= count <= most:
        raise NuchalError("hidden_emg.too_many_synergies", synergies=count, channels=most)
    counts = range(1, most + 1) if count is None else [count]
    for number in counts:
        found = _factor(channels, maximum, kind, number, replicates, seed)
        if found.accounted_for >= ENOUGH:
            break
    return found


def courses_in(synergies: Synergies, channels: Float[np.ndarray, "t c"]) -> Synergies:
    """The same synergies in other trials: vectors stay, courses are found anew."""
    scaled = channels / synergies.maximum
    if synergies.kind == "pca":
        courses = (scaled - synergies.mean) @ synergies.vectors.T
    else:
        courses = _with_vectors(scaled, synergies.vectors)
    rebuilt = courses @ synergies.vectors + synergies.mean
    accounted_for = variance_accounted_for(scaled, rebuilt)
    return replace(synergies, courses=courses, accounted_for=accounted_for)


def variance_accounted_for(
    signal: Float[np.ndarray, "t c"], rebuilt: Float[np.ndarray, "t c"]
) -> float:
    """``1 - sum of squared errors / sum of squares``."""
    return float(1.0 - np.sum((signal - rebuilt) ** 2) / np.sum(signal**2))


def _factor(
    channels: np.ndarray,
    maximum: np.ndarray,
    kind: Factorisation,
    count: int,
    replicates: int,
    seed: int,
) -> Synergies:
    scaled = channels / maximum
    if kind == "pca":
        mean = scaled.mean(axis=0)
        vectors = np.linalg.svd(scaled - mean, full_matrices=False)[2][:count]
        courses = (scaled - mean) @ vectors.T
    else:
        mean = np.zeros(channels.shape[1])
        courses, vectors = _best_of(scaled, count, replicates, seed)
    return Synergies(
        courses=courses,
        vectors=vectors,
        mean=mean,
        maximum=maximum,
        accounted_for=variance_accounted_for(scaled, courses @ vectors + mean),
        kind=kind,
    )


def _best_of(
    scaled: np.ndarray, count: int, replicates: int, seed: int
) -> tuple[np.ndarray, np.ndarray]:
    """The best of many random starts, courses scaled to a maximum of one."""
    need_extra("hidden-emg")
    best, least = None, np.inf
    for start in range(replicates):
        model = sklearn.decomposition.NMF(
            count, init="random", tol=TOLERANCE, max_iter=_MOST_ROUNDS, random_state=seed + start
        )
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", sklearn.exceptions.ConvergenceWarning)
            courses = model.fit_transform(scaled)
        if model.reconstruction_err_ < least:
            best, least = (courses, model.components_), model.reconstruction_err_
    assert best is not None
    size = np.maximum(best[0].max(axis=0), 1e-12)
    return best[0] / size, best[1] * size[:, None]


def _with_vectors(scaled: np.ndarray, vectors: np.ndarray) -> np.ndarray:
    """Non-negative courses that fit best: multiplicative updates of the exact start."""
    gram = vectors @ vectors.T
    wish = scaled @ vectors.T
    courses = np.maximum(np.linalg.solve(gram + 1e-9 * np.eye(len(gram)), wish.T).T, 1e-6)
    for _ in range(500):
        courses = courses * wish / np.maximum(courses @ gram, 1e-12)
    return courses
