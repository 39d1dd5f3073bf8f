"""Network or optimisation: which of them finds the forces of a recording, and why."""

from typing import Final, Literal, NamedTuple

import numpy as np
from jaxtyping import Bool, Float

from nuchal.errors import Phrase, phrase
from nuchal.findings import Finding, Found, finding
from nuchal.networks.equilibrium.domain import OF_THE_PERSON, Outside, outside
from nuchal.records import RESPECTS, Method


class Choice(NamedTuple):
    """The method, why it was taken, and what there is to say of the frames."""

    method: Method
    reason: Finding
    findings: tuple[Finding, ...] = ()


AS_ASKED: Final = finding(Found.METHOD_AS_ASKED)


def choose(
    asked: Literal["auto"] | Method,
    distance: Float[np.ndarray, "t 5"],
    known: Bool[np.ndarray, " t"],
) -> Choice:
    """Whether a recording is enough like the training frames for a network.

    Args:
        asked: the method that was asked for, ``auto`` or ``network``.
        distance: of the frames from the training frames, in each of ``records.RESPECTS``.
        known: frames that count: whose posture is known.
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
