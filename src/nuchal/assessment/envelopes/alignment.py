"""A person's markers laid on a neck: where on the skull they sit, and where the neck stands.

In the neutral pose alone, an error in where the head sits on the neck cannot be seen; over a whole
recording it can, because the head turns about another point. Both offsets are found by least
squares over all frames, held near zero by how well such places are known. The same regression says
how far the recording tells the neck's length: little, since length acts much like the offsets.
"""

from functools import partial
from typing import Final

import jax
import numpy as np
from jaxtyping import Float

from nuchal.arrays import Array, Coords, CoordsT, MaskT, Vec3
from nuchal.assessment.envelopes.ideal import lengthened
from nuchal.assessment.envelopes.records import Alignment
from nuchal.batches import in_chunks
from nuchal.model.anatomy import Anatomy
from nuchal.model.kinematics import base_rotation, body_poses, head_on_thorax
from nuchal.programs.kept import kept

# Standard deviation of either offset before a recording is seen.
PRIOR_M: Final = 0.03
_MOST_FRAMES: Final = 2000
# Standard deviation of how far a model of straight rhythm is from a measured marker.
ERROR_M: Final = 0.01
# Errors closer together in time are taken as one.
_INDEPENDENT_S: Final = 1.0


def align(
    neck: float,
    q: CoordsT,
    markers: Float[np.ndarray, "t 3 3"],
    local: Float[np.ndarray, "3 3"],
    known: MaskT,
    *,
    rate_hz: float,
    thorax_share: Vec3 | None = None,
) -> Alignment | None:
    """The offsets that bring model and measured markers nearest over a recording.

    Args:
        neck: scale of the person's neck length.
        q: the six coordinates over time [rad].
        markers: TP, LH and RH as measured, in the thorax frame [m].
        local: where they were taken to sit on the skull [m].
        known: frames that can be used.
        rate_hz: frames a second.
        thorax_share: what the upper thorax takes of the head's rotation, as in an anatomy.

    Returns:
        None with no frame that can be used.
    """
    use = np.flatnonzero(np.asarray(known))
    use = use[:: max(1, -(-len(use) // _MOST_FRAMES))]
    if not len(use):
        return None
    seen = np.asarray(q)[use], np.asarray(markers)[use]
    columns, off = _regression(neck, *seen, local, thorax_share)
    seconds = float(np.sum(known)) / rate_hz
    worth = max(1.0, seconds / _INDEPENDENT_S) / len(use) / ERROR_M**2
    found, _ = _estimated(columns[:, :6], off, worth)
    with_neck, spread = _estimated(columns, off, worth)
    left = off - columns[:, :6] @ found
    return Alignment(
        skull_offset_m=found[:3],
        thorax_offset_m=found[3:],
        before_m=float(np.sqrt(3.0 * np.mean(off**2))),
        after_m=float(np.sqrt(3.0 * np.mean(left**2))),
        neck=float(neck + with_neck[6]),
        neck_sd=float(np.sqrt(spread[6, 6])),
    )


def _regression(
    neck: float,
    q: Float[np.ndarray, "t 6"],
    markers: Float[np.ndarray, "t 3 3"],
    local: Float[np.ndarray, "3 3"],
    thorax_share: Vec3 | None,
) -> tuple[Float[np.ndarray, "n 7"], Float[np.ndarray, " n"]]:
    """How both offsets and the neck's scale move every marker, and how far the model is off [m]."""
    poses = [in_chunks(partial(_skull, np.asarray(x), thorax_share), q) for x in (neck, neck + 1.0)]
    (origin, rotation), (longer, _) = ((np.asarray(a), np.asarray(b)) for a, b in poses)
    off = markers - origin[:, None] - np.einsum("tij,kj->tki", rotation, local)
    still = np.broadcast_to(np.eye(3), rotation.shape)
    columns = np.concatenate([rotation, still, (longer - origin)[:, :, None]], axis=2)
    return np.repeat(columns[:, None], 3, axis=1).reshape(-1, 7), off.reshape(-1)


def _estimated(
    columns: Float[np.ndarray, "n p"], off: Float[np.ndarray, " n"], worth: float
) -> tuple[Float[np.ndarray, " p"], Float[np.ndarray, "p p"]]:
    """Offsets, and the neck if it is asked for, with their covariance; the neck has no prior."""
    prior = np.diag([*[1.0 / PRIOR_M**2] * 6, 0.0])[: columns.shape[1], : columns.shape[1]]
    spread = np.linalg.inv(columns.T @ columns * worth + prior)
    return spread @ (columns.T @ off * worth), spread


@kept
def _skull(neck: Array, thorax_share: Vec3 | None, q: Float[Array, "t 6"]) -> tuple[Array, Array]:
    """Origin, in the thorax frame [m], and rotation of the skull."""
    anatomy = lengthened(neck, thorax_share)

    def at(posture: Coords) -> tuple[Array, Array]:
        return _pose(anatomy, posture)

    return jax.vmap(at)(q)


def _pose(anatomy: Anatomy, q: Coords) -> tuple[Array, Array]:
    poses = body_poses(anatomy, q)
    origin, rotation = poses.origin[-1] - anatomy.thorax_origin, poses.rotation[-1]
    if anatomy.thorax_share is None:
        return origin, rotation
    base = base_rotation(anatomy, head_on_thorax(anatomy, q))
    return base @ origin, base @ rotation
