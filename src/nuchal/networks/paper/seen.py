"""How far an input of the paper's networks is from those of their training.

A network that sees one frame's markers knows the postures of its movement, and none beside them. So
what counts is the nearest training input, and not whether each number lies within some range: all
twelve are z-scored as the networks see them, and the distance is that in a straight line.
"""

from typing import Final

import numpy as np
from jaxtyping import Float
from scipy.spatial import cKDTree

from nuchal.networks.paper.network import Networks, Seen, scores_of

# Training inputs that are kept to measure by.
_MOST_POINTS: Final = 8192
# Share of the validation samples, which were not learnt from, that count as like the training.
SHARE_WITHIN: Final = 0.999
# An input that never varied in training has to stay as it was, within this share of it.
_STAYS: Final = 1e-3
# Where all samples are one: rounding of single precision.
_LEAST_BORDER: Final = 1e-6


def seen_in(learnt: Float[np.ndarray, "a i"], others: Float[np.ndarray, "b i"]) -> Seen:
    """What a training saw: z-scored samples to learn from, and others of the same kind."""
    some = np.linspace(0, len(learnt) - 1, min(len(learnt), _MOST_POINTS)).astype(int)
    points = np.asarray(learnt[some], np.float32)
    away = cKDTree(points).query(others)[0]
    border = max(float(np.quantile(away, SHARE_WITHIN)), _LEAST_BORDER)
    return Seen(points, np.asarray(border, np.float32))


def distance_from_training(
    networks: Networks, inputs: Float[np.ndarray, "s i"]
) -> Float[np.ndarray, " s"]:
    """From the nearest training input, the border at 1; inputs in their own units."""
    points, scores = np.asarray(networks.seen.points), scores_of(networks, inputs)
    near = cKDTree(points).query(scores)[0] / float(networks.seen.border)
    still = (points == points[0]).all(axis=0)
    usual = np.asarray(networks.scaling.input_mean)[still]
    off = np.abs(np.asarray(inputs)[:, still] - usual) / np.maximum(_STAYS * np.abs(usual), 1e-9)
    return np.asarray(np.maximum(near, off.max(axis=1, initial=0.0)))
