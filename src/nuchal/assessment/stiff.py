"""The other reading of a short range: that the neck is stiff, and its owner does not stop early.

Where somebody goes less far than the mean of their age, the mean's passive curves stand. If the
neck is what stops them, its curves are as much shorter, and other forces hold the same postures.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

import numpy as np
from jaxtyping import Bool, Float

from nuchal.arrays import Array, MaskT
from nuchal.assessment.muscles.exertion import Exertion
from nuchal.assessment.muscles.flags import FEWEST, NAMING, flags_in
from nuchal.assessment.muscles.ratios import common_ratio
from nuchal.assessment.ranges.reached import Ranges
from nuchal.assessment.ranges.restriction import count_tested, tested
from nuchal.assessment.records import Assessment, StiffReading
from nuchal.model.norms import Norm
from nuchal.model.person import RANGE_KEYS

# A range is short if it is below the mean of its age by more standard deviations of healthy people
# of that age (``model.norms``: 10 degrees in flexion, 12 in extension, 8 in bending and rotation),
# which hold what one person varies from session to session too. One healthy person of six is as far
# below in a given direction.
SHORT_SDS: Final = 1.0


def short_share(
    ranges: Ranges, norm: Norm, known_deg: Mapping[str, float]
) -> Float[np.ndarray, "6"]:
    """A person's own range over the mean of their age where it is short, and one elsewhere.

    Args:
        ranges: how far recordings show the head to go.
        norm: of the person's age.
        known_deg: how far it goes, by ``RANGE_KEYS``, as far as that was measured.
    """
    known = np.array([known_deg.get(name, 0.0) for name in RANGE_KEYS])
    own = np.maximum(known, ranges.reach_deg)
    told = tested(ranges, norm.mean_deg) | (known > 0.0)
    short = told & (norm.scores(own) < -SHORT_SDS)
    return np.asarray(np.where(short, own / norm.mean_deg, 1.0))


def again(
    exertion: Exertion,
    which: MaskT,
    force: Float[Array, "k muscles"],
    usable: Bool[Array, " k"],
) -> Exertion:
    """A movement of which some frames have other forces, and all others are left out.

    ``force`` and ``usable`` are of those frames alone.
    """
    every = np.zeros_like(np.asarray(exertion.force))
    use: Bool[np.ndarray, " t"] = np.zeros(len(every), bool)
    every[which], use[which] = force, usable
    return replace(exertion, force=every, usable=use)


def read_as_stiff(
    found: Assessment,
    share: Float[np.ndarray, "6"],
    actual: Exertion,
    healthy: Exertion,
    max_isometric_force: Float[np.ndarray, " muscles"],
) -> StiffReading | None:
    """What an assessment would find if the neck were stiff.

    Args:
        found: the assessment by the mean's curves.
        share: as :func:`short_share` gives it.
        actual: forces of the stiff neck in the common range, on the person's own movement.
        healthy: on the movement that is normal.
        max_isometric_force: of the neck [N].

    Returns:
        None where muscles can't balance enough of these frames on the stiff neck.
    """
    mean_deg = found.geometry.healthy.norm.mean_deg
    ratio = common_ratio(actual, healthy, max_isometric_force, mean_deg)
    if ratio is None:
        return None
    judged = count_tested(found.restrictions) >= FEWEST
    flags = flags_in(ratio, found.limits[NAMING]) if judged else ()
    return StiffReading(share=share, ratio=ratio, judged=judged, flags=flags)
