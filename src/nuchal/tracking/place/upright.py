"""Which axis of a laboratory points up: evidence from the person in it, added up.

Any of the six axes may point up. For each, head and torso may be turned in the many ways in which
people hold them who look ahead; a grid of them is summed (Bayes). The logarithms of what head,
torso, the line between them, the height above the floor and laboratories' usual axes say add up.
"""

from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

import numpy as np
from jaxtyping import Bool, Float
from scipy.spatial.transform import Rotation
from scipy.special import logsumexp

from nuchal.tracking.place.axes import AXES
from nuchal.tracking.place.landmarks import Body, Seen, log_likelihood

# How people hold head and thorax who are asked to look ahead: standard deviations [degrees].
_PITCH_SD_DEG = {"head": 12.0, "thorax": 12.0}
_ROLL_SD_DEG = 7.0
# Of the line from torso to head against the vertical.
_LINE_SD_DEG = 20.0
_HEADINGS_DEG = np.arange(0.0, 360.0, 8.0)
_PITCHES_DEG = np.arange(-40.0, 41.0, 8.0)
_ROLLS_DEG = np.arange(-14.0, 15.0, 7.0)
# Log-odds: motion capture has Z or Y up, and cameras have Y down.
_USUAL = {"+Z": 0.0, "+Y": 0.0, "-Y": -1.5, "+X": -2.0, "-Z": -2.5, "-X": -3.0}
# How high a head is above the floor that most laboratories count from [m], and the log-odds of one
# that is not.
_HEIGHT_M = (0.3, 2.3)
_NOT_ABOVE_FLOOR = -2.5
# Log-likelihood of places that say nothing, because markers are exchanged or sit elsewhere.
_ANYWHERE = -20.0
# Log-odds of sides exchanged or an axis mirrored, before anything is seen: one recording in twenty.
_REVERSED = float(np.log(0.05))


class Turn(NamedTuple):
    """How a body is turned: rows forward, up and right in laboratory axes, and its tilt.

    Attributes:
        pitch_deg: Positive where it leans back.
        pitch_sd_deg: How surely that is known.
        roll_deg: Positive where it leans to the right.
    """

    rotation: Float[np.ndarray, "3 3"]
    pitch_deg: float
    pitch_sd_deg: float
    roll_deg: float


class Evidence(NamedTuple):
    """Log-evidence for each of ``AXES`` to point up.

    Attributes:
        named: If the markers sit on the sides that their names say.
        mirrored: If left and right are exchanged, in the names or by an axis of the file.
        above_floor: Whether the head is then where it is above the floor that most count from.
    """

    named: Float[np.ndarray, "6"]
    mirrored: Float[np.ndarray, "6"]
    above_floor: Bool[np.ndarray, "6"]


def evidence_of_up(bodies: Sequence[Seen]) -> Evidence:
    """What a head, and a thorax if there is one, say of the axes."""
    head, *others = bodies
    common = _line(head, others[0]) if others else np.zeros(6)
    for body in others:
        common = common + _of_body(body)
    heights = head.points.mean(axis=0) @ np.stack([_stands(up)[1] for up in AXES]).T
    above = (heights > _HEIGHT_M[0]) & (heights < _HEIGHT_M[1])
    common = common + np.where(above, 0.0, _NOT_ABOVE_FLOOR) + [_USUAL[up] for up in AXES]
    mirrored = _REVERSED + _of_body(head, reversed_sides=True)
    return Evidence(common + _of_body(head), common + mirrored, above)


def likeliest(seen: Seen) -> float:
    """Log-evidence that the body's markers are what they are called, whichever axis points up."""
    return float((_of_body(seen) + [_USUAL[up] for up in AXES]).max())


def turn_of(seen: Seen, up: str, *, upright: bool = True) -> Turn:
    """The expected turn of a body, if that axis points up.

    Args:
        seen: the body.
        up: one of ``AXES``.
        upright: it is expected to be held upright, and not at any pitch.
    """
    turns, tilt, prior = _grid(seen.body)
    turns = turns @ _stands(up)
    if not upright:
        prior = -0.5 * (tilt[:, 1] / _ROLL_SD_DEG) ** 2
    log = prior + log_likelihood(seen, turns)
    weight = np.exp(log - logsumexp(log))
    left, _, right = np.linalg.svd(np.einsum("n,nij->ij", weight, turns))
    pitch, roll = weight @ tilt
    spread = float(np.sqrt(weight @ (tilt[:, 0] - pitch) ** 2))
    return Turn(left @ right, float(pitch), spread, float(roll))


def _of_body(seen: Seen, *, reversed_sides: bool = False) -> Float[np.ndarray, "6"]:
    turns, _, prior = _grid(seen.body)
    stands = (turns @ _stands(up) for up in AXES)
    of_each = (log_likelihood(seen, one, reversed_sides=reversed_sides) for one in stands)
    return np.array([np.logaddexp(logsumexp(prior + log), _ANYWHERE) for log in of_each])


def _line(head: Seen, thorax: Seen) -> Float[np.ndarray, "6"]:
    step = head.points.mean(axis=0) - thorax.points.mean(axis=0)
    along = [_stands(up)[1] @ step / np.linalg.norm(step) for up in AXES]
    return np.asarray(-0.5 * (np.degrees(np.arccos(np.clip(along, -1.0, 1.0))) / _LINE_SD_DEG) ** 2)


@cache
def _grid(body: Body) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Ways to be turned: rotations against upright, pitch and roll [degrees], log-prior."""
    angles = np.meshgrid(_HEADINGS_DEG, _PITCHES_DEG, _ROLLS_DEG, indexing="ij")
    heading, pitch, roll = (a.ravel() for a in angles)
    # Axes forward, up, right are x, y, z: roll about x, pitch about z, heading about y.
    turns = Rotation.from_euler("xzy", np.stack([roll, pitch, heading], axis=1), degrees=True)
    prior = -0.5 * ((pitch / _PITCH_SD_DEG[body]) ** 2 + (roll / _ROLL_SD_DEG) ** 2)
    rotations = turns.as_matrix().swapaxes(1, 2)
    return rotations, np.stack([pitch, roll], axis=1), prior - logsumexp(prior)


@cache
def _stands(up: str) -> Float[np.ndarray, "3 3"]:
    """Rows forward, up and right of somebody upright who faces one of the other axes."""
    k, sign = "XYZ".index(up[1]), 1.0 if up[0] == "+" else -1.0
    upwards, ahead = sign * np.eye(3)[k], np.eye(3)[(k + 1) % 3]
    return np.stack([ahead, upwards, np.cross(ahead, upwards)])
