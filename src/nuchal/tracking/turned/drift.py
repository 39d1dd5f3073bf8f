"""How far the headings of two sensors drift apart: the head's turn whenever it is held straight.

A sensor's heading has no reference but the magnetic field, and two of them wander against each
other, which looks like a head that turns. Whoever comes back to look ahead shows it: the slope of
the turn over time, through all quiet moments, by the median of pairs (Sen 1968,
doi 10.1080/01621459.1968.10480934).
"""

from typing import Final, NamedTuple

import numpy as np
import scipy
from jaxtyping import Bool, Float
from scipy.spatial.transform import Rotation

from nuchal.findings import Assumed, Finding, Found, Warned, finding
from nuchal.tracking.place.neutral import QUIET_WINDOW_S
from nuchal.tracking.turned.still import QUIET_RAD, turning

# Straight is a head that is tilted no further than this, and turned no further than that.
_STRAIGHT_RAD: Final = float(np.radians(6.0))
_AHEAD_RAD: Final = float(np.radians(25.0))
_FEWEST: Final = 3
# A rest counts once in so long.
_LONGEST_S: Final = 5.0
_SHORTEST_S: Final = 10.0
# Over the recording, from which on it is warned of.
_LARGE_DEG: Final = 3.0
# Upper end of an interval of 95 %, as a share.
_END: Final = 0.975
# Rests that happen to agree to the last digit are no surer than this [rad/s]: a degree in an hour.
_SUREST_RAD_S: Final = float(np.radians(1.0) / 3600.0)


class Drift(NamedTuple):
    """Of the head's heading against the torso's, to the left [deg/min], with a 95 % interval."""

    rate: float
    low: float
    high: float
    moments: int


def find_drift(
    time: Float[np.ndarray, " t"],
    head: Float[np.ndarray, "t 3 3"],
    known: Bool[np.ndarray, " t"],
    rate_hz: float,
) -> Drift | None:
    """The drift; None where the head is held straight too rarely to tell.

    Args:
        time: [s].
        head: rotations of the head on the torso, in the axes of the neck.
        known: frames that count.
        rate_hz: frames a second.
    """
    moments = _straight_moments(head, known, max(2, round(QUIET_WINDOW_S * rate_hz)))
    if len(moments) < _FEWEST or time[moments[-1]] - time[moments[0]] < _SHORTEST_S:
        return None
    left = np.degrees(_angles(head[moments])[:, 1])
    slope = 60.0 * np.array(scipy.stats.theilslopes(left, time[moments])[:4])
    return Drift(float(slope[0]), float(slope[2]), float(slope[3]), len(moments))


def believed_drift(drift: Drift | None, before_rad_s: float) -> tuple[float, float]:
    """Mean and standard deviation of the drift, to the left [rad/s], after the recording is seen.

    What is known beforehand of such sensors, zero within ``before_rad_s``, and what the recording
    shows, each by its precision. Few moments show their own spread badly, so that theirs grows as
    Student's law has it.
    """
    if drift is None or before_rad_s == 0.0:
        return 0.0, before_rad_s
    seen, low, high = np.radians(drift[:3]) / 60.0
    few = scipy.stats.t.ppf(_END, drift.moments - 2) / scipy.stats.norm.ppf(_END)
    shown = max(few * (high - low) / (2.0 * scipy.stats.norm.ppf(_END)), _SUREST_RAD_S)
    precision = before_rad_s**-2 + shown**-2
    return float(seen * shown**-2 / precision), float(precision**-0.5)


def drift_findings(drift: Drift | None, lasts_s: float) -> Finding:
    """What is said of it: of a drift that can be told from none, or of none that could be told."""
    if drift is None:
        return finding(Assumed.NO_DRIFT_KNOWN)
    values = {"deg_per_min": drift.rate, "low": drift.low, "high": drift.high}
    values |= {"moments": float(drift.moments)}
    total = drift.rate * lasts_s / 60.0
    certain = drift.low * drift.high > 0.0
    if certain and abs(total) > _LARGE_DEG:
        return finding(Warned.HEADING_DRIFTS, total_deg=total, **values)
    return finding(Found.HEADING_DRIFT, **values)


def _straight_moments(
    head: Float[np.ndarray, "t 3 3"], known: Bool[np.ndarray, " t"], length: int
) -> np.ndarray:
    """One frame of each rest in which the head is straight and quiet; of a long one, several."""
    if len(known) < length:
        return np.zeros(0, dtype=int)
    whole = np.asarray(np.lib.stride_tricks.sliding_window_view(known, length).all(axis=1))
    middle = np.arange(len(whole)) + length // 2
    roll, yaw, pitch = np.abs(_angles(head[middle])).T
    straight = (np.maximum(roll, pitch) <= _STRAIGHT_RAD) & (yaw <= _AHEAD_RAD)
    able = np.flatnonzero(whole & straight & (turning(head, length) <= QUIET_RAD))
    if able.size == 0:
        return able
    begins = np.flatnonzero(np.diff(able, prepend=-np.inf) > length)
    rests = np.split(able, begins[1:])
    longest = round(_LONGEST_S / QUIET_WINDOW_S) * length
    parts = [part for rest in rests for part in np.array_split(rest, -(-len(rest) // longest))]
    return np.array([part[len(part) // 2] for part in parts]) + length // 2


def _angles(head: Float[np.ndarray, "t 3 3"]) -> Float[np.ndarray, "t 3"]:
    """About forward, up and right [rad]."""
    return np.asarray(Rotation.from_matrix(head).as_rotvec())
