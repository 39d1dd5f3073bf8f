"""Which muscles work together over a movement: a network, with edges that chance does not make.

Two muscles are joined if the rank correlation (Spearman) of their activations is above what chance
gives. Chance is that of surrogates (Theiler et al. 1992, doi 10.1016/0167-2789(92)90102-S): the
same ranks with the phases of their Fourier transforms drawn anew, every muscle's by itself, so that
each keeps its spectrum and so its slowness, and all that goes together is lost. In 95 % of
surrogates no two muscles correlate as highly as an edge has to; that holds the chance of one wrong
edge or several at 5 %.

Activations that a model finds follow from six moments, whatever the muscles do: most of their edges
are those of the mechanics, and are to be read beside the network of a healthy movement of the neck.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import scipy
from jaxtyping import Bool, Float

from nuchal.arrays import MaskT

# Activations are averaged to that: hardly anything that a head does is faster than half of it.
RATE_HZ: Final = 5.0
# A stretch without gaps that is shorter tells nothing of slow movement.
_LEAST_STRETCH_S: Final = 3.0
# All stretches together, for a network.
_LEAST_S: Final = 20.0
# An activation below counts as none; a muscle that never gets to the other has no edge.
_NOTHING: Final = 0.001
_LEAST_PEAK: Final = 0.01
SURROGATES: Final = 199
# Of any edge where muscles work independently.
CHANCE: Final = 0.05
_SEED: Final = 1

Stretch = Float[np.ndarray, "_ n"]


@dataclass(frozen=True, kw_only=True)
class Network:
    """Muscles, or channels of EMG, and which of them work together.

    Attributes:
        names: Of the nodes.
        works: Which nodes do enough to be joined to any.
        r: Rank correlations; zero where a node does too little, and of a node with itself.
        least_r: What an edge has to exceed.
        edges: Symmetric.
        degree: Degree centrality: the share of the other working nodes to which one is joined.
        clustering: The share of pairs of a node's neighbours that are joined themselves.
        seconds: Of movement that was looked at.
    """

    names: tuple[str, ...]
    works: Bool[np.ndarray, " n"]
    r: Float[np.ndarray, "n n"]
    least_r: float
    edges: Bool[np.ndarray, "n n"]
    degree: Float[np.ndarray, " n"]
    clustering: Float[np.ndarray, " n"]
    seconds: float

    @property
    def density(self) -> float:
        """The share of pairs of working nodes that are joined."""
        return float(self.degree[self.works].mean())

    @property
    def mean_clustering(self) -> float:
        """Over working nodes; that of a network joined at random is its density."""
        return float(self.clustering[self.works].mean())


@dataclass(frozen=True, kw_only=True)
class Coactivity:
    """The networks of one person.

    Attributes:
        own: Of modelled activations in the recordings; None where these are too short.
        healthy: Of the own neck in the movement that is normal.
        emg: Of measured envelopes; None where there are too few.
    """

    own: Network | None
    healthy: Network | None
    emg: Network | None


def stretches_of(active: Float[np.ndarray, "t n"], usable: MaskT, rate_hz: float) -> list[Stretch]:
    """The stretches without gaps, averaged to about :data:`RATE_HZ`."""
    each = max(1, round(rate_hz / RATE_HZ))
    ends = np.flatnonzero(np.diff(np.concatenate([[0], np.asarray(usable, int), [0]])))
    found = []
    for first, last in ends.reshape(-1, 2):
        whole = (last - first) // each
        if whole * each >= _LEAST_STRETCH_S * rate_hz:
            taken = active[first : first + whole * each]
            found.append(taken.reshape(whole, each, -1).mean(axis=1))
    return found


def network_of(names: Sequence[str], stretches: Sequence[Stretch]) -> Network | None:
    """The network of activations.

    Args:
        names: of the nodes.
        stretches: as :func:`stretches_of` gives them, of one recording or of several.

    Returns:
        None where there is too little of movement, or fewer than two nodes work.
    """
    seconds = sum(map(len, stretches)) / RATE_HZ
    if seconds < _LEAST_S:
        return None
    ranked = _ranks(stretches)
    peaks = np.max([one.max(axis=0) for one in stretches], axis=0)
    works = (peaks >= _LEAST_PEAK) & (_length(ranked) > 0.0)
    if works.sum() < 2:
        return None
    some = [one[:, works] for one in ranked]
    least = least_by_chance(some)
    r = np.zeros((len(names), len(names)))
    r[np.ix_(works, works)] = correlation(some)
    edges = r > least
    degree, clustering = centrality(edges, works)
    return Network(
        names=tuple(names),
        works=works,
        r=r,
        least_r=least,
        edges=edges,
        degree=degree,
        clustering=clustering,
        seconds=seconds,
    )


def correlation(ranked: Sequence[Stretch]) -> Float[np.ndarray, "n n"]:
    """Of series whose mean is zero in every stretch; zero on the diagonal."""
    scaled = np.ascontiguousarray((np.concatenate(ranked) / _length(ranked)).T)
    # Not a product of matrices: on a busy machine threads of so small ones wait for one another.
    found = np.einsum("it,jt->ij", scaled, scaled)
    np.fill_diagonal(found, 0.0)
    return np.asarray(found)


def least_by_chance(ranked: Sequence[Stretch]) -> float:
    """The correlation that no two of independent series exceed, with 95 %.

    The (1 - CHANCE) (SURROGATES + 1)-th of the greatest of each surrogate, which holds that chance
    exactly, as the series themselves count as one more.
    """
    dice = np.random.default_rng(_SEED)
    spectra = [np.fft.rfft(one, axis=0) for one in ranked]
    lengths = [len(one) for one in ranked]
    greatest = []
    for _ in range(SURROGATES):
        drawn = [surrogate(one, length, dice) for one, length in zip(spectra, lengths, strict=True)]
        greatest.append(correlation(drawn).max())
    return float(np.sort(greatest)[round((1.0 - CHANCE) * (SURROGATES + 1)) - 1])


def surrogate(spectrum: np.ndarray, length: int, dice: np.random.Generator) -> Stretch:
    """Series with the same spectrum and phases drawn anew.

    Args:
        spectrum: as ``numpy.fft.rfft`` gives it along the first axis.
        length: of the series.
        dice: what draws.
    """
    turned = spectrum * np.exp(2j * np.pi * dice.random(spectrum.shape))
    turned[0] = spectrum[0]
    if length % 2 == 0:
        turned[-1] = spectrum[-1] * dice.choice([-1.0, 1.0], spectrum.shape[1:])
    return np.asarray(np.fft.irfft(turned, length, axis=0))


def centrality(
    edges: Bool[np.ndarray, "n n"], works: Bool[np.ndarray, " n"]
) -> tuple[Float[np.ndarray, " n"], Float[np.ndarray, " n"]]:
    """Degree centrality and clustering coefficient among the working nodes; zero of others.

    A node with one neighbour or none has no pair of them, and a clustering of zero.
    """
    joined = np.asarray(edges & works & works[:, None], float)
    neighbours = joined.sum(axis=1)
    pairs = neighbours * (neighbours - 1.0) / 2.0
    triangles = np.einsum("ij,jk,ki->i", joined, joined, joined, optimize=True) / 2.0
    degree = neighbours / max(1.0, works.sum() - 1.0)
    return degree, np.divide(triangles, pairs, out=np.zeros_like(pairs), where=pairs > 0.0)


def _ranks(stretches: Sequence[Stretch]) -> list[Stretch]:
    """Among all frames together, the mean of each stretch taken off."""
    whole = np.concatenate(stretches)
    ranked = scipy.stats.rankdata(np.where(whole < _NOTHING, 0.0, whole), axis=0)
    parts = np.split(ranked, np.cumsum([len(one) for one in stretches])[:-1])
    return [one - one.mean(axis=0) for one in parts]


def _length(ranked: Sequence[Stretch]) -> Float[np.ndarray, " n"]:
    return np.asarray(np.sqrt((np.concatenate(ranked) ** 2).sum(axis=0)))
