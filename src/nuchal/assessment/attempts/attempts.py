"""Each time that the head goes to a side as far as it does: how far, how fast, how smoothly.

An attempt is a peak of the angle to a side that stands out from what is before and after, and comes
near the farthest of all recordings. Its way out begins where the head last left the neutral pose
and ends at the peak.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
import scipy
from jaxtyping import Bool, Float

from nuchal.assessment.attempts.smoothness import smoothness_of
from nuchal.assessment.ranges.reached import HARDLY_DEG
from nuchal.model.clinical import DIRECTIONS
from nuchal.tracking.smoothing import segments

# Of the farthest: a peak that comes so near was meant to go as far as it goes.
NEAR_SHARE: Final = 0.8
# Of the farthest: a peak stands out by so much, or is a waver on the way of another.
_STANDS_OUT_SHARE: Final = 0.5
# Of the attempt's reach: where its way begins, and where its mean speed is taken between.
_LEAVES_SHARE: Final = 0.1
_ARRIVES_SHARE: Final = 0.9
# Of the highest speed of a way: below it the head stands.
_STANDS_SPEED_SHARE: Final = 0.05


@dataclass(frozen=True, kw_only=True)
class Attempt:
    """Once as far as it goes to one side.

    Attributes:
        direction: One of ``DIRECTIONS``.
        recording: Name of the recording it is of.
        time_s: Of its farthest point, from the recording's first frame.
        beside_deg: The two other angles there, of flexion, right bending and right rotation.
        peak_speed_deg_s: Highest speed on the way out.
        mean_speed_deg_s: On the way out, from a tenth to nine tenths of the reach.
        smoothness: Spectral arc length of the way out; None where it is too short, or the rate too
            low, to tell.
    """

    direction: str
    recording: str
    time_s: float
    reach_deg: float
    beside_deg: tuple[float, float]
    peak_speed_deg_s: float
    mean_speed_deg_s: float
    smoothness: float | None


class Angles(NamedTuple):
    """What attempts are sought in.

    Attributes:
        name: Of the recording.
        angles_deg: Flexion, right bending and right rotation of the head on the thorax.
        known: Frames that can be used.
    """

    name: str
    rate_hz: float
    angles_deg: Float[np.ndarray, "t 3"]
    known: Bool[np.ndarray, " t"]


def attempts_of(recordings: Sequence[Angles]) -> tuple[Attempt, ...]:
    """All attempts, by direction, then recording, then time.

    Directions into which the head hardly went have none.
    """
    found: list[Attempt] = []
    for k in range(len(DIRECTIONS)):
        ways = [towards(one.angles_deg, k) for one in recordings]
        pairs = list(zip(recordings, ways, strict=True))
        farthest = max([0.0, *(float(way[one.known].max(initial=0.0)) for one, way in pairs)])
        if farthest >= HARDLY_DEG:
            for one, way in pairs:
                found += _in_recording(one, way, k, farthest)
    return tuple(found)


def reaches_deg(attempts: Sequence[Attempt], direction: str) -> Float[np.ndarray, " n"]:
    """How far each attempt of one direction went."""
    return np.array([one.reach_deg for one in attempts if one.direction == direction])


def way_begins(way: Float[np.ndarray, " n"], peak: int) -> int:
    """The frame in which the head leaves the neutral pose on its way to a peak.

    Args:
        way: the angle to one side, frame by frame.
        peak: the frame of the farthest point.
    """
    near = np.flatnonzero(way[: peak + 1] <= _LEAVES_SHARE * way[peak])
    start = int(near[-1]) if len(near) else 0
    # Back to where it stood still before it left.
    while start > 0 and way[start] > way[start - 1] > -HARDLY_DEG:
        start -= 1
    return start


def towards(angles_deg: Float[np.ndarray, "t 3"], k: int) -> Float[np.ndarray, " t"]:
    """Of clinical angles, that to the ``k``-th of ``DIRECTIONS``."""
    return np.asarray(angles_deg[:, k // 2] * (1.0 if k % 2 == 0 else -1.0))


def _in_recording(
    one: Angles, way: Float[np.ndarray, " t"], k: int, farthest: float
) -> Iterator[Attempt]:
    for first, end in segments(one.known):
        # Outside of what is known the head counts as neutral, so that a peak at an edge is one.
        inside = np.concatenate([[0.0], way[first:end], [0.0]])
        peaks, _ = scipy.signal.find_peaks(
            inside, height=NEAR_SHARE * farthest, prominence=_STANDS_OUT_SHARE * farthest
        )
        for peak in peaks - 1:
            yield _attempt(one, way[first:end], first, int(peak), k)


def _attempt(one: Angles, way: Float[np.ndarray, " n"], first: int, peak: int, k: int) -> Attempt:
    reach, frame = float(way[peak]), first + peak
    out = way[way_begins(way, peak) : peak + 1]
    speed = np.gradient(out) * one.rate_hz if len(out) > 1 else np.zeros(1)
    beside = np.delete(one.angles_deg[frame], k // 2)
    return Attempt(
        direction=DIRECTIONS[k],
        recording=one.name,
        time_s=frame / one.rate_hz,
        reach_deg=reach,
        beside_deg=(float(beside[0]), float(beside[1])),
        peak_speed_deg_s=float(speed.max()),
        mean_speed_deg_s=_mean_speed(out, reach, one.rate_hz),
        smoothness=smoothness_of(_moving(speed), one.rate_hz),
    )


def _mean_speed(out: Float[np.ndarray, " m"], reach: float, rate_hz: float) -> float:
    left = np.flatnonzero(out <= _LEAVES_SHARE * reach)
    begin = int(left[-1]) if len(left) else 0
    arrived = begin + int(np.argmax(out[begin:] >= _ARRIVES_SHARE * reach))
    took = max(arrived - begin, 1) / rate_hz
    return float((out[arrived] - out[begin]) / took)


def _moving(speed: Float[np.ndarray, " m"]) -> Float[np.ndarray, " k"]:
    """The profile without the time in which the head stands, before and after."""
    size = np.abs(speed)
    fast = np.flatnonzero(size > _STANDS_SPEED_SHARE * size.max(initial=0.0))
    return np.asarray(size[fast[0] : fast[-1] + 1] if len(fast) else size[:0])
