"""What the paper's networks see of a frame: twelve numbers.

Nine marker coordinates and three measures of the body, as in He, Liu, Li (2026),
doi 10.3390/s26020752. No velocity and no past, so that such networks serve a movement whose timing
is known, and no other: see ``docs/networks.md``.
"""

from typing import Final

import numpy as np
from jaxtyping import Bool, Float, Int

from nuchal.conventions import MARKERS
from nuchal.errors import Status
from nuchal.records import LabelledMotions

# Names and units of the twelve inputs, in order; markers in the thorax frame.
INPUTS: Final[tuple[str, ...]] = (
    *(f"{marker}_{axis}_m" for marker in MARKERS for axis in "xyz"),
    "neck_length_m",
    "shoulder_width_m",
    "head_mass_kg",
)


def paper_inputs(
    markers: Float[np.ndarray, "n t 3 3"], measures: Float[np.ndarray, "n 3"]
) -> Float[np.ndarray, "n t 12"]:
    """The twelve inputs of every frame, single precision.

    Args:
        markers: TP, LH, RH in the thorax frame [m], by subject and frame.
        measures: neck length [m], shoulder width [m], head mass [kg] of every subject.
    """
    subjects, frames = markers.shape[:2]
    body = np.broadcast_to(measures[:, None], (subjects, frames, 3))
    return np.concatenate([markers.reshape(subjects, frames, 9), body], axis=2, dtype=np.float32)


def solved_frames(data: LabelledMotions) -> Bool[np.ndarray, "n t"]:
    """Frames whose forces can be learnt from: those with status OK."""
    return np.asarray(data.status == int(Status.OK))


def samples(
    data: LabelledMotions,
) -> tuple[Float[np.ndarray, "s 12"], Float[np.ndarray, "s muscles"], Int[np.ndarray, " s"]]:
    """All solved frames of a dataset, one row each.

    Returns:
        Inputs, forces [N], and the row of the dataset that each sample is from.
    """
    solved = solved_frames(data)
    inputs = paper_inputs(data.markers, data.measures)[solved]
    neck = np.broadcast_to(np.arange(len(solved))[:, None], solved.shape)[solved]
    return inputs, data.force[solved].astype(np.float32), neck
