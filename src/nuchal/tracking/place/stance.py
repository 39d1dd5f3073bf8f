"""How the person holds trunk and head in the neutral pose, and what looks wrong there."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from jaxtyping import Float

from nuchal.errors import Setting
from nuchal.findings import Finding, Warned, finding
from nuchal.tracking.gaps import SeenMarkers
from nuchal.tracking.place.calibration import Calibration
from nuchal.tracking.place.laboratory import Laboratory
from nuchal.tracking.place.landmarks import Seen
from nuchal.tracking.place.lean import find_lean, with_c7
from nuchal.tracking.place.neutral import NeutralPose
from nuchal.tracking.place.pivot import Pivot
from nuchal.tracking.place.rests import bent_neutral
from nuchal.tracking.place.upright import turn_of
from nuchal.tracking.rigid import Poses

_LARGEST_THORAX_CHANGE_M = 0.015
_LARGEST_DISPLACEMENT_M = 0.08
_FARTHEST_BELOW_M = 0.3


class Stance(NamedTuple):
    """The axes of the neck in the laboratory, and what was found of the trunk and the head."""

    axes: Float[np.ndarray, "3 3"]
    findings: tuple[Finding, ...]


def find_stance(
    seen: SeenMarkers,
    neutral: NeutralPose,
    in_thorax: Float[np.ndarray, "t h 3"],
    laboratory: Laboratory,
    pivot: Pivot,
) -> Stance:
    """How the person holds trunk and head in the neutral pose."""
    torso, axes = neutral.by_name(seen.names)[1], laboratory.rotation
    head = Seen("head", seen.names.head, neutral.head, pivot)
    held = turn_of(with_c7(head, torso), laboratory.up, upright=False)
    lean = find_lean(torso, axes, held.pitch_deg)
    if lean is not None:
        return Stance(lean.turn @ axes, (lean.finding,))
    bent = bent_neutral(seen, neutral, in_thorax, axes, held)
    return Stance(axes, () if bent is None else (bent,))


def below_origin(
    neutral: NeutralPose, laboratory: Laboratory, *, stated: bool
) -> Iterator[Finding]:
    """A head below the origin, from which laboratories count upwards, unless that was said."""
    above_m = float(neutral.head.mean(axis=0) @ laboratory.rotation[1])
    if not stated and above_m < -_FARTHEST_BELOW_M:
        mend = {"up": Setting("up"), "mirror": Setting("mirror", laboratory.up[1])}
        yield finding(Warned.BELOW_ORIGIN, axis=laboratory.up, below_m=-above_m, **mend)


def misfits(calibration: Calibration, thorax: Poses) -> Iterator[Finding]:
    """What looks wrong where markers, head and neck don't go together."""
    moved = float(np.median(thorax.residual))
    if moved > _LARGEST_THORAX_CHANGE_M:
        yield finding(Warned.THORAX_MOVED, moved_mm=moved * 1e3)
    ahead, above = calibration.from_head[:2] * 1e3
    if np.hypot(ahead, above) > _LARGEST_DISPLACEMENT_M * 1e3:
        mend = {"neutral": Setting("neutral_window_s"), "static": Setting("static")}
        yield finding(Warned.HEAD_DISPLACED, ahead_mm=ahead, above_mm=above, **mend)
