"""Forces over movements, with the postures in which they were made and the way that was gone."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from nuchal.arrays import MaskT, MusclesT


@dataclass(frozen=True, kw_only=True)
class Exertion:
    """Forces over one movement, or over several, one after another.

    Attributes:
        force: Along the tendon [N].
        usable: Frames that can be used.
        angles_deg: Flexion, right bending and right rotation of the head on the thorax.
        way_deg: How far the head turns in each frame: half of what it turns from the frame before
            and half of what it turns to the next, as far as these can be used.
    """

    force: MusclesT
    usable: MaskT
    angles_deg: Float[np.ndarray, "t 3"]
    way_deg: Float[np.ndarray, " t"]

    @property
    def used(self) -> Float[np.ndarray, "u muscles"]:
        """Forces in the frames that can be used [N]."""
        used: np.ndarray = np.asarray(self.force)[np.asarray(self.usable)]
        return used


def exerted(force: MusclesT, usable: MaskT, angles_deg: Float[np.ndarray, "t 3"]) -> Exertion:
    """Forces over one movement, whose frames follow one another."""
    use = np.asarray(usable)
    step = np.linalg.norm(np.diff(angles_deg, axis=0), axis=1)
    half = np.where(use[1:] & use[:-1], 0.5 * step, 0.0)
    way = np.concatenate([half, [0.0]]) + np.concatenate([[0.0], half])
    return Exertion(force=force, usable=use, angles_deg=angles_deg, way_deg=way)


def one_after_another(parts: Sequence[Exertion]) -> Exertion:
    """Of several movements; from the end of one to the beginning of the next there is no way."""
    return Exertion(
        force=np.concatenate([np.asarray(one.force) for one in parts]),
        usable=np.concatenate([np.asarray(one.usable) for one in parts]),
        angles_deg=np.concatenate([one.angles_deg for one in parts]),
        way_deg=np.concatenate([one.way_deg for one in parts]),
    )
