"""How far frames are from those of the training, and whether a network may find their forces."""

from dataclasses import dataclass
from typing import Final, Literal, NamedTuple

import numpy as np
from jaxtyping import Bool, Float

from nuchal.errors import Phrase, phrase
from nuchal.findings import Finding, Found, finding
from nuchal.networks.equilibrium.records import Domain
from nuchal.records import RESPECTS, Method

AS_ASKED: Final = finding(Found.METHOD_AS_ASKED)

# Of the training frames that count as inside, in each respect.
SHARE_WITHIN: Final = 0.999
# Share of true forces that an interval is to hold, within the domain.
COVERAGE: Final = 0.9
# Share of the frames that may lie outside before forces are not taken from a network unasked.
MOST_OUTSIDE: Final = 0.05
# Respects in which all frames are alike, so that one outside is too much.
OF_THE_PERSON: Final = ("body", "load")


@dataclass(frozen=True)
class Outside:
    """How much of a recording lies outside of a domain, and how far.

    Attributes:
        share: Of the frames, in each of ``records.RESPECTS``.
        any_share: Of the frames, in any respect.
        worst: Largest distance, the border at 1; zero where no frame counts.
    """

    share: Float[np.ndarray, "5"]
    any_share: float
    worst: Float[np.ndarray, "5"]

    @property
    def is_little(self) -> bool:
        """Whether a network may be used unasked: few frames, and the person not at all."""
        person = [self.worst[RESPECTS.index(respect)] for respect in OF_THE_PERSON]
        return self.any_share <= MOST_OUTSIDE and bool(max(person) <= 1.0)


def outside(distance: Float[np.ndarray, "t 5"], counted: Bool[np.ndarray, " t"]) -> Outside:
    """How much of a recording lies outside, over the frames that count."""
    kept = distance[counted]
    if not len(kept):
        return Outside(np.zeros(len(RESPECTS)), 0.0, np.zeros(len(RESPECTS)))
    beyond = kept > 1.0
    return Outside(beyond.mean(axis=0), float(beyond.any(axis=1).mean()), kept.max(axis=0))


def domain_of(samples: Float[np.ndarray, "s 5 4"]) -> Domain:
    """The domain of training frames, each ``records.domain_features``.

    The ellipsoids have the samples' covariance; their size lets :data:`SHARE_WITHIN` of the samples
    in. What never varied has to stay as it was, within a thousandth.
    """
    centre = samples.mean(axis=0, dtype=float)
    shape = np.zeros((len(RESPECTS), 4, 4))
    for k in range(len(RESPECTS)):
        away = samples[:, k].astype(float) - centre[k]
        variance, axes = np.linalg.eigh(away.T @ away / len(away))
        used = variance > 1e-12 * max(variance.max(), 1e-12)
        scaled = (axes / np.sqrt(np.where(used, variance, 1e-6))).T
        length = np.linalg.norm(away @ scaled[used].T, axis=1) if used.any() else np.ones(1)
        border = max(float(np.quantile(length, SHARE_WITHIN)), 1e-6)
        shape[k] = np.where(used[:, None], scaled / border, 0.0 if k < 4 else scaled)
    return Domain(centre.astype(np.float32), shape.astype(np.float32))


class Choice(NamedTuple):
    """The method, why it was taken, and what there is to say of the frames."""

    method: Method
    reason: Finding
    findings: tuple[Finding, ...] = ()


def choose(
    asked: Literal["auto"] | Method,
    distance: Float[np.ndarray, "t 5"],
    known: Bool[np.ndarray, " t"],
) -> Choice:
    """Whether a recording is enough like the training frames for a network.

    ``distance`` is that of the frames from the training frames, in each of ``records.RESPECTS``;
    ``known`` are the frames that count: whose posture is known.
    """
    found = outside(distance, known)
    where = outside_respects(found)
    if asked == "network":
        told = (finding(Found.PARTLY_OUTSIDE_TRAINING, respects=where),) if where else ()
        return Choice("network", AS_ASKED, told)
    if not known.any():
        return Choice("optimisation", finding(Found.METHOD_NO_FRAME_TO_JUDGE_BY))
    if not found.is_little:
        told = (finding(Found.OPTIMISED_OUTSIDE_TRAINING, respects=where),)
        return Choice("optimisation", finding(Found.METHOD_UNLIKE_TRAINING), told)
    told = (finding(Found.FEW_FRAMES_OUTSIDE_TRAINING, respects=where),) if where else ()
    return Choice("network", finding(Found.METHOD_LIKE_TRAINING), told)


def outside_respects(found: Outside) -> tuple[Phrase, ...]:
    """In which respects frames lie outside, how many, and how far; empty where none does."""
    said = []
    for k, respect in enumerate(RESPECTS):
        if found.worst[k] <= 1.0:
            continue
        worst = float(found.worst[k])
        if respect in OF_THE_PERSON:
            said.append(phrase(f"outside.{respect}", worst=worst))
        else:
            percent = max(100.0 * float(found.share[k]), 0.1)
            said.append(phrase(f"outside.{respect}", worst=worst, percent=percent))
    return tuple(said)
