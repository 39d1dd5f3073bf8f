"""Where a person's head markers sit on the skull of the model, and the model on the person."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import jax
import numpy as np
from jaxtyping import Float

from nuchal.arrays import Array, CoordsT
from nuchal.conventions import MARKERS
from nuchal.model.anatomy import Anatomy
from nuchal.model.generic import generic_anatomy
from nuchal.model.kinematics import marker_positions
from nuchal.programs.kept import kept
from nuchal.tracking.names.marker_sets import BAND, pairs_among
from nuchal.tracking.place.landmarks import landmarks
from nuchal.tracking.rigid import fit_poses

# From the tip of the C7 spinous process to the centre of a marker on the skin behind it [m].
_SKIN_M = 0.015
# Head markers whose places the model has itself; a band's front sits where LH and RH do.
_COUNTERPART = {"TP": "TP", "LH": "LH", "RH": "RH", "LFHD": "LH", "RFHD": "RH"}
# From the middle between the tragi to the model's TP, which sits at the top of the head [m].
_TRAGION_TO_TOP_M = 0.129


@dataclass(frozen=True, kw_only=True)
class Calibration:
    """Where the person's head markers sit on the model's skull, and the model on the person.

    Attributes:
        local: Head markers in the skull frame [m].
        offset: From the recording's thorax frame to the T1-C7 joint's [m].
        from_head: How far the head markers come to lie from where the model's own head has them
            [m].
    """

    local: Float[np.ndarray, "h 3"]
    offset: Float[np.ndarray, "3"]
    from_head: Float[np.ndarray, "3"]


def calibrate(
    anatomy: Anatomy, head: Mapping[str, Float[np.ndarray, "3"]], c7: Float[np.ndarray, "3"] | None
) -> Calibration:
    """Place the head markers on the skull so that the neutral pose is q = 0 without residual.

    The recording is laid on the neck by its C7 marker where there is one: it sits ``_SKIN_M``
    behind the tip of the spinous process. Without it
    the head is laid on the model's: by TP, LH and RH or a head band's front, where there are no
    others, and else by the usual places of all, the surest most. Sideways the midline of the pairs
    counts.

    Args:
        anatomy: the person's neck.
        head: places of the head markers in the neutral pose, forward-up-right, by our names [m].
        c7: place of the C7 marker likewise.
    """
    skull = _neutral_skull(anatomy)
    by_head = _to_model_head(anatomy, head) + skull
    offset = by_head if c7 is None else _c7_marker(anatomy) - c7
    pairs = pairs_among(head)
    if pairs:
        offset[2] = skull[2] - np.mean([head[name][2] for pair in pairs for name in pair])
    local = np.stack(list(head.values())) + offset - skull
    return Calibration(local=local, offset=offset, from_head=offset - by_head)


def _to_model_head(
    anatomy: Anatomy, head: Mapping[str, Float[np.ndarray, "3"]]
) -> Float[np.ndarray, "3"]:
    """From head markers to where they usually sit on the model's skull, on average [m]."""
    model = dict(zip(MARKERS, np.asarray(anatomy.markers), strict=True))
    if head.keys() <= {*MARKERS, *BAND}:
        twins = [name for name in head if name in MARKERS]
        twins = twins or [name for name in head if name in _COUNTERPART]
        return np.asarray(np.mean([model[_COUNTERPART[k]] - head[k] for k in twins], axis=0))
    size = np.abs(anatomy.markers).max(axis=0) / np.abs(generic_anatomy().markers).max(axis=0)
    tragion = np.array(generic_anatomy().markers[0]) - [0.0, _TRAGION_TO_TOP_M, 0.0]
    place, sd = landmarks("head", tuple(head))
    steps = size * (tragion + place) - np.stack(list(head.values()))
    return np.asarray(np.average(steps, axis=0, weights=sd**-2))


def _c7_marker(anatomy: Anatomy) -> Float[np.ndarray, "3"]:
    """Where a marker on the skin over C7 sits at q = 0, in the thorax frame [m]."""
    tip = np.asarray(anatomy.landmarks)[anatomy.system.landmarks.index("C7")]
    place = tip - np.asarray(anatomy.child_offset)[0]
    return np.array([place[0] - _SKIN_M, place[1], 0.0])


def _neutral_skull(anatomy: Anatomy) -> Float[np.ndarray, "3"]:
    """Origin of the skull in the thorax frame at q = 0, where all bodies stand upright [m]."""
    steps = np.asarray(anatomy.parent_offset)[1:] - np.asarray(anatomy.child_offset)[:-1]
    return np.asarray(steps.sum(axis=0) - np.asarray(anatomy.child_offset)[-1])


@kept
def marker_traces(anatomy: Anatomy, q: CoordsT) -> Float[Array, "t 3 3"]:
    """TP, LH and RH of a neck that moves so, in the thorax frame [m]."""
    return jax.vmap(marker_positions, (None, 0))(anatomy, q)


def head_markers(
    anatomy: Anatomy,
    names: Sequence[str],
    calibration: Calibration,
    positions: Float[np.ndarray, "t h 3"],
) -> Float[np.ndarray, "t 3 3"]:
    """TP, LH, RH in the thorax frame [m]: as measured, or carried rigidly by the other markers."""
    poses = fit_poses(calibration.local, positions)
    model = np.asarray(anatomy.markers)
    carried = np.einsum("tab,mb->tma", poses.rotation, model) + poses.origin[:, None]
    for k, name in enumerate(MARKERS):
        if name in names:
            carried[:, k] = positions[:, list(names).index(name)]
    return np.asarray(carried)
