"""Whether the head is bent in the pose taken for neutral, and another rest is more upright."""

from typing import Any, NamedTuple

import numpy as np
from jaxtyping import Float

from nuchal.errors import Setting, phrase
from nuchal.findings import Finding, Found, Warned, finding
from nuchal.tracking.gaps import SeenMarkers
from nuchal.tracking.place.neutral import NeutralPose, quiet_windows
from nuchal.tracking.place.upright import Turn
from nuchal.tracking.rigid import fit_poses

# So far from upright a head is said to be bent if it rests elsewhere so far from there and nearer
# to upright; without C7 head markers tell its pitch less surely.
_BENT_DEG, _BENT_WITHOUT_C7_DEG = 12.0, 18.0
_APART_DEG = 12.0
# So far from upright, and no farther from there than this beyond it, either of two rests may be it.
_UNCLEAR_DEG = 8.0
# So far from upright, and by two standard deviations, a head is said to lean that rests nowhere
# better.
_TILTED_DEG = 15.0
# Neutral poses that somebody gave.
_GIVEN = (Found.NEUTRAL_GIVEN, Found.NEUTRAL_STILL)


class Rest(NamedTuple):
    """Frames in which the head holds still, and how far it leans back then [degrees]."""

    first: int
    last: int
    back_deg: float


def bent_neutral(
    seen: SeenMarkers,
    neutral: NeutralPose,
    in_thorax: Float[np.ndarray, "t h 3"],
    axes: Float[np.ndarray, "3 3"],
    held: Turn,
) -> Finding | None:
    """A warning where the head is bent in the neutral pose, or may be.

    Args:
        seen: the recording.
        neutral: its neutral pose.
        in_thorax: head markers in the thorax, in laboratory axes [m].
        axes: rows forward, up and right.
        held: how the head is turned in the neutral pose.
    """
    back_deg = held.pitch_deg
    given = neutral.source != seen.source or neutral.found.what in _GIVEN
    if given or abs(back_deg) < _UNCLEAR_DEG:
        return None
    best = _best_other(seen, neutral, in_thorax, axes, back_deg)
    has_c7, off_deg = "C7" in seen.names.thorax, abs(back_deg)
    way = phrase("laboratory.to_back" if back_deg > 0.0 else "laboratory.to_front")
    facts: dict[str, Any] = {"way": way, "static": Setting("static")}
    if best is not None and abs(best.back_deg) <= off_deg + _UNCLEAR_DEG:
        surely = off_deg >= max(abs(best.back_deg), _BENT_DEG if has_c7 else _BENT_WITHOUT_C7_DEG)
        what = Warned.NEUTRAL_BENT if surely else Warned.NEUTRAL_UNCLEAR
        window_s = tuple(round(float(seen.time[k]), 3) for k in (best.first, best.last))
        facts |= {"first": best.first + 1, "last": best.last + 1}
        mend = {"neutral": Setting("neutral_window_s", window_s)}
        return finding(what, apart_deg=abs(best.back_deg - back_deg), **facts, **mend)
    if off_deg < max(_TILTED_DEG, 2.0 * held.pitch_sd_deg):
        return None
    trunk = None if len(seen.names.thorax) >= 3 else phrase("laboratory.or_trunk_leans")
    facts |= {"tilt_deg": off_deg, "trunk": trunk, "neutral": Setting("neutral_window_s")}
    return finding(Warned.NEUTRAL_TILTED, **facts)


def _best_other(
    seen: SeenMarkers,
    neutral: NeutralPose,
    in_thorax: Float[np.ndarray, "t h 3"],
    axes: Float[np.ndarray, "3 3"],
    back_deg: float,
) -> Rest | None:
    """The rest that is nearest to upright of those clearly apart from the neutral pose."""
    ahead = axes @ fit_poses(neutral.head, in_thorax).rotation @ axes[0]
    nod_deg = back_deg + np.degrees(np.arctan2(ahead[:, 1], ahead[:, 0]))
    starts, length = quiet_windows(seen)
    rests = [Rest(k, k + length - 1, float(nod_deg[k : k + length].mean())) for k in starts]
    others = [rest for rest in rests if abs(rest.back_deg - back_deg) > _APART_DEG]
    return min(others, key=lambda rest: abs(rest.back_deg), default=None)
