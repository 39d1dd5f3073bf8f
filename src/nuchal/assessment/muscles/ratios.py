"""Forces on a person's own movement against forces on the movement that is normal.

By muscle, the ratio of peaks as in the paper (He, Liu, Li 2026, doi 10.3390/s26020752), and the
ratio of mean forces, which is that of impulses over movements of the same duration: a peak is one
frame, a mean is all of them.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from jaxtyping import Bool, Float

from nuchal.arrays import MaskT, MusclesT

# Of maximal isometric force: below it a muscle does too little in the normal movement for a ratio
# to mean anything.
LEAST_SHARE: Final = 0.01


@dataclass(frozen=True)
class Exertion:
    """Forces over one movement, or over several, one after another.

    Attributes:
        force: Along the tendon [N].
        usable: Frames that can be used.
    """

    force: MusclesT
    usable: MaskT


@dataclass(frozen=True, kw_only=True)
class Ratios:
    """Actual over ideal, muscle by muscle; 1 where it is not defined, and then not ``defined``."""

    peak: Float[np.ndarray, " muscles"]
    mean: Float[np.ndarray, " muscles"]
    defined: Bool[np.ndarray, " muscles"]


def ratios_of(
    actual: Exertion, ideal: Exertion, max_isometric_force: Float[np.ndarray, " muscles"]
) -> Ratios | None:
    """Ratios of forces.

    Args:
        actual: on the person's own movement.
        ideal: on the normal movement, of the matched neck.
        max_isometric_force: of the same necks [N].

    Returns:
        None where one of the movements has no frame that can be used.
    """
    mine, theirs = (np.asarray(x.force)[np.asarray(x.usable)] for x in (actual, ideal))
    if not len(mine) or not len(theirs):
        return None
    defined = theirs.max(axis=0) >= LEAST_SHARE * max_isometric_force

    def over(
        a: Float[np.ndarray, " muscles"], b: Float[np.ndarray, " muscles"]
    ) -> Float[np.ndarray, " muscles"]:
        return np.where(defined, a / np.where(defined, b, 1.0), 1.0)

    return Ratios(
        peak=over(mine.max(axis=0), theirs.max(axis=0)),
        mean=over(mine.mean(axis=0), theirs.mean(axis=0)),
        defined=defined,
    )
