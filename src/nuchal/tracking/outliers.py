"""Markers that leave the head, change their names halfway, or stand still while it moves.

The head is rigid: distances between its markers stay as they are, within what skin and hair allow
(19 mm in the recordings of real people beside which this was set). A marker that breaks them for a
few frames is taken as not seen there; one that does so often is no marker of this head.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

import numpy as np
from jaxtyping import Bool, Float

from nuchal.errors import RecordingError

# A marker farther from its distances to the others is not where it sits on the head.
LARGEST_STRAY_M = 0.03
# A marker astray in a larger part of its frames is refused.
MOST_STRAY_SHARE = 0.2
# No calibration is so bad that the head markers lie this far from where a neck brings them.
LARGEST_MISFIT_M = 0.1
_LONGEST_STEP_S = 0.05
_SHORTEST_JUMP_M = 0.05
_STILL_M = 1e-6
_MOVING_M = 0.01


@dataclass(frozen=True, kw_only=True)
class Kept:
    """Which sightings of the head markers can be believed.

    Attributes:
        dropped: Markers that were astray, and in how many frames.
    """

    visible: Bool[np.ndarray, "t m"]
    dropped: tuple[tuple[str, int], ...]


def refuse_exchanged(
    time: Float[np.ndarray, " t"],
    names: Sequence[str],
    positions: Float[np.ndarray, "t m 3"],
    visible: Bool[np.ndarray, "t m"],
    *,
    source: Path,
) -> None:
    """Refuse two markers that take each other's place from one frame to the next.

    Args:
        time: of the frames [s].
        names: in the file.
        positions: [m].
        visible: where they were seen.
        source: the recording, for messages.

    Raises:
        RecordingError: naming the markers, and the frames from and to which they are exchanged.
    """
    for a, b in combinations(range(len(names)), 2):
        both = np.flatnonzero(visible[:, a] & visible[:, b])
        one, other = positions[both, a], positions[both, b]
        stayed = _moved(one, one) + _moved(other, other)
        crossed = _moved(one, other) + _moved(other, one)
        jump = (stayed > _SHORTEST_JUMP_M) & (crossed < 0.5 * stayed)
        jump &= np.diff(time[both]) <= _LONGEST_STEP_S
        at = both[1:][jump]
        if at.size:
            until = f"frame {at[1]}" if at.size > 1 else "the end"
            raise RecordingError(
                source,
                f"{names[a]} and {names[b]} take each other's place in frame {at[0] + 1} "
                f"({time[at[0]]:.3f} s): their names look exchanged from there to {until}; "
                "exchange them back in the motion-capture software, or delete them there.",
            )


def believe(
    time: Float[np.ndarray, " t"],
    names: Sequence[str],
    positions: Float[np.ndarray, "t m 3"],
    visible: Bool[np.ndarray, "t m"],
    *,
    source: Path,
) -> Kept:
    """Take as not seen what breaks the head's shape for a few frames.

    Args:
        time: of the frames [s].
        names: of the head markers in the file.
        positions: [m].
        visible: where they were seen.
        source: the recording, for messages.

    Raises:
        RecordingError: a marker that breaks it often, or stands still while the others move.
    """
    _refuse_still(names, positions, visible, source)
    kept = visible.copy()
    for _ in range(len(names) - 2):
        apart = _misplaced(positions, kept)
        blame = apart.sum(axis=2)
        frames = np.flatnonzero(apart.max(axis=(1, 2)) > LARGEST_STRAY_M)
        if not frames.size:
            break
        kept[frames, blame[frames].argmax(axis=1)] = False
    astray = visible & ~kept
    share = astray.sum(axis=0) / np.maximum(visible.sum(axis=0), 1)
    worst = int(share.argmax())
    if share[worst] > MOST_STRAY_SHARE:
        first = int(np.argmax(astray[:, worst]))
        raise RecordingError(
            source,
            f"{names[worst]} lies more than {LARGEST_STRAY_M * 1e3:.0f} mm from its place among "
            f"the head markers in {astray[:, worst].sum()} of {visible[:, worst].sum()} frames, "
            f"first in frame {first + 1} ({time[first]:.3f} s): it came off, was mistaken for "
            "another or is none of the head's; delete it where it is wrong, or say which marker "
            "is meant with --marker OURS=NAME.",
        )
    dropped = tuple((names[m], int(n)) for m, n in enumerate(astray.sum(axis=0)) if n)
    return Kept(visible=kept, dropped=dropped)


def refuse_unreachable(
    time: Float[np.ndarray, " t"],
    misfit: Float[np.ndarray, "t h"],
    known: Bool[np.ndarray, " t"],
    names: Sequence[str],
    *,
    source: Path,
) -> None:
    """Refuse head markers in places to which no neck can bring a head.

    Args:
        time: of the frames [s].
        misfit: distance of each head marker from where the neck can bring it [m].
        known: frames that count.
        names: of the head markers in the file.
        source: the recording, for messages.

    Raises:
        RecordingError: naming the first such frame.
    """
    far = known & (np.sqrt((misfit**2).mean(axis=1)) > LARGEST_MISFIT_M)
    if not far.any():
        return
    frame = int(np.argmax(far))
    worst = int(misfit[frame].argmax())
    raise RecordingError(
        source,
        f"in {int(far.sum())} of {int(known.sum())} frames, first in frame {frame + 1} "
        f"({time[frame]:.3f} s), the head markers lie where no neck can bring them "
        f"({names[worst]} by {misfit[frame, worst] * 1e3:.0f} mm): look there for exchanged names "
        "(--swap-sides if left and right are, all along) or a torso marker that "
        "moved; if the neutral pose is wrong, give it with --neutral "
        "or --static.",
    )


def _moved(
    before: Float[np.ndarray, "t 3"], after: Float[np.ndarray, "t 3"]
) -> Float[np.ndarray, " s"]:
    return np.asarray(np.linalg.norm(after[1:] - before[:-1], axis=1))


def _misplaced(
    positions: Float[np.ndarray, "t m 3"], visible: Bool[np.ndarray, "t m"]
) -> Float[np.ndarray, "t m m"]:
    """How far the distance of each pair is from its median; 0 where one of them is not seen."""
    apart = np.linalg.norm(positions[:, :, None] - positions[:, None], axis=3)
    both = visible[:, :, None] & visible[:, None]
    usual = np.zeros(apart.shape[1:])
    for a, b in combinations(range(len(usual)), 2):
        if both[:, a, b].any():
            usual[a, b] = usual[b, a] = np.median(apart[both[:, a, b], a, b])
    return np.asarray(np.where(both, np.abs(apart - usual), 0.0))


def _refuse_still(
    names: Sequence[str],
    positions: Float[np.ndarray, "t m 3"],
    visible: Bool[np.ndarray, "t m"],
    source: Path,
) -> None:
    reach = np.array([np.ptp(positions[visible[:, m], m], axis=0).max(initial=0.0)
                      if visible[:, m].any() else 0.0 for m in range(len(names))])  # fmt: skip
    still = np.flatnonzero(reach < _STILL_M)
    if still.size and reach.max() > _MOVING_M:
        raise RecordingError(
            source,
            f"{names[still[0]]} stands still in every frame while {names[int(reach.argmax())]} "
            f"moves by {reach.max() * 1e3:.0f} mm, so it is none of the head's or was filled with "
            "one value; say which marker is meant with --marker OURS=NAME.",
        )
